"""Settings: what the file and the environment say becomes a plan, and every fault is told at once with what to write."""

from __future__ import annotations

import copy
import json
import pickle
import re
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import loading
from bot.config.environment import overlay
from bot.config.file import File
from bot.config.loading import BadConfig
from bot.config.readiness import readiness
from bot.config.reading import Reading, Secret, dotted, is_mapping, is_struct, spoken
from bot.config.settings import (
    ChatName,
    DiscordSettings,
    DoorSettings,
    FeedKind,
    FeedSettings,
    HookFields,
    HookSettings,
    LogFormat,
    LogLevel,
    LogSettings,
    Settings,
    SlackMode,
    SlackSettings,
)
from bot.core.complaint import Kind
from bot.core.plan import (
    CHANNELS,
    Channel,
    Clocks,
    Hours,
    Limits,
    Member,
    Need,
    OwnPhrases,
    Plan,
    Power,
    PrivateChannel,
    Role,
    Step,
)
from bot.core.replies.length import LIMITS

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
EXAMPLE = Path(__file__).parent.parent / "config.example.toml"
LEAST = """
brand = "Loja Aurora"
[[committee]]
id = "ana"
name = "Ana Souza"
roles = ["community-manager", "lead"]
"""
ANA = Member("ana", "Ana Souza", (Role.COMMUNITY_MANAGER, Role.LEAD))


@pytest.fixture
def load(tmp_path):
    """Loads a file with this text; LEAST is put before it, or after what belongs at the top."""

    def load(text: str = "", top: str = "", least: str = LEAST, **environ: str) -> Settings:
        path = tmp_path / "heard.toml"
        path.write_text(f"{top}\n{least}\n{text}", encoding="utf-8")
        return loading.load(path, environ)

    return load


@pytest.fixture
def faults(load, tmp_path):
    """The faults of a file, without its path."""

    def faults(*args: str, **environ: str) -> list[str]:
        with pytest.raises(BadConfig) as bad:
            load(*args, **environ)
        assert str(bad.value) == "\n".join(bad.value.faults)
        assert all("; " in line for line in bad.value.faults), "every line says what to write instead"
        return [line.removeprefix(f"{tmp_path / 'heard.toml'}: ") for line in bad.value.faults]

    return faults


# The file ---------------------------------------------------------------------------------------


def test_a_brand_and_one_member_are_enough(load, tmp_path):
    settings = load()
    assert settings == Settings(plan=Plan("Loja Aurora", (ANA,)), data=tmp_path / "heard-data")


def test_all_that_a_committee_may_say(load, tmp_path):
    (tmp_path / "ours").mkdir()
    settings = load(
        top='language = "es"\nzone = "Europe/Madrid"\ndata = "/srv/heard"\ntemplates = "ours"\ntick = "5s"\nchat = "terminal"',
        text="""
[calendar]
country = "ES"
subdivision = "MD"
days_off = ["2026-12-24", 2026-12-31]
weekdays = ["sat", "mon", "mon"]
opens = 10:00:00
closes = "20:30"
quiet_from = "22:00"
quiet_to = "07:00"
quiet_days_off = false
digest = "08:15"
[clocks]
claim = "15m"
resolution = "1d"
recurrence = "100d"
still_on = "1h30m"
soft_most = 3
[channels.x]
longest = 25000
[channels.forum]
first_contact = "8h"
[powers]
legal = ["help", "answer"]
[closing]
wrap-up = "off"
statement = "advised"
[[committee]]
id = "rui"
name = "Rui"
roles = ["service"]
accounts = { slack = "U1", discord = "80351110224678912" }
[[feeds]]
name = "alerts"
url = "https://www.google.com/alerts/feeds/1/2"
channel = "blog"
kind = "sector"
every = "1h"
allow_private = true
[log]
level = "debug"
format = "json"
""",
    )
    plan = settings.plan
    assert (plan.language, plan.zone, plan.country, plan.subdivision) == ("es", "Europe/Madrid", "ES", "MD")
    assert plan.days_off == (date(2026, 12, 24), date(2026, 12, 31))
    assert plan.hours == Hours(time(10), time(20, 30), (0, 5), time(22), time(7), False, time(8, 15))
    assert plan.clocks == Clocks(
        claim=15 * MINUTE, still_on=90 * MINUTE, recurrence=timedelta(days=100), soft_most=3, resolution=24 * HOUR
    )
    assert plan.channels["forum"] == Channel(8 * HOUR)
    assert plan.powers[Role.LEGAL] == (Power.HELP, Power.ANSWER)
    assert plan.powers[Role.SERVICE] == Plan("", ()).powers[Role.SERVICE], "the other roles keep theirs"
    assert plan.closing == {Step.WRAP_UP: Need.OFF, Step.STATEMENT: Need.ADVISED, Step.UPDATE: Need.REQUIRED}
    assert plan.committee == (
        ANA,
        Member("rui", "Rui", (Role.SERVICE,), {"slack": "U1", "discord": "80351110224678912"}),
    )
    assert settings.feeds == (
        FeedSettings("alerts", "https://www.google.com/alerts/feeds/1/2", "blog", FeedKind.SECTOR, HOUR, True),
    )
    assert settings.log == LogSettings(LogLevel.DEBUG, LogFormat.JSON)
    assert (settings.data, settings.templates) == (Path("/srv/heard"), tmp_path / "ours")
    assert (settings.tick, settings.chat) == (timedelta(seconds=5), ChatName.TERMINAL)


def test_what_is_not_said_of_a_channel_keeps_its_default_004_09(load):
    plan = load("[channels.x]\nlongest = 25000").plan
    assert plan.channels["x"] == Channel(2 * HOUR, 25_000)
    assert plan.channels["facebook"] == CHANNELS["facebook"]


def test_settings_are_frozen(load):
    with pytest.raises(AttributeError):
        load().tick = HOUR  # type: ignore[misc]


def test_a_byte_order_mark_and_windows_line_ends_are_forgiven(tmp_path):
    path = tmp_path / "heard.toml"
    path.write_bytes(b"\xef\xbb\xbf" + LEAST.replace("\n", "\r\n").encode())
    assert loading.load(path, {}).plan.brand == "Loja Aurora"


def test_a_missing_file_is_told_in_one_sentence(tmp_path):
    with pytest.raises(BadConfig, match=r"^\S+none.toml: there is no such file; copy config.example.toml [^\n]+$"):
        loading.load(tmp_path / "none.toml", {})


def test_a_folder_is_told_in_one_sentence(tmp_path):
    with pytest.raises(BadConfig, match=r"^\S+: this is a folder; write [^\n]+$"):
        loading.load(tmp_path, {})


def test_a_file_below_a_file_is_told_in_one_sentence(tmp_path):
    (tmp_path / "heard").write_text("")
    with pytest.raises(BadConfig, match=r"^\S+: cannot be read \(Not a directory\); [^\n]+$"):
        loading.load(tmp_path / "heard" / "heard.toml", {})


def test_a_syntax_error_is_told_with_its_line_and_column(faults):
    (line,) = faults(top='brand = "x"\n\nlanguage pt')
    assert re.match(r"this is not TOML: .*\(at line 3, column 10\); compare", line)


