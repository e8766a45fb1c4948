"""The plan: powers of every role, whom a matter goes to, and clocks that never pass twelve hours."""

from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.complaint import Kind
from bot.core.plan import (
    CHANNELS,
    FIRST_CONTACT_CEILING,
    HOUR,
    POWERS,
    Channel,
    Clocks,
    Discretion,
    Member,
    Need,
    Plan,
    Power,
    PrivateChannel,
    Role,
    Step,
)
from bot.core.showing import discreet
from tests.core.made import ANA, COMMITTEE, LEX, LIA, MIA, PLAN, RUI

change = msgspec.structs.replace

#: Rule 004-20: who answers, who sorts, who leads.
TABLE = {
    Role.COMMUNITY_MANAGER: "help answer sort",
    Role.SERVICE: "help answer",
    Role.MARKETING: "help answer sort",
    Role.CONTENT: "help answer",
    Role.LEGAL: "help",
    Role.EXECUTIVE: "help answer sort lead",
    Role.LEAD: "help answer sort lead",
}


@pytest.mark.parametrize("role", Role)
def test_a_role_has_its_powers(role):
    """Rules 001-05 and 004-20."""
    member = next(member for member in COMMITTEE if role in member.roles)
    assert [power.value for power in Power if PLAN.may(member.id, power)] == TABLE[role].split()


def test_a_member_with_two_roles_has_the_powers_of_both():
    both = Member("ze", "Zé", (Role.LEGAL, Role.MARKETING))
    plan = change(PLAN, committee=(*COMMITTEE, both))
    assert plan.may("ze", Power.SORT)
    assert not plan.may("ze", Power.LEAD)


@pytest.mark.parametrize("power", Power)
def test_who_is_not_on_the_committee_has_no_power(power):
    """Rule 001-04."""
    assert not PLAN.may("eve", power)
    assert not PLAN.may("", power)
    assert PLAN.member("eve") is None
    assert PLAN.member("ana") is ANA


@pytest.mark.parametrize("power", Power)
@pytest.mark.parametrize("role", Role)
def test_a_power_that_nobody_holds_is_everybodys(role, power):
    """So that a committee of one can finish a case (rule 003-01)."""
    plan = change(PLAN, committee=(change(ANA, roles=(role,)),))
    assert plan.may("ana", power)


def test_a_power_that_somebody_holds_is_not_everybodys():
    plan = change(PLAN, committee=(LEX, RUI))
    assert [plan.may(id, Power.ANSWER) for id in ("lex", "rui")] == [False, True]
    assert [plan.may(id, Power.LEAD) for id in ("lex", "rui")] == [True, True]
    assert plan.holders(Power.LEAD) == ()


def test_the_plan_may_give_powers_otherwise_role_by_role():
    plan = change(PLAN, powers={Role.LEGAL: (Power.HELP, Power.ANSWER)})
    assert plan.may("lex", Power.ANSWER)
    assert plan.may("ana", Power.SORT), "the other roles keep theirs"


def test_a_member_without_a_role_only_helps_nobody():
    plan = change(PLAN, committee=(*COMMITTEE, Member("ze", "Zé", ())))
    assert not plan.may("ze", Power.HELP)


def test_new_complaints_go_to_the_community_managers_and_trouble_to_the_leads():
    """Rule 004-03."""
    assert (PLAN.listeners, PLAN.leads) == (("ana",), ("lia",))


@pytest.mark.parametrize("role", Role)
def test_an_empty_role_is_everybodys(role):
    plan = change(PLAN, committee=tuple(member for member in COMMITTEE if role not in member.roles))
    assert plan.with_role(role) == tuple(member.id for member in plan.committee)
    assert len(plan.with_role(role)) == len(COMMITTEE) - 1


def test_a_committee_of_one_is_its_own_first_line_and_lead():
    """Rule 003-01."""
    plan = change(PLAN, committee=(MIA,))
    assert plan.listeners == plan.leads == ("mia",)


def test_every_role_has_powers():
    assert set(POWERS) == set(Role)
    assert all(Power.HELP in powers for powers in POWERS.values())


@pytest.mark.parametrize(
    ("channel", "hours"), [("x", 2), ("facebook", 12), ("instagram", 6), ("reclameaqui", 12), ("", 12)]
)
def test_each_channel_has_its_first_contact(channel, hours):
    """Rules 004-08 and 004-09: Facebook twelve hours, X even faster; social networks are quickest (002-18)."""
    assert PLAN.first_contact(channel) == hours * HOUR


