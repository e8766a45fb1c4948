"""Templates are data: none of these reaches out, runs away, or fails without saying where (DESIGN, section 8)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import pytest

from bot.core.replies import (
    OUTPUT_LIMIT,
    SOURCE_LIMIT,
    Hole,
    ReplyKind,
    Template,
    TemplateError,
    draft,
    read_template,
    unfilled,
)
from bot.core.replies.allowed import DEPTH_LIMIT, PIECE_LIMIT

KNOWN = {"customer": "Ana", "brand": "Loja Azul", "member": "Rui", "channel": "x"}
FRONT = "---\ntitle: A reply\nkind: heard\ntone: warm\nholes: {problem: {hint: what, example: the delay}}\n---\n"
#: The body's first line in its file.
FIRST = 7


def body(text: str) -> str:
    return FRONT + text


def front(text: str) -> str:
    return f"---\n{text}\n---\nHello from {{{{ brand }}}}."


def full_of(piece: str, room: int = 300) -> str:
    return piece * ((SOURCE_LIMIT - len(FRONT) - room) // len(piece))


SAYS = "Hello {{ problem }}. "

HOSTILE_BODIES: dict[str, str] = {
    "a loop": SAYS + "{% for a in problem %}x{% endfor %}",
    "a loop over a big range": SAYS + "{% for a in range(10**9) %}x{% endfor %}",
    "nested loops": SAYS + "{% for a in 'ab' %}{% for b in 'ab' %}x{% endfor %}{% endfor %}",
    "a recursive loop": SAYS + "{% for a in 'ab' recursive %}{{ loop('ab') }}{% endfor %}",
    "a product that is folded at compile time": SAYS + "{{ 'a' * 10**9 }}",
    "a power": SAYS + "{{ 9 ** 9 ** 9 }}",
    "a sum": SAYS + "{{ 'a' + 'b' }}",
    "a subtraction": SAYS + "{{ 1 - 1 }}",
    "a division by zero": SAYS + "{{ 1 / 0 }}",
    "a floor division": SAYS + "{{ 1 // 0 }}",
    "a remainder that formats": SAYS + "{{ '%0999999999d' % 1 }}",
    "a joining": SAYS + "{{ brand ~ brand }}",
    "a negative": SAYS + "{{ -1 }}",
    "a number": SAYS + "{{ 12 }}",
    "a huge number": SAYS + "{{ " + "9" * 7000 + " }}",
    "a float": SAYS + "{{ 1e308 }}",
    "a truth": SAYS + "{{ true }}",
    "a long constant": SAYS + "{{ '" + "a" * 500 + "' }}",
    "a list": SAYS + "{{ [brand, brand] }}",
    "a tuple": SAYS + "{{ (brand, brand) }}",
    "a dictionary": SAYS + "{{ {'a': brand} }}",
    "an attribute": SAYS + "{{ brand.upper }}",
    "an attribute walk": SAYS + "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "an item": SAYS + "{{ brand[0] }}",
    "an item walk": SAYS + "{{ brand['__class__'] }}",
    "a slice": SAYS + "{{ brand[::-1] }}",
    "a call": SAYS + "{{ brand() }}",
    "a method call": SAYS + "{{ brand.upper() }}",
    "a format string": SAYS + "{{ '{0.__class__}'.format(brand) }}",
    "the attr filter": SAYS + "{{ brand|attr('__class__') }}",
    "the format filter": SAYS + "{{ '%999999999s'|format(brand) }}",
    "the center filter": SAYS + "{{ brand|center(999999999) }}",
    "the indent filter": SAYS + "{{ brand|indent(999999999) }}",
    "the replace filter": SAYS + "{{ brand|replace('', brand) }}",
    "the map filter": SAYS + "{{ brand|map('upper')|list }}",
    "the join filter": SAYS + "{{ brand|join('aaaa') }}",
    "the default filter, which hides a gap": SAYS + "{{ nowhere|default('') }}",
    "the safe filter": SAYS + "{{ brand|safe }}",
    "the upper filter, which is not listed": SAYS + "{{ brand|upper }}",
    "a filter nobody has": SAYS + "{{ brand|explode }}",
    "a listed filter with arguments": SAYS + "{{ brand|trim('a') }}",
    "a filter block": SAYS + "{% filter trim %}x{% endfilter %}",
    "a test": SAYS + "{% if brand is defined %}x{% endif %}",
    "a test with a call": SAYS + "{% if brand is sameas(brand) %}x{% endif %}",
    "an order comparison": SAYS + "{% if brand < member %}x{% endif %}",
    "a membership": SAYS + "{% if 'a' in brand %}x{% endif %}",
    "a set": SAYS + "{% set a = brand %}{{ a }}",
    "a set block": SAYS + "{% set a %}x{% endset %}",
    "a with": SAYS + "{% with a = brand %}{{ a }}{% endwith %}",
    "a macro": SAYS + "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}",
    "a call block": SAYS + "{% call brand() %}x{% endcall %}",
    "a block": SAYS + "{% block a %}x{% endblock %}",
    "a block that calls itself": SAYS + "{% block a %}{{ self.a() }}{% endblock %}",
    "an include": SAYS + "{% include '/etc/passwd' %}",
    "an include that may be missing": SAYS + "{% include 'a' ignore missing %}",
    "an import": SAYS + "{% import 'os' as os %}",
    "an import of names": SAYS + "{% from 'os' import system %}",
    "an extension of another template": SAYS + "{% extends 'base' %}",
    "an autoescape": SAYS + "{% autoescape true %}{{ brand }}{% endautoescape %}",
    "a do": SAYS + "{% do brand.clear() %}",
    "a translation": SAYS + "{% trans %}x{% endtrans %}",
    "a translating call": SAYS + "{{ _('x') }}",
    "a break": SAYS + "{% break %}",
    "a debug": SAYS + "{% debug %}",
    "a cycler": SAYS + "{{ cycler('a', 'b').next() }}",
    "a joiner": SAYS + "{{ joiner(',') }}",
    "a namespace": SAYS + "{% set ns = namespace(a=1) %}",
    "a namespace's attribute": SAYS + "{% set brand.x = 'a' %}",
    "a lorem ipsum": SAYS + "{{ lipsum(n=100000) }}",
    "a dict": SAYS + "{{ dict(a=brand) }}",
    "the template itself": SAYS + "{{ self }}",
    "the loop's name outside a loop": SAYS + "{{ loop }}",
    "the sandbox's own names": SAYS + "{{ environment }}",
    "raw code that is printed": SAYS + "{% raw %}{{ brand }}{% endraw %}",
    "code printed from a constant": SAYS + "}}",
    "an undefined name": SAYS + "{{ nowhere }}",
    "an undefined name in a branch that is not taken": SAYS + "{% if brand == 'no' %}{{ nowhere }}{% endif %}",
    "a condition on a hole": SAYS + "{% if problem %}x{% endif %}",
    "a filter on a hole": "Hello {{ problem|trim }}.",
    "an unused hole": "Hello {{ brand }}.",
    "an unclosed expression": SAYS + "{{ brand",
    "an unclosed tag": SAYS + "{% if brand",
    "an unclosed condition": SAYS + "{% if brand %}x",
    "an end without a beginning": SAYS + "{% endif %}",
    "an unclosed comment": SAYS + "{# never ends",
    "an unclosed text": SAYS + "{{ 'a }}",
    "a bad escape": SAYS + r"{{ '\x' }}",
    "an empty expression": SAYS + "{{ }}",
    "an unknown tag": SAYS + "{% nonsense %}",
    "deep parentheses": SAYS + "{{ " + "(" * 3000 + "brand" + ")" * 3000 + " }}",
    "parentheses as deep as a piece of code is long": SAYS + "{{ " + "(" * 90 + "brand" + ")" * 90 + " }}",
    "deep brackets": SAYS + "{{ " + "[" * 3000 + "]" * 3000 + " }}",
    "deep negation": SAYS + "{% if " + "not " * 1500 + "brand %}x{% endif %}",
    "deep signs": SAYS + "{{ " + "-" * 6000 + "1 }}",
    "a long chain of conditions": SAYS + "{{ " + "brand if brand else " * 300 + "brand }}",
    "a long chain of ands": SAYS + "{% if " + "brand and " * 600 + "brand %}x{% endif %}",
    "deep branches": SAYS + "{% if brand %}" * 280 + "x" + "{% endif %}" * 280,
    "a thousand branches": SAYS + full_of("{%if brand%}x{%endif%}"),
    "a thousand other branches": SAYS + "{%if brand%}x" + full_of("{%elif brand%}x") + "{%endif%}",
    "a thousand outputs": SAYS + full_of("{{brand}}"),
    "a thousand filters": SAYS + "{{ brand" + full_of("|trim") + " }}",
    "more output than a reply may have": SAYS + "{{ brand }} " * 60,
    "a big comment": SAYS + "{# " + "x" * 7000 + " #}",
    "a thousand comments": SAYS + full_of("{##}"),
    "code without an end": SAYS + "{{ brand " + "and brand " * 500,
    "code that hides its end in a text": SAYS + "{{ '}}' " + "and brand " * 500 + "}}",
    "an opening and no more": SAYS + full_of("{{"),
    "a body of nothing": "",
    "a body of holes alone": "{{ problem }}",
    "a character of nothing": SAYS + "\0",
    "an escape sequence": SAYS + "\x1b[2J",
    "a turned reading direction": SAYS + "\u202egnp.exe",
    "a hidden line end": SAYS + "\u2028{{ brand }}",
    "a forged hole": SAYS + "⟦what⟧",
}

HOSTILE_FRONTS: dict[str, str] = {
    "no title": "kind: heard\ntone: warm",
    "no kind": "title: A\ntone: warm",
    "no tone": "title: A\nkind: heard",
    "an unknown key": "title: A\nkind: heard\ntone: warm\nauthor: me",
    "an unknown kind": "title: A\nkind: shout\ntone: warm",
    "a key that stands twice": "title: A\ntitle: B\nkind: heard\ntone: warm",
    "a blank title": "title: ' '\nkind: heard\ntone: warm",
    "an endless title": f"title: {'a' * 2000}\nkind: heard\ntone: warm",
    "a title that is a list": "title: [A]\nkind: heard\ntone: warm",
    "a title with code": "title: '{{ brand }}'\nkind: heard\ntone: warm",
    "causes that are text": "title: A\nkind: heard\ntone: warm\ncauses: delay",
    "a cause that is a list": "title: A\nkind: heard\ntone: warm\ncauses: [[delay]]",
    "a cause that is no tag": "title: A\nkind: heard\ntone: warm\ncauses: ['Not A Tag']",
    "channels that are a mapping": "title: A\nkind: heard\ntone: warm\nchannels: {x: y}",
    "holes that are a list": "title: A\nkind: heard\ntone: warm\nholes: [problem]",
    "a hole without a hint": "title: A\nkind: heard\ntone: warm\nholes: {a: {example: b}}",
    "a hole without an example": "title: A\nkind: heard\ntone: warm\nholes: {a: {hint: b}}",
    "a hole with more": "title: A\nkind: heard\ntone: warm\nholes: {a: {hint: b, example: c, size: d}}",
    "a hole that is text": "title: A\nkind: heard\ntone: warm\nholes: {a: b}",
    "a hole of a known name": "title: A\nkind: heard\ntone: warm\nholes: {customer: {hint: b, example: c}}",
    "a hole of a bad name": "title: A\nkind: heard\ntone: warm\nholes: {__class__: {hint: b, example: c}}",
    "a hole with code in its hint": "title: A\nkind: heard\ntone: warm\nholes: {a: {hint: '{% x %}', example: c}}",
    "a hole with an endless hint": f"title: A\nkind: heard\ntone: warm\nholes: {{a: {{hint: {'b' * 500}, example: c}}}}",
    "an anchor": "title: &a A\nkind: heard\ntone: warm",
    "an alias": "title: &a A\nkind: heard\ntone: *a",
    "a bomb of aliases": "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]",
    "a bomb of merged keys": "a: &a {x: y}\nb: &b {<<: [*a, *a]}\nc: {<<: [*b, *b]}",
    "a merged key": "title: A\nkind: heard\ntone: warm\n<<: {causes: [delay]}",
    "a Python object": "title: !!python/object/apply:os.system ['true']\nkind: heard\ntone: warm",
    "a Python name": "title: !!python/name:os.system\nkind: heard\ntone: warm",
    "a plain tag": "title: !!str A\nkind: heard\ntone: warm",
    "a local tag": "title: !include /etc/passwd\nkind: heard\ntone: warm",
    "a key that is a list": "? [a, b]\n: c",
    "text alone": "just words",
    "a list alone": "- a\n- b",
    "nothing": "",
    "a comment alone": "# nothing here",
    "two documents": "title: A\nkind: heard\ntone: warm\n...\ntitle: B",
    "a directive": "%YAML 1.1\ntitle: A",
    "deep lists": "title: A\nkind: heard\ntone: warm\ncauses: " + "[" * 3000 + "]" * 3000,
    "deep mappings": "a: " + "{a: " * 1500 + "}" * 1500,
    "deep block lists": "\n".join("  " * depth + "-" for depth in range(80)),
    "unbalanced brackets": "title: [A\nkind: heard",
    "unbalanced quotes": "title: 'A\nkind: heard",
    "a tab for an indent": "title: A\nholes:\n\ta: b",
    "a bad escape": 'title: "\\q"\nkind: heard',
    "a thousand keys": "\n".join(f"k{number}: v" for number in range(800)),
    "a thousand complex keys": "? " * 3000,
    "a thousand flow openings": "{[" * 3000,
}

HOSTILE_FILES: dict[str, bytes] = {
    "nothing": b"",
    "no front matter": b"Hello {{ brand }}.",
    "an unclosed front matter": b"---\ntitle: A\n",
    "a fence of four": b"----\ntitle: A\n----\nHello",
    "one byte too many": FRONT.encode() + b"Hello {{ problem }}." + b" " * SOURCE_LIMIT,
    "a megabyte": b"a" * 1_000_000,
    "no UTF-8": FRONT.encode() + b"Hello {{ problem }} \xff",
    "UTF-16": body(SAYS).encode("utf-16"),
    "a lone surrogate": FRONT.encode() + "\ud800".encode(errors="surrogatepass"),
    "a character of nothing in the front": b"---\ntitle: \0\n---\nHello",
}

#: They look like an attack and are only text, or nothing at all.
HARMLESS_BODIES: dict[str, str] = {
    "a line statement": SAYS + "\n# for a in range(10**9)\nx\n# endfor",
    "a line comment": SAYS + "## {{ brand }}",
    "a format string outside of code": SAYS + "{0.__class__} %s %(a)s ${brand} <%= brand %>",
    "a comment": SAYS + "{# {% for a in brand %} #}",
    "a raw block of words": SAYS + "{% raw %}x{% endraw %}",
    "whitespace that is taken away": SAYS + " " * 3000 + "{%- if brand -%}" + "\n" * 3000 + "{%- endif -%}",
    "a thousand line ends": SAYS + "\n" * 6000 + "{{ brand }}",
    "a thousand braces": SAYS + "{ " * 3500,
    "markup": SAYS + "<script>alert(1)</script> <!channel> @everyone",
    "parentheses that nest within reason": SAYS + "{% if ((brand)) %}x{% endif %}",
    "as many branches as a reply may have": SAYS + "{%if brand%}x{%endif%}" * 29,
}

EVERY_FILE: dict[str, bytes] = {
    **{name: body(text).encode() for name, text in HOSTILE_BODIES.items()},
    **{f"front: {name}": front(text).encode() for name, text in HOSTILE_FRONTS.items()},
    **{f"file: {name}": data for name, data in HOSTILE_FILES.items()},
    **{f"harmless: {name}": body(text).encode() for name, text in HARMLESS_BODIES.items()},
}


def read(source: bytes | str) -> Template:
    return read_template(source, name="hostile", language="en", file="en/hostile.md.j2")


def refusal(source: bytes | str) -> TemplateError:
    with pytest.raises(TemplateError) as caught:
        read(source)
    return caught.value


def says_where(error: TemplateError, source: bytes) -> bool:
    lines = source.count(b"\n") + 1
    return 1 <= error.line <= lines and str(error) == f"en/hostile.md.j2:{error.line}: {error.reason}"


def test_there_are_many_of_them() -> None:
    assert len(HOSTILE_BODIES) + len(HOSTILE_FRONTS) + len(HOSTILE_FILES) >= 130


@pytest.mark.parametrize("name", HOSTILE_BODIES)
def test_a_hostile_body_is_refused(name: str) -> None:
    source = body(HOSTILE_BODIES[name]).encode()
    assert len(source) <= SOURCE_LIMIT, "refused for what it does, not for its size"
    error = refusal(source)
    assert says_where(error, source)
    # The front matter is in order: the line at fault is in the body, save for the forbidden characters.
    assert error.line >= FIRST or not HOSTILE_BODIES[name]


@pytest.mark.parametrize("name", HOSTILE_FRONTS)
def test_a_hostile_front_matter_is_refused(name: str) -> None:
    source = front(HOSTILE_FRONTS[name]).encode()
    assert len(source) <= SOURCE_LIMIT
    error = refusal(source)
    assert says_where(error, source)
    assert error.line <= HOSTILE_FRONTS[name].count("\n") + 3


@pytest.mark.parametrize("name", HOSTILE_FILES)
def test_a_hostile_file_is_refused(name: str) -> None:
    assert says_where(refusal(HOSTILE_FILES[name]), HOSTILE_FILES[name])


@pytest.mark.parametrize("name", HARMLESS_BODIES)
def test_a_harmless_body_prints_little_and_asks_for_its_hole_alone(name: str) -> None:
    text = draft(read(body(HARMLESS_BODIES[name])), KNOWN)
    assert len(text) <= OUTPUT_LIMIT
    assert unfilled(text) == ("what",)


@pytest.mark.parametrize("name", HOSTILE_BODIES)
def test_a_hostile_template_made_by_hand_is_not_drafted_either(name: str) -> None:
    """Whoever builds the value without reading a file passes the same list before anything runs."""
    made = Template(
        name="hostile",
        language="en",
        title="",
        kind=ReplyKind.HEARD,
        channels=(),
        causes=(),
        tone="",
        holes=(Hole("problem", "what", "the delay"),),
        body=HOSTILE_BODIES[name],
        file="",
    )
    unread = {"a character of nothing", "an escape sequence", "a turned reading direction"}
    if name in unread | {"a hidden line end", "a forged hole"}:
        assert len(draft(made, KNOWN)) <= OUTPUT_LIMIT
    else:
        with pytest.raises(TemplateError):
            draft(made, KNOWN)


def test_the_right_line_is_named() -> None:
    assert refusal(body("Hello\n\n{{ problem }}\n{{ nowhere }}")).line == FIRST + 3
    assert refusal(body("\n\nHello {{ problem }}\n{{ brand() }}")).line == FIRST + 3
    assert refusal("---\ntitle: A\nkind: heard\ntone: warm\nholes:\n  a:\n    example: b\n---\nHi").line == 7
    assert refusal("---\ntitle: A\nkind: shout\n---\nHi").line in {1, 2, 3}
    assert refusal(b"---\ntitle: A\n---\nHi \xff").line == 4


def test_what_is_known_is_only_data() -> None:
    """A customer's name is never run, never a hole, and never long."""
    template = read(body("Hello {{ customer }}, about {{ problem }}."))
    text = draft(template, {**KNOWN, "customer": "{{ 7 * 7 }} ⟦x⟧ {% set a %}\n" + "z" * 5000})
    assert unfilled(text) == ("what",)
    assert "49" not in text
    assert len(text) < 300