def test_a_number_too_long_for_python_is_told_too(faults):
    (line,) = faults(top=f"tick = {'9' * 5000}")
    assert line.startswith("this is not TOML: ")


def test_another_encoding_is_told_with_its_line(tmp_path):
    path = tmp_path / "heard.toml"
    path.write_bytes('language = "pt"\nbrand = "Pão"'.encode("latin-1"))
    with pytest.raises(BadConfig, match=r"^\S+: line 2 is not UTF-8; save the file as UTF-8[^\n]+$"):
        loading.load(path, {})


# The example ------------------------------------------------------------------------------------


def documented() -> str:
    """The example with every commented key made one that counts."""
    return re.sub(r"(?m)^# (\[\[?[a-z.]+\]\]?|[a-z_-]+ = .+)$", r"\1", EXAMPLE.read_text(encoding="utf-8"))


def known_keys(hint: Any, value: Any, key: tuple[str, ...] = ()) -> set[tuple[str, ...]]:
    """Every key of the shape: those of channels, roles and steps as the defaults have them."""
    if is_struct(hint):
        fields = get_type_hints(hint)
        return {found for name in fields for found in known_keys(fields[name], getattr(value, name), (*key, name))}
    if is_mapping(hint) and (value or hint == Mapping[str, OwnPhrases]):
        held = get_args(hint)[1]
        value = value or {"pt": held()}  # Nothing by default: the example shows it for Portuguese.
        return {found for name, each in value.items() for found in known_keys(held, each, (*key, str(name)))}
    if get_origin(hint) is tuple and is_struct(get_args(hint)[0]):
        return known_keys(get_args(hint)[0], get_args(hint)[0](), key)
    return {key}


def said_keys(value: Any, key: tuple[str, ...] = ()) -> set[tuple[str, ...]]:
    if isinstance(value, dict) and value:
        return {found for name, each in value.items() for found in said_keys(each, (*key, name))}
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return said_keys(value[0], key)
    return {key}


def test_the_example_loads_unchanged_and_is_the_defaults():
    assert loading.load(EXAMPLE, {}) == Settings(plan=Plan("Loja Aurora", (ANA,)), data=EXAMPLE.parent / "heard-data")


def test_the_example_documents_every_key_there_is_and_no_other():
    assert said_keys(tomllib.loads(documented())) == known_keys(File, File())


def test_what_the_example_shows_indented_can_be_written_so(tmp_path):
    """Limits and private channels, which have no default."""
    shown = re.sub(r"(?m)^#   (\[[a-z.-]+\]|[a-z_]+ = .+)$", r"\1", EXAMPLE.read_text(encoding="utf-8"))
    limits, private = shown.partition("[limits.")[2].partition("\n[private]")[::2]
    private = "\n".join(line for line in limits.splitlines() if line.startswith(("phone", "ticket", "dm")))
    limits = "\n".join(line for line in limits.splitlines() if line.startswith(("longest_promise", "money", "percent")))
    path = tmp_path / "heard.toml"
    path.write_text(f"{LEAST}\n[limits.community-manager]\n{limits}\n[private]\n{private}\n", encoding="utf-8")
    plan = loading.load(path, {"HEARD_PRIVATE__PHONE": "0800 1", "HEARD_LIMITS__SERVICE__MONEY": "70"}).plan
    assert plan.limits == {
        Role.COMMUNITY_MANAGER: Limits(timedelta(days=3), 50, 10),
        Role.SERVICE: Limits(money=70),
    }
    assert set(plan.private) == set(PrivateChannel)
    assert plan.private[PrivateChannel.PHONE] == "0800 1"
    assert {"0800 1", "@lojaaurora"} <= set(plan.own_contacts)


def test_every_value_that_the_example_documents_is_the_default(tmp_path):
    path = tmp_path / "heard.toml"
    path.write_text(documented(), encoding="utf-8")
    settings = loading.load(path, {})
    (feed,) = settings.feeds
    assert feed == FeedSettings(feed.name, feed.url, feed.channel)
    (hook,) = settings.hooks
    assert hook == HookSettings(hook.name, hook.channel, secret=hook.secret, token=hook.token, fields=hook.fields)
    # Tokens and ids have no default; the example shows what they look like.
    slack = settings.slack
    assert slack == SlackSettings(slack.bot_token, slack.app_token, slack.signing_secret, slack.channel)
    # Longest replies are known elsewhere; here they are only overridden.
    longest = {name: channel.longest for name, channel in settings.plan.channels.items()}
    assert longest == {name: LIMITS[name] for name in longest}
    assert settings.plan.phrases == {"pt": OwnPhrases()}
    channels = {name: msgspec.structs.replace(each, longest=None) for name, each in settings.plan.channels.items()}
    plan = msgspec.structs.replace(settings.plan, channels=channels, phrases={})
    # Nobody is trained by default; the example shows how a date is written.
    ana = msgspec.structs.replace(ANA, trained_on=date(2026, 3, 1))
    defaults = Settings(plan=Plan("Loja Aurora", (ana,)), data=tmp_path / "heard-data")
    discord = settings.discord
    assert discord == DiscordSettings(discord.token, discord.guild, discord.channel)
    rooms = {"slack": SlackSettings(), "discord": DiscordSettings()}
    assert msgspec.structs.replace(settings, plan=plan, feeds=(), hooks=(), **rooms) == defaults


def test_the_defaults_of_the_file_are_those_of_the_settings():
    file, settings = File(), Settings(plan=Plan("", ()))
    assert loading._settings(file, Path()) == settings


def test_every_key_of_the_example_is_explained():
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    heads = [n for n, line in enumerate(lines) if re.match(r"#? ?[a-z_-]+ = ", line)]
    for n in heads:
        above = next(line for line in reversed(lines[:n]) if not re.match(r"#? ?(\[|[a-z_-]+ = )", line))
        paragraph = above or next(line for line in reversed(lines[:n]) if line and not line.startswith("["))
        assert paragraph.startswith("# "), lines[n]


# What is wrong, all in one go -------------------------------------------------------------------


