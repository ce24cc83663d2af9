"""Answers written by a chat model from the packed context, and checked against it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tercet.config import InjectionPolicy
from tercet.generation.citations import cite_all
from tercet.generation.claims import Claim, markers_of, parse_claims, without_markers
from tercet.generation.entailment import ENOUGH, Scored, evidence_of, score
from tercet.generation.extractive.answerer import ABSTAINED
from tercet.generation.guardrails.leak import find_leak
from tercet.generation.guardrails.masking import Detector
from tercet.generation.guardrails.protection import Protection
from tercet.generation.judge import Judge, Verdicts
from tercet.generation.prompts import NOT_FOUND, SYSTEM, system_message, user_message
from tercet.generation.prose import (
    marked_sentences,
    sentence_behind,
    sentence_like,
    without_wrong_markers,
)
from tercet.generation.quotes import Place, Quotes
from tercet.ports import ChatModel, Encoder
from tercet.types import Citation, Completion, Context, Draft, Usage
from tercet.types.answers import Statement

_LEAKED = "The answer of the model gave away its instructions and is not shown."
_SHOWN = 80  # characters of a quote or claim in a warning


@dataclass(frozen=True, slots=True)
class _Part:
    """A statement as it is shown and as it is judged, where its quotes stand, which passages it
    cites, and its quotes that are nowhere."""

    text: str
    bare: str
    places: tuple[Place, ...]
    markers: tuple[int, ...]
    missing: tuple[str, ...] = ()


class ChatGenerator:
    """A `Generator` over any chat model.

    The model is asked for claims with quotes. A quote counts if it stands in a passage to the
    letter (`tercet.generation.quotes`); others are dropped. Of a model that writes prose with
    markers instead, the sentence of the marked passage that supports the statement best is quoted.
    Every statement has its support: by terms, facts and token vectors, and by the judge if there
    is one. What becomes of those without is for `tercet.generation.guard`.

    Passages are shown as data that no document can end, orders to a model in them as what they
    are (`injections`), and what the `detectors` find is masked: `tercet.generation.guardrails`.
    """

    depth = 0

    def __init__(
        self,
        model: ChatModel,
        encoder: Encoder,
        judge: Judge | None = None,
        *,
        injections: InjectionPolicy = "flag",
        detectors: Sequence[Detector] = (),
    ) -> None:
        self.name = model.name
        self._model = model
        self._encoder = encoder
        self._judge = judge
        self._injections: InjectionPolicy = injections
        self._detectors = detectors

    def __call__(self, question: str, context: Context) -> Draft:
        if not context.hits:
            return Draft(ABSTAINED, abstained=True)
        shown = Protection(question, context, self._injections, self._detectors)
        system = system_message(shown.boundary)
        user = user_message(shown.question, shown.context, shown.boundary)
        written = self._model.complete(system, user)
        written = written._replace(text=shown.restored(written.text))
        if find_leak(written.text, SYSTEM, shown.boundary):
            return Draft(ABSTAINED, True, usage=written.usage, warnings=(_LEAKED, *shown.warnings))
        draft = self.check(written, context)  # what was found: quotes are checked in the original
        return replace(draft, warnings=(*shown.warnings, *draft.warnings))

    def check(self, written: Completion, context: Context) -> Draft:
        """The draft of what the model wrote, every quote looked up and every statement scored."""
        claims = parse_claims(written.text)
        if NOT_FOUND in written.text and not any(claim.quotes for claim in claims):
            return Draft(ABSTAINED, abstained=True, usage=written.usage)
        if claims:
            quotes = Quotes(context.hits)
            parts = [self._claim(claim, quotes, context) for claim in dict.fromkeys(claims)]
            text = " ".join(part.text for part in parts)
        else:
            text = without_wrong_markers(written.text, len(context.hits))
            parts = self._prose(text, context)
        draft = self._scored(parts, context, written.usage)
        return replace(draft, text=text, citations=tuple(_citations(parts, context, bool(claims))))

    def _claim(self, claim: Claim, quotes: Quotes, context: Context) -> _Part:
        """The claim with the markers of the passages in which its quotes were found; without
        quotes, its own markers are taken as in prose."""
        found = [(quote, quotes.find(quote.text, quote.marker)) for quote in claim.quotes]
        places = [place for _, place in found if place]
        if not claim.quotes:
            places = self._behind(claim.text, claim.markers, context)
        markers = tuple(dict.fromkeys(place.marker for place in places))
        shown = f"{claim.text} {''.join(f'[{marker}]' for marker in markers)}".rstrip()
        missing = tuple(quote.text for quote, place in found if not place)
        return _Part(shown, claim.text, tuple(places), markers, missing)

    def _prose(self, text: str, context: Context) -> list[_Part]:
        parts: list[_Part] = []
        for sentence in marked_sentences(text):
            bare = without_markers(sentence.text)
            markers = tuple(dict.fromkeys(markers_of(sentence.text)))
            places = self._behind(bare, markers, context)
            if not markers and (like := sentence_like(bare, context.hits, self._encoder)):
                places = [like]
            parts.append(_Part(sentence.text, bare, tuple(places), markers))
        return parts

    def _behind(self, text: str, markers: Sequence[int], context: Context) -> list[Place]:
        known = [marker for marker in markers if 1 <= marker <= len(context.hits)]
        found = (
            sentence_behind(text, marker, context.hits[marker - 1], self._encoder)
            for marker in known
        )
        return [place for place in found if place]

    def _scored(self, parts: Sequence[_Part], context: Context, usage: Usage) -> Draft:
        """A draft with statements and warnings, still without text and citations."""
        evidence = [evidence_of(part.places, context.hits) for part in parts]
        bare = [part.bare for part in parts]
        scored = score(bare, evidence, self._encoder)
        cited = [place for place, its in enumerate(evidence) if its.near]
        verdicts = Verdicts(())
        if self._judge:
            verdicts = self._judge([bare[i] for i in cited], [evidence[i] for i in cited])
        said = dict(zip(cited, verdicts.supported, strict=False))
        statements = tuple(
            _statement(part, one, said.get(place))
            for place, (part, one) in enumerate(zip(parts, scored, strict=True))
        )
        warnings = [words for part in parts for words in _missing(part)]
        warnings += [
            f"Not supported: “{_short(part.bare)}” (not in the source: {'; '.join(one.against)})."
            for part, one, statement in zip(parts, scored, statements, strict=True)
            if one.against and not statement.supported
        ]
        warnings += [verdicts.warning] if verdicts.warning else []
        return Draft(
            "", False, usage=_sum(usage, verdicts.usage), statements=statements,
            warnings=tuple(warnings),
        )  # fmt: skip


def _statement(part: _Part, scored: Scored, verdict: bool | None) -> Statement:
    """The judge, where it spoke, decides, and moves the score half of the way to its side."""
    support, supported = scored.support, scored.support >= ENOUGH
    if verdict is not None:
        support, supported = (support + verdict) / 2, verdict
    return Statement(part.text, round(support, 3), supported, part.markers)


def _citations(parts: Sequence[_Part], context: Context, every: bool) -> list[Citation]:
    """Every quote once, or the first of each passage that is marked."""
    places = [place for part in parts for place in part.places if place.marker in part.markers]
    if every:
        chosen = list(dict.fromkeys(places))
    else:
        chosen = list({place.marker: place for place in reversed(places)}.values())[::-1]
    return [citation for place in chosen for citation in cite_all(place, context)]


def _missing(part: _Part) -> list[str]:
    return [
        f"A quote of the model is not in the documents and was dropped: “{_short(quote)}”."
        for quote in part.missing
    ]


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…"


def _sum(own: Usage, judge: Usage) -> Usage:
    """Both together; what a call cost is unknown if one of them is."""
    if not judge.input_tokens:
        return own
    known = own.cost is not None and judge.cost is not None
    return replace(
        own,
        input_tokens=own.input_tokens + judge.input_tokens,
        output_tokens=own.output_tokens + judge.output_tokens,
        cached_tokens=own.cached_tokens + judge.cached_tokens,
        cost=(own.cost or 0.0) + (judge.cost or 0.0) if known else None,
    )
