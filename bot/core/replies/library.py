"""The library of reply templates: finding one, and which of them suit a case best."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec

from bot.core.replies.drafts import fold
from bot.core.replies.parts import CHOSEN, JOIN, Part, composed
from bot.core.replies.template import ReplyKind, Template

#: Where a language has no reply of a name, the English one is better than none.
FALLBACK: Final = "en"
#: How much of a mistyped name is compared; no template has a longer one.
_NAME_LIMIT: Final = 64

#: Openings of the words by which a customer names a cause, without accents, as ``fold`` leaves
#: them. A hint for the order in which templates are offered, never a judgement on the case.
CAUSES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "en": {
        "delay": ("late", "delay", "waiting", "not arrived", "never arrived", "where is my", "overdue"),
        "service": ("rude", "ignored", "nobody answer", "no one answer", "no reply", "staff", "unhelpful", "hung up"),
        "defect": ("broken", "defect", "faulty", "damaged", "stopped working", "does not work", "doesn t work"),
        "not-as-described": ("not as described", "wrong", "different from", "misleading", "fake", "not what i ordered"),
        "refund": ("refund", "money back", "return", "reimburse"),
        "charge": ("charge", "billed", "paid twice", "invoice", "payment", "double"),
        "stock": ("out of stock", "sold out", "unavailable", "cancelled my order", "canceled my order"),
        "price": ("price", "expensive", "discount", "shipping cost", "overpriced"),
        "misunderstanding": ("misunderst", "confus", "unclear", "mislead"),
        "data": ("my data", "personal data", "privacy", "leak", "gdpr", "hacked"),
        "safety": ("danger", "unsafe", "fire", "burn", "injur", "hurt", "allerg", "choke", "electric shock"),
        "question": ("how do", "how can", "when will", "do you", "is it possible"),
        "praise": ("thank", "great", "excellent", "love", "well done", "congrat"),
    },
    "es": {
        "delay": ("retras", "demora", "tarda", "tarde", "esperando", "no ha llegado", "no llega", "no me llego"),
        "service": (
            "atencion",
            "maleducad",
            "nadie responde",
            "nadie contesta",
            "no contestan",
            "no responden",
            "trato",
        ),
        "defect": ("roto", "rota", "defectuos", "averia", "danad", "no funciona", "dejo de funcionar", "estropead"),
        "not-as-described": ("no es lo que", "diferente", "distint", "equivocad", "engan", "publicidad"),
        "refund": ("reembols", "devol", "mi dinero"),
        "charge": ("cobr", "factura", "cargo", "pago", "pague"),
        "stock": ("agotad", "sin stock", "no hay existencias", "anularon", "cancelaron mi pedido"),
        "price": ("precio", "car", "descuento", "gastos de envio", "oferta"),
        "misunderstanding": ("malentendid", "confus", "no entiendo", "no queda claro"),
        "data": ("mis datos", "datos personales", "privacidad", "filtra", "hacke"),
        "safety": (
            "peligr",
            "insegur",
            "incendi",
            "quemad",
            "quemo",
            "herid",
            "alergi",
            "lesion",
            "descarga electrica",
        ),
        "question": ("como puedo", "cuando", "se puede", "teneis", "tienen"),
        "praise": ("gracias", "excelente", "genial", "encanta", "felicid", "enhorabuena"),
    },
    "pl": {
        "delay": ("opozn", "spozn", "czekam", "nie dotar", "nie dosz", "nie przysz", "gdzie jest", "po terminie"),
        "service": ("obslug", "niemil", "chamsk", "nikt nie odpo", "nie odpowiada", "brak kontaktu", "ignoru"),
        "defect": ("zepsu", "wad", "uszkodz", "nie dziala", "przestal", "popsu", "pekni"),
        "not-as-described": ("niezgod", "nie to co", "inny niz", "inna niz", "inne niz", "pomyl", "oszu"),
        "refund": ("zwrot", "zwroc", "zwrac", "oddajcie", "pieniadz", "reklamac"),
        "charge": ("pobral", "pobran", "oplat", "faktur", "platn", "podwojn"),
        "stock": ("brak towaru", "wyprzedan", "niedostep", "anulowal", "nie ma na stanie"),
        "price": ("cen", "drog", "rabat", "promocj", "koszt"),
        "misunderstanding": ("nieporozum", "niejasn", "nie rozumiem", "wprowadz"),
        "data": ("moje dane", "danych", "rodo", "prywatn", "wyciek"),
        "safety": ("niebezpiecz", "pozar", "oparz", "poparz", "zrani", "alergi", "porazil"),
        "question": ("jak moge", "kiedy", "czy mozna", "czy jest", "czy macie"),
        "praise": ("dziekuj", "swietn", "super", "polecam", "gratul", "brawo"),
    },
    "pt": {
        "delay": ("atras", "demora", "esperando", "nao chegou", "nao chega", "nao recebi", "prazo", "cade"),
        "service": ("atendimento", "grosseir", "mal educad", "ninguem responde", "nao respondem", "descaso", "ignor"),
        "defect": ("quebrad", "quebrou", "defeit", "estragad", "danific", "nao funciona", "parou de"),
        "not-as-described": ("diferente", "errad", "nao e o que", "nao era o que", "propaganda enganosa", "enganad"),
        "refund": ("reembols", "estorn", "devol", "meu dinheiro"),
        "charge": ("cobr", "fatura", "boleto", "pagamento", "paguei", "cartao", "em dobro"),
        "stock": ("esgotad", "sem estoque", "indisponivel", "cancelaram meu pedido", "sem stock"),
        "price": ("preco", "caro", "cara", "desconto", "frete", "promocao"),
        "misunderstanding": ("mal entendid", "confus", "nao entendi", "nao ficou claro"),
        "data": ("meus dados", "dados pessoais", "privacidade", "vazament", "vazaram", "lgpd"),
        "safety": ("perig", "insegur", "incendi", "queimad", "queimou", "machuc", "ferid", "alergi", "choque"),
        "question": ("como faco", "como posso", "quando", "voces tem", "e possivel", "duvida"),
        "praise": ("obrigad", "excelente", "otimo", "otima", "adorei", "parabens", "recomendo"),
    },
}


class Library(msgspec.Struct, frozen=True):
    """All templates, each language and name once: build it with ``of``."""

    templates: tuple[Template, ...]
    parts: tuple[Part, ...] = ()

    @classmethod
    def of(cls, templates: Iterable[Template], parts: Iterable[Part] = ()) -> Library:
        """Of two with the same language and name the later stands: the committee's own before ours."""
        return cls(
            tuple({(each.language, each.name): each for each in templates}.values()),
            tuple({(each.language, each.name): each for each in parts}.values()),
        )

    def find(self, name: str, language: str) -> Template | None:
        """The template in this language, else in English, else None."""
        found = {each.language: each for each in self.templates if each.name == name}
        return found.get(language) or found.get(FALLBACK)

    def in_language(self, language: str) -> tuple[Template, ...]:
        """The templates of a language; the English ones where it has none at all."""
        own = self._in(language)
        return own or self._in(FALLBACK)

    def fitting(
        self, *, language: str, channel: str, kinds: Sequence[ReplyKind], text: str = ""
    ) -> tuple[Template, ...]:
        """The templates of these kinds that may go to this channel, the most fitting first.

        First by kind, in the order of ``kinds``; then those made for this channel; then those
        whose causes the complaint's ``text`` names; then by name.
        """
        heard = f" {fold(text)}"

        def rank(each: Template) -> tuple[int, bool, int, str]:
            return kinds.index(each.kind), not each.channels, -_named(each, heard), each.name

        suited = (each for each in self.in_language(language) if each.kind in kinds and _suits(each, channel))
        return tuple(sorted(suited, key=rank))

    def parts_in(self, language: str) -> tuple[Part, ...]:
        """The parts of a language, those to choose from in the order in which they are said; English without any."""
        chosen = [each for kind in CHOSEN for each in self.parts if each.part is kind]
        own = tuple(each for each in chosen if each.language == language)
        return own or tuple(each for each in chosen if each.language == FALLBACK)

    def part(self, name: str, language: str) -> Part | None:
        """The part in this language, else in English, else None."""
        found = {each.language: each for each in self.parts if each.name == name and each.part in CHOSEN}
        return found.get(language) or found.get(FALLBACK)

    def compose(self, parts: Sequence[Part], kind: ReplyKind) -> Template:
        """The parts as one template, which begins and ends as replies in their language do."""
        around = [each for each in self.parts if each.part not in CHOSEN and each.language == parts[0].language]
        return composed((*around, *parts), kind)

    def compositions(self, begun: str, language: str) -> tuple[tuple[str, str], ...]:
        """What may be typed to compose a reply, with its title: names joined so far, and each part that may follow.

        A name that ends in + goes on: what is said after it is still to come.
        """
        *joined, _ = begun.split(JOIN)
        known = [part.part for name in joined if (part := self.part(name, language))]
        later = CHOSEN[CHOSEN.index(known[-1]) + 1 :] if known else CHOSEN[:1]
        return tuple(
            (JOIN.join((*joined, each.name)) + ("" if each.part is CHOSEN[-1] else JOIN), each.title)
            for each in self.parts_in(language)
            if each.part in later
        )

    def _in(self, language: str) -> tuple[Template, ...]:
        return tuple(each for each in self.templates if each.language == language)


def nearest(name: str, library: Library, *, parts: bool = False) -> str | None:
    """The name of a template, or of one of the ``parts``, that was probably meant, or None."""
    names = {each.name for each in library.parts if each.part in CHOSEN} if parts else _names(library)
    return next(iter(difflib.get_close_matches(name.strip().casefold()[:_NAME_LIMIT], sorted(names), n=1)), None)


def _names(library: Library) -> set[str]:
    return {each.name for each in library.templates}


def _suits(template: Template, channel: str) -> bool:
    return not template.channels or channel in template.channels


def _named(template: Template, heard: str) -> int:
    """How many of the template's causes the complaint names."""
    words = CAUSES.get(template.language, {})
    return sum(any(f" {opening}" in heard for opening in words.get(cause, ())) for cause in template.causes)
