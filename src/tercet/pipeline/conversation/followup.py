"""A follow-up question made self-contained without a model, by carrying the topic.

The words it knows are English; in other languages only markers, years and codes are noticed.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from tercet.generation.entities import content_of, entities_of, kind_of, words_of

_MOST_CARRIED = 8  # words of the former question: more would drown the new one
_LONGEST_FRAGMENT = 8  # words; a longer question says what it asks

_OPENER = re.compile(
    r"^(?:(?:ok(?:ay)?|so|now|well|thanks?)[,.]?\s+)*"
    r"(?:what about|how about|and what about|and how about|what if|same for|and|but|or|also)\b"
    r"[\s,]*",
    re.IGNORECASE,
)
_PREPOSITION = re.compile(
    r"^(?:for|in|at|on|under|with|without|from|by|to|during|since|before|after|as)\b", re.IGNORECASE
)
_CLAUSE = re.compile(
    r"\b(?:who|whom|whose|which|what|when|where|why|how|is|are|was|were|do|does|did|can|could|may|"
    r"must|should|will|would|has|have|had)\b",
    re.IGNORECASE,
)
_PRONOUN = re.compile(
    r"\b(?:it|its|they|them|their|theirs|he|him|his|she|her|hers|"
    r"the (?:same|former|latter|others?)(?=\W*$| ones?\b)|(?:another|other|which|giving|for) ones?|"
    r"the (?:first|second) one|else|instead|as well|those(?! (?:who|that|which))|"
    r"there(?=\W*$))\b",
    re.IGNORECASE,
)
_DEMONSTRATIVE = re.compile(
    r"(?:^|\b(?:for|of|about|to|with|than|after|before|is|was|are|were|does|did|do|on|in|at|by|"
    r"from|like|under|over|have|has|had|will|would|can|and|or|if)\s+)"
    r"(?:that|this|these)\b(?!\s+(?:the|a|an|i|you|we|he|she|it|they)\b)",
    re.IGNORECASE,
)
_EXPLETIVE = re.compile(
    r"\b(?:is it|it is|it's)\s+(?:possible|allowed|true|ok|okay|permitted|necessary|legal|safe)\b",
    re.IGNORECASE,
)
_PERSON = re.compile(r"\b(?:he|him|his|she|her|hers)\b", re.IGNORECASE)
_DEFINITION = re.compile(r"^(?:what|who) (?:is|are|was|were)\b", re.IGNORECASE)


class Followup(NamedTuple):
    """A question as it is searched for, and how it was made; "" if it is as it was asked."""

    text: str
    how: str = ""


class Before(NamedTuple):
    """What was asked before, made self-contained, and what was answered."""

    asked: str
    answer: str = ""


def follow_up(question: str, before: Before | None) -> Followup:
    """The question with what it needs of the one before; as it is, if it needs nothing.

    A fragment ("And in 2023?") takes the place of its like in the former question, or is put at
    its end. A question with a pronoun, or with hardly a word of its own, gets the words of the
    former one in brackets.
    """
    question = " ".join(question.split())
    if before is None:
        return Followup(question)
    fragment = _fragment(question)
    if fragment:
        return Followup(_placed(fragment, before.asked), "fragment put into the question before")
    if why := dependence(question):
        carried = _carried(question, before)
        if carried:
            return Followup(f"{question.rstrip('?!. ')} ({' '.join(carried)})?", why)
    return Followup(question)


def dependence(question: str) -> str:
    """Why a question cannot be understood by itself, in words; "" if it can."""
    if match := _reference(question):
        return f"'{match.strip()}' refers to what came before"
    content = content_of(question)
    if len(content) <= 1 and not entities_of(question) and not _DEFINITION.match(question):
        return "it does not say of what"
    return ""


def _fragment(question: str) -> str:
    """What is new in a question that has no clause of its own; "" if it has one."""
    opener = _OPENER.match(question)
    rest = question[opener.end() :] if opener else question
    rest = rest.rstrip("?!. ")
    short = 0 < len(words_of(rest)) <= _LONGEST_FRAGMENT
    if not short or _CLAUSE.search(rest) or _reference(rest):
        return ""
    return rest if opener or _PREPOSITION.match(rest) else ""


def _reference(question: str) -> str:
    """The first word that points to something outside of the question; a pronoun after a name,
    or after three words with content, is taken to mean these."""
    plain = _EXPLETIVE.sub(lambda match: " " * len(match[0]), question)
    for pattern in (_PRONOUN, _DEMONSTRATIVE):
        for match in pattern.finditer(plain):
            before = plain[: match.start()]
            if not entities_of(before) and len(content_of(before)) < 3:
                return match[0]
    return ""


def _placed(fragment: str, asked: str) -> str:
    """The former question with the fragment in the place of its like, or at the end."""
    for new in entities_of(f"- {fragment}"):
        kind = kind_of(new.split()[0])
        old = [one for one in entities_of(asked) if kind_of(one.split()[0]) == kind]
        if old:
            chosen = next((one for one in old if _governor(one, asked) == _governor(new, fragment)),
                          old[-1])  # fmt: skip
            return _swapped(asked, chosen, new, fragment)
    return f"{asked.rstrip('?!. ')}, {fragment}?"


def _swapped(asked: str, old: str, new: str, fragment: str) -> str:
    """The new name where the old one was; what else the fragment says stands at the end."""
    swapped = re.sub(rf"\b{re.escape(old)}\b", lambda _: new, asked)
    more = content_of(fragment.replace(new, " "))
    return f"{swapped.rstrip('?!. ')}, {' '.join(more)}?" if more else swapped


def _governor(name: str, text: str) -> str:
    """The word before a name."""
    return (words_of(text.partition(name)[0]) or [""])[-1].casefold()


def _carried(question: str, before: Before) -> list[str]:
    """Words of the former question that this one has not, and for "he" and "she" the names in
    the answer before them."""
    own = {word.casefold() for word in words_of(question)}
    people = [name for name in entities_of(f"- {before.answer}") if " " in name][:2]
    names = people if _PERSON.search(question) else []
    topic = [word for word in content_of(before.asked) if word.casefold() not in own]
    return [*names, *topic][:_MOST_CARRIED]
