"""What every store promises, whatever it keeps its data in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from adapters.stores import tiny
from bot.core.case import fold
from bot.core.events import Opened, Reopened
from bot.core.replies import fingerprint
from bot.ports import StaleCase, Store, Urgency
from tests.stores.made import (
    DAY,
    HOUR,
    MINUTE,
    NOW,
    Entry,
    closed,
    complaint,
    deliver_all,
    first_waiting,
    keys_waiting,
    merged,
    new,
    opened,
    post,
    replied,
    sighted,
    still_on,
)


class Place:
    """Data that outlives the store on it. ``started`` is a store as after a restart."""

    def __init__(self, folder: Path, opener: Callable[[Path], Awaitable[Store]]) -> None:
        self._folder, self._opener = folder, opener
        self._store: Store | None = None

    async def started(self) -> Store:
        await self.stop()
        self._store = await self._opener(self._folder)
        return self._store

    async def now_and_restarted(self) -> AsyncIterator[Store]:
        """The store as it is, and then as it is after a restart."""
        if self._store:
            yield self._store
        yield await self.started()

    async def stop(self) -> None:
        if self._store:
            await self._store.close()
        self._store = None


@pytest.fixture(params=[tiny.open_store], ids=["tiny"])
async def place(request, tmp_path) -> AsyncIterator[Place]:
    place = Place(tmp_path / "data", request.param)
    yield place
    await place.stop()


@pytest.fixture
async def store(place: Place) -> Store:
    return await place.started()


# Cases


async def test_cases_are_numbered_from_one(store):
    assert [(await new(store, key)).number for key in ("a", "b", "c")] == [1, 2, 3]


async def test_a_known_complaint_opens_no_second_case(store):
    await new(store, "a")
    assert await store.open(complaint("a"), [opened("a")], lambda case: [post("never")]) is None
    assert await keys_waiting(store) == []
    assert (await new(store, "b")).number == 2


async def test_the_posts_of_a_new_case_know_its_number(store):
    await store.open(complaint("a"), [opened("a")], lambda case: [post(f"case/{case.number}")])
    assert await keys_waiting(store) == ["case/1"]


async def test_a_case_is_what_its_history_tells(store):
    case = await new(store, "a")
    after = await store.append(case, [still_on("r1"), still_on("r2")])
    assert await store.history(1) == [opened("a"), still_on("r1"), still_on("r2")]
    assert after == await store.case(1) == fold(1, await store.history(1))
    assert list(await store.live_cases()) == [after]


async def test_a_stale_case_is_refused_and_nothing_changes(store):
    case = await new(store, "a")
    await store.append(case, [still_on("first")])
    with pytest.raises(StaleCase):
        await store.append(case, [still_on("second")], [post("second")])
    assert [entry.request for entry in await store.history(1)] == ["", "first"]
    assert await keys_waiting(store) == []


async def test_nobody_knows_a_case_that_is_not_there(store):
    assert await store.case(7) is None
    assert list(await store.history(7)) == []
    assert await store.known("a") is None


async def test_a_complaint_is_known_as_the_first_and_as_a_sighting(place):
    store = await place.started()
    case = await new(store, "a")
    await store.append(case, [sighted("b")])
    async for store in place.now_and_restarted():
        assert [await store.known(key) for key in ("a", "b", "c")] == [1, 1, None]
        assert await store.open(complaint("b"), [opened("b")], lambda case: []) is None


async def test_a_merged_complaint_belongs_to_the_case_that_took_it(place):
    store = await place.started()
    one, two = await new(store, "a"), await new(store, "b")
    await store.append(one, [sighted("b")])
    await store.append(two, [merged(into=1)])
    async for store in place.now_and_restarted():
        assert await store.known("b") == 1


async def test_an_accepted_reply_is_remembered_by_its_words(place):
    """Rule 003-05: whoever it is sent to, the customer's name does not count."""
    store = await place.started()
    await store.append(await new(store, "a"), [replied("Olá João, vamos resolver isso.")])
    async for store in place.now_and_restarted():
        assert await store.said(fingerprint("Olá Maria, vamos resolver isso.", "Maria")) == 1
        assert await store.said(fingerprint("Outra coisa.")) is None


