"""Bytes from outside become text, whatever their sender says of the encoding."""

from __future__ import annotations

import codecs
import re

#: Longest first: the mark of UTF-32 begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: Families of encodings that are taken at their word. Python knows others that are no
#: alphabets (``unicode_escape``) or take minutes on hostile bytes (``idna``, ``punycode``).
_TRUSTED = re.compile(r"iso8859-\d+|cp125\d|koi8-[ru]|mac-\w+|utf-16|utf-32|gb18030|shift_jis|euc_\w+|big5")
#: Where windows-1252 shows these signs before a letter, a Polish keyboard wrote ą or ł in windows-1250.
_POLISH = re.compile(r"[¹³][a-zê¿ñó]")


def decoded(data: bytes, *declared: str) -> str:
    """The text: by its byte order mark, else as UTF-8, else as declared, else as Windows wrote it.

    UTF-8 goes before what is declared, since bytes that happen to be valid UTF-8 beyond ASCII
    practically always are, while servers that declare ISO-8859-1 over everything are common.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    # XML may come in UTF-16 without a mark (XML 1.0, appendix F); a zero byte is in no other text.
    if data[:2] in {b"<\0", b"\0<"}:
        return data.decode("utf-16-le" if data[0] else "utf-16-be", "replace")
    for encoding in ("utf-8", *filter(None, map(_trusted, declared))):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    text = data.decode("cp1252", "replace")
    return data.decode("cp1250", "replace") if _POLISH.search(text) else text


def _trusted(name: str) -> str:
    """A declared encoding by its Python name; empty for one that is unknown or not trusted."""
    try:
        known = codecs.lookup(name.strip()).name
    except (LookupError, ValueError):
        return ""
    # What calls itself Latin-1 is windows-1252 (WHATWG Encoding Standard, "Names and labels").
    if known == "iso8859-1":
        return "cp1252"
    return known if _TRUSTED.fullmatch(known) else ""
