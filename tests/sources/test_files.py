"""Files of complaints: tables, JSON Lines and saved feeds, whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.sources.files import BadFile, read_bytes, read_file
from bot.core.complaint import Complaint, Kind, key_of
from bot.core.links import canonical

NOW = datetime(2026, 8, 24, 12, 0, tzinfo=UTC)
LISBON = ZoneInfo("Europe/Lisbon")


def csv(text: str | bytes, **more) -> tuple[Complaint, ...]:
    data = text.encode() if isinstance(text, str) else text
    return read_bytes(data, "csv", **{"clock": lambda: NOW, "name": "import.csv"} | more)


def jsonl(*rows: object, **more) -> tuple[Complaint, ...]:
    data = "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows).encode()
    return read_bytes(data, "jsonl", **{"clock": lambda: NOW, "name": "import.jsonl"} | more)


def why(read: Callable[[], object]) -> str:
    with pytest.raises(BadFile) as bad:
        read()
    return str(bad.value)


# Tables


def test_a_table_becomes_complaints_oldest_first() -> None:
    later, earlier = (
        "text,author,channel,link,posted,kind\nSecond,@ana,x,https://x.com/ana/status/2,2026-08-24T10:00:00Z,question\n"
        "First,Rui,Facebook,,2026-08-23 09:30,\n"
    ).split("\n", 2)[1:]
    first, second = csv(f"text,author,channel,link,posted,kind\n{later}\n{earlier}")
    assert (first.text, first.author, first.channel, first.kind) == ("First", "Rui", "facebook", Kind.COMPLAINT)
    assert first.posted_at == datetime(2026, 8, 23, 9, 30, tzinfo=UTC)
    assert (second.link, second.kind, second.source) == ("https://x.com/ana/status/2", Kind.QUESTION, "import.csv")
    assert second.key == key_of("link", canonical("https://twitter.com/Ana/status/2"))


@pytest.mark.parametrize(
    "heading",
    [
        "text;author;channel;link;posted;kind",
        "Reclamação;Autor;Canal;Ligação;Data;Tipo",
        "MENSAGEM;cliente;rede social;URL;Publicado em;tipo",
        "Mensaje;Usuario;Red social;Enlace;Fecha y hora;Tipo",
        "Treść;Użytkownik;Kanał;Link;Data i godzina;Rodzaj",
        " Text ;User name;Network;Permalink;Created_at;TYPE",
    ],
)
def test_a_heading_is_understood_in_four_languages(heading: str) -> None:
    row = "Não chegou;Ana;facebook;https://facebook.com/1;24/08/2026 10:00;pergunta"
    one = csv(f"{heading}\n{row}")[0]
    assert (one.text, one.author, one.channel, one.link) == ("Não chegou", "Ana", "facebook", "https://facebook.com/1")
    assert (one.posted_at, one.kind) == (datetime(2026, 8, 24, 10, 0, tzinfo=UTC), Kind.QUESTION)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_heading_tells_the_delimiter_whatever_the_texts_hold(delimiter: str) -> None:
    text = "vírgula, ponto; e\ttab"
    one = csv(f'text{delimiter}author\n"{text}"{delimiter}Ana\n')[0]
    assert (one.text, one.author) == ("vírgula, ponto; e tab", "Ana")


def test_a_table_of_one_column_needs_no_delimiter() -> None:
    assert [one.text for one in csv("texto\nNão chegou\nVeio partido\n")] == ["Não chegou", "Veio partido"]


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8", "Não chegou, żółć 👩‍👩‍👧"),
        ("utf-8-sig", "Não chegou, żółć"),
        ("utf-16", "Não chegou, żółć"),
        ("cp1252", "Não “chegou” – 10 €, coração"),
        ("latin-1", "Não chegou, coração à venda ¿qué?"),
        ("cp1250", "Paczka nie dotarła, dzwoniłam już pięć razy"),
    ],
)
def test_a_table_is_read_in_the_encodings_that_spreadsheets_write(encoding: str, text: str) -> None:
    assert csv(f"text;author\n{text};Ana\n".encode(encoding))[0].text == text


def test_a_column_of_another_name_can_be_named() -> None:
    one = csv("text,Relato\nignored,Não chegou\n", columns={"text": "Relato"})[0]
    assert one.text == "Não chegou"


def test_a_column_can_be_left_out() -> None:
    assert csv("text,type\nNão chegou,social\n", columns={"kind": ""})[0].kind is Kind.COMPLAINT


def test_a_text_of_several_lines_is_one_complaint_and_later_lines_keep_their_numbers() -> None:
    table = 'text,kind\n"um\ndois\r\ntrês",\n\nquatro,nonsense\n'
    assert csv(table.replace("nonsense", ""))[0].text == "um\ndois\ntrês"
    assert why(lambda: csv(table)).startswith("import.csv: line 6: 'nonsense' is no kind")


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("text,author\nok,Ana\n ,Rui\n", "import.csv: line 3: the text is missing"),
        ("text,author\nok,Ana\n\u200b\u202e,Rui\n", "import.csv: line 3: the text is missing"),
        (
            "text,posted\nok,08/24/2026\n",
            "import.csv: line 2: '08/24/2026' is no date: 2026-08-24 10:00 or 24/08/2026 10:00",
        ),
        ("text,posted\nok,soon\n", "'soon' is no date"),
        ("text,posted\nok,31/02/2026\n", "'31/02/2026' is no date"),
        ("text,posted\nok,0001-01-01T00:00:00+14:00\n", "is no date"),
        ("text,posted\nok,2027-01-01\n", "line 2: '2027-01-01' lies in the future"),
        ("text,link\nok,www.example.com\n", "line 2: 'www.example.com' is no web link"),
        ("text,link\nok,javascript:alert(1)\n", "is no web link"),
        ("text,author\nok,Ana,extra\n", "line 2: 3 cells for 2 columns; a text with ',' in it needs quotes"),
        ('text,author\nok,Ana\n"open,Rui\n', "import.csv: line 3: "),
        ('text,author\n"a"b,Ana\n', "import.csv: line 2: "),
        (
            "author,posted\nAna,\n",
            "import.csv: line 1: no column is called 'text' or the like, only 'author', 'posted'",
        ),
        ("", "import.csv: the file is empty"),
        ("\n\n", "import.csv: the file is empty"),
        (f"text\n{'x' * 200_000}\n", "import.csv: line 2: field larger than field limit"),
    ],
)
def test_a_table_with_a_fault_is_refused_whole_and_the_line_is_named(table: str, said: str) -> None:
    assert said in why(lambda: csv(table))


def test_a_named_column_that_is_not_there_is_told_with_those_that_are() -> None:
    assert "there is no column 'Relato', only 'text', 'author'" in why(
        lambda: csv("text,author\na,b\n", columns={"text": "Relato"})
    )
    assert "'body' is none of our columns" in why(lambda: csv("text\na\n", columns={"body": "text"}))


def test_a_short_row_leaves_the_rest_empty_and_a_heading_alone_is_no_complaint() -> None:
    assert csv("text,author,link\nok\n")[0].author == ""
    assert csv("text,author\n") == ()


# JSON Lines


def test_json_lines_have_the_same_names() -> None:
    one, two = jsonl(
        {"text": "Um", "posted": "2026-08-24T09:00:00Z"},
        "",
        {"treść": "Dwa", "autor": None, "link": "https://x.com/a/status/1"},
    )
    assert (one.text, two.text, two.author, two.channel) == ("Um", "Dwa", "", "x")


def test_json_lines_may_hold_line_separators_of_unicode() -> None:
    assert len(jsonl('{"text": "um\u2028dois\u0085"}', '{"text": "três"}')) == 2


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{not json", "import.jsonl: line 2: JSON is malformed"),
        ("[1, 2]", "import.jsonl: line 2: Expected `object`, got `array`"),
        ('{"text": 7}', "import.jsonl: line 2: text has to be a text in quotes"),
        ('{"text": "a", "author": ["b"]}', "import.jsonl: line 2: author has to be a text in quotes"),
        ('{"author": "Ana"}', "import.jsonl: line 2: no column is called 'text' or the like, only 'author'"),
        ('{"text": ""}', "import.jsonl: line 2: the text is missing"),
        ("{}", "import.jsonl: line 2: no column is called 'text' or the like, only nothing"),
        ("[" * 100_000, "import.jsonl: line 2: "),
    ],
)
def test_a_bad_line_is_named_and_nothing_is_taken(line: str, said: str) -> None:
    assert said in why(lambda: jsonl({"text": "good"}, line, {"text": "good"}))


def test_a_named_column_that_a_line_does_not_have_is_only_missed_for_the_text() -> None:
    one, _ = jsonl({"text": "a", "por": "Ana"}, {"text": "b"}, columns={"author": "por"})
    assert one.author == "Ana"
    assert "there is no column 'relato'" in why(lambda: jsonl({"text": "a"}, columns={"text": "relato"}))


# Saved feeds


@pytest.mark.parametrize("suffix", ["atom", "rss", "xml", ".XML"])
def test_002_02_a_saved_google_alert_gives_the_same_complaints_as_the_polled_one(
    sample: Callable[[str], bytes], suffix: str
) -> None:
    found = read_bytes(sample("google_alerts.atom"), suffix, clock=lambda: NOW, name="alerts.atom")
    assert [one.channel for one in found] == ["forum", "reclameaqui", "blog"]
    assert found[2].key == key_of("link", canonical("https://diariodaana.blogspot.com/2026/08/acme-inundou.html"))


def test_a_saved_feed_that_breaks_off_is_refused_whole(sample: Callable[[str], bytes]) -> None:
    cut = sample("google_alerts.atom")[:-400]
    assert (
        why(lambda: read_bytes(cut, "atom", clock=lambda: NOW, name="a.atom"))
        == "a.atom: the feed breaks off, its end is missing"
    )


def test_a_file_that_is_no_feed_is_told_by_its_name() -> None:
    assert (
        why(lambda: read_bytes(b"<html></html>", "xml", clock=lambda: NOW, name="a.xml"))
        == "a.xml: a web page, no feed"
    )


# All formats


@pytest.mark.parametrize(
    ("written", "posted"),
    [
        ("2026-08-24T10:00:00+02:00", datetime(2026, 8, 24, 8, 0, tzinfo=UTC)),
        ("2026-08-24T10:00:00Z", datetime(2026, 8, 24, 10, 0, tzinfo=UTC)),
        ("2026-08-24 10:00", datetime(2026, 8, 24, 9, 0, tzinfo=UTC)),
        ("24/08/2026 10:00", datetime(2026, 8, 24, 9, 0, tzinfo=UTC)),
        ("24.08.2026, 10:00:30", datetime(2026, 8, 24, 9, 0, 30, tzinfo=UTC)),
        ("5/8/2026", datetime(2026, 8, 4, 23, 0, tzinfo=UTC)),
        ("2026-01-05", datetime(2026, 1, 5, 0, 0, tzinfo=UTC)),
        ("24/08/2026 13:04", NOW),
        ("", NOW),
    ],
)
def test_004_21_a_time_without_a_zone_is_the_committees(written: str, posted: datetime) -> None:
    assert csv(f'text,posted\nok,"{written}"\n', zone=LISBON)[0].posted_at == posted


def test_the_same_complaint_twice_in_a_file_is_one() -> None:
    table = (
        "text,author,channel,link,posted\n"
        "Não chegou,Ana,x,,24/08/2026 10:00\nNÃO  chegou,@ana,X,,24/08/2026 11:00\n"
        "a,,,https://twitter.com/Ana/status/1,\nb,,,https://x.com/i/web/status/1?s=20,\n"
    )
    assert len(csv(table)) == 2


def test_another_day_author_or_channel_is_another_complaint() -> None:
    rows = [
        "a,Ana,x,24/08/2026",
        "a,Ana,x,23/08/2026",
        "a,Rui,x,24/08/2026",
        "a,Ana,facebook,24/08/2026",
        "b,Ana,x,24/08/2026",
    ]
    assert len(csv("text,author,channel,posted\n" + "\n".join(rows))) == 5


def test_a_row_without_a_date_has_the_same_key_whenever_it_is_imported() -> None:
    tomorrow = datetime(2026, 8, 25, tzinfo=UTC)
    assert csv("text\na\n")[0].key == csv("text\na\n", clock=lambda: tomorrow)[0].key


@pytest.mark.parametrize(
    ("row", "channel"),
    [
        ("a,Twitter,", "x"),
        ("a,Reclame Aqui,", "reclameaqui"),
        ("a,,https://www.instagram.com/p/1", "instagram"),
        ("a,,", "shop"),
        ("a,Mastodon,", "mastodon"),
    ],
)
def test_the_row_the_call_and_the_link_tell_the_channel_in_this_order(row: str, channel: str) -> None:
    given_channel = "" if "instagram" in row else "shop"
    assert csv(f"text,channel,link\n{row}\n", channel=given_channel)[0].channel == channel


def test_a_redirect_of_google_is_unwrapped() -> None:
    one = csv("text,link\na,https://www.google.com/url?sa=t&url=https://blog.example/1&ct=ga\n")[0]
    assert one.link == "https://blog.example/1"


def test_marks_that_turn_the_reading_direction_are_gone() -> None:
    one = csv("text,author,title\n\u202eevil\u202c,A\u200bna,T\x07x\n")[0]
    assert (one.text, one.author, one.title) == ("evil", "Ana", "Tx")


def test_an_unknown_format_is_told_with_those_that_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "complaints.xlsx"
    path.write_bytes(b"PK")
    assert why(lambda: read_file(path, clock=lambda: NOW)) == (
        "complaints.xlsx: 'xlsx' is no format that can be read: csv, jsonl, ndjson, atom, rss or xml"
    )


def test_a_file_is_read_by_its_suffix_and_a_missing_one_is_told(tmp_path: Path) -> None:
    path = tmp_path / "Queixas.CSV"
    path.write_text("texto\nNão chegou\n", encoding="utf-8")
    assert read_file(path, clock=lambda: NOW, channel="forum")[0].channel == "forum"
    assert "gone.csv: cannot be read: " in why(lambda: read_file(tmp_path / "gone.csv", clock=lambda: NOW))
    (tmp_path / "folder.csv").mkdir()
    assert "folder.csv: cannot be read: " in why(lambda: read_file(tmp_path / "folder.csv", clock=lambda: NOW))


def test_a_file_beyond_reason_is_not_read_into_memory(tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.truncate(60_000_000)
    assert "larger than 50 MB" in why(lambda: read_file(path, clock=lambda: NOW))


@settings(deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["csv", "jsonl", "xml"]))
def test_any_bytes_are_read_or_refused_and_nothing_else(data: bytes, format: str) -> None:
    heading = {"csv": b"text,posted,link,kind\n", "jsonl": b'{"text": "a"}\n', "xml": b"<feed><entry>"}[format]
    for each in (data, heading + data):
        try:
            read_bytes(each, format, clock=lambda: NOW)
        except BadFile:
            continue