async def test_everything_is_there_after_a_restart(place):
    store = await place.started()
    case = await new(store, "a", post("case/1"), post("note", under="case/1"))
    await store.delivered(await first_waiting(store), "m1")
    case = await store.append(case, [still_on("r1")], [post("case/1", "changed")])
    again = await place.started()
    assert await again.case(1) == case
    assert list(await again.history(1)) == [opened("a"), still_on("r1")]
    assert [(w.post, w.ref, w.under_ref) for w in await again.waiting(NOW)] == [
        (post("note", under="case/1"), "", "m1"),
        (post("case/1", "changed"), "m1", ""),
    ]


async def test_a_customer_is_known_by_name_and_channel(place):
    store = await place.started()
    for key, author in (("a", "João Souza"), ("b", "@joão  souza"), ("c", "Maria"), ("d", "")):
        found = complaint(key, author)
        await store.open(found, [Entry(NOW, Opened(found))], lambda case: [])
    await store.append(await store.case(1), [closed()])
    await store.shelve(1)
    async for store in place.now_and_restarted():
        assert list(await store.of_customer("reclame-aqui", "JOÃO SOUZA")) == [2, 1]
        assert list(await store.of_customer("x", "João Souza")) == []
        assert list(await store.of_customer("reclame-aqui", "")) == [], "nobody is nobody"


# When to look


async def test_a_new_case_is_looked_at_at_once(store):
    await new(store, "a")
    assert list(await store.to_look(NOW)) == [1]


async def test_a_case_is_looked_at_when_its_time_comes(store):
    case = await new(store, "a")
    await store.append(case, [still_on()], look_at=NOW + HOUR)
    assert list(await store.to_look(NOW)) == []
    assert await store.next_look() == NOW + HOUR
    assert list(await store.to_look(NOW + HOUR)) == [1]
    assert list(await store.to_look(NOW + HOUR)) == [1], "it stays due until somebody looked"
    await store.looked(1, NOW + 2 * HOUR)
    assert list(await store.to_look(NOW + HOUR)) == []
    assert await store.next_look() == NOW + 2 * HOUR


async def test_a_case_without_a_look_time_is_never_looked_at(store):
    await store.append(await new(store, "a"), [still_on()])
    assert list(await store.to_look(NOW + 1000 * DAY)) == []
    assert await store.next_look() is None


async def test_an_earlier_look_replaces_a_later_one(store):
    await new(store, "a")
    for at in (NOW + 3 * HOUR, NOW + HOUR, NOW + 2 * HOUR):
        await store.looked(1, at)
    assert await store.next_look() == NOW + 2 * HOUR
    assert list(await store.to_look(NOW + HOUR)) == []


async def test_after_a_restart_every_live_case_is_looked_at(place):
    store = await place.started()
    for key in "abc":
        await store.append(await new(store, key), [still_on()], look_at=NOW + DAY)
    assert list(await (await place.started()).to_look(NOW)) == [1, 2, 3]


# The shelf


async def test_a_shelved_case_can_be_read_and_is_still_known(place):
    store = await place.started()
    case = await new(store, "a", post("case/1"))
    await deliver_all(store)
    ended = await store.append(case, [sighted("b"), replied("Obrigado."), closed()])
    await store.shelve(1)
    async for store in place.now_and_restarted():
        assert list(await store.live_cases()) == []
        assert list(await store.to_look(NOW)) == []
        assert await store.case(1) == ended
        assert len(await store.history(1)) == 4
        assert [await store.known("a"), await store.known("b")] == [1, 1]
        assert await store.said(fingerprint("Obrigado.")) == 1
        assert await store.key_of("at-case/1") == "case/1", "its card still says which case it is"
        assert await store.ref("case/1") == "at-case/1"


