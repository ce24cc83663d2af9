"""300 true quotes and 300 false ones of real texts, always the same.

A true quote is some words of a passage as a model or a PDF would write them: lines broken
elsewhere, words hyphenated at line ends, ligatures, other quotation marks and dashes. A false one
has one word, number, name or date changed, comes from another document, or is made up. Numbers,
names and words are changed to ones that stand elsewhere in the same documents, so that every false
quote is made of the right words.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

from tercet.types import Chunk, Hit, Page

QUOTE_WORDS = (4, 22)


class Planted(NamedTuple):
    """A quote, the passages it is said to come from, the marker that is said, and for a true one
    the marker and [start, end) at which it stands."""

    quote: str
    hits: tuple[Hit, ...]
    marker: int
    kind: str
    place: tuple[int, int, int] | None = None


def hit_of(text: str, source: str, start: int) -> Hit:
    """A passage of a document of two pages, of which the second begins in its middle."""
    middle, end = start + len(text) // 2, start + len(text)
    pages = (Page(1, start, middle), Page(2, middle, end))
    chunk = Chunk(text, start, end, pages=pages, document=source, source=source)
    return Hit(chunk, 1.0)


def true_quotes(passages: Sequence[Hit], count: int, seed: int) -> list[Planted]:
    """Quotes that stand in the second of three passages; every other time the quote is in another
    dress than the passage, and else the passage is, as after a PDF."""
    rng = random.Random(seed)
    planted: list[Planted] = []
    while len(planted) < count:
        hits = list(rng.sample(list(passages), 3))
        start, end = stretch(hits[1].text, rng)
        plain = hits[1].text[start:end]
        if any(_stands_in(plain, hit.text) for hit in (hits[0], hits[2])):
            continue
        named = 2 if rng.random() < 0.8 else 1  # a model may name the wrong passage
        if len(planted) % 2:
            dress = DRESSES_OF_PASSAGES[len(planted) // 2 % len(DRESSES_OF_PASSAGES)]
            text = dress(plain, rng)
            whole = hits[1].text[:start] + text + hits[1].text[end:]
            hits[1] = hit_of(whole, hits[1].source, hits[1].chunk.start)
            place = (2, start, start + len(text))
            planted.append(Planted(plain, tuple(hits), named, f"passage {dress.__name__}", place))
        else:
            dress = DRESSES[len(planted) // 2 % len(DRESSES)]
            first = hits[1].text.find(plain)
            place = (2, first, first + len(plain))
            quote = dress(plain, rng)
            planted.append(Planted(quote, tuple(hits), named, f"quote {dress.__name__}", place))
    return planted


def false_quotes(passages: Sequence[Hit], count: int, seed: int) -> list[Planted]:
    """Quotes that stand in none of three passages."""
    rng = random.Random(seed)
    makers = [word_changed, number_changed, name_changed, negated, borrowed, made_up, joined]
    planted: list[Planted] = []
    while len(planted) < count:
        hits = tuple(rng.sample(list(passages), 3))
        maker = makers[len(planted) % len(makers)]
        start, end = stretch(hits[1].text, rng)
        quote = maker(hits[1].text[start:end], passages, rng)
        if quote and not any(_stands_in(quote, hit.text) for hit in hits):
            planted.append(Planted(quote, hits, 2, maker.__name__))
    return planted


def stretch(text: str, rng: random.Random) -> tuple[int, int]:
    """Some words in a row that begin and end at white space."""
    words = list(re.finditer(r"\S+", text))
    size = min(rng.randint(*QUOTE_WORDS), len(words))
    first = rng.randint(0, len(words) - size)
    last = first + size - 1
    if last + 1 < len(words) and words[last + 1][0].startswith("%"):
        last += 1  # nobody quotes a number without its sign
    return words[first].start(), words[last].end()


def as_it_is(text: str, rng: random.Random) -> str:
    return text


def lines_broken(text: str, rng: random.Random) -> str:
    return re.sub(r"\s+", lambda _: rng.choice([" ", "\n", "  ", "\r\n", "\u00a0"]), text)


def hyphenated(text: str, rng: random.Random) -> str:
    """The first long words parted at a line end."""
    return re.sub(r"\b([a-z]{3})([a-z]{4,})\b", r"\1-\n\2", text, count=2)


def ligatured(text: str, rng: random.Random) -> str:
    return text.replace("ffi", "ﬃ").replace("fi", "ﬁ").replace("fl", "ﬂ").replace("ff", "ﬀ")


def requoted(text: str, rng: random.Random) -> str:
    curly = re.sub(r"(?<!\d)[\"“”](?=\w)", "„", re.sub(r"(?<=[^\W\d])[\"“”]", "“", text))
    return f"“{re.sub(r'(?<=[a-z])[’](?=[a-z])', chr(39), curly.replace(chr(39), '’'))}”"


def dashed(text: str, rng: random.Random) -> str:
    return re.sub(r"(?<=[a-z])-(?=[a-z])", "\u2011", text.replace(" - ", " – "))


def soft(text: str, rng: random.Random) -> str:
    return re.sub(r"\b([a-z]{3})([a-z]{3,})\b", "\\1\u00ad\\2", text)


def elided(text: str, rng: random.Random) -> str:
    """Some words in the middle left out."""
    words = text.split()
    if len(words) < 10:
        return text
    head, tail = words[:4], words[-4:]
    enough = all(any(map(str.isalnum, word)) for word in (*head, *tail))
    return f"{' '.join(head)} ... {' '.join(tail)}" if enough else text


Dress: TypeAlias = Callable[[str, random.Random], str]
DRESSES_OF_PASSAGES: list[Dress] = [lines_broken, hyphenated, ligatured, dashed, soft]
DRESSES: list[Dress] = [as_it_is, *DRESSES_OF_PASSAGES, requoted, elided]


def word_changed(text: str, passages: Sequence[Hit], rng: random.Random) -> str:
    return _swapped(text, r"(?<!\w)[a-z]{4,}(?!\w)", passages, rng)


def number_changed(text: str, passages: Sequence[Hit], rng: random.Random) -> str:
    """A digit changed, a decimal point moved, or a number put in another's place."""
    if rng.random() < 0.5:
        return _swapped(text, r"\d+(?:[.,]\d+)*", passages, rng)
    digits = [match.start() for match in re.finditer(r"\d", text)]
    if not digits:
        return ""
    at = rng.choice(digits)
    return f"{text[:at]}{(int(text[at]) + rng.randint(1, 9)) % 10}{text[at + 1 :]}"


