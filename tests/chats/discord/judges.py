"""Two judges of a payload beside our own limits: simcord's reader of Discord's markdown, and our own, which is stricter."""

from __future__ import annotations

import re
import unicodedata

from simcord.preview._markdown import markdown_tokens

from adapters.chats.discord.limits import check_message
from bot.core.links import is_web_link

#: What a reader would not see and a machine might obey; the joiner of pictures is harmless.
UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn"}
#: The only markup that we write, each piece whole: https://docs.discord.com/developers/reference#message-formatting
OURS = re.compile(
    r"""
      (?P<fence>```\n(?:(?!```).)+?\n```)
    | (?P<escape>\\[!-/:-@\[-`{-~])
    | (?P<code>`[^`\n]+`)
    | (?P<time><t:-?\d+:[fR]>)
    | (?P<user><@(?P<id>\d+)>)
    | (?P<case>\[\\\#\d+\]\((?P<card>https://discord\.com/channels/[\d/]+)\))
    | (?P<link><(?P<url>https?://[^<>\s]+)>)
    | (?P<bold>\*\*)
    | (?P<gone>~~)
    | (?P<quote>^>[ ])
    | (?P<list>^-[ ])
    """,
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)
#: Whatever else could begin something.
MARKS = re.compile(r"[\\`*_~|<>\[\]()#:@/&=]|(?<=\d)\.|^\s*[-+]", re.MULTILINE)


def judge(message, accounts=(), rung=None, links=(), *, twice=True):
    """Raises unless the judges take the message and nothing in it is read as markup but our own.

    ``twice``: simcord reads it too, which takes its time.
    """
    payload = message.payload()
    check_message(payload)
    assert set(payload["allowed_mentions"]["parse"]) == set()
    may_ring = {str(id) for id in payload["allowed_mentions"].get("users", ())}
    assert may_ring <= set(accounts)
    ringing = read(payload["content"], accounts, "message", twice=twice)
    if rung is not None:
        assert ringing == rung
        assert may_ring == set(rung)
    for embed in payload["embeds"]:
        assert not set(embed) - {"type", "description", "color", "fields", "url", "flags"}
        read(embed.get("description", ""), accounts, "embed_description", links, twice=twice)
        for field in embed.get("fields", ()):
            read(field["name"], (), "embed_field_name", twice=twice)
            read(field["value"], accounts, "embed_field_value", links, twice=twice)
    for row in payload.get("components", ()):
        for part in row["components"]:
            seen(part["placeholder"] if part["type"] == 3 else part["label"])
            for option in part.get("options", ()):
                seen(option["label"])
            assert "emoji" not in part
            assert "url" not in part
    seen(message.name)
    assert "\n" not in message.name
    assert len(message.name) <= 100


def seen(said):
    assert all(char in "\n\t\u200d" or unicodedata.category(char) not in UNSEEN for char in said), ascii(said)


def read(said, accounts, place, links=(), *, twice=True):
    """The accounts that are mentioned; fails where anything but our own markup could be read."""
    seen(said)
    mentioned = []
    rest, stars, waves = [], 0, 0
    position = 0
    for found in OURS.finditer(said):
        rest.append(said[position : found.start()])
        rest.append("\n" if found["quote"] or found["list"] else "\0")
        position = found.end()
        stars += bool(found["bold"])
        waves += bool(found["gone"])
        if found["id"]:
            assert found["id"] in accounts
            mentioned.append(found["id"])
        if found["url"]:
            assert is_web_link(found["url"])
            assert not links or found["url"] in links
    rest.append(said[position:])
    plain = "".join(rest)
    assert not MARKS.search(plain), (MARKS.search(plain), said[:200])
    assert stars % 2 == 0
    assert waves % 2 == 0
    if twice:
        as_simcord_reads(said, place, accounts)
    return mentioned


#: What our own markup is in simcord's eyes. It also sees a block of code in any deeply indented text; Discord does not.
READ = {
    *(
        "text",
        "break",
        "inline",
        "paragraph",
        "strong_open",
        "strong_close",
        "s_open",
        "s_close",
        "timestamp",
        "blockquote",
    ),
    *("code", "code_block", "bullet_list", "list_item", "link_close"),
    "subtext",  # simcord overlooks the backslash before it; the stricter judge does not
}


def as_simcord_reads(said, place, accounts):
    for token in flat(markdown_tokens(said, place, context={"users": dict.fromkeys(accounts, "x")})):
        kind = token["type"]
        if kind == "link_open":
            assert is_web_link(token["href"])
            assert "<http" in said or "](https://discord.com/channels/" in said
        elif kind == "mention":
            assert str(token["id"]) in accounts
        else:
            assert kind in READ, token


def flat(tokens):
    for token in tokens:
        yield token
        yield from flat(token.get("children") or [])


def shown(said):
    """What a member reads of a text without any markup of ours: each backslash is gone."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", said)
