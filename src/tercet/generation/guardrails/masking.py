"""Secrets and personal data as placeholders, and back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

_PLACEHOLDER = re.compile(r"\[[A-Z]+_\d+\]")


class Span(NamedTuple):
    """What is to be masked at [start, end), and its kind: EMAIL, PHONE, IBAN, CARD, SECRET."""

    start: int
    end: int
    kind: str


Detector = Callable[[str], Iterable[Span]]


class Mask:
    """Placeholders for what the detectors find, the same for the same value, good for one call of
    a model: `[EMAIL_1]`. None is used that stands in one of `texts`, which are all the texts that
    will be masked; so `unmask` gives back what was masked and nothing else.
    """

    def __init__(self, detectors: Sequence[Detector], texts: Iterable[str]) -> None:
        self._detectors = tuple(detectors)
        self._taken = {found for text in texts for found in _PLACEHOLDER.findall(text)}
        self._placeholders: dict[tuple[str, str], str] = {}
        self._values: dict[str, str] = {}
        self._counts: dict[str, int] = {}

    def mask(self, text: str) -> str:
        """The text with placeholders."""
        pieces: list[str] = []
        begin = 0
        for span in self._spans(text):
            value = text[span.start : span.end]
            pieces += [text[begin : span.start], self._placeholder(value, span.kind)]
            begin = span.end
        return "".join([*pieces, text[begin:]])

    def unmask(self, text: str) -> str:
        """The text with the values for the placeholders; unknown ones stay."""
        return _PLACEHOLDER.sub(lambda found: self._values.get(found[0], found[0]), text)

    @property
    def masked(self) -> dict[str, int]:
        """How many different values were masked, by kind."""
        counts: dict[str, int] = {}
        for kind, _ in self._placeholders:
            counts[kind] = counts.get(kind, 0) + 1
        return counts

    def _spans(self, text: str) -> Iterator[Span]:
        """The spans in their order; of two that overlap the first, or the longer one."""
        found = [span for detector in self._detectors for span in detector(text)]
        end = 0
        for span in sorted(found, key=lambda s: (s.start, -s.end, s.kind)):
            if span.end > end:
                yield span._replace(start=max(span.start, end))
                end = span.end

    def _placeholder(self, value: str, kind: str) -> str:
        known = self._placeholders.get((kind, value))
        if known is None:
            known = self._placeholders[kind, value] = self._new(kind)
            self._values[known] = value
        return known

    def _new(self, kind: str) -> str:
        while True:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            name = f"[{kind}_{self._counts[kind]}]"
            if name not in self._taken:
                return name