def test_every_fault_is_told_in_one_go(faults):
    told = faults(
        'clam = "x"\n[clocks]\nclaim = 30\nfatcs = "4h"\nsoft_most = 0\n[log]\nlevel = "loud"',
        'brnad = "x"\nlanguage = "portugues"\nzone = "America/Sao_Paolo"\ntick = "2h"',
        '[[committee]]\nid = "Ana"\nroles = ["boss"]\n',
    )
    assert [line.partition(": ")[0] for line in told] == [
        "brnad",
        "committee 1, roles 1",
        "committee 1, clam",
        "clocks.claim",
        "clocks.fatcs",
        "log.level",
        "brand",
        "language",
        "zone",
        "tick",
        "clocks.soft_most",
        "committee 1, id",
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('[clocks]\nclam = "30m"', 'clocks.clam: there is no such key; did you mean "claim"?'),
        ('[calendar]\nDays-Off = "x"', 'calendar.Days-Off: there is no such key; did you mean "days_off"?'),
        ('[closing]\nwrap_up = "off"', 'closing.wrap_up: there is no such key; did you mean "wrap-up"?'),
        (
            '[powers]\ncommunity_manager = ["help"]',
            'powers.community_manager: there is no such key; did you mean "community-manager"?',
        ),
        ("[feeds_]", 'feeds_: there is no such key; did you mean "feeds"?'),
        ("[channels.x]\nlongst = 3", 'channels.x.longst: there is no such key; did you mean "longest"?'),
        ('[log]\n"two\\nlines" = 1', r'log."two\nlines": there is no such key; write one of level, format'),
        (
            '[log]\ntemplates = "x"',
            "log.templates: there is no such key; it belongs at the top of the file, above the first [section]",
        ),
        (
            '[clocks]\nquiet_from = "20:00"',
            "clocks.quiet_from: there is no such key; it belongs under [calendar]",
        ),
    ],
)
def test_an_unknown_key_is_refused_with_the_one_that_was_meant(faults, text, fault):
    assert faults(text) == [fault]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[clocks]\nclaim = 30", "clocks.claim: 30 is no length of time; write numbers with their units"),
        ('[clocks]\nclaim = "30"', 'clocks.claim: "30" is no length of time; '),
        ('[clocks]\nclaim = "PT30M"', 'clocks.claim: "PT30M" is no length of time; '),
        ('[clocks]\nclaim = ""', 'clocks.claim: "" is no length of time; '),
        ('[clocks]\nclaim = "-5m"', 'clocks.claim: "-5m" is no length of time; '),
        ('[clocks]\nclaim = "0m"', "clocks.claim: 0m is too short; write 1m or more"),
        ('[clocks]\nclaim = "59s"', "clocks.claim: 59s is too short; write 1m or more"),
        ('[clocks]\nclaim = "31d"', "clocks.claim: 31d is too long; write 30d or less"),
        ('[clocks]\ncheck_in = "181d"', "clocks.check_in: 181d is too long; write 180d or less"),
        ("[clocks]\nsoft_most = true", "clocks.soft_most: true is no whole number; "),
        ("[clocks]\nsoft_most = 2.5", "clocks.soft_most: 2.5 is no whole number; "),
        ("[clocks]\nsoft_most = 51", "clocks.soft_most: is out of bounds; write a number from 1 to 50"),
        ('[calendar]\nopens = "9"', 'calendar.opens: "9" is no time of day; '),
        ('[calendar]\nopens = "24:00"', 'calendar.opens: "24:00" is no time of day; '),
        ('[calendar]\nopens = "09:60"', 'calendar.opens: "09:60" is no time of day; '),
        ('[calendar]\ncloses = "09:00"', "calendar.closes: 09:00 is not after opening time; write a time after 09:00"),
        ('[calendar]\ndays_off = ["24/12/2026"]', 'calendar.days_off 1: "24/12/2026" is no date; '),
        ("[calendar]\ndays_off = [2026-12-24T00:00:00]", "calendar.days_off 1: 2026-12-24 00:00:00 is no date; "),
        ("[calendar]\ndays_off = [5]", "calendar.days_off 1: 5 is no date; "),
        ('[calendar]\ndays_off = "2026-12-24"', 'calendar.days_off: "2026-12-24" is no list; write it in brackets'),
        ('[calendar]\nweekdays = ["monday"]', 'calendar.weekdays 1: "monday" is not known; did you mean "mon"?'),
        ("[calendar]\nweekdays = []", "calendar.weekdays: no day is left to work on; "),
        ('[calendar]\nquiet_days_off = "no"', 'calendar.quiet_days_off: "no" is neither true nor false; '),
        ('[calendar]\ncountry = "br"', 'calendar.country: no holidays are known for "br"; write two capital letters'),
        ('[calendar]\ncountry = "BR"\nsubdivision = "SPP"', "calendar.subdivision: no holidays are known for"),
        ('[calendar]\nsubdivision = "SP"', "calendar.country: is missing while subdivision is set; "),
        ('[closing]\nupdate = "maybe"', 'closing.update: "maybe" is not known; write one of required, advised, off'),
        ('[powers]\nlegal = ["hlep"]', 'powers.legal 1: "hlep" is not known; did you mean "help"?'),
        ('[powers]\nlegal = "help"', 'powers.legal: "help" is no list; '),
        (
            '[discretion]\nregions = ["UK"]',
            'discretion.regions 1: no phones are known for "UK"; write two capital letters',
        ),
        (
            '[discretion]\nown_contacts = [""]',
            "discretion.own_contacts 1: is missing or empty; write a phone, an address",
        ),
        (
            '[discretion]\norder_shapes = ["ZA"]',
            'discretion.order_shapes 1: "ZA" is no order number; write how it looks',
        ),
        (
            '[replies]\nsecond_reader = ["angry"]',
            'replies.second_reader 1: "angry" is not known; write one of heated, untrained, legal, reach',
        ),
        ('[replies]\nsecond_reader = "heated"', 'replies.second_reader: "heated" is no list; '),
        ('[replies]\nself_review = "30s"', "replies.self_review: "),
        ('[replies]\nself_review = "13h"', "replies.self_review: "),
        ('[clocks]\nsecond_read = "30s"', "clocks.second_read: "),
        ('[limits.community-manager]\nlongest_promise = "1y"', "limits.community-manager.longest_promise: "),
        (
            '[limits.community-manager]\nlongest_promise = "10s"',
            "limits.community-manager.longest_promise: 10s is too short; write 1m or more",
        ),
        ("[limits.lead]\nmoney = -1", "limits.lead.money: is less than nothing; write the most that may be promised"),
        ("[limits.lead]\nmoney = 49.9", "limits.lead.money: 49.9 is no whole number; "),
        ("[limits.lead]\npercent = 101", "limits.lead.percent: is no part of a hundred; write a number from 0 to 100"),
        ("[limits.boss]\nmoney = 1", "limits.boss: there is no such key; "),
        ("[limits]\nmoney = 1", "limits.money: there is no such key; "),
        (
            '[private]\nphone = ""',
            'private.phone: is missing or empty; write what customers are told of it, such as "0800',
        ),
        ('[private]\nfax = "1"', "private.fax: there is no such key; "),
        ("[private]\ndm = 5", "private.dm: 5 is no text; write it in quotes"),
        ('[log]\nformat = "xml"', 'log.format: "xml" is not known; write one of text, json'),
        ("[log]\nlevel = 3", "log.level: 3 is not known; "),
        ("[channels]\nx = 3", "channels.x: 3 is no table; write a section [channels.x]"),
        ("[channels.x]\nlongest = 0", "channels.x.longest: is too short; "),
        ('[channels."Foo Bar"]', 'channels."Foo Bar": is no short name; '),
        ("[channels.twitter]", 'channels.twitter: Twitter is called X here; write "x"'),
        ("[feeds]", "feeds: a table is no list; write [[feeds]], in two pairs of brackets, once for each"),
    ],
)
def test_a_bad_value_is_refused_with_what_to_write(faults, text, fault):
    (told,) = faults(text)
    assert told.startswith(fault)