async def test_a_shelved_case_comes_back_when_something_happens_to_it(place):
    store = await place.started()
    await new(store, "a", post("case/1"))
    await deliver_all(store)
    ended = await store.append(await store.case(1), [closed()])
    await store.shelve(1)
    store = await place.started()
    back = await store.append(ended, [Entry(NOW, Reopened("again"), "ana")], [post("case/1", "open")], look_at=NOW)
    assert back.is_open
    async for store in place.now_and_restarted():
        assert list(await store.live_cases()) == [back]
        assert list(await store.to_look(NOW)) == [1]
        assert (await first_waiting(store)).ref == "at-case/1", "the same message is edited"


async def test_a_stale_case_is_refused_on_the_shelf_too(store):
    case = await new(store, "a")
    await store.append(case, [closed()])
    await store.shelve(1)
    with pytest.raises(StaleCase):
        await store.append(case, [still_on()])
    assert list(await store.live_cases()) == []


async def test_an_open_case_is_not_put_away(store):
    await new(store, "a")
    with pytest.raises(ValueError, match="case 1 is open"):
        await store.shelve(1)


async def test_numbers_are_never_given_twice(place):
    store = await place.started()
    for key in "abc":
        await store.append(await new(store, key), [closed()])
    await store.shelve(3)
    store = await place.started()
    assert (await new(store, "d")).number == 4


async def test_what_still_waits_of_a_shelved_case_is_delivered(place):
    store = await place.started()
    case = await new(store, "a")
    await store.append(case, [closed()], [post("bye")])
    await store.shelve(1)
    store = await place.started()
    await store.shelve(1)
    assert await keys_waiting(store) == ["bye"]
    await deliver_all(store)
    assert list(await store.live_cases()) == []


# Posts


async def test_a_delivered_post_waits_no_more_and_is_found_both_ways(place):
    store = await place.started()
    await new(store, "a", post("case/1"))
    await store.delivered(await first_waiting(store), "m1")
    async for store in place.now_and_restarted():
        assert await keys_waiting(store) == []
        assert await store.ref("case/1") == "m1"
        assert await store.key_of("m1") == "case/1"
        assert await store.ref("case/2") == await store.key_of("m2") == ""


async def test_a_key_written_again_replaces_the_card_that_waits(store):
    case = await new(store, "a", post("case/1", "0"))
    for title in "12345":
        case = await store.append(case, [still_on()], [post("case/1", title)])
    assert [w.post.card.title for w in await store.waiting(NOW)] == ["5"]


async def test_a_key_written_after_delivery_becomes_an_edit(store):
    case = await new(store, "a", post("case/1"))
    await store.delivered(await first_waiting(store), "m1")
    await store.append(case, [], [post("case/1", "changed")])
    assert (await first_waiting(store)).ref == "m1"


async def test_a_card_that_changed_during_its_delivery_goes_out_again(place):
    store = await place.started()
    case = await new(store, "a", post("case/1", "old"))
    on_its_way = await first_waiting(store)
    await store.append(case, [], [post("case/1", "new")])
    await store.delivered(on_its_way, "m1")
    async for store in place.now_and_restarted():
        waiting = await first_waiting(store)
        assert (waiting.ref, waiting.post.card.title) == ("m1", "new")


async def test_the_most_urgent_leaves_first_then_the_oldest(store):
    case = await new(store, "a", post("talk/1"), post("news", urgency=Urgency.NEWS), post("talk/2"))
    await store.append(case, [], [post("alarm", urgency=Urgency.ALARM), post("card", urgency=Urgency.CARD)])
    assert await keys_waiting(store) == ["alarm", "card", "talk/1", "talk/2", "news"]


async def test_a_post_that_changes_keeps_its_place_in_the_queue(store):
    case = await new(store, "a", post("first"), post("second"))
    await store.append(case, [], [post("first", "changed")])
    assert await keys_waiting(store) == ["first", "second"]


async def test_an_answer_waits_until_its_thread_stands(store):
    await new(store, "a", post("case/1", urgency=Urgency.NEWS), post("note", under="case/1", urgency=Urgency.ALARM))
    assert await keys_waiting(store) == ["case/1"]
    await store.delivered(await first_waiting(store), "m1")
    assert (await first_waiting(store)).under_ref == "m1"


