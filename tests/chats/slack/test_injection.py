"""Whatever a customer or a member writes stays text, in every card, form and message (DESIGN, section 7)."""

from __future__ import annotations

import pytest

from adapters.chats.slack.blocks import Look, message
from adapters.chats.slack.limits import TooMuch
from adapters.chats.slack.views import modal
from tests.chats.slack.judges import judge
from tests.chats.slack.made import cards, forms, plan

PAYLOADS = [
    # Mentions
    *("<!channel>", "<!here>", "<!everyone>", "<!here|here>", "<!channel|channel>", "<@U01ANA>", "<@U01ANA|ana>"),
    *(
        "<@W1234567>",
        "<#C1>",
        "<#C1|general>",
        "<!subteam^S123>",
        "<!subteam^S123|@leads>",
        "@channel",
        "@here",
        "@ana",
    ),
    *("<!date^1392734382^{date}|x>", "<!date^1392734382^{date}^https://evil.example|x>"),
    # Links
    *(
        "<http://evil.example|https://bank.example>",
        "<https://evil.example>",
        "http://evil.example",
        "<mailto:a@b.c|x>",
    ),
    *(
        "[bank](https://evil.example)",
        "https://bank.example@evil.example/",
        "<tel:123|call>",
        "//evil.example",
        "evil.example",
    ),
    *(
        "javascript:alert(1)",
        "<javascript:alert(1)|x>",
        "data:text/html,<script>",
        "slack://open?team=T1",
        "file:///etc/passwd",
    ),
    # Formats
    *(
        "*bold*",
        "_it_",
        "~gone~",
        "`code`",
        "```block```",
        "> quote",
        ">>> quotes",
        "• list",
        "1. one",
        "# head",
        "---",
    ),
    *("***", "``", "*_~`all`~_*", "**b**", "__i__", "```\n<!channel>\n```", "| a | b |\n|---|---|"),
    # Emoji codes
    *(":tada:", ":skull_and_crossbones:", "::", ":a: :b:", "<:x:1>", ":thumbsup::skin-tone-6:"),
    # Escapes
    *("&lt;!channel&gt;", "&amp;lt;!channel&amp;gt;", "&#60;!channel&#62;", "&", "<", ">", "<>", "\\<!channel\\>"),
    *("&lt;http://evil.example|x&gt;", "\\u003c!channel\\u003e", "%3C!channel%3E", "<script>alert(1)</script>"),
    # What is not seen
    *(
        "\u202e<!channel>\u202c",
        "\u2066evil\u2069",
        "<\u200b!channel>",
        "@\u200bchannel",
        "a\u200db",
        "\u2060",
        "\ufeff",
    ),
    *("\x00", "\x1b[31mred", "\ud800", "a\u0000<!here>", "\u2028<!here>\u2029", "\ue000", "\U000e0041"),
    # Lines, nests, sizes
    *(
        "\n",
        "\n\n<!channel>\n",
        "\r\n<!here>",
        "a\n> b\n<!here>",
        "<<!channel>>",
        "<!<!channel>>",
        "<@<@U1>>",
        " ",
        "\t<!here>",
    ),
    *("{who}", "{0}", "${x}", "{{ 7 * 7 }}", '{"type": "mrkdwn"}', '"}], "blocks": [', "/crisis close 1", "heard/0"),
    *(
        "x" * 9_000,
        "<!channel>" * 800,
        "😀" * 4_000,
        "👩‍💻 <!here>",
        "é" * 3_001,
        "\n" * 500,
        "*" * 5_000,
        "a " * 4_000,
    ),
]
LINKS = {3: "https://aurora.slack.com/archives/C1/p1"}
ACCOUNTS = {"U01ANA", "U02LIA"}


def test_there_are_enough_payloads_and_kinds():
    assert len(set(PAYLOADS)) >= 100
    assert len(cards()) > 50
    assert len(forms()) > 50


@pytest.mark.parametrize("text", PAYLOADS, ids=lambda text: ascii(text)[:30])
def test_nothing_of_it_is_read_as_markup_in_any_card(text):
    short = text[:120]
    for kind, card in cards(text, short).items():
        rung = [{"ana": "U01ANA", "lia": "U02LIA"}[member] for member in card.calls if member in {"ana", "lia"}]
        judge(message(card, Look(plan(short), LINKS)), ACCOUNTS, rung)
        if kind in {"all of it", "history", "refusal"}:
            judge(message(card, Look(plan(short), is_private=True)), ACCOUNTS)


@pytest.mark.parametrize("text", PAYLOADS, ids=lambda text: ascii(text)[:30])
def test_nothing_of_it_is_read_as_markup_in_any_form(text):
    short = text[:120]
    for kind, form in forms(text, short).items():
        if kind.startswith("form: ") and "refused" not in kind:
            continue  # empty: nobody has written anything in it yet
        judge(modal(form, Look(plan(short), LINKS, is_private=True)), ACCOUNTS)


def test_only_those_who_are_called_are_rung():
    """Who a text speaks of is named; who is called is rung, and only there."""
    card = cards()["thread: assigned"]
    made = message(card, Look(plan()))
    judge(made, ACCOUNTS, ["U01ANA"])
    assert made["blocks"][-1]["elements"][0]["elements"][1] == {"type": "user", "user_id": "U01ANA"}


def test_a_command_too_long_for_a_view_is_refused_and_not_cut():
    from bot.core.cards import Form

    with pytest.raises(TooMuch, match="private metadata"):
        modal(Form("New", "new " + "x" * 3_000, (), "Record"), Look(plan()))
