"""How well support tells true claims from altered ones, on SQuAD v2.

    python benchmarks/answers/support.py PATH/squad_dev_v2.0 --part test

A claim is an answerable question with its answer in place of the words that ask: no sentence, but
other words than the source's, as a model's are. The evidence is the sentence that holds the answer.
Each true claim has false ones: with another answer of the same kind out of the same article (a
number for a number, a name for a name), with a denial, and with the evidence of another sentence of
the paragraph. Constants are chosen on `tune` and quoted from `test`; `*` marks those shipped.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

from answers.squad import QUARTERS, Part, Question, read_part
from tercet.build import make_encoder
from tercet.config import read_settings
from tercet.generation import entailment
from tercet.generation.entailment import Evidence
from tercet.generation.sentences import split_sentences
from tercet.ports import Encoder

_ASKING = re.compile(
    r"(?i)\b(?:what|which|how (?:many|much|long|old|far|often|large|big)|who|whom|whose|when|where"
    r"|why|how)(?: (?:year|date|day|month|city|country|percentage|number|type|kind|name))?\b"
)
_AUXILIARY = re.compile(r"(?i)\b(is|are|was|were|did|does|do|has|have|had|can|could|will|would)\b")


class Claim(NamedTuple):
    """A claim, its evidence, and what was done to it ("true" if nothing)."""

    text: str
    evidence: Evidence
    kind: str


def claims_of(part: Part) -> Iterator[Claim]:
    """True and altered claims in the order of the questions."""
    texts = {document.source: document for document in part.documents}
    asked = [question for question in part.questions if question.kind == "answerable"]
    others: dict[str, list[str]] = defaultdict(list)
    for question in asked:
        others[texts[question.paragraph].title].append(question.answers[0])
    for question in asked:
        document = texts[question.paragraph]
        yield from _claims(question, document.title, document.text, others[document.title])


def _claims(question: Question, title: str, text: str, answers: Sequence[str]) -> Iterator[Claim]:
    answer = question.answers[0]
    sentences = [sentence.text for sentence in split_sentences(text)]
    near = next((sentence for sentence in sentences if answer in sentence), "")
    if not near or not _ASKING.search(question.text):
        return
    evidence = Evidence(near, f"{title}\n{text}")
    claim = _claim(question.text, answer)
    yield Claim(claim, evidence, "true")
    number = any(map(str.isdigit, answer))
    for other in answers:
        alike = (
            any(map(str.isdigit, other)) == number and other[:1].isupper() == answer[:1].isupper()
        )
        if alike and other not in text and answer not in other and (number or other[:1].isupper()):
            yield Claim(_claim(question.text, other), evidence, "number" if number else "name")
            break
    if _AUXILIARY.search(claim) and " not " not in near:
        yield Claim(_AUXILIARY.sub(r"\1 not", claim, count=1), evidence, "denial")
    for sentence in sentences:
        if answer not in sentence and len(sentence) > 40:
            yield Claim(claim, Evidence(sentence, f"{title}\n{text}"), "other sentence")
            break


def _claim(question: str, answer: str) -> str:
    body = question.rstrip(" ?")
    return f"{_ASKING.sub(lambda _: answer, body, count=1)}."


def supports(claims: Sequence[Claim], encoder: Encoder) -> list[float]:
    """The support of each claim."""
    scored = entailment.score(
        [claim.text for claim in claims], [claim.evidence for claim in claims], encoder
    )
    return [one.support for one in scored]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--part", choices=tuple(QUARTERS), default="test")
    parser.add_argument("--limit", type=int, default=400)
    args = parser.parse_args()
    claims = list(claims_of(read_part(args.data, args.part, args.limit)))
    found = supports(claims, make_encoder(read_settings()))
    kinds = list(dict.fromkeys(claim.kind for claim in claims))
    print("threshold", *(f"{kind} ({sum(c.kind == kind for c in claims)})" for kind in kinds))
    for step in range(6, 20):
        threshold = step / 20
        shares = []
        for kind in kinds:
            own = [s for s, claim in zip(found, claims, strict=True) if claim.kind == kind]
            shares.append(f"{sum(s >= threshold for s in own) / len(own):.1%}")
        print(f"{threshold:.2f}{' *' if threshold == entailment.ENOUGH else ''}", *shares, sep="\t")


if __name__ == "__main__":
    main()