async def test_withdrawing_drops_what_was_never_sent(place):
    store = await place.started()
    case = await new(store, "a", post("remind/1/a"), post("remind/1/b"), post("case/1"))
    await store.append(case, [still_on()], withdraw=["remind/1/"])
    async for store in place.now_and_restarted():
        assert await keys_waiting(store) == ["case/1"]


@pytest.mark.parametrize("is_edited", [False, True])
async def test_a_withdrawn_post_that_stands_waits_to_be_taken_down(place, is_edited):
    store = await place.started()
    case = await new(store, "a", post("remind/1"))
    await store.delivered(await first_waiting(store), "m1")
    case = await store.append(case, [], [post("remind/1", "changed")] if is_edited else [])
    case = await store.append(case, [], [post("case/1")], withdraw=["remind/"])
    await store.append(case, [], withdraw=["remind/"])
    async for store in place.now_and_restarted():
        assert await keys_waiting(store) == ["case/1", "remind/1"], "the last of all: nobody waits for it"
    (*_, last) = await store.waiting(NOW)
    assert (last.is_withdrawn, last.ref) == (True, "m1")
    await store.delivered(last, last.ref)
    async for store in place.now_and_restarted():
        assert await keys_waiting(store) == ["case/1"]
        assert await store.ref("remind/1") == await store.key_of("m1") == ""


async def test_what_is_written_again_while_it_is_taken_down_is_said_anew(store):
    case = await new(store, "a", post("remind/1"))
    await store.delivered(await first_waiting(store), "m1")
    case = await store.append(case, [], withdraw=["remind/"])
    removal = await first_waiting(store)
    await store.append(case, [], [post("remind/1", "again")])
    assert (await first_waiting(store)).ref == "m1", "until then it is an edit"
    await store.delivered(removal, removal.ref)
    again = await first_waiting(store)
    assert (again.ref, again.post.card.title, again.is_withdrawn) == ("", "again", False)


async def test_a_change_is_nothing_where_nothing_waits_or_stands(place):
    store = await place.started()
    case = await new(store, "a", post("remind/1", "first"), post("remind/2"))
    change = replace(post("remind/1", "changed"), is_change=True)
    case = await store.append(case, [], [change, replace(post("other"), is_change=True)])
    async for store in place.now_and_restarted():
        assert [(w.post.key, w.post.card.title) for w in await store.waiting(NOW)][:1] == [("remind/1", "changed")]
        assert len(await store.waiting(NOW)) == 2
    await store.delivered(await first_waiting(store), "m1")
    case = await store.append(case, [], [change])
    assert ("remind/1", "m1") in [(w.post.key, w.ref) for w in await store.waiting(NOW)]
    case = await store.append(case, [], withdraw=["remind/"])
    await store.append(case, [], [change])
    assert [w.post.key for w in await store.waiting(NOW) if not w.is_withdrawn] == []


async def test_what_is_withdrawn_can_be_written_again_in_the_same_moment(store):
    case = await new(store, "a", post("remind/1", "old"))
    await store.append(case, [], [post("remind/1", "new")], withdraw=["remind/"])
    assert [w.post.card.title for w in await store.waiting(NOW)] == ["new"]


async def test_a_post_withdrawn_on_its_way_is_taken_down_when_it_has_arrived(place):
    store = await place.started()
    case = await new(store, "a", post("remind/1"))
    on_its_way = await first_waiting(store)
    case = await store.append(case, [], withdraw=["remind/"])
    assert await keys_waiting(store) == []
    await store.delivered(on_its_way, "m1")
    async for store in place.now_and_restarted():
        assert (await first_waiting(store)).is_withdrawn
    await store.append(case, [], [post("remind/1", "again")])
    assert (await first_waiting(store)).ref == "m1", "written again it is an edit, not a second message"


async def test_the_backlog_counts_what_is_put_off_and_not_what_is_refused_or_delivered(store):
    for key in ("a", "b", "c"):
        await store.announce(post(key))
    assert await store.backlog() == 3
    await store.postpone(await first_waiting(store), NOW + HOUR)
    assert await store.backlog() == 3
    await store.refuse(await first_waiting(store), "not_in_channel")
    await store.delivered(await first_waiting(store), "1.1")
    assert await store.backlog() == 1


