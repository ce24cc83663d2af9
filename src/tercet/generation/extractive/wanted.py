"""What a question wants: the kind of answer (a number, a person, a time ...) and the names and
numbers in it. The rules are those of English; where none applies, the kind is ""."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple, TypeAlias

from tercet.generation.extractive.ranges import numbers_of

Kind: TypeAlias = Literal["", "amount", "duration", "money", "person", "reason", "time"]

_UNIT = r"(?:second|minute|hour|day|week|month|year|decade|centur|night|quarter)"
_MONEY = re.compile(r"[€£$¥]|\b(?:euro|pound|dollar|kroner|million|billion|usd|eur|gbp)")
_MONEY_WORDS = r"\b(?:costs?|prices?|fees?|charged?|paid|pays?|worth|earn|spent|spend)\b"
_PRICE_WORDS = r"\b(?:costs?|prices?|fees?|paid|worth)\b"
_BE = r"(?:is|was|are|were|will|does|do|did|would)"
# The first that matches decides.
_KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("duration", re.compile(rf"\bhow (?:long|soon|quickly|often)\b|\bhow many {_UNIT}")),
    ("amount", re.compile(r"\b(?:what|which) (?:percentage|share|proportion|number)\b")),
    ("money", re.compile(rf"\bhow much\b.*{_MONEY_WORDS}|\bwhat {_BE}\b.*{_PRICE_WORDS}")),
    (
        "amount",
        re.compile(
            r"\bhow (?:many|few|much|old|large|big|high|tall|far|deep|wide|fast|heavy|hot|cold)\b"
            r"|\b(?:what|which) amount\b"
        ),
    ),
    ("time", re.compile(r"\bwhen\b|\b(?:what|which) (?:year|date|day|month|century|decade)\b")),
    ("reason", re.compile(r"\bwhy\b|\bwhat (?:is|was|were|are)? ?(?:the )?(?:cause|reason)")),
    ("person", re.compile(r"\bwho(?:m|se)?\b")),
)
_ENGLISH = re.compile(r"\b(?:the|what|who|whose|when|which|how|why|where|is|are|does|did)\b", re.I)
_COUNTED = re.compile(r"^(\d+)-[a-z]+$")  # 24-month: said as "24 months" too
_CODE = re.compile(r"[^\W\d].*\d")
_CODES = re.compile(r"\b(?=[^\s]*[^\W\d])[^\s]*\d[^\s]*")  # X200, CP-07: no amount of anything
_WORD = re.compile(r"[^\W_]+(?:[-/.,:][^\W_]+)*")
_NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|[a-z]+teen|twenty"
    r"|thirty|forty|fifty|sixty|seventy|eighty|ninety|half|thirds?|quarters?|twice|once|dozens?"
    r"|hundreds?|thousands?|millions?|billions?|none|no)\b"
)
_RHYTHM = r"\b(?:daily|weekly|monthly|quarterly|yearly|annual(?:ly)?|immediately|at once|every)\b"
_LASTING = re.compile(rf"\b{_UNIT}|{_RHYTHM}")
_TIME = re.compile(
    r"\d|\b(?:january|february|march|april|may|june|july|august|september|october|november"
    r"|december|monday|tuesday|wednesday|thursday|friday|saturday|sunday|during|after|before"
    r"|until|since|century|every)\b"
)
_REASON = re.compile(
    r"\b(?:because|cause[sd]?|due|reasons?|since|led|result(?:s|ed)?|therefore|so that|to avoid"
    r"|in order)\b"
)


class Wanted(NamedTuple):
    """The kind of answer, the words of the question, its names (words with a digit; in English
    those with a capital too, the first aside), those of them that are codes (letters and digits:
    X200, FC-45), and its numbers."""

    kind: Kind
    words: frozenset[str]
    names: frozenset[str]
    codes: frozenset[str] = frozenset()
    numbers: frozenset[float] = frozenset()


def what_is_wanted(question: str) -> Wanted:
    """What a question wants."""
    asked = question.lower()
    kind: Kind = next((kind for kind, pattern in _KINDS if pattern.search(asked)), "")
    words = words_of(asked)
    names = frozenset(_names(question))
    codes = frozenset(name for name in names if _CODE.search(name))
    return Wanted(kind, words, names, codes, numbers_of(question))


def words_of(text: str) -> frozenset[str]:
    """The words of a text in lower case; `X200-KIT` is one word, and two as well."""
    wholes = _WORD.findall(text.lower())
    return frozenset(wholes) | {part for whole in wholes for part in re.split(r"\W", whole)}


def fit(wanted: Wanted, text: str) -> float:
    """1 if the text says something of the kind beside what the question says, -1 if it does
    not, and 0 where the question does not tell what kind it wants."""
    if not wanted.kind:
        return 0.0
    new = [word for word in _WORD.findall(text) if word.lower() not in wanted.words]
    return 1.0 if _says(wanted.kind, text.lower(), new) else -1.0


def numberless(wanted: Wanted, text: str) -> bool:
    """Whether the question asks for a number and the text says none beside the question's own."""
    if wanted.kind not in ("amount", "money", "duration"):
        return False
    said = " ".join(word for word in _WORD.findall(text.lower()) if word not in wanted.words)
    rhythm = wanted.kind == "duration" and re.search(_RHYTHM, said)
    return not rhythm and not _NUMBER.search(_CODES.sub("", said))


def missing(names: frozenset[str], words: frozenset[str]) -> float:
    """The share of the names that are not among the words; 0 of none."""
    return len(names - words) / len(names) if names else 0.0


def _names(question: str) -> Iterator[str]:
    """In lower case. German writes all nouns with a capital, so capitals tell in English only."""
    english = bool(_ENGLISH.search(question))
    for number, word in enumerate(_WORD.findall(question)):
        capital = english and number > 0 and word[0].isupper() and len(word) > 1
        if capital or any(map(str.isdigit, word)):
            yield _COUNTED.sub(r"\1", word.lower())


def _says(kind: Kind, text: str, new: list[str]) -> bool:
    said = " ".join(new).lower()
    if kind == "person":
        return any(word[0].isupper() for word in new[1:])
    if kind == "reason":
        return bool(_REASON.search(text))
    if kind == "time":
        return bool(_TIME.search(said))
    number = bool(_NUMBER.search(said))
    if kind == "money":
        return number and bool(_MONEY.search(text))
    if kind == "duration":
        return bool(re.search(_RHYTHM, said)) or (number and bool(_LASTING.search(text)))
    return number
