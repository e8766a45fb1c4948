"""The plan with people as a chat knows them: whose name, whose zone, who joins and under which id."""

import re
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from bot.core.commands import Promise
from bot.core.duties import next_look, overdue
from bot.core.events import Claimed, Lapsed
from bot.core.grammar import BadCommand, Ground, fill, parse
from bot.core.people import (
    LONGEST_ID,
    Group,
    Joining,
    Person,
    Roster,
    accounts_of,
    displaced,
    enrolled,
    is_complete,
    renamed,
    staffed,
)
from bot.core.plan import Member, Plan, Role
from tests.core.made import HOUR, NOW
from tests.core.made import case as told

ANA = Member("ana", "ana", (Role.COMMUNITY_MANAGER,), {"slack": "U1"})
LIA = Member("lia", "Lia Fernández", (Role.LEAD,), {"slack": "U2"})
RUI = Member("rui", "Rui Martins", (Role.SERVICE,))
PLAN = Plan("Loja Aurora", (ANA, LIA, RUI))
JOINING = Joining("slack", "S1", (Role.SERVICE,))


def known(*people, group="S1", of=None, ids=None):
    """A roster in whose group everybody is, or those of ``of``."""
    by_account = {person.account: person for person in people}
    return Roster(by_account, Group(group, tuple(of if of is not None else by_account)), ids or {})


def joined(roster, plan=PLAN, joining=JOINING):
    """The plan after everybody has an id."""
    return staffed(plan, enrolled(roster, plan, joining), joining)


def id_of(*people, plan=PLAN, ids=None):
    """The id of the last of these people."""
    return enrolled(known(*people, ids=ids), plan, JOINING).ids[people[-1].account]


# Members of the settings


def test_members_of_the_settings_get_their_zone_and_the_name_that_the_settings_lack():
    people = (Person("U1", "ana", "Ana Souza", "Europe/Madrid"), Person("U2", "lia", "Boss", "America/Sao_Paulo"))
    ana, lia, rui = joined(known(*people, of=())).committee
    assert ana == replace(ANA, name="Ana Souza", zone="Europe/Madrid")
    assert lia == replace(LIA, zone="America/Sao_Paulo")
    assert rui == RUI


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../../etc/passwd", "/etc/passwd", "Europe", "a\0b"])
def test_a_zone_that_does_not_exist_is_the_brands(zone):
    assert joined(known(Person("U1", "ana", "Ana", zone))).member("ana").zone == ""


@pytest.mark.parametrize("name", ["", "   ", "\u202e\u200b"])
def test_a_person_without_a_name_is_called_by_the_id(name):
    assert joined(known(Person("U1", "ana", name))).member("ana").name == "ana"
    assert joined(known(Person("U9", "new", name))).member("new").name == "new"


def test_a_name_from_outside_is_plain_data():
    assert (
        joined(known(Person("U9", "new", "Eve\u202e\nBoss  X" + "x" * 999))).member("new").name.startswith("Eve Boss X")
    )


def test_another_chats_accounts_are_of_no_interest():
    assert staffed(PLAN, known(Person("U1", "ana", "Ana")), Joining("discord")).member("ana").name == "ana"


# People of the group


def test_people_of_the_group_are_members_in_its_roles():
    plan = joined(known(Person("U9", "joao.silva", "João Silva", "Europe/Lisbon")))
    member = plan.member("joao.silva")
    assert member == Member("joao.silva", "João Silva", (Role.SERVICE,), {"slack": "U9"}, "Europe/Lisbon")
    assert plan.with_account("slack", "U9") == "joao.silva"
    assert plan.with_account("discord", "U9") == plan.with_account("slack", "U8") == ""


def test_whoever_has_a_section_of_their_own_keeps_its_id_and_roles():
    plan = joined(known(Person("U1", "ana", "Ana Souza")))
    assert plan.member("ana").roles == ANA.roles
    assert len(plan.committee) == 3


def test_bots_and_closed_accounts_are_nobody():
    assert joined(known(Person("U9", "bot", "Bot", is_gone=True))).committee == PLAN.committee


def test_without_a_group_nobody_joins():
    roster = known(Person("U9", "new", "New"))
    assert joined(roster, joining=Joining("slack")).committee == PLAN.committee
    assert joined(roster, joining=replace(JOINING, group="S2")).committee == PLAN.committee


def test_a_group_alone_is_a_committee():
    plan = joined(known(Person("U9", "new", "New")), replace(PLAN, committee=()))
    assert [member.id for member in plan.committee] == ["new"]


# Ids


@pytest.mark.parametrize(
    ("handle", "id"),
    [
        ("joao.silva", "joao.silva"),
        ("João Silva", "joao-silva"),
        ("ŁUKASZ_w", "lukasz_w"),
        ("-.x.-", "x"),
        ("a@b<c>", "a-b-c"),
        ("王", "u9"),
        ("", "u9"),
        ("x" * 80, "x" * LONGEST_ID),
        ("ana", "ana-2"),  # An id of the settings.
        ("Lia Fernández", "lia-fernandez"),
        ("Rui", "rui-2"),
    ],
)
def test_an_id_is_made_of_the_handle(handle, id):
    made = id_of(Person("U9", handle))
    assert made == id
    assert re.fullmatch(r"[a-z0-9._-]{1,40}", made)


