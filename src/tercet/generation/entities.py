"""The words of a question that say what it is about, and its names and codes."""

from __future__ import annotations

import re

_WORD = re.compile(r"\w+(?:[-'’/.]\w+)*")
_FUNCTION_WORDS = (
    "a an the and or but nor so yet if then than as at by for from in into of off on onto out over "
    "per to under until up with within without about after before during between through against "
    "is are was were be been being am do does did done have has had will would shall should can "
    "could may might must need i you he she it we they me him her us them my your his its our "
    "their mine yours this that these those there here who whom whose which what when where why "
    "how many much long often soon far old any some all each every no not only also too very same "
    "other else again please tell say give one ones someone anything something everything get got "
    "let it's what's who's i'm don't isn't happen happens"
)
_STOP = frozenset(_FUNCTION_WORDS.split())
_CODE = re.compile(r"(?=\S*\d)(?=\S*[A-Z])[A-Za-z0-9]+(?:[-./][A-Za-z0-9]+)*")
_YEAR = re.compile(r"(?:19|20)\d\d")
_NAME = re.compile(r"[^\W\d_]\w*")


def words_of(text: str) -> list[str]:
    """All words, in their order; `X200-KIT` and `e-mail` are one."""
    return _WORD.findall(text)


def content_of(text: str) -> list[str]:
    """The words that are not function words of English, each once."""
    kept = (word for word in words_of(text) if word.casefold() not in _STOP)
    return list({word.casefold(): word for word in kept}.values())


def kind_of(word: str, *, first: bool = False) -> str:
    """`year`, `code` (X200, CP-07), `name` (a capital, not as the first word of a text, where a
    capital says nothing), or ""."""
    if _YEAR.fullmatch(word):
        return "year"
    if _CODE.fullmatch(word):
        return "code"
    if not first and len(word) > 1 and _NAME.fullmatch(word) and word[0].isupper():
        return "name" if word.casefold() not in _STOP else ""
    return ""


def entities_of(text: str) -> list[str]:
    """Years, codes and names, in their order, each once; words of a name that follow each other
    are one."""
    found: list[str] = []
    end = -1
    for place, match in enumerate(_WORD.finditer(text)):
        kind = kind_of(match[0], first=place == 0)
        if kind == "name" and found and text[end : match.start()] == " " and end > 0:
            found[-1] += f" {match[0]}"
        elif kind:
            found.append(match[0])
        end = match.end() if kind == "name" else -1
    return list(dict.fromkeys(found))