@pytest.mark.parametrize(
    ("top", "fault"),
    [
        ('language = "pt-BR"', 'language: Heard does not speak "pt-BR"; write one of en, es, pl, pt'),
        (
            'zone = "america/sao_paolo"',
            'zone: there is no time zone "america/sao_paolo"; write one such as "America/Sao_Paulo"',
        ),
        ('zone = "America"', 'zone: there is no time zone "America"; '),
        ('zone = "../../etc/passwd"', 'zone: there is no time zone "../../etc/passwd"; '),
        ('zone = ""', 'zone: there is no time zone ""; '),
        ('chat = "irc"', 'chat: "irc" is not known; write one of terminal, slack, discord'),
        ('templates = "none"', 'templates: there is no folder "none"; make it, or leave the key out'),
        ('data = ""', "data: is missing or empty; "),
        ('data = "heard.toml"', "data: this is a file; write the path of a folder"),
        ('tick = "0s"', "tick: 0m is too short; write 1s or more"),
        ('tick = "61s"', "tick: 1m1s is too long; write 1m or less"),
        ('log = "info"', 'log: "info" is no table; write a section [log]'),
        ("data = { a = 1 }", "data: a table is no text; write it in quotes"),
    ],
)
def test_a_bad_value_at_the_top_is_refused_with_what_to_write(faults, top, fault):
    (told,) = faults("", top)
    assert told.startswith(fault)


def test_a_wrong_value_is_repeated_on_one_line_and_clipped(faults):
    (told,) = faults("", 'language = "' + "\\n" + "x" * 500 + '"')
    assert len(told) < 120


@pytest.mark.parametrize("length", ["12h1m", "13h", "1d"])
def test_no_first_contact_is_later_than_twelve_hours_004_08_004_10(faults, length):
    (told,) = faults(f'[clocks]\nfirst_contact = "{length}"')
    assert re.match(r"clocks.first_contact: \S+ is too long; write 12h or less", told)
    (told,) = faults(f'[channels.forum]\nfirst_contact = "{length}"')
    assert re.match(r"channels.forum.first_contact: \S+ is too long; write 12h or less", told)


def test_facebook_may_take_the_twelve_hours_004_08(load):
    assert load('[channels.facebook]\nfirst_contact = "12h"').plan.first_contact("facebook") == 12 * HOUR


def test_x_is_answered_in_less_than_twelve_hours_004_09(faults, load):
    (told,) = faults('[channels.x]\nfirst_contact = "12h"')
    assert told.startswith("channels.x.first_contact: 12h is too long for X")
    assert load('[channels.x]\nfirst_contact = "11h59m"').plan.first_contact("x") == 12 * HOUR - MINUTE


@given(st.integers(1, 12 * 60 * 60))
def test_lengths_of_time_are_read_as_they_are_spoken(seconds):
    length = timedelta(seconds=seconds)
    reading = Reading("f", File)
    assert reading.struct(File(), {"tick": spoken(length)}).tick == length


# The committee and the feeds --------------------------------------------------------------------


def test_a_committee_needs_somebody_001_04(faults):
    (told,) = faults("", "", 'brand = "x"')
    assert told == "committee: nobody is on it; write a section [[committee]] with id, name and roles"
    (told,) = faults('[slack]\nusergroup = "S1"', "", 'brand = "x"')  # Only in the chat that has the group.
    assert told.startswith("committee: nobody is on it; ")


def test_a_member_without_a_name_is_called_by_the_id(load):
    assert load('[[committee]]\nid = "rui"\nname = " "\nroles = ["lead"]').plan.committee[1].name == "rui"


@pytest.mark.parametrize(
    ("second", "fault"),
    [
        ('id = "ana"\nname = "A"\nroles = ["lead"]', 'committee 2, id: "ana" is taken by committee 1; write another'),
        ('id = "Rui"\nname = "R"\nroles = ["lead"]', "committee 2, id: is no short name; "),
        ('id = "rui souza"\nname = "R"\nroles = ["lead"]', "committee 2, id: is no short name; "),
        ('id = 5\nname = "R"\nroles = ["lead"]', "committee 2, id: 5 is no text; write it in quotes"),
        ('name = "R"\nroles = ["lead"]', "committee 2, id: is missing or empty; "),
        ('id = "rui"\nname = "R\\u202e"\nroles = ["lead"]', "committee 2, name: is too long or holds odd characters; "),
        ('id = "rui"\nname = "R"', "committee 2, roles: is missing or empty; write one or more of community-manager"),
        (
            'id = "rui"\nname = "R"\nroles = ["Lead"]',
            'committee 2, roles 1: "Lead" is not known; did you mean "lead"?',
        ),
        (
            'id = "rui"\nname = "R"\nroles = ["lead"]\naccounts = { slak = "U" }',
            "committee 2, accounts.slak: there is no such chat; write one of slack, discord, terminal",
        ),
        (
            'id = "rui"\nname = "R"\nroles = ["lead"]\naccounts = { slack = "" }',
            "committee 2, accounts.slack: is empty; ",
        ),
        (
            'id = "rui"\nname = "R"\nroles = ["lead"]\ntrained_on = "March"',
            'committee 2, trained_on: "March" is no date; write year, month and day',
        ),
    ],
)
def test_a_member_is_whole_and_told_apart_from_the_others(faults, second, fault):
    (told,) = faults(f"[[committee]]\n{second}")
    assert told.startswith(fault)


@pytest.mark.parametrize("said", ["2026-03-01", '"2026-03-01"'])
def test_a_member_may_say_since_when_they_are_trained(load, said):
    """Rule 004-24."""
    plan = load(f'[[committee]]\nid = "rui"\nroles = ["lead"]\ntrained_on = {said}').plan
    assert [member.trained_on for member in plan.committee] == [None, date(2026, 3, 1)]


def test_one_pair_of_brackets_is_not_enough_for_members(faults):
    (told,) = faults("", "", 'brand = "x"\n[committee]\nid = "ana"')
    assert told == "committee: a table is no list; write [[committee]], in two pairs of brackets, once for each"


def test_an_account_belongs_to_one_member(faults, load):
    rui = '[[committee]]\nid = "rui"\nname = "R"\nroles = ["lead"]\naccounts = { slack = "U1" }\n'
    eva = rui.replace("rui", "eva")
    (told,) = faults(rui + eva)
    assert told == "committee 3, accounts.slack: this account is committee 2's too; give each member their own"
    load(rui + eva.replace("slack", "terminal"))


FEED = '[[feeds]]\nname = "alerts"\nurl = "https://example.com/f"\nchannel = "blog"\n'


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("https:", "ftp:", "feeds 1, url: is no address of a feed; "),
        ("https://example.com/f", "", "feeds 1, url: is no address of a feed; "),
        ("https://example.com/f", "https://ana:hunter2@example.com/f", "feeds 1, url: is no address of a feed; "),
        ('"alerts"', '"Our alerts"', "feeds 1, name: is no short name; "),
        ('name = "alerts"', "", "feeds 1, name: is missing or empty; "),
        ('channel = "blog"', "", "feeds 1, channel: is missing or empty; "),
        ('"blog"', '"twitter"', 'feeds 1, channel: Twitter is called X here; write "x"'),
        ('"blog"', '"blog"\nkind = "news"', 'feeds 1, kind: "news" is not known; write one of complaint, question'),
        ('"blog"', '"blog"\nevery = "1s"', "feeds 1, every: 1s is too short; write 1m or more"),
        ('"blog"', '"blog"\nevery = "25h"', "feeds 1, every: 25h is too long; write 24h or less"),
        ('"blog"', '"blog"\nallow_private = 1', "feeds 1, allow_private: 1 is neither true nor false; "),
    ],
)
def test_a_feed_is_whole_and_its_address_is_never_repeated(faults, old, new, fault):
    (told,) = faults(FEED.replace(old, new))
    assert told.startswith(fault)
    assert "hunter2" not in told


