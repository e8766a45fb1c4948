"""What finding lookalikes costs beside a plain scan of every known complaint, and how many it finds.

Run it: ``python -m tests.bench.bench_lookalikes``. Everything is
measured in one run on invented complaints, the same on every machine (seeded).
"""

from __future__ import annotations

import random
import sqlite3
import statistics
import string
import time
import tracemalloc
import unicodedata
from collections import Counter
from collections.abc import Callable
from typing import TypeVar

from rapidfuzz import fuzz, process

from bot.lookalikes import Lookalikes, likeness, plain

T = TypeVar("T")

#: Where the plain scan finds as many of the changed duplicates as the index does.
SCAN_LEAST = 85.0

#: Sentences of complaints by language: how they open, what went wrong, what was tried, what is wanted, a detail.
SENTENCES: dict[str, tuple[tuple[str, ...], ...]] = {
    "pt": (
        (
            "Comprei {thing} na loja de {city} há {days} dias.",
            "No dia {day} de agosto encomendei {thing} pelo site.",
            "Sou cliente desde {year} e nunca me aconteceu nada assim com {thing}.",
            "Fiz o pedido {order} com {thing} para oferecer à minha {kin}.",
            "Paguei {price} euros por {thing} e estou arrependido.",
        ),
        (
            "O pedido não chegou e o rastreio diz que está em {place}.",
            "Veio com defeito: {fault}.",
            "Enviaram outro artigo, e a caixa trazia {junk}.",
            "Ao fim de {days} dias deixou de funcionar, {fault}.",
            "Cobraram-me duas vezes no cartão terminado em {digits}.",
            "O estafeta {name} deixou tudo com {junk} à porta do vizinho.",
        ),
        (
            "Já liguei {times} vezes e ninguém resolve.",
            "Falei com {name} no apoio ao cliente, que desligou a chamada.",
            "O chat respondeu-me só com mensagens automáticas durante {days} dias.",
            "Mandei três e-mails a {name} e continuo sem resposta.",
            "Na loja de {city} disseram que a culpa é da transportadora.",
        ),
        (
            "Quero o meu dinheiro de volta!",
            "Exijo a troca até {day} de setembro.",
            "Vou fazer queixa no livro de reclamações de {city}.",
            "Nunca mais compro nada desta marca, e a minha {kin} também não.",
            "Só peço que alguém me explique o que se passou com a encomenda {order}.",
        ),
        (
            "Quando {name} abriu a caixa em {city}, {fault} e {fault}.",
            "O meu vizinho {name} comprou {thing} e {thing} ao mesmo tempo e correu tudo bem.",
            "Vinha {junk} junto com a fatura em nome de {name}, de {place}.",
            "Ainda por cima levaram {price} euros pelo transporte para {city}, {fault}.",
        ),
    ),
    "es": (
        (
            "Compré {thing} en la tienda de {city} hace {days} días.",
            "El {day} de agosto pedí {thing} por la web.",
            "Soy cliente desde {year} y jamás había tenido problemas con {thing}.",
            "Hice el pedido {order} con {thing} para regalar a mi {kin}.",
            "Pagué {price} euros por {thing} y me arrepiento.",
        ),
        (
            "El pedido no ha llegado y el seguimiento dice que está en {place}.",
            "Llegó defectuoso: {fault}.",
            "Me mandaron otro artículo, y en la caja venía {junk}.",
            "A los {days} días dejó de funcionar, {fault}.",
            "Me han cobrado dos veces en la tarjeta acabada en {digits}.",
            "El repartidor {name} lo dejó todo con {junk} en casa del vecino.",
        ),
        (
            "He llamado {times} veces y nadie lo soluciona.",
            "Hablé con {name} de atención al cliente y me colgó.",
            "El chat solo me contesta con mensajes automáticos desde hace {days} días.",
            "He escrito tres correos a {name} y sigo sin respuesta.",
            "En la tienda de {city} dicen que la culpa es del transportista.",
        ),
        (
            "¡Quiero que me devuelvan el dinero!",
            "Exijo el cambio antes del {day} de septiembre.",
            "Voy a poner una hoja de reclamaciones en {city}.",
            "No vuelvo a comprar nada de esta marca, y mi {kin} tampoco.",
            "Solo pido que alguien me explique qué pasó con el pedido {order}.",
        ),
        (
            "Cuando {name} abrió la caja en {city}, {fault} y {fault}.",
            "Mi vecino {name} compró {thing} y {thing} a la vez y todo le fue bien.",
            "Venía {junk} junto con la factura a nombre de {name}, de {place}.",
            "Encima cobraron {price} euros por el envío a {city}, {fault}.",
        ),
    ),
    "pl": (
        (
            "Kupiłam {thing} w sklepie w mieście {city} {days} dni temu.",
            "Dnia {day} sierpnia zamówiłem {thing} przez stronę.",
            "Jestem klientką od {year} roku i nigdy nie miałam kłopotu, aż trafiłam na {thing}.",
            "Złożyłem zamówienie {order}, a w nim {thing} dla kogoś bliskiego ({kin}).",
            "Zapłaciłem {price} złotych za {thing} i żałuję.",
        ),
        (
            "Paczka nie dotarła, a śledzenie pokazuje {place}.",
            "Przyszło uszkodzone: {fault}.",
            "Przysłali coś innego, w pudełku było {junk}.",
            "Po {days} dniach przestało działać, {fault}.",
            "Pobrano pieniądze dwa razy z karty kończącej się na {digits}.",
            "Kurier {name} zostawił wszystko razem z {junk} u sąsiada.",
        ),
        (
            "Dzwoniłam {times} razy i nikt nie umie pomóc.",
            "Rozmawiałem z {name} z obsługi klienta i rozmowę przerwano.",
            "Czat od {days} dni odpisuje tylko automatycznie.",
            "Wysłałam trzy maile do {name} i cisza.",
            "W sklepie ({city}) mówią, że to wina przewoźnika.",
        ),
        (
            "Chcę zwrotu pieniędzy!",
            "Żądam wymiany do {day} września.",
            "Zgłoszę sprawę do rzecznika konsumentów w mieście {city}.",
            "Nigdy więcej nic tu nie kupię, {kin} też nie.",
            "Proszę tylko, żeby ktoś wyjaśnił, co stało się z zamówieniem {order}.",
        ),
        (
            "Kiedy {name} otworzył pudełko w mieście {city}, {fault} i {fault}.",
            "Sąsiad {name} kupił {thing} i {thing} w tym samym czasie i wszystko działa.",
            "Obok faktury na nazwisko {name}, {place}, leżało: {junk}.",
            "Do tego policzyli {price} złotych za dostawę do miasta {city}, {fault}.",
        ),
    ),
    "en": (
        (
            "I bought {thing} at the {city} store {days} days ago.",
            "On {day} August I ordered {thing} from the website.",
            "I have been a customer since {year} and never had trouble before {thing}.",
            "I placed order {order} with {thing} as a present for my {kin}.",
            "I paid {price} pounds for {thing} and I regret it.",
        ),
        (
            "The parcel never arrived and tracking says it is in {place}.",
            "It came broken: {fault}.",
            "They sent something else, the box held {junk}.",
            "After {days} days it stopped working, {fault}.",
            "I was charged twice on the card ending {digits}.",
            "The driver {name} left it all with {junk} at the neighbour's.",
        ),
        (
            "I have called {times} times and nobody helps.",
            "I spoke to {name} in customer service, who hung up on me.",
            "The chat has sent me nothing but automatic messages for {days} days.",
            "I wrote three e-mails to {name} and still have no answer.",
            "The {city} store says it is the courier's fault.",
        ),
        (
            "I want my money back!",
            "I expect a replacement before {day} September.",
            "I am reporting this to trading standards in {city}.",
            "I will never buy this brand again, nor will my {kin}.",
            "All I ask is that someone explains what happened to order {order}.",
        ),
        (
            "When {name} opened the box in {city}, {fault} and {fault}.",
            "My neighbour {name} bought {thing} and {thing} at the same time and all went well.",
            "There was {junk} next to an invoice made out to {name} of {place}.",
            "On top of it they took {price} pounds for delivery to {city}, {fault}.",
        ),
    ),
}

