"""Whatever a customer or a member writes stays text, in every card, line and name (DESIGN, section 7)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.chats.discord.card import Look, lines_of, message
from adapters.chats.discord.text import escaped, fit, literal
from bot.core.cards import Button, Card
from bot.core.literal import safe, size
from bot.core.plan import Member, Plan, Role
from bot.core.words import Code, WebLink, Who
from tests.chats.discord.judges import judge, read, shown
from tests.chats.discord.kinds import ACCOUNTS, ANA, LIA, LINKS, cards, forms, plan

PAYLOADS = [
    # Mentions
    *(
        "@everyone",
        "@here",
        "@ everyone",
        "@@everyone",
        "<@201>",
        "<@!201>",
        "<@999>",
        "<@&1>",
        "<#1>",
        "<id:customize>",
    ),
    *("</crisis:1>", "</crisis close:123456789>", "\\<@201>", "<\\@201>", "`<@201>`", "<@\u200b201>", "<@201", "@ana"),
    # Times and emoji
    *("<t:1700000000:R>", "<t:1700000000>", "<:emoji:1>", "<a:party:123456789>", ":tada:", ":thumbsup::skin-tone-2:"),
    # Links
    *("[bank](https://evil.example)", "[bank](<https://evil.example>)", "[a][1]\n\n[1]: https://evil.example"),
    *("https://evil.example", "http://evil.example/x_y_z", "<https://evil.example>", "steam://run/1", "evil.example"),
    *("discord.gg/abcdef", "https://discord.gg/abcdef", "discord.com/invite/abcdef", "www.evil.example", "a@b.example"),
    *("https://discord.com/channels/1/2/3", "javascript:alert(1)", "mailto:a@b.c", "//evil.example", "tel:123"),
    *("[x](https://evil.example 'title')", "![x](https://evil.example/a.png)", "https\\://evil.example", "<//evil>"),
    *("https://bank.example@evil.example/", "[\u200b](https://evil.example)", "[](https://evil.example)"),
    # Styles
    *("*it*", "**b**", "***bi***", "_it_", "__u__", "~~gone~~", "||spoiler||", "||a||b||", "`code`", "``code``"),
    *("```block```", "```py\nprint()\n```", "```\n@everyone\n```", "``` ``` ```", "`", "``", "```", "~~~\nx\n~~~"),
    # Beginnings of lines
    *("# head", "## head", "### head", "-# small", "- item", "* item", "+ item", "1. one", "2) two", "> quote"),
    *(">>> quotes", "a\n# b", "a\n> b\n>>> c", "  - item", "\t# head", "10. ten\n11. eleven", "---", "===", "a\n---"),
    # Escape characters before ours
    *(
        "\\",
        "\\\\",
        "\\*it*",
        "\\\\*it\\\\*",
        "\\`code`",
        "\\[x](https://evil.example)",
        "x\\",
        "\\\n# head",
        "\\@everyone",
    ),
    *("¯\\_(ツ)_/¯", "&lt;@201&gt;", "&#60;@201&#62;", "%3C@201%3E", "\\u003c@201\\u003e", "<script>x</script>"),
    # What is not seen
    *(
        "\u202e@everyone\u202c",
        "\u2066evil\u2069",
        "@\u200beveryone",
        "a\u200db",
        "\u2060",
        "\ufeff",
        "*\u200b*b*\u200b*",
    ),
    *(
        "\x00",
        "\x1b[31mred",
        "\ud800",
        "a\u0000<@201>",
        "\u2028# head\u2029",
        "\ue000",
        "\U000e0041",
        "\u115f",
        "\u3164",
    ),
    # Lines, nests, sizes
    *(
        "\n",
        "\n\n@everyone\n",
        "\r\n# head",
        "<<@201>>",
        "<@<@201>>",
        "[[x](https://a.example)](https://b.example)",
        " ",
    ),
    *("{who}", "{0}", "${x}", "{{ 7 * 7 }}", '{"embeds": []}', '"}], "content": "', "/crisis close 1", "h:close 1"),
    *("x" * 9_000, "@everyone " * 800, "😀" * 4_000, "👩‍💻 <@201>", "é" * 3_001, "\n" * 500, "*" * 5_000, "a " * 4_000),
    *("```" * 1_500, "\\" * 4_097, "[x](https://evil.example)" * 200, "word\n" * 1_500, "1." * 2_000),
]


def test_there_are_enough_payloads_and_kinds():
    assert len(set(PAYLOADS)) >= 100
    assert len(cards()) > 50
    assert len(forms()) > 50


@pytest.mark.parametrize("text", PAYLOADS, ids=lambda text: ascii(text)[:30])
def test_nothing_of_it_is_read_as_markup_in_any_card(text):
    short = text[:120]
    for kind, card in cards(text, short).items():
        rung = [{"ana": ANA, "lia": LIA}[member] for member in card.calls if member in {"ana", "lia"}]
        judge(message(card, Look(plan(short), LINKS)), ACCOUNTS, rung, twice=kind == "all of it")
        if kind in {"all of it", "history", "refusal"}:
            judge(message(card, Look(plan(short), is_private=True)), ACCOUNTS, twice=False)


@pytest.mark.parametrize("text", PAYLOADS, ids=lambda text: ascii(text)[:30])
def test_nothing_of_it_is_read_as_markup_in_the_lines_of_any_form(text):
    short = text[:120]
    look = Look(plan(short), LINKS, is_private=True)
    for kind, form in forms(text, short).items():
        for lines in (form.lines, (form.error,)):
            said = lines_of(lines, look)
            assert size(said) <= 2_000
            read(said, ACCOUNTS, "message", twice=kind == "all of it")


@pytest.mark.parametrize("text", PAYLOADS, ids=lambda text: ascii(text)[:30])
def test_text_to_copy_is_copied_as_it_stands(text):
    """In a block of code Discord reads nothing; what would end the block, or does not fit, is attached instead."""
    made = message(Card(copy=text), Look(plan()))
    copied = safe(text)
    if made.file:
        assert made.file == copied
        assert "```" in copied or size(copied) > 4_000
        assert [file.fp.read().decode() for file in made.files()] == [copied]
    elif copied.strip():
        assert made.embeds[-1].description.endswith(f"```\n{copied.strip(chr(10))}\n```")


@given(st.text())
def test_a_reader_reads_every_character_that_may_be_seen(text):
    assert shown(escaped(text)) == safe(text)


@given(st.lists(st.text(alphabet="\\*_`[]()<>@#:1. \na/-", max_size=8), max_size=8), st.integers(10, 60))
def test_no_cut_and_no_seam_makes_markup(texts, limit):
    """Half an escape would bring the next mark to life, and so would a digit before somebody else's full stop."""
    row = [literal(text) for text in texts]
    said = fit(row, limit)
    assert size(said) <= limit
    read(said, (), "embed_description")