def test_feeds_have_names_of_their_own(faults):
    assert faults(FEED + FEED) == ['feeds 2, name: "alerts" is taken by feeds 1; write another']


# The environment --------------------------------------------------------------------------------


def test_the_environment_wins_over_the_file(load, tmp_path):
    settings = load(
        '[log]\nlevel = "error"',
        HEARD_LANGUAGE="pl",
        HEARD_DATA="cases",
        HEARD_LOG__LEVEL="debug",
        HEARD_CLOCKS__CLAIM="10m",
        HEARD_CLOCKS__SOFT_MOST="7",
        HEARD_CALENDAR__QUIET_DAYS_OFF="No",
        HEARD_CALENDAR__OPENS="07:30",
        HEARD_CLOSING__WRAP_UP="off",
        HEARD_CHANNELS__X__FIRST_CONTACT="1h",
        HEARD_CHANNELS__GOOGLE_PLAY__LONGEST="350",
    )
    plan = settings.plan
    assert (plan.language, settings.data, settings.log.level) == ("pl", tmp_path / "cases", LogLevel.DEBUG)
    assert (plan.clocks.claim, plan.clocks.soft_most) == (10 * MINUTE, 7)
    assert (plan.hours.quiet_days_off, plan.hours.opens) == (False, time(7, 30))
    assert plan.closing[Step.WRAP_UP] is Need.OFF
    assert plan.channels["x"] == Channel(HOUR)
    assert plan.channels["google-play"] == Channel(None, 350)


@pytest.mark.parametrize(
    ("variable", "value", "fault"),
    [
        ("HEARD_LANGAUGE", "pt", "HEARD_LANGAUGE: there is no such setting; did you mean HEARD_LANGUAGE?"),
        ("HEARD_LOG_LEVEL", "info", "HEARD_LOG_LEVEL: there is no such setting; did you mean HEARD_LOG__LEVEL?"),
        ("HEARD_", "x", "HEARD_: there is no such setting; remove it"),
        ("HEARD_TICK__X", "x", "HEARD_TICK__X: there is no such setting; "),
        ("HEARD_LOG", "info", "HEARD_LOG: is more than a single value; write lists and sections in the file"),
        ("HEARD_CHANNELS__X", "2h", "HEARD_CHANNELS__X: is more than a single value; "),
        ("HEARD_POWERS__LEGAL", "help", "HEARD_POWERS__LEGAL: is more than a single value; "),
        ("HEARD_COMMITTEE__1__ID", "ana", "HEARD_COMMITTEE__1__ID: is part of a list; write lists in the file"),
        ("HEARD_LOG__LEVEL", "loud", 'HEARD_LOG__LEVEL: "loud" is not known; '),
        ("HEARD_ZONE", "Mars", 'HEARD_ZONE: there is no time zone "Mars"; '),
        ("HEARD_CLOCKS__SOFT_MOST", "five", 'HEARD_CLOCKS__SOFT_MOST: "five" is no whole number; '),
        ("HEARD_CLOCKS__CLAIM", "99d", "HEARD_CLOCKS__CLAIM: 99d is too long; "),
        ("HEARD_CALENDAR__QUIET_DAYS_OFF", "maybe", 'HEARD_CALENDAR__QUIET_DAYS_OFF: "maybe" is neither true'),
        ("HEARD_CHANNELS__X__FIRST_CONTACT__Y", "1h", "HEARD_CHANNELS__X__FIRST_CONTACT__Y: there is no such setting"),
    ],
)
def test_a_fault_of_the_environment_names_its_variable(faults, variable, value, fault):
    (told,) = faults(**{variable: value})
    assert told.startswith(fault)


def test_variables_of_others_and_empty_ones_are_left_alone(load):
    settings = load(
        HEARD_LANGUAGE="",
        HEARD_CONFIG="heard.toml",
        HEARD_SERVICE_HOST="10.0.0.1",
        HEARD_PORT_80_TCP="tcp://10.0.0.1:80",
        PATH="/bin",
        LANGUAGE="xx",
    )
    assert settings.plan.language == "pt"


def test_a_variable_over_a_wrong_table_leaves_the_fault_to_the_file(faults):
    assert faults("", 'log = "info"', HEARD_LOG__LEVEL="debug") == [
        'log: "info" is no table; write a section [log]',
    ]