def name_changed(text: str, passages: Sequence[Hit], rng: random.Random) -> str:
    return _swapped(text, r"(?<=[a-z] )[A-Z][a-z]{2,}(?!\w)", passages, rng)


def negated(text: str, passages: Sequence[Hit], rng: random.Random) -> str:
    """A "not" put in or left out."""
    if re.search(r" not ", text):
        return text.replace(" not ", " ", 1)
    changed = re.sub(r" (is|are|was|were|may|must|can|will) ", r" \1 not ", text, count=1)
    return "" if changed == text else changed


def borrowed(text: str, passages: Sequence[Hit], rng: random.Random) -> str:
    """From another document."""
    other = rng.choice(passages).text
    start, end = stretch(other, rng)
    return other[start:end]


def made_up(text: str, passages: Sequence[Hit], rng: random.Random) -> str:
    """The same words in another order."""
    words = text.split()
    rng.shuffle(words)
    return " ".join(words)


def joined(text: str, passages: Sequence[Hit], rng: random.Random) -> str:
    """The beginning of a quote with the end of another document's, with or without `...`."""
    other = borrowed(text, passages, rng).split()
    return " ".join([*text.split()[:5], *(["..."] if rng.random() < 0.5 else []), *other[-5:]])


def _swapped(text: str, pattern: str, passages: Sequence[Hit], rng: random.Random) -> str:
    """One match of the pattern changed to another from elsewhere; "" if there is none."""
    found = list(re.finditer(pattern, text))
    others = re.findall(pattern, rng.choice(passages).text)
    if not found or not others:
        return ""
    match, other = rng.choice(found), rng.choice(others)
    return "" if other == match[0] else text[: match.start()] + other + text[match.end() :]


def _stands_in(quote: str, text: str) -> bool:
    """Whether a changed quote happens to be a true one: all its parts stand in the text."""
    return all(_squeezed(part) in _squeezed(text) for part in quote.split("..."))


def _squeezed(text: str) -> str:
    """Letters, digits and signs alone: what no normalising may make equal."""
    return re.sub(r"[\s\"'“”‘’„.,;:…]+", "", text).casefold()