_THINGS = {
    "pt": "uma máquina de lavar, um telemóvel dobrável, umas botas de montanha, uma torradeira, um sofá-cama, uma bicicleta"
    " elétrica, um aspirador sem fios, umas colunas de som, um carrinho de bebé, uma mala de viagem, um relógio desportivo,"
    " um colchão de espuma, uma cafeteira italiana, um casaco impermeável, uma impressora, uns auscultadores",
    "es": "una lavadora, un móvil plegable, unas botas de montaña, una tostadora, un sofá cama, una bicicleta eléctrica,"
    " un aspirador sin cable, unos altavoces, un carrito de bebé, una maleta de viaje, un reloj deportivo, un colchón de"
    " espuma, una cafetera italiana, un abrigo impermeable, una impresora, unos auriculares",
    "pl": "pralkę, składany telefon, buty górskie, toster, rozkładaną sofę, rower elektryczny, odkurzacz bezprzewodowy,"
    " głośniki, wózek dziecięcy, walizkę, zegarek sportowy, materac piankowy, kawiarkę, płaszcz przeciwdeszczowy,"
    " drukarkę, słuchawki",
    "en": "a washing machine, a folding phone, hiking boots, a toaster, a sofa bed, an electric bicycle, a cordless vacuum,"
    " loudspeakers, a pram, a suitcase, a sports watch, a foam mattress, a moka pot, a raincoat, a printer, headphones",
}
_FAULTS = {
    "pt": "o ecrã tem um risco, a tampa não fecha, faz um barulho horrível, a bateria aquece, falta o carregador, a costura"
    " abriu, o motor cheira a queimado, a roda está torta, o botão ficou preso, pinga água por baixo",
    "es": "la pantalla tiene una raya, la tapa no cierra, hace un ruido horrible, la batería se calienta, falta el cargador,"
    " la costura se abrió, el motor huele a quemado, la rueda está torcida, el botón se atascó, gotea agua por debajo",
    "pl": "ekran jest porysowany, pokrywa się nie domyka, strasznie hałasuje, bateria się grzeje, brakuje ładowarki, szew"
    " puścił, silnik śmierdzi spalenizną, koło jest krzywe, przycisk się zaciął, cieknie woda od spodu",
    "en": "the screen is scratched, the lid will not close, it makes a horrible noise, the battery overheats, the charger is"
    " missing, the seam came apart, the motor smells of burning, the wheel is bent, the button is stuck, water drips below",
}
_JUNK = {
    "pt": "jornais velhos, um tijolo, dois pratos partidos, uma meia usada, peças soltas, um ramo seco",
    "es": "periódicos viejos, un ladrillo, dos platos rotos, un calcetín usado, piezas sueltas, una rama seca",
    "pl": "stare gazety, cegła, dwa stłuczone talerze, używana skarpeta, luźne części, sucha gałąź",
    "en": "old newspapers, a brick, two broken plates, a used sock, loose parts, a dry branch",
}
_KIN = {
    "pt": "mãe, irmã, filha, avó, mulher, tia, madrinha, vizinha",
    "es": "madre, hermana, hija, abuela, mujer, tía, madrina, vecina",
    "pl": "mama, siostra, córka, babcia, żona, ciocia, teściowa, sąsiadka",
    "en": "mother, sister, daughter, grandmother, wife, aunt, niece, neighbour",
}
_CITIES = (
    "Lisboa, Porto, Braga, Coimbra, Faro, Évora, Setúbal, Madrid, Sevilla, Bilbao, Málaga, Zaragoza, Vigo, Kraków, Łódź,"
    " Gdańsk, Poznań, Lublin, Leeds, Bristol, York, Cardiff, Glasgow, Exeter"
)
_NAMES = (
    "Rui, Marta, Tiago, Inês, Vasco, Beatriz, Álvaro, Lucía, Íñigo, Rocío, Gonzalo, Zbigniew, Agnieszka, Łukasz, Jadwiga,"
    " Oliwia, Nigel, Harriet, Duncan, Imogen, Freya, Callum"
)