def test_a_value_may_stand_in_a_file_of_its_own(load, tmp_path):
    (tmp_path / "language").write_bytes(b"pl\r\n")
    assert load(HEARD_LANGUAGE_FILE=str(tmp_path / "language")).plan.language == "pl"


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("hunter2", r"HEARD_LANGUAGE_FILE: its file cannot be read \(No such file or directory\); write"),
        ("folder", r"HEARD_LANGUAGE_FILE: its file cannot be read \(Is a directory\); write"),
        ("latin", "HEARD_LANGUAGE_FILE: its file is no UTF-8 text; write"),
        ("long", "HEARD_LANGUAGE_FILE: its file is too long; write"),
        ("nul\0", "HEARD_LANGUAGE_FILE: its file is no UTF-8 text; write"),
        ("wrong", "HEARD_LANGUAGE_FILE: Heard does not speak this; write one of en, es, pl, pt"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_by_its_variable_alone(faults, tmp_path, name, fault):
    (tmp_path / "folder").mkdir()
    (tmp_path / "latin").write_bytes(b"\xe9")
    (tmp_path / "long").write_bytes(b"x" * 70_000)
    (tmp_path / "wrong").write_text("hunter2")
    (told,) = faults(HEARD_LANGUAGE_FILE=str(tmp_path / name))
    assert re.match(fault, told)
    assert "hunter2" not in told
    assert str(tmp_path) not in told


def test_a_setting_is_said_by_one_variable(faults, tmp_path):
    (tmp_path / "language").write_text("pl")
    assert faults(HEARD_LANGUAGE="pl", HEARD_LANGUAGE_FILE=str(tmp_path / "language")) == [
        "HEARD_LANGUAGE_FILE: says the same setting as HEARD_LANGUAGE; set one of the two"
    ]


# Secrets ----------------------------------------------------------------------------------------


class Room(msgspec.Struct, frozen=True):
    token: Secret = Secret("")


class Rooms(msgspec.Struct, frozen=True):
    slack: Room = Room()


def test_a_secret_is_never_shown():
    secret = Secret("xoxb-hunter2")
    room = Room(secret)
    shown = [repr(secret), str(secret), f"{secret}", f"{secret:>30}", "%s %r" % (secret, secret), repr(room), f"{room}"]
    assert not [each for each in shown if "hunter2" in each]
    assert secret.reveal() == "xoxb-hunter2"


@pytest.mark.parametrize("write", [pickle.dumps, copy.deepcopy, json.dumps, msgspec.json.encode])
def test_a_secret_is_never_written_down(write):
    with pytest.raises((TypeError, pickle.PicklingError)) as error:
        write(Secret("xoxb-hunter2"))
    assert "hunter2" not in str(error.value)


def test_secrets_compare_by_what_they_hold():
    assert Secret("a") == Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a")}) == 1
    assert Secret("a")
    assert not Secret("")


def rooms(tree: dict[str, Any], **environ: str) -> tuple[Rooms, tuple[str, ...]]:
    reading = Reading("heard.toml", Rooms)
    overlay(tree, environ, reading)
    return reading.struct(Rooms(), tree), reading.faults


def test_a_secret_is_read_from_a_file_of_its_own(tmp_path):
    (tmp_path / "token").write_text("xoxb-hunter2\n")
    read, faults = rooms({}, HEARD_SLACK__TOKEN_FILE=str(tmp_path / "token"))
    assert read.slack.token.reveal() == "xoxb-hunter2"
    assert not faults


@pytest.mark.parametrize("said", ["xoxb-hunter2 xoxb-hunter3", 5, ["hunter2"], {"hunter2": 1}])
def test_a_wrong_secret_is_refused_without_repeating_it(said):
    _, faults = rooms({"slack": {"token": said}})
    assert faults == ("heard.toml: slack.token: this is no token; write it in quotes, whole and without spaces",)


def test_a_wrong_secret_of_the_environment_is_not_repeated_either():
    _, faults = rooms({}, HEARD_SLACK__TOKEN="xoxb hunter2")
    assert faults == ("HEARD_SLACK__TOKEN: this is no token; write it in quotes, whole and without spaces",)


# The door ---------------------------------------------------------------------------------------

HOOK = '[[hooks]]\nname = "mention"\ntoken = "a-token-of-our-own"\n'


def test_a_door_and_its_hooks(load):
    settings = load(
        """
[door]
host = "0.0.0.0"
port = 9000
enabled = true
[[hooks]]
name = "mention"
channel = "forum"
kind = "question"
secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
items = "data.mentions"
fields = { text = "body", author = "author.name" }
"""
    )
    assert settings.door == DoorSettings("0.0.0.0", 9000, True)
    (hook,) = settings.hooks
    assert hook == HookSettings(
        "mention",
        "forum",
        Kind.QUESTION,
        secret=Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
        items="data.mentions",
        fields=HookFields("body", "author.name"),
    )
    assert "MfKQ" not in repr(settings)


def test_the_doors_port_comes_from_the_environment_too(load):
    assert load(HEARD_DOOR__PORT="9000", HEARD_DOOR__ENABLED="yes").door == DoorSettings(port=9000, enabled=True)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('token = "a-token-of-our-own"', "", "hooks 1: has neither secret nor token, so that anybody could bring comp"),
        ("a-token-of-our-own", "hunter2", "hooks 1, token: can be guessed; write at least 16"),
        ("a-token-of-our-own", "a-token-of-your-öwn", "hooks 1, token: can be guessed; write at least 16"),
        ("token =", "secret =", "hooks 1, secret: is no signing secret; copy it from the tool; it begins with"),
        (
            'token = "',
            'secret = "whsec_',
            "hooks 1, secret: is no signing secret; copy it from the tool; it begins with",
        ),
        ('"mention"', '"Mention"', "hooks 1, name: is no short name; "),
        ('"mention"', '"mention"\nkind = "news"', 'hooks 1, kind: "news" is not known; '),
        ('"mention"', '"mention"\nchannel = "twitter"', 'hooks 1, channel: Twitter is called X here; write "x"'),
        ('"mention"', '"mention"\nitems = "a..b"', 'hooks 1, items: "a..b" is no path; write the names from'),
        ('"mention"', '"mention"\nfields = { text = "" }', "hooks 1, fields.text: is empty; "),
        (
            '"mention"',
            '"mention"\nfields = { txt = "a" }',
            'hooks 1, fields.txt: there is no such key; did you mean "te',
        ),
        ('"mention"', '"mention"\nfields = { author = "text.by" }', "hooks 1, fields: text.by leads through a value; "),
        (
            '"mention"',
            '"mention"\nfields = { text = "a.b", author = "a.0" }',
            "hooks 1, fields: is a list for one path",
        ),
    ],
)
def test_a_hook_that_cannot_be_used_is_refused_and_its_secret_not_repeated(faults, old, new, fault):
    (line,) = faults(HOOK.replace(old, new))
    assert line.startswith(fault)
    assert "-our-" not in line
    assert "hunter2" not in line


def test_the_secrets_of_hooks_come_from_variables_or_files_that_are_named(load, faults, tmp_path):
    (tmp_path / "token").write_text("a-token-of-our-own\n")
    named = HOOK.replace("a-token-of-our-own", "$MENTION_TOKEN")
    for environ in ({"MENTION_TOKEN": "a-token-of-our-own"}, {"MENTION_TOKEN_FILE": str(tmp_path / "token")}):
        assert load(named, **environ).hooks == load(HOOK).hooks
    missing = "hooks 1, token: names a variable that is not set; set it, or the one with _FILE behind it to a file that"
    assert [line[: len(missing)] for line in faults(named)] == [missing]
    assert faults(named, MENTION_TOKEN="x" * 20, MENTION_TOKEN_FILE="y") == [
        "hooks 1, token: is said by MENTION_TOKEN and by MENTION_TOKEN_FILE; set one of the two"
    ]
    assert faults(named, MENTION_TOKEN="hunter2")[0].startswith("hooks 1, token: can be guessed")


@pytest.mark.parametrize("said", ["port = 0", "port = 65536", 'host = ""', 'host = "http://x/"'])
def test_a_door_that_cannot_be_opened_is_refused(faults, said):
    (line,) = faults(f"[door]\n{said}")
    assert line.startswith(f"door.{said.split()[0]}: ")


def test_hooks_behind_a_closed_door_are_a_warning_004_05(load):
    closed = readiness(load(HOOK))
    assert any(line.startswith("no feed is listened to") for line in closed)
    assert any(line.startswith("tools are to bring complaints and the door is closed") for line in closed)
    opened = readiness(load(HOOK + "[door]\nenabled = true"))
    assert not [line for line in opened if "listened" in line or "door" in line]


# Slack ------------------------------------------------------------------------------------------

SLACK = 'chat = "slack"'


def test_a_room_on_slack_in_either_mode(load):
    said = '[slack]\nbot_token = "xoxb-1"\nchannel = "C1"\n'
    settings = load(said + 'app_token = "xapp-1"', top=SLACK)
    assert settings.chat is ChatName.SLACK
    assert settings.slack == SlackSettings(Secret("xoxb-1"), Secret("xapp-1"), channel="C1")
    said += 'signing_secret = "s"\nmode = "http"\n[door]\nenabled = true'
    assert load(said, top=SLACK).slack.mode is SlackMode.HTTP


IN_SLACK = '[slack]\nbot_token = "xoxb-1"\napp_token = "xapp-1"\nchannel = "C1"\n'