def test_the_plan_may_be_quicker_and_names_only_what_it_changes():
    plan = change(PLAN, channels={"forum": Channel(HOUR)}, clocks=Clocks(first_contact=4 * HOUR))
    assert [plan.first_contact(channel) / HOUR for channel in ("forum", "blog", "x", "facebook")] == [1, 4, 2, 12]


def test_a_channel_without_a_time_of_its_own_keeps_the_general_one():
    plan = change(PLAN, channels={"x": Channel(longest=25_000)}, clocks=Clocks(first_contact=4 * HOUR))
    assert plan.first_contact("x") == 4 * HOUR


@given(
    own=st.none() | st.timedeltas(timedelta(), timedelta(days=40)),
    general=st.timedeltas(timedelta(minutes=1), timedelta(days=40)),
    channel=st.sampled_from(["x", "facebook", "forum", ""]),
)
def test_no_plan_lets_a_customer_wait_more_than_twelve_hours(own, general, channel):
    """Rules 004-10 and 004-26: a hard ceiling, whatever the configuration says."""
    plan = change(PLAN, channels={channel: Channel(own)}, clocks=Clocks(first_contact=general))
    assert plan.first_contact(channel) <= FIRST_CONTACT_CEILING == 12 * HOUR


def test_only_complaints_have_closing_steps():
    for step in Step:
        assert PLAN.needs(step, Kind.COMPLAINT) is Need.REQUIRED
        assert PLAN.needs(step, Kind.QUESTION) is Need.OFF
        assert PLAN.needs(step, Kind.PRAISE) is Need.OFF


@pytest.mark.parametrize("need", Need)
def test_the_plan_says_for_each_step_whether_it_is_required(need):
    """Tension 12."""
    plan = change(PLAN, closing={Step.UPDATE: need})
    assert plan.needs(Step.UPDATE, Kind.COMPLAINT) is need
    assert plan.needs(Step.WRAP_UP, Kind.COMPLAINT) is Need.REQUIRED
    assert plan.needs(Step.UPDATE, Kind.PRAISE) is Need.OFF


def test_the_clocks_are_those_of_the_design():
    clocks = msgspec.to_builtins(Clocks(), builtin_types=(timedelta,))
    assert {name: value / HOUR if isinstance(value, timedelta) else value for name, value in clocks.items()} == {
        "claim": 0.5,
        "first_contact": 12,
        "facts": 4,
        "resolution": 24,
        "satisfaction": 24,
        "closing": 24,
        "close": 24,
        "still_on": 3,
        "lapse": 1,
        "check_in": 7 * 24,
        "review": 3 * 24,
        "second_read": 0.5,
        "hard_repeat": 1,
        "soft_repeat": 1,
        "soft_most": 5,
        "longest_snooze": 3 * 24,
        "recurrence": 90 * 24,
    }


def test_the_zone_is_the_brands():
    assert PLAN.tz.key == "America/Sao_Paulo"
    assert change(PLAN, zone="Europe/Warsaw").tz.key == "Europe/Warsaw"


def test_a_changed_plan_forgets_what_the_old_one_worked_out():
    assert PLAN.leads == (LIA.id,)
    assert change(PLAN, committee=(ANA,)).leads == ("ana",)
    assert set(CHANNELS) == {"x", "facebook", "instagram"}
    assert isinstance(PLAN, Plan)


# Where customers live ---------------------------------------------------------------------------


def test_customers_live_where_the_plan_says_or_where_its_country_and_language_are():
    plan = Plan("Aurora", (), language="es", country="CL")
    assert plan.regions[:2] == ("CL", "ES")
    assert Plan("Aurora", (), language="pl").regions == ("PL",)
    assert Plan("Aurora", (), discretion=Discretion(regions=("PT",))).regions == ("PT",)


def test_private_channels_are_own_contacts_each_by_itself():
    """Rules 004-29 and 004-30."""
    said = {PrivateChannel.PHONE: "0800 591 2040, (11) 4003-2210", PrivateChannel.DM: "@lojaaurora"}
    known = change(PLAN, private=said, discretion=Discretion(own_contacts=("sac@aurora.example",)))
    assert known.own_contacts == ("sac@aurora.example", "0800 591 2040", "(11) 4003-2210", "@lojaaurora")
    text = "Ligue para (11) 4003-2210 ou 0800 591 2040, ou escreva a @lojaaurora."
    assert discreet(text, known) == text
    assert discreet(text, PLAN) != text
