"""A feed's document, made safe before any parser for feeds sees it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html.entities import html5
from xml.parsers import expat
from xml.sax.saxutils import escape

from adapters.sources.charset import decoded

#: Shape of a document. No feed of posts comes near: Atom nests 5 deep, quoted XHTML some 30.
_DEEPEST, _MOST_ATTRIBUTES = 200, 200
#: Letters of a document that stays broken. feedparser needs under a second for so many.
_FORGIVEN = 300_000

_SPACE = re.compile(r"\s*")
_ROOT = re.compile(r"<((?:[\w.-]+:)?(feed|rss|RDF))(?=[\s/>])")
_END_OF_ENTRY = re.compile(r"</(?:[\w.-]+:)?(?:entry|item)\s*>")
_START_OF_ENTRY = re.compile(r"<(?:[\w.-]+:)?(?:entry|item)(?=[\s/>])")
_ENCODING = re.compile(rb"""\s*<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w.:-]{1,40})""")
_CHARSET = re.compile(r"""charset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE)
_BAD_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)(\w{2,31};)?")
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class NoFeed(Exception):
    """The document is no feed that can be read. The message ends a sentence about its sender."""


def document_of(data: bytes, *, content_type: str = "", most: int = 0) -> tuple[str, bool]:
    """The document as text that is safe to parse, and whether it came whole; or NoFeed.

    It begins with its root element, is well-formed or short, and holds ``most`` entries at
    most, 0 for any number. What broke off is cut behind its last complete entry.
    """
    document, whole = _from_root(decoded(data, *_declared(data, content_type)))
    if most and sum(1 for _ in _START_OF_ENTRY.finditer(document)) > most:
        raise NoFeed(f"sent a feed of more than {most} entries")
    if _fault(document):
        document = _mended(document)
        if (fault := _fault(document)) and len(document) > _FORGIVEN:
            raise NoFeed(f"sent a feed that is broken in line {fault} and too long to be mended")
    return document, whole


def _declared(data: bytes, content_type: str) -> list[str]:
    """The encodings that the document and its sender claim, the document's own claim first."""
    claims = []
    if match := _ENCODING.match(data[:500]):
        claims.append(match[1].decode("ascii"))
    if header := _CHARSET.search(content_type):
        claims.append(header[1])
    return claims


def _from_root(text: str) -> tuple[str, bool]:
    """The document from its root element on, and whether it came whole.

    A document type declaration can only stand before the root (XML 1.0, production 22), so
    with what stands there gone no entity can be declared: neither one that unfolds to
    gigabytes nor one that reads our files. HTML quoted inside an entry does no harm.
    """
    start = _start_of_root(text)
    if text.startswith("<!", start):
        page = text[start : start + 30].lower().startswith("<!doctype html")
        raise NoFeed("sent a web page, no feed" if page else "sent a document type declaration, which is refused")
    root = _ROOT.match(text, start)
    if not root:
        what = "nothing" if start == len(text) else "a web page" if text[start : start + 5].lower() == "<html" else ""
        raise NoFeed(f"sent {what}, no feed" if what else "sent something that is no Atom or RSS feed")
    is_one_empty_tag = text.find("<", start + 1) < 0 and text.rstrip().endswith("/>")
    if is_one_empty_tag or text.rfind(f"</{root[1]}") > start:
        return text[start:], True
    end = start
    for match in _END_OF_ENTRY.finditer(text, start):
        end = match.end()
    if end == start:
        raise NoFeed("sent a feed that breaks off before its first entry is complete")
    closing = "</channel>" if root[2] == "rss" else ""
    return f"{text[start:end]}{closing}</{root[1]}>", False


def _start_of_root(text: str) -> int:
    """Where the document begins after white space, comments and processing instructions."""
    at = 0
    while True:
        at = _SPACE.match(text, at).end()  # type: ignore[union-attr]  # it matches everywhere
        for opening, closing in (("<?", "?>"), ("<!--", "-->")):
            if text.startswith(opening, at):
                end = text.find(closing, at)
                at = end + len(closing) if end > 0 else len(text)
                break
        else:
            return at


def _fault(document: str) -> int:
    """The line where the document stops being well-formed XML, 0 when it is well-formed throughout.

    It refuses what feedparser was seen to spend minutes on. It also keeps long broken documents
    from feedparser's forgiving parser, whose time grows with the square of the size.
    """
    depth = declared = 0

    def start(_: str, attributes: Mapping[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST or len(attributes) > _MOST_ATTRIBUTES:
            raise NoFeed("sent a feed whose elements are nested or loaded beyond reason")

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    def declare(_: str | None, __: str) -> None:
        nonlocal declared
        declared += 1
        if declared > _MOST_ATTRIBUTES:
            raise NoFeed("sent a feed that declares too many namespaces")

    parser = expat.ParserCreate("utf-8", " ")
    parser.StartElementHandler, parser.EndElementHandler, parser.StartNamespaceDeclHandler = start, end, declare
    try:
        parser.Parse(document.encode(), True)
    except expat.ExpatError as error:
        return error.lineno
    return 0


def _mended(document: str) -> str:
    """The document with its commonest faults put right: stray ``&``, HTML's named entities, control characters."""

    def mend(match: re.Match[str]) -> str:
        name = match[1]
        return escape(html5[name]) if name in html5 else f"&amp;{name or ''}"

    return _BAD_ENTITY.sub(mend, _NOT_XML.sub("", document))