def test_only_the_complaints_own_link_can_be_pressed():
    made = message(Card(quote="see https://evil.example", link="https://facebook.com/p/1"), Look(plan()))
    judge(made, links={"https://facebook.com/p/1"})
    assert made.embeds[0].description.endswith("\n<https://facebook.com/p/1>")


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "https://a.example/>x", "https://a@b.example", "ftp://a.example"]
)
def test_what_is_no_web_link_is_only_text(url):
    made = message(Card(lines=((WebLink(url, "bank"),),)), Look(plan()))
    judge(made)
    assert "<http" not in made.embeds[0].description


def test_a_label_never_stands_for_an_address():
    made = message(Card(lines=((WebLink("https://a.example", "https://b.example"),),)), Look(plan()))
    assert made.embeds[0].description == r"**https\:\/\/b.example** <https://a.example>"


def test_only_those_who_are_called_are_rung():
    """Who a text speaks of is named; who is called is rung, and only there."""
    made = message(cards()["thread: assigned"], Look(plan()))
    judge(made, ACCOUNTS, [ANA])
    assert made.content == f"→ <@{ANA}>"
    quiet = message(Card(lines=((Who("ana"), " and <@201>"),)), Look(plan()))
    judge(quiet, ACCOUNTS, [])


def test_an_account_that_is_no_number_is_a_name():
    odd = Plan("Loja Aurora", (Member("ana", "Ana", (Role.LEAD,), {"discord": "201> <@&1"}),))
    made = message(Card(calls=("ana",)), Look(odd))
    judge(made, ACCOUNTS, [])
    assert made.content == "→ Ana"


def test_words_to_type_with_a_backtick_are_escaped():
    made = message(Card(lines=((Code("new `x` @everyone"), " ", Code("claim 12")),)), Look(plan()))
    judge(made)
    assert made.embeds[0].description == r"\/crisis new \`x\` \@everyone `/crisis claim 12`"


def test_a_button_too_long_to_press_is_a_command_to_type():
    made = message(Card(lines=(("x",),), buttons=(Button("Done", "done 12 " + "1" * 100),)), Look(plan()))
    judge(made)
    assert made.buttons == ()
    assert made.embeds[0].description.endswith("Done\\: `/crisis done 12 " + "1" * 100 + "`")