class TooMuchWork(Exception):
    """More function calls than any template may cost."""


@contextmanager
def counted_calls(most: int) -> Iterator[Callable[[], int]]:
    """Counts calls, Python's and C's, and breaks off at ``most``: time without a clock."""
    seen = 0

    def count(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal seen
        seen += event in {"call", "c_call"}
        if seen > most:
            sys.setprofile(None)
            raise TooMuchWork

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        yield lambda: seen
    finally:
        sys.setprofile(before)


#: The longest shipped template costs some 14,000 calls to read and draft; CPython makes millions a second.
MOST_CALLS = 50_000


@pytest.mark.parametrize("name", EVERY_FILE)
def test_none_costs_more_than_a_few_shipped_ones(name: str) -> None:
    """Bounded by its size, its pieces and its output, so counted rather than timed: see tests/bench."""
    with counted_calls(MOST_CALLS):
        try:
            text = draft(read(EVERY_FILE[name]), KNOWN)
        except TemplateError:
            text = ""
    assert len(text) <= OUTPUT_LIMIT


def test_the_bounds_are_the_ones_in_the_design() -> None:
    assert SOURCE_LIMIT == OUTPUT_LIMIT == 8 * 1024
    assert PIECE_LIMIT <= 250
    assert DEPTH_LIMIT <= 12