#: A second sentence that somebody adds when sharing.
EXTRA = (
    "Partilhem para que todos saibam!", "Já são muitos com o mesmo problema.", "¡Compartid, por favor!",
    "A ver si así contestan de una vez.", "Udostępniajcie, niech wszyscy wiedzą!", "Czy ktoś miał podobnie?",
    "Please share so that everybody knows!", "Has this happened to anyone else here?",
)  # fmt: skip
PREFIXES = (
    "RT @ana_p: ",
    "URGENTE!!! ",
    "[Reclamação] ",
    "Atención: ",
    "PILNE: ",
    "FWD: ",
    "Update 2 — ",
    "Via Facebook » ",
)


def complaint(rng: random.Random) -> str:
    """An invented complaint of two to five sentences in one of the four languages."""
    language = rng.choice(list(SENTENCES))
    opening, problem, tried, wanted, detail = (rng.choice(part) for part in SENTENCES[language])
    chosen = [opening, problem, *(text for text in (detail, tried, wanted) if rng.random() < 0.6)]
    return " ".join(_filled(sentence, language, rng) for sentence in chosen)


def _filled(sentence: str, language: str, rng: random.Random) -> str:
    def one(words: str) -> str:
        return rng.choice(words.split(", "))

    return sentence.format(
        thing=one(_THINGS[language]),
        fault=one(_FAULTS[language]),
        junk=one(_JUNK[language]),
        kin=one(_KIN[language]),
        city=one(_CITIES),
        place=one(_CITIES),
        name=one(_NAMES),
        days=rng.randint(2, 60),
        day=rng.randint(1, 30),
        times=rng.randint(2, 12),
        year=rng.randint(2005, 2025),
        price=rng.randint(15, 1500),
        order="".join(rng.choices(string.digits, k=7)),
        digits="".join(rng.choices(string.digits, k=4)),
    )


