"""Drafts, holes and the library: what members are offered, and what may not go out as it stands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.replies import (
    FULLER,
    LIMITS,
    Hole,
    Library,
    ReplyKind,
    Template,
    TemplateError,
    draft,
    fingerprint,
    is_bare,
    length,
    nearest,
    read_template,
    unfilled,
)
from bot.library import SHIPPED, BrokenTemplates, load

KNOWN = {"customer": "João Silva", "brand": "Loja Azul", "member": "Ana", "channel": "facebook"}
SOURCE = """---
title: "Pedido atrasado"
kind: heard
channels: [facebook, x]
causes: [delay]
tone: sereno
holes:
  problem:
    hint: o que aconteceu
    example: o atraso da geladeira
  when:
    hint: dia e hora
    example: amanhã até 12h
---
Olá{% if customer %}, {{ customer }}{% endif %}! Lemos o que você contou sobre {{ problem }}.
Sinto muito: eu também ficaria chateada. Você terá notícias minhas {{ when }}.

{{ member }}, {{ brand }}
"""


def template(
    name: str = "heard-delay",
    language: str = "pt",
    kind: ReplyKind = ReplyKind.HEARD,
    channels: tuple[str, ...] = (),
    causes: tuple[str, ...] = (),
) -> Template:
    return Template(name, language, name, kind, channels, causes, "warm", (), f"{language} {name}", f"{name}.md.j2")


def delay() -> Template:
    return read_template(SOURCE, name="heard-delay", language="pt", file="pt/heard-delay.md.j2")


def filled(text: str, *fillings: str) -> str:
    """The text with its holes filled in order."""
    for filling in fillings:
        text = re.sub("⟦[^⟦⟧]*⟧", lambda _, filling=filling: filling, text, count=1)  # type: ignore[misc]
    return text


class TestReading:
    def test_a_template_is_read_as_it_is_written(self) -> None:
        """002-10"""
        read = delay()
        assert (read.name, read.language, read.title) == ("heard-delay", "pt", "Pedido atrasado")
        assert (read.kind, read.tone, read.file) == (ReplyKind.HEARD, "sereno", "pt/heard-delay.md.j2")
        assert (read.channels, read.causes) == (("facebook", "x"), ("delay",))
        assert read.holes[0] == Hole("problem", "o que aconteceu", "o atraso da geladeira")
        assert read.body.startswith("Olá{% if customer %}")

    @pytest.mark.parametrize("source", [SOURCE.encode(), SOURCE.replace("\n", "\r\n"), "\ufeff" + SOURCE])
    def test_bytes_and_line_ends_and_marks_make_no_difference(self, source: bytes | str) -> None:
        assert read_template(source, name="heard-delay", language="pt", file="pt/heard-delay.md.j2") == delay()

    def test_words_that_yaml_takes_for_something_else_stay_words(self) -> None:
        source = SOURCE.replace("amanhã até 12h", "12:30").replace("sereno", "no")
        read = read_template(source, name="a", language="pt", file="")
        assert (read.tone, read.holes[1].example) == ("no", "12:30")

    def test_lists_may_be_left_out_or_empty(self) -> None:
        read = read_template(
            "---\ntitle: A\nkind: thanks\ntone: warm\nchannels:\n---\nHi", name="a", language="en", file=""
        )
        assert (read.channels, read.causes, read.holes) == ((), (), ())

    @pytest.mark.parametrize("name", ["", "Heard", "heard_delay", "../heard", "heard.md"])
    def test_a_name_that_cannot_be_typed_is_refused(self, name: str) -> None:
        with pytest.raises(TemplateError, match="template name"):
            read_template(SOURCE, name=name, language="pt", file="f")

    def test_an_error_says_where(self) -> None:
        with pytest.raises(TemplateError) as caught:
            read_template(SOURCE.replace("{{ when }}", "{{ whenn }}"), name="a", language="pt", file="pt/a.md.j2")
        assert str(caught.value) == "pt/a.md.j2:16: whenn is no declared hole"

    def test_fuller_replies_are_the_ones_that_need_facts(self) -> None:
        """000-07, 004-06 and tension 11: "you have been heard" may go at any phase."""
        assert set(ReplyKind) - FULLER == {ReplyKind.HEARD, ReplyKind.PRIVATE, ReplyKind.CLARIFY, ReplyKind.THANKS}


class TestDrafts:
    def test_a_draft_shows_what_a_person_must_fill_in(self) -> None:
        """001-15: no template can be sent as it stands."""
        text = draft(delay(), KNOWN)
        assert text.startswith("Olá, João Silva! Lemos o que você contou sobre ⟦o que aconteceu⟧.")
        assert text.endswith("\n\nAna, Loja Azul")
        assert unfilled(text) == ("o que aconteceu", "dia e hora")

    def test_a_customer_without_a_name_is_greeted_all_the_same(self) -> None:
        assert draft(delay(), {**KNOWN, "customer": ""}).startswith("Olá! Lemos")

    def test_a_missing_value_is_an_error_and_never_a_blank(self) -> None:
        """002-10"""
        with pytest.raises(TemplateError, match="'brand' is undefined"):
            draft(delay(), {"customer": "", "member": "Ana", "channel": "x"})

    @pytest.mark.parametrize(
        ("text", "left"),
        [
            ("All is said.", ()),
            ("", ()),
            ("About ⟦what⟧ and ⟦ when ⟧, ⟦what⟧", ("what", "when")),
            ("A lone ⟦ here", ("⟦",)),
            ("A lone ⟧ here", ("⟧",)),
            ("⟦a ⟦b⟧ c⟧", ("⟦", "b", "⟧")),
            ("Dear {{ customer }}", ("customer",)),
            ("Dear {{ customer", ("{{",)),
            ("{% if a %}", ("{%", "%}")),
            ("⟦⟧", ("⟦⟧",)),
            ("a set {1} of [brackets] (that) <are> harmless", ()),
        ],
    )
    def test_what_is_unfilled_is_named(self, text: str, left: tuple[str, ...]) -> None:
        assert unfilled(text) == left


class TestBare:
    """004-28: canned answers will not do."""

    def test_a_draft_is_bare(self) -> None:
        assert is_bare(draft(delay(), KNOWN), delay(), KNOWN)

    def test_filling_the_holes_is_not_enough(self) -> None:
        assert is_bare(filled(draft(delay(), KNOWN), "o atraso da geladeira", "hoje até 18h"), delay(), KNOWN)

    @pytest.mark.parametrize("change", [str.upper, str.lower, lambda text: text.replace(" ", "  \n")])
    def test_case_and_spaces_make_no_reply_ones_own(self, change: object) -> None:
        text = filled(draft(delay(), KNOWN), "o atraso", "hoje")
        assert callable(change)
        assert is_bare(change(text), delay(), KNOWN)

    def test_punctuation_and_accents_make_no_reply_ones_own(self) -> None:
        text = filled(draft(delay(), KNOWN), "o atraso", "hoje")
        assert is_bare(text.replace("!", ",").replace("á", "a").replace(":", " -"), delay(), KNOWN)

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("Ana,", "Estou acompanhando o seu caso de perto.\n\nAna,"),
            ("o atraso.", "o atraso. Esperar nove dias por uma geladeira é demais."),
            ("Sinto muito", "Sinto muito mesmo, do fundo do coração"),
            ("eu também ficaria chateada", "no seu lugar eu estaria furiosa"),
            ("Olá,", "Boa noite,"),
        ],
    )
    def test_words_of_ones_own_are_enough(self, old: str, new: str) -> None:
        text = filled(draft(delay(), KNOWN), "o atraso", "hoje")
        assert old in text
        assert not is_bare(text.replace(old, new, 1), delay(), KNOWN)

    def test_a_reply_without_a_template_is_ones_own(self) -> None:
        assert not is_bare("Boa tarde, João. Vi que sua geladeira não chegou.", delay(), KNOWN)
        assert not is_bare("", delay(), KNOWN)

    def test_a_template_without_holes_must_be_changed_too(self) -> None:
        plain = template()
        assert is_bare("PT, heard-delay!", plain, KNOWN)
        assert not is_bare("PT, heard-delay, really!", plain, KNOWN)

    def test_matching_never_looks_back(self) -> None:
        """The worst text for a matcher that tries again: every literal nearly fits everywhere."""
        holes = tuple(Hole(f"h{number}", "h", "h") for number in range(20))
        body = "a".join(f"{{{{ {hole.name} }}}}" for hole in holes) + "b"
        hostile = Template("a", "en", "a", ReplyKind.HEARD, (), (), "", holes, body, "")
        assert not is_bare("a" * 200_000, hostile, KNOWN)
        assert is_bare("a" * 200_000 + "b", hostile, KNOWN)

    @given(st.lists(st.text("abcdefgh çãłé,;-0123 ", max_size=40), min_size=2, max_size=2))
    def test_whatever_fills_the_holes_the_draft_stays_bare(self, fillings: list[str]) -> None:
        text = filled(draft(delay(), KNOWN), *fillings)
        assert not unfilled(text)
        assert is_bare(text, delay(), KNOWN)

    @given(st.text("abcdefgh ", min_size=1).filter(str.strip))
    def test_whatever_is_added_at_the_end_the_draft_is_no_longer_bare(self, own: str) -> None:
        text = filled(draft(delay(), KNOWN), "o atraso", "hoje")
        assert not is_bare(f"{text} {own}x", delay(), KNOWN)

    @given(st.text(max_size=200))
    def test_any_text_is_judged(self, text: str) -> None:
        assert is_bare(text, delay(), KNOWN) in {True, False}
        assert len(unfilled(text)) <= len(text)


class TestFingerprint:
    """003-05: each crisis is answered individually."""

    def test_the_same_words_to_another_customer_are_recognised(self) -> None:
        first = draft(delay(), KNOWN)
        second = draft(delay(), {**KNOWN, "customer": "Maria Souza"})
        assert fingerprint(first, "João Silva") == fingerprint(second, "Maria Souza")

    @pytest.mark.parametrize("same", ["OLA  JOÃO\nsinto muito", "olá, joao: sinto  muito!", "Olá João…sinto muito"])
    def test_spaces_case_accents_and_punctuation_do_not_count(self, same: str) -> None:
        assert fingerprint(same, "João Silva") == fingerprint("Olá, Maria! Sinto muito.", "Maria")

    def test_other_words_are_another_text(self) -> None:
        assert fingerprint("Sinto muito pelo atraso") != fingerprint("Sinto muito pela espera")

    def test_it_is_short_and_the_same_on_every_machine(self) -> None:
        assert fingerprint("Sinto muito!") == fingerprint("sinto muito") == "8e50960851f448c8"

    @given(st.text("abcdefgh çãł.,!"), st.text("abcd "))
    def test_spaces_and_case_never_count(self, text: str, customer: str) -> None:
        assert fingerprint(text, customer) == fingerprint(f"  {text.upper()}\n", customer.upper())

    @given(st.lists(st.sampled_from(["sinto", "muito", "pelo", "atraso", "hoje"])), st.text("xyzw", min_size=1))
    def test_a_name_never_counts_wherever_it_stands(self, words: list[str], name: str) -> None:
        for place in range(len(words) + 1):
            greeted = " ".join([*words[:place], name, *words[place:]])
            assert fingerprint(greeted, name) == fingerprint(" ".join(words))


class TestLength:
    """001-19: 280 characters, as X counts them."""

    @pytest.mark.parametrize(
        ("text", "weight"),
        [
            ("", 0),
            ("a" * 280, 280),
            ("ł" * 280, 280),
            ("ã" * 280, 280),
            ("a\u0303" * 10, 10),  # NFD
            ("¿Qué pasó? Żółć – “ok” ’", 24),
            ("…", 2),
            ("€", 2),
            ("故人西辞" * 40, 320),
            ("저찀쯿쿿", 8),
            ("😷👾😡🔥💩", 10),
            ("😷" * 160, 320),
            ("🙋🏽👨‍🎤", 4),
            ("👨‍👩‍👧‍👦", 2),
            ("H🐱☺👨‍👩‍👧‍👦", 7),
            ("🇧🇷🇵🇹🇪🇸🇵🇱", 8),
            ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", 2),
            ("Unicode 10.0 emoji: 🤪; 🧕; 🧕🏾; 🏴󠁧󠁢󠁥󠁮󠁧󠁿", 34),
            ("Unicode 9.0 emoji: 🤠; 💃; 💃🏾", 29),
            ("1⃣2️⃣", 4),
            ("❤️☺️", 4),
            ("©", 1),
            ("©️", 2),
            ("👍🏽👍", 4),
            ("🏳️‍🌈", 2),
            ("🇧", 2),
        ],
    )
    def test_x_counts_characters_by_weight(self, text: str, weight: int) -> None:
        """From the conformance tests of twitter-text (config 3), and its families of emoji."""
        assert length(text, "x") == weight

    @pytest.mark.parametrize(
        ("text", "weight"),
        [
            ("Hi http://test.co", 26),
            ("http://test.co", 23),
            ("https://test.com/a/very/long/path?with=query&and=more#there " + "x", 25),
            ("Test https://test.com test https://test.com test.com test", 86),
            ("https://www.twitter.com/aloha " * 10, 240),
            ("https://example.com.", 24),
            ("(https://example.com)", 25),
            ("example.com", 23),
            ("foo.co.jp", 23),
            ("www.loja.com.br/ajuda, ok", 27),
            ("ana@loja.com", 12),
            ("R$ 1.234,50", 11),
            ("fim.Obrigado", 12),
            ("às 10.30", 8),
            ("Sp. z o.o.", 10),
            ("randomurlrandomurlrandomurlrandomurlrandomurlrandomurlrandomurls.com", 68),
            ("285 chars- http://www.twitter.com/jack " + "x" * 10, 45),
        ],
    )
    def test_x_counts_every_address_as_twenty_three(self, text: str, weight: int) -> None:
        assert length(text, "x") == weight

    def test_google_counts_bytes_and_others_count_characters(self) -> None:
        assert length("não", "google") == 4
        assert length("não 👨‍👩‍👧", "facebook") == 9
        assert length("na\u0303o", "reclameaqui") == 3

    def test_x_takes_280_and_a_forum_as_many_as_one_likes(self) -> None:
        assert LIMITS["x"] == 280
        assert "reclameaqui" not in LIMITS

    @pytest.mark.parametrize("text", ["a." * 4_000, "http://!" * 1_000, "a-" * 4_000, "👨‍" * 4_000, "x" * 8_000])
    def test_no_text_is_slow_to_count(self, text: str) -> None:
        """Bounded by the patterns: each starts where a word starts, and none can match one place in two ways."""
        assert length(text, "x") > 0

    @given(st.text(max_size=300))
    def test_any_text_has_a_length(self, text: str) -> None:
        assert 0 <= length(text, "x") <= 23 * max(len(text), 1)
        assert length(text, "x") == length(text, "x")


class TestLibrary:
    def library(self) -> Library:
        return Library.of(
            [
                template("heard-general", causes=("other",)),
                template("heard-delay", causes=("delay",)),
                template("heard-defect", causes=("defect",)),
                template("heard-short", channels=("x",)),
                template("apology-delay", kind=ReplyKind.APOLOGY, causes=("delay",)),
                template("heard-delay", language="en"),
                template("only-english", language="en"),
            ]
        )

    def test_the_later_of_two_stands(self) -> None:
        ours, theirs = template(), template(causes=("delay",))
        assert Library.of([ours, theirs]).templates == (theirs,)

    def test_a_template_is_found_in_its_language(self) -> None:
        found = self.library().find("heard-delay", "pt")
        assert found is not None
        assert found.language == "pt"

    @pytest.mark.parametrize("name", ["only-english", "heard-delay"])
    def test_a_missing_language_is_answered_in_english(self, name: str) -> None:
        found = self.library().find(name, "pl")
        assert found is not None
        assert found.language == "en"

    def test_a_name_in_no_language_is_not_found(self) -> None:
        assert self.library().find("nowhere", "pt") is None
        assert self.library().find("heard-general", "pl") is None

    def test_a_language_without_any_reply_has_the_english_ones(self) -> None:
        assert self.library().in_language("pl") == self.library().in_language("en")

    def test_a_misspelt_name_is_guessed(self) -> None:
        assert nearest("heard-dely", self.library()) == "heard-delay"
        assert nearest(" HEARD-DELAY ", self.library()) == "heard-delay"
        assert nearest("qqq", self.library()) is None
        assert nearest("x" * 100_000, self.library()) is None

    def fitting(self, channel: str, text: str, *kinds: ReplyKind) -> list[str]:
        return [each.name for each in self.library().fitting(language="pt", channel=channel, kinds=kinds, text=text)]

    def test_kinds_come_in_the_order_asked_for(self) -> None:
        names = self.fitting("facebook", "", ReplyKind.APOLOGY, ReplyKind.HEARD)
        assert names == ["apology-delay", "heard-defect", "heard-delay", "heard-general"]
        assert self.fitting("facebook", "", ReplyKind.THANKS) == []

    def test_what_is_made_for_the_channel_comes_first_and_stays_on_it(self) -> None:
        assert self.fitting("x", "", ReplyKind.HEARD)[0] == "heard-short"
        assert "heard-short" not in self.fitting("facebook", "", ReplyKind.HEARD)

    @pytest.mark.parametrize(
        ("text", "first"),
        [
            ("Meu pedido está ATRASADO!!!", "heard-delay"),
            ("a geladeira nao chegou", "heard-delay"),
            ("Chegou quebrada", "heard-defect"),
            ("Boa tarde", "heard-defect"),
        ],
    )
    def test_what_the_customer_names_comes_first(self, text: str, first: str) -> None:
        assert self.fitting("facebook", text, ReplyKind.HEARD)[0] == first


class TestLoading:
    def write(self, folder: Path, name: str, text: str | bytes, language: str = "pt") -> Path:
        file = folder / language / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return file

    def faults(self, folder: Path) -> list[str]:
        with pytest.raises(BrokenTemplates) as caught:
            load(folder)
        assert str(caught.value) == "\n".join(map(str, caught.value.errors))
        return [error.reason for error in caught.value.errors]

    def test_the_committees_own_stands_before_ours(self, tmp_path: Path) -> None:
        self.write(tmp_path, "heard-general.md.j2", SOURCE)
        self.write(tmp_path, "our-own.md.j2", SOURCE)
        (tmp_path / ".git").mkdir()
        shipped, own = load(), load(tmp_path)
        found = own.find("heard-general", "pt")
        assert found is not None
        assert found.title == "Pedido atrasado"
        assert len(own.templates) == len(shipped.templates) + 1

    def test_every_fault_is_told_at_once(self, tmp_path: Path) -> None:
        self.write(tmp_path, "a.md.j2", "no front")
        self.write(tmp_path, "b.md.j2", SOURCE + "{{ nowhere }}")
        self.write(tmp_path, "c.md.j2", SOURCE)
        assert len(self.faults(tmp_path)) == 2

    @pytest.mark.parametrize("name", ["Heard.md.j2", "heard delay.md.j2", "heard.md", "heard.j2", "heard.md.j2~"])
    def test_a_file_of_another_name_is_refused(self, tmp_path: Path, name: str) -> None:
        self.write(tmp_path, name, SOURCE)
        assert "a template is called" in self.faults(tmp_path)[0]

    def test_a_language_that_is_not_ours_is_refused(self, tmp_path: Path) -> None:
        self.write(tmp_path, "heard.md.j2", SOURCE, language="fr")
        self.write(tmp_path, "heard.md.j2", SOURCE, language="pt-BR")
        assert self.faults(tmp_path) == ["no language of ours: the folders here are en, es, pl, pt"] * 2

    def test_a_missing_folder_is_refused(self, tmp_path: Path) -> None:
        assert self.faults(tmp_path / "nowhere") == ["no such folder"]

    def test_a_link_that_leads_outside_is_refused(self, tmp_path: Path) -> None:
        secret = self.write(tmp_path, "secret.md.j2", SOURCE, language="outside")
        inside = tmp_path / "inside" / "pt"
        inside.mkdir(parents=True)
        (inside / "heard.md.j2").symlink_to(secret)
        (inside.parent / "es").symlink_to(secret.parent)
        assert self.faults(tmp_path / "inside") == ["leads outside its folder"] * 2

    def test_a_link_that_stays_inside_is_followed(self, tmp_path: Path) -> None:
        file = self.write(tmp_path, "heard.md.j2", SOURCE)
        file.with_name("other.md.j2").symlink_to(file)
        assert load(tmp_path).find("other", "pt") is not None

    def test_what_is_no_file_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "pt" / "heard.md.j2").mkdir(parents=True)
        (tmp_path / "pt" / "lost.md.j2").symlink_to(tmp_path / "pt" / "nowhere.md.j2")
        assert self.faults(tmp_path) == ["no ordinary file"] * 2

    def test_big_and_unreadable_files_are_refused(self, tmp_path: Path) -> None:
        self.write(tmp_path, "big.md.j2", SOURCE + " " * 9_000)
        self.write(tmp_path, "bytes.md.j2", SOURCE.encode("utf-16"))
        assert self.faults(tmp_path) == ["more than 8192 bytes", "not UTF-8"]

    def test_the_shipped_replies_are_where_they_should_be(self) -> None:
        assert SHIPPED.parts[-2:] == ("templates", "replies")
        assert SHIPPED.is_dir()