def test_a_user_group_stands_in_for_the_sections_of_the_committee(load):
    settings = load(IN_SLACK + 'usergroup = "S1"', 'brand = "x"\n' + SLACK, "")
    assert settings.plan.committee == ()
    assert settings.group_roles == (Role.COMMUNITY_MANAGER,)
    settings = load(IN_SLACK + 'usergroup = "S1"\nusergroup_roles = ["service", "lead"]', SLACK)
    assert settings.group_roles == (Role.SERVICE, Role.LEAD)
    assert load('[slack]\nusergroup = "S1"').group_roles == load(IN_SLACK, SLACK).group_roles == ()


def test_nobody_on_the_committee_of_a_slack_room_is_told_of_the_user_group(faults):
    (told,) = faults(IN_SLACK, 'brand = "x"\n' + SLACK, "")
    assert told == (
        "committee: nobody is on it; write a section [[committee]] with id, name and roles, "
        "or the id of a user group, usergroup under [slack], whose people are to be on it"
    )


def test_what_a_user_group_brings_is_not_called_missing_001_05(load):
    alone = readiness(load(IN_SLACK + 'usergroup = "S1"', 'brand = "x"\n' + SLACK, ""))
    assert any(line.startswith("nobody leads") for line in alone)
    assert not [line for line in alone if line.startswith(("nobody is the first line", "one member"))]
    led = 'usergroup = "S1"\nusergroup_roles = ["lead", "service"]'
    both = readiness(load(IN_SLACK + led, SLACK))
    assert not [line for line in both if line.startswith(("nobody", "one member"))]


def test_slacks_tokens_come_from_the_environment_or_a_file(load, tmp_path):
    (tmp_path / "token").write_text("xapp-1\n")
    said = {"HEARD_SLACK__BOT_TOKEN": "xoxb-1", "HEARD_SLACK__APP_TOKEN_FILE": str(tmp_path / "token")}
    slack = load('[slack]\nchannel = "C1"', top=SLACK, **said).slack
    assert (slack.bot_token, slack.app_token) == (Secret("xoxb-1"), Secret("xapp-1"))


def test_what_slack_needs_and_lacks_is_told(faults):
    assert faults("", SLACK) == [
        "slack.channel: is missing or empty; open the channel's details in Slack and copy its id, such as C0123ABCD",
        "slack.bot_token: is missing; set HEARD_SLACK__BOT_TOKEN, or HEARD_SLACK__BOT_TOKEN_FILE to a file that holds it",
        "slack.app_token: is missing; set HEARD_SLACK__APP_TOKEN, or HEARD_SLACK__APP_TOKEN_FILE to a file that holds it",
    ]
    *_, signing, door = faults('[slack]\nmode = "http"', SLACK)
    assert signing.startswith("slack.signing_secret: is missing")
    assert door == "door.enabled: Slack comes through the door in HTTP mode; write enabled = true in [door]"


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        (
            'bot_token = "xapp-9secret"',
            "slack.bot_token: is another kind of token; copy the one that begins with xoxb-",
        ),
        (
            'app_token = "xoxb-9secret"',
            "slack.app_token: is another kind of token; copy the one that begins with xapp-",
        ),
        ('channel = "#crisis"', 'slack.channel: "#crisis" is no id; copy the id, such as C0123ABCD'),
        ('usergroup = "@crisis"', 'slack.usergroup: "@crisis" is no id; copy the id, such as S0123ABCD'),
        (
            "usergroup_roles = []\nusergroup = 'S1'",
            "slack.usergroup_roles: is empty; write one or more of " + ", ".join(Role),
        ),
        ("usergroup_roles = ['boss']", 'slack.usergroup_roles 1: "boss" is not known; write one of ' + ", ".join(Role)),
        ('command = "crisis"', 'slack.command: "crisis" is no slash command; write one such as "/crisis"'),
        (
            'api = "slack.com"',
            'slack.api: is no address of Slack\'s; write one such as "https://slack-gov.com/api/", with the slash at its end',
        ),
        ('mode = "sockets"', 'slack.mode: "sockets" is not known; did you mean "socket"?'),
    ],
)
def test_a_wrong_setting_of_slack_is_told_and_no_token_repeated(faults, said, fault):
    assert faults(f"[slack]\n{said}") == [fault]


# Discord ----------------------------------------------------------------------------------------

DISCORD = 'chat = "discord"'
IDS = 'guild = "900000000000000002"\nchannel = "900000000000000003"\n'


def test_a_room_on_discord(load):
    settings = load(f'[discord]\ntoken = "a.b.c"\nnews = "900000000000000004"\n{IDS}', top=DISCORD)
    assert settings.chat is ChatName.DISCORD
    expected = DiscordSettings(Secret("a.b.c"), "900000000000000002", "900000000000000003", "900000000000000004")
    assert settings.discord == expected
    assert settings.discord.command == "crisis"


def test_discords_token_comes_from_the_environment_or_a_file(load, tmp_path):
    assert load(f"[discord]\n{IDS}", top=DISCORD, HEARD_DISCORD__TOKEN="a.b.c").discord.token == Secret("a.b.c")
    (tmp_path / "token").write_text("d.e.f\n")
    said = {"HEARD_DISCORD__TOKEN_FILE": str(tmp_path / "token"), "HEARD_DISCORD__GUILD": "900000000000000009"}
    discord = load('[discord]\nchannel = "900000000000000003"', top=DISCORD, **said).discord
    assert (discord.token, discord.guild) == (Secret("d.e.f"), "900000000000000009")


def test_what_discord_needs_and_lacks_is_told(faults):
    token, guild, channel = faults("", DISCORD)
    assert token == (
        "discord.token: is missing; set HEARD_DISCORD__TOKEN, or HEARD_DISCORD__TOKEN_FILE to a file that holds it"
    )
    assert guild.startswith("discord.guild: is missing or empty; right-click the server")
    assert channel.startswith("discord.channel: is missing or empty; right-click the channel")


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        (
            'token = "9secret"',
            (
                "discord.token: is no bot's token; copy it from discord.com/developers, your app, Bot, Reset Token; "
                "it has two dots in it"
            ),
        ),
        (
            'guild = "Loja Aurora"',
            (
                'discord.guild: "Loja Aurora" is no id; right-click the server in Discord and choose Copy Server ID '
                "(Settings, Advanced, Developer Mode)"
            ),
        ),
        (
            'news = "#news"',
            (
                'discord.news: "#news" is no id; right-click the channel in Discord and choose Copy Channel ID '
                "(Settings, Advanced, Developer Mode)"
            ),
        ),
        (
            'command = "/crisis"',
            (
                'discord.command: "/crisis" is no name of a command; write one such as "crisis", in small letters and '
                "without the slash"
            ),
        ),
    ],
)
def test_a_wrong_setting_of_discord_is_told_and_no_token_repeated(faults, said, fault):
    assert faults(f"[discord]\n{said}") == [fault]


def test_an_account_on_discord_is_an_id_and_no_name(faults):
    rui = '[[committee]]\nid = "rui"\nname = "R"\nroles = ["lead"]\naccounts = { discord = "rui" }'
    (told,) = faults(rui)
    assert told.startswith('committee 2, accounts.discord: "rui" is no id; right-click the member in Discord')