async def test_a_postponed_post_waits_for_its_time_and_counts_its_tries(store):
    await new(store, "a", post("case/1"))
    await store.postpone(await first_waiting(store), NOW + MINUTE)
    assert await keys_waiting(store) == []
    waiting = await first_waiting(store, NOW + MINUTE)
    assert (waiting.tries, waiting.not_before) == (1, NOW + MINUTE)
    await store.postpone(waiting, NOW + HOUR)
    assert (await first_waiting(store, NOW + HOUR)).tries == 2


async def test_a_refused_post_is_kept_for_the_operator_and_not_tried_again(place):
    store = await place.started()
    await new(store, "a", post("case/1"))
    await store.refuse(await first_waiting(store), "is_archived")
    async for store in place.now_and_restarted():
        assert await keys_waiting(store) == []
        assert [(w.post.key, w.refused) for w in await store.refused()] == [("case/1", "is_archived")]


async def test_a_refused_post_that_is_written_again_is_tried_again(store):
    case = await new(store, "a", post("case/1"))
    await store.refuse(await first_waiting(store), "too long")
    await store.append(case, [], [post("case/1", "shorter")])
    assert await keys_waiting(store) == ["case/1"]
    assert list(await store.refused()) == []


async def test_a_refusal_of_an_older_writing_leaves_the_newer_waiting(store):
    case = await new(store, "a", post("case/1", "too long"))
    on_its_way = await first_waiting(store)
    await store.append(case, [], [post("case/1", "shorter")])
    await store.refuse(on_its_way, "too long")
    assert await keys_waiting(store) == ["case/1"]


async def test_a_key_that_two_cases_write_is_one_message(place):
    store = await place.started()
    one = await new(store, "a", post("light", "yellow"))
    await store.delivered(await first_waiting(store), "m1")
    two = await new(store, "b", post("light", "still yellow"))
    async for store in place.now_and_restarted():
        waiting = await first_waiting(store)
        assert (waiting.ref, waiting.post.card.title) == ("m1", "still yellow")
    await store.append(one, [], [post("light", "green")])
    await store.append(two, [still_on()])
    async for store in place.now_and_restarted():
        assert [(w.ref, w.post.card.title) for w in await store.waiting(NOW)] == [("m1", "green")]


# The room


async def test_an_announcement_is_made_once(place):
    """A digest is keyed by its day: once, on any number of restarts."""
    store = await place.started()
    assert await store.announce(post("digest/2024-05-06")) is True
    assert await store.announce(post("digest/2024-05-06", "again")) is False
    await deliver_all(store)
    store = await place.started()
    assert await store.announce(post("digest/2024-05-06", "again")) is False
    assert await store.ref("digest/2024-05-06") == "at-digest/2024-05-06"
    assert await keys_waiting(store) == []


async def test_a_source_is_read_on_from_its_cursor(place):
    store = await place.started()
    assert await store.cursor("reviews") == ""
    await store.save_cursor("reviews", "7", NOW)
    await store.save_cursor("mail", "", NOW + MINUTE)
    async for store in place.now_and_restarted():
        assert await store.cursor("reviews") == "7"
        assert await store.heard_from() == {"reviews": NOW, "mail": NOW + MINUTE}


async def test_news_come_with_the_cursor_and_wait_until_they_are_told(place):
    """Rule 002-03: for the digest, and no case."""
    store = await place.started()
    await store.save_cursor("press", "1", NOW, [complaint("rules"), complaint("strike")])
    await store.save_cursor("press", "2", NOW + MINUTE, [complaint("strike"), complaint("late")])
    async for store in place.now_and_restarted():
        assert [(each.at, each.said) for each in await store.news()] == [
            (NOW, complaint("rules")),
            (NOW, complaint("strike")),
            (NOW + MINUTE, complaint("late")),
        ]
    assert await store.announce(post("digest/2024-05-06"), told={"rules", "strike"}) is True
    assert await store.announce(post("digest/2024-05-06"), told={"late"}) is False
    async for store in place.now_and_restarted():
        assert [each.said.key for each in await store.news()] == ["late"]