def with_typos(text: str, rng: random.Random) -> str:
    """One slip of the finger in about every 25 characters."""
    letters = list(text)
    for _ in range(max(2, len(text) // 25)):
        at = rng.randrange(len(letters) - 1)
        match rng.randrange(4):
            case 0:
                letters[at : at + 2] = letters[at : at + 2][::-1]
            case 1:
                del letters[at]
            case 2:
                letters.insert(at, rng.choice(string.ascii_lowercase))
            case _:
                letters[at] = rng.choice(string.ascii_lowercase)
    return "".join(letters)


def with_prefix(text: str, rng: random.Random) -> str:
    return rng.choice(PREFIXES) + text


def truncated(text: str, rng: random.Random) -> str:
    """As Google Alerts quotes a page: its first half or more, then an ellipsis."""
    return text[: int(len(text) * rng.uniform(0.5, 0.8))] + " …"


def with_extra_sentence(text: str, rng: random.Random) -> str:
    extra = rng.choice(EXTRA)
    return f"{extra} {text}" if rng.random() < 0.5 else f"{text} {extra}"


def carelessly_typed(text: str, rng: random.Random) -> str:
    """No accents, no capitals or all capitals, no punctuation: the same text retyped on a phone."""
    bare = "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))
    bare = bare.translate(str.maketrans("łŁ", "lL", ".,:!¡¿?()"))
    return bare.upper() if rng.random() < 0.3 else bare.lower()


def twice(text: str, rng: random.Random) -> str:
    """Two different changes at once; told apart from the rest, since no single share does it."""
    first, second = rng.sample(MUTATIONS, 2)
    return second(first(text, rng), rng)


MUTATIONS: tuple[Callable[[str, random.Random], str], ...] = (
    with_typos,
    with_prefix,
    truncated,
    with_extra_sentence,
    carelessly_typed,
)


class Fts5:
    """The candidates as SQLite FTS5 would propose them: the same words, ordered by its rank."""

    def __init__(self, texts: list[str]) -> None:
        self._db = sqlite3.connect(":memory:")
        self._db.execute("CREATE VIRTUAL TABLE known USING fts5(text, content='')")
        with self._db:
            self._db.executemany("INSERT INTO known (rowid, text) VALUES (?, ?)", enumerate(texts))
        self._count = Counter(word for text in texts for word in set(text.split()))

    def candidates(self, asked: str) -> list[int]:
        words = sorted((w for w in dict.fromkeys(asked.split()) if w in self._count), key=self._count.__getitem__)
        query = " OR ".join(f'"{word}"' for word in words[:10])
        rows = self._db.execute("SELECT rowid FROM known WHERE known MATCH ? ORDER BY rank LIMIT 50", (query,))
        return [number for (number,) in rows]


def timed(into: list[float], ask: Callable[..., T], *args: object) -> T:
    began = time.perf_counter()
    answer = ask(*args)
    into.append((time.perf_counter() - began) * 1_000)
    return answer


def scan(asked: str, texts: list[str]) -> list[int]:
    """What the index is measured against: rapidfuzz over every known text."""
    found = process.extract(asked, texts, scorer=fuzz.token_set_ratio, score_cutoff=SCAN_LEAST, limit=20)
    return [at for _, _, at in found]


def scan_with_our_likeness(asked: str, texts: list[str]) -> list[int]:
    return [at for at, text in enumerate(texts) if likeness(asked, text)]


def filled(known: list[str]) -> Lookalikes:
    index = Lookalikes()
    for number, text in enumerate(known):
        index.add(number, text)
    return index


def measure(known_count: int = 10_000, asked_count: int = 300, seed: int = 7) -> dict[str, float]:
    """Medians in milliseconds, recalls as shares, strangers proposed for one new complaint, memory."""
    rng = random.Random(seed)
    known = [complaint(rng) for _ in range(known_count)]
    texts = [plain(text) for text in known]
    tracemalloc.start()
    index = filled(known)
    memory_kb = tracemalloc.get_traced_memory()[0] / 1_000
    tracemalloc.stop()
    filling: list[float] = []
    timed(filling, filled, known)
    fts5 = Fts5(texts)

    alike, scanned, same, ours, theirs = ([] for _ in range(5))
    figures: dict[str, float] = {}
    hits: dict[str, list[bool]] = {"alike": [], "scan": [], "fts5": []}
    for mutate in (*MUTATIONS, twice):
        found = []
        for number in rng.sample(range(known_count), asked_count // len(MUTATIONS)):
            text = mutate(known[number], rng)
            asked = plain(text)
            found.append(number in [one.number for one in timed(alike, index.alike, text)])
            in_scan = number in timed(scanned, scan, asked, texts)
            timed(same, scan_with_our_likeness, asked, texts)
            timed(ours, index._candidates, asked)
            in_fts5 = number in timed(theirs, fts5.candidates, asked)
            if mutate is not twice:
                for who, hit in zip(hits, (found[-1], in_scan, in_fts5), strict=True):
                    hits[who].append(hit)
        figures[f"recall {mutate.__name__}"] = statistics.mean(found)
    fresh = [complaint(rng) for _ in range(asked_count)]
    return figures | {
        "recall": statistics.mean(hits["alike"]),
        "recall of the scan": statistics.mean(hits["scan"]),
        "recall of FTS5 candidates": statistics.mean(hits["fts5"]),
        "strangers proposed": statistics.mean(len(index.alike(text)) for text in fresh),
        "strangers of the scan": statistics.mean(len(scan(plain(text), texts)) for text in fresh),
        "alike ms": statistics.median(alike),
        "alike ms p95": statistics.quantiles(alike, n=20)[-1],
        "scan ms": statistics.median(scanned),
        "alike, of the scan (aim <= 0.1)": statistics.median(alike) / statistics.median(scanned),
        "scan ms, our likeness": statistics.median(same),
        "candidates ms": statistics.median(ours),
        "candidates ms, FTS5": statistics.median(theirs),
        "memory KB per complaint": memory_kb / known_count,
        "filling ms": filling[0],
    }


def main() -> None:
    for name, figure in measure().items():
        print(f"{name:34} {figure:10.3f}")


if __name__ == "__main__":
    main()