# Anything at all --------------------------------------------------------------------------------

WORDS = st.sampled_from(
    [*get_type_hints(File), *get_type_hints(Clocks), "x", "level", "id", "accounts", "slack", "Foo\n"]
)
PLAIN = st.one_of(
    st.text(max_size=8), st.integers(), st.booleans(), st.floats(), st.dates(), st.times(), st.datetimes(), WORDS
)
ANYTHING = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4), max_leaves=12
)


@given(st.dictionaries(WORDS, ANYTHING, max_size=6))
def test_whatever_the_file_says_is_read_or_refused_on_one_line_each(tree):
    reading = Reading("f", File)
    loading.check(reading.struct(File(), tree), Path("/nowhere"), reading)
    assert all("\n" not in fault and "; " in fault for fault in reading.faults)


@given(st.dictionaries(st.from_regex(r"HEARD_[A-Z_]{0,30}", fullmatch=True), st.text(max_size=5), max_size=4))
def test_whatever_the_environment_says_is_read_or_refused_by_name(environ):
    reading = Reading("f", File)
    tree: dict[str, Any] = {}
    overlay(tree, environ, reading)
    reading.struct(File(), tree)
    assert all(fault.partition(":")[0] in environ for fault in reading.faults)


def test_keys_are_spoken_as_people_count():
    assert dotted(("committee", 2, "accounts", "slack")) == "committee 2, accounts.slack"
    assert dotted(("calendar", "days_off", 1)) == "calendar.days_off 1"


# Readiness --------------------------------------------------------------------------------------

READY = Settings(
    plan=Plan(
        "Loja Aurora",
        (ANA, Member("rui", "Rui", (Role.SERVICE,))),
        country="BR",
    ),
    feeds=(FeedSettings("alerts", "https://example.com/f", "blog"),),
)


def unready(settings: Settings = READY, **changes: Any) -> tuple[str, ...]:
    plan = msgspec.structs.replace(settings.plan, **changes)
    return readiness(msgspec.structs.replace(settings, plan=plan))


def test_a_complete_plan_is_ready_001_01():
    assert unready() == ()


def members(*roles: Role) -> tuple[Member, ...]:
    return tuple(Member(f"m{n}", "M", (role,)) for n, role in enumerate(roles))


@pytest.mark.parametrize(
    ("committee", "warnings"),
    [
        (members(Role.LEAD, Role.SERVICE), ["nobody is the first line"]),  # 004-03
        (members(Role.LEAD, Role.COMMUNITY_MANAGER), ["nobody is from customer service"]),
        (members(Role.EXECUTIVE, Role.COMMUNITY_MANAGER, Role.SERVICE), ["nobody leads"]),
        (members(Role.COMMUNITY_MANAGER, Role.SERVICE), ["nobody leads", "nobody has the power to decide"]),
        (
            members(Role.LEGAL),
            [
                "nobody leads",
                "nobody has the power to decide",
                "nobody is the first",
                "nobody is from customer",
                "nobody has the power to answer",
                "one member",
            ],
        ),
    ],
)
def test_an_empty_seat_of_the_committee_is_a_warning_001_05_004_03(committee, warnings):
    told = unready(committee=committee)
    assert len(told) == len(warnings)
    assert all(line.startswith(start) for line, start in zip(told, warnings, strict=True))


def test_a_committee_of_one_is_a_warning_and_no_refusal_003_01(load):
    assert any(line.startswith("one member does everything") for line in readiness(load()))


def test_nobody_listening_is_a_warning_004_05():
    silent = msgspec.structs.replace(READY, feeds=())
    assert readiness(silent)[0].startswith("no feed is listened to")
    sector = msgspec.structs.replace(READY, feeds=(FeedSettings("a", "u", "blog", FeedKind.SECTOR, 9 * HOUR),))
    (told,) = readiness(sector)
    assert told.startswith("every feed brings news of the sector")


def test_a_feed_asked_too_seldom_for_its_channel_is_a_warning_004_09():
    seldom = msgspec.structs.replace(READY, feeds=(FeedSettings("a", "u", "x", every=90 * MINUTE),))
    assert readiness(seldom) == (
        "feed a is asked every 1h30m while x expects an answer within 2h: write a shorter every",
    )


@pytest.mark.parametrize(
    ("clocks", "warning"),
    [
        (Clocks(resolution=25 * HOUR), "customers wait 25h for a resolution"),  # 004-21
        (Clocks(facts=23 * HOUR, resolution=22 * HOUR), "the facts are due after the resolution"),
        (Clocks(claim=3 * HOUR), "on x the first answer is due in 2h"),
    ],
)
def test_clocks_that_customers_would_not_bear_are_a_warning_004_10_004_21(clocks, warning):
    (told,) = unready(clocks=clocks)
    assert told.startswith(warning)


@pytest.mark.parametrize(
    ("hours", "warnings"),
    [
        (Hours(digest=time(7, 59)), 1),
        (Hours(digest=time(8)), 0),
        (Hours(digest=time(23)), 1),
        (Hours(quiet_from=time(12), quiet_to=time(13), digest=time(12, 30)), 1),
        (Hours(quiet_from=time(8), quiet_to=time(8), digest=time(8)), 0),
        (Hours(opens=time(7)), 1),
    ],
)
def test_a_digest_or_an_opening_in_quiet_hours_is_a_warning(hours, warnings):
    assert len(unready(hours=hours)) == warnings


def test_holidays_nobody_named_and_a_closing_list_without_steps_are_warnings():
    (told,) = unready(country="")
    assert told.startswith("no country is named")
    (told,) = unready(closing=dict.fromkeys(Step, Need.OFF))
    assert told.startswith("every closing step is off")


def test_each_warning_says_what_to_write():
    told = unready(committee=members(Role.LEGAL), country="", clocks=Clocks(resolution=99 * HOUR))
    assert all(": " in line and "\n" not in line for line in told)


def test_settings_without_a_country_never_load_the_holidays():
    code = f"""
import sys; from pathlib import Path; from bot.config.loading import load
load(Path({str(EXAMPLE)!r}), {{}}); print('holidays' in sys.modules)"""
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


# Phrases of the committee


def test_phrases_of_the_committee_are_read(load):
    plan = load('[phrases.pt]\ninsult = ["cara de pau"]\nfine = ["calma que a gente resolve"]').plan
    assert plan.phrases == {"pt": OwnPhrases(insult=("cara de pau",), fine=("calma que a gente resolve",))}


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ('[phrases.de]\ninsult = ["Idiot"]', "Heard does not read it; write one of"),
        ('[phrases.pt]\ninsult = ["a*"]', '"a*" is no phrase; write words as people type them'),
        ('[phrases.pt]\ninsult = ["{data} do CPF"]', "is no phrase; write words as people type them"),
        ('[phrases.pt]\nfine = ["' + "bla " * 30 + '"]', "is no phrase; write words as people type them, 80"),
        ('[phrases.pt]\nrude = ["palavra"]', "phrases.pt.rude"),
    ],
)
def test_what_is_no_phrase_is_refused_by_its_place(faults, said, fault):
    (told,) = faults(said)
    assert fault in told
