"""Answers against gold answers, word by word."""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Sequence

_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_MARKER = re.compile(r"\[\d+(?:\s*,\s*\d+)*\]")
_PUNCTUATION = str.maketrans("", "", string.punctuation + "“”‘’«»–—…")


def normalised(text: str) -> str:
    """Lower case, without punctuation, English articles, citation markers and more than one space
    (Rajpurkar et al., SQuAD, 2016; the markers are ours)."""
    plain = _MARKER.sub(" ", text).lower().translate(_PUNCTUATION)
    return " ".join(_ARTICLES.sub(" ", plain).split())


def exact_match(answer: str, golds: Sequence[str]) -> float:
    """1 if the answer, normalised, is one of the gold answers (SQuAD, 2016). Without gold answers
    an empty answer is right (SQuAD 2.0; Rajpurkar, Jia and Liang, 2018)."""
    return float(normalised(answer) in {normalised(gold) for gold in golds or [""]})


def f1(answer: str, golds: Sequence[str]) -> float:
    """The greatest F1 of the bags of words over the gold answers (SQuAD, 2016); without gold
    answers 1 for an empty answer."""
    return max(_f1(normalised(answer).split(), normalised(gold).split()) for gold in golds or [""])


def contains(text: str, golds: Sequence[str]) -> float:
    """1 if a gold answer stands in the text, both normalised, at the borders of words."""
    words = f" {normalised(text)} "
    wanted = filter(None, map(normalised, golds))
    return float(any(f" {gold} " in words for gold in wanted))


def _f1(words: Sequence[str], gold: Sequence[str]) -> float:
    if not words or not gold:
        return float(not words and not gold)
    same = sum((Counter(words) & Counter(gold)).values())
    return 2 * same / (len(words) + len(gold))