def test_ids_clash_with_nobodys():
    assert id_of(Person("U8", "eve"), Person("U9", "eve")) == "eve-2"
    assert id_of(Person("U9", "eve"), ids={"U7": "eve", "U8": "eve-2"}) == "eve-3"
    longest = "x" * LONGEST_ID
    assert id_of(Person("U9", longest), ids={"U7": longest}) == "x" * (LONGEST_ID - 2) + "-2"
    named = replace(PLAN, committee=(replace(ANA, name="Eve"),))
    assert id_of(Person("U9", "eve"), plan=named) == "eve-2"


def test_an_id_stays_when_the_handle_changes_and_when_its_owner_left_and_came_back():
    first = enrolled(known(Person("U9", "eve", "Eve")), PLAN, JOINING)
    renamed_ = enrolled(replace(first, people={"U9": Person("U9", "mallory", "Eve")}), PLAN, JOINING)
    assert renamed_.ids == {"U9": "eve"}
    left = enrolled(replace(renamed_, group=Group("S1", ())), PLAN, JOINING)
    assert left.people == {}
    assert left.ids == {"U9": "eve"}
    other = enrolled(replace(left, people={"U8": Person("U8", "eve")}, group=Group("S1", ("U8",))), PLAN, JOINING)
    assert other.ids == {"U9": "eve", "U8": "eve-2"}
    assert joined(replace(known(Person("U9", "x", "Eve")), ids=other.ids)).with_account("slack", "U9") == "eve"


def test_an_id_that_the_settings_give_to_another_is_theirs():
    """Two people of one id would act in each other's name."""
    roster = known(Person("U9", "ana", "Anna"), ids={"U9": "ana"})
    plan = joined(roster)
    assert plan.with_account("slack", "U9") == ""
    assert plan.with_account("slack", "U1") == "ana"
    assert displaced(roster, PLAN, JOINING) == {"ana": "U9"}


def test_a_section_under_another_id_is_noticed():
    assert renamed(Roster(ids={"U1": "ana.s", "U2": "lia", "U9": "eve"}), PLAN, JOINING) == {"ana.s": "ana"}


def test_whose_accounts_matter():
    assert accounts_of(known(Person("U9"), Person("U1")), PLAN, JOINING) == ("U1", "U2", "U9")
    assert accounts_of(Roster(), PLAN, Joining("discord")) == ()


# A committee that is not known yet


@pytest.mark.parametrize(
    ("roster", "joining", "is_known"),
    [
        (Roster(), Joining("slack"), True),
        (Roster(), JOINING, False),
        (known(Person("U9")), JOINING, True),
        (known(of=()), JOINING, True),
        (known(Person("U9"), of=("U9", "U8")), JOINING, False),
        (known(Person("U9")), replace(JOINING, group="S2"), False),
    ],
)
def test_the_committee_is_complete_once_everybody_of_the_group_is_known(roster, joining, is_known):
    assert is_complete(roster, joining) is is_known
    assert staffed(PLAN, roster, joining).is_complete is is_known


def test_no_claim_lapses_while_the_committee_is_not_complete():
    case = told(("ghost", Claimed()))
    plan, unsure = replace(PLAN, committee=(ANA,)), replace(PLAN, committee=(ANA,), is_complete=False)
    assert any(isinstance(event, Lapsed) for event in overdue(case, plan, NOW + HOUR))
    assert not any(isinstance(event, Lapsed) for event in overdue(case, unsure, NOW + HOUR))
    assert next_look(case, unsure, NOW + HOUR) > NOW + HOUR


# Times, and who is meant


@pytest.mark.parametrize(
    ("zone", "hour"), [("", 15), ("America/Sao_Paulo", 15), ("Europe/Madrid", 10), ("Asia/Tokyo", 3), ("UTC", 12)]
)
def test_what_a_member_types_is_read_in_their_own_zone(zone, hour):
    ground = Ground(PLAN, NOW, zone=zone)
    at = datetime(2026, 8, 25, hour, tzinfo=UTC)
    assert parse("promise 1 call them by tomorrow 12:00", ground).by == at
    assert fill(Promise(1), {"what": "call", "by": "tomorrow 12:00"}, ground).by == at
    assert parse("promise 1 call them by 2h", ground).by == NOW + 2 * HOUR


def test_a_name_is_nobodys_disguise():
    """Names come from chats, where anybody may call themselves by another's id."""
    plan = replace(PLAN, committee=(replace(ANA, name="lia"), LIA, RUI))
    assert parse("assign 1 lia", Ground(plan, NOW)).to == "lia"
    assert parse("assign 1 <@U1>", Ground(plan, NOW)).to == "ana"


def test_a_name_of_two_members_wants_their_id():
    plan = replace(PLAN, committee=(replace(ANA, name="Bea"), replace(RUI, name="bea")))
    with pytest.raises(BadCommand) as bad:
        parse("assign 1 Bea", Ground(plan, NOW))
    assert bad.value.sentence.values["members"] == "ana, rui"
