"""What packing, looking quotes up and scoring cost beside the model's own time.

    python benchmarks/answers/overhead.py PATH/squad_dev_v2.0

Answers are played: for each question ten passages, of which the budget takes what fits, and three
claims with a quote each, in words near to the source's; one quote in ten is false. Given are the
best of several rounds over the same questions, in milliseconds an answer, by the clock and of
processor time, of each step: `pack`, `parse`, `find` (quotes), `score` (support) and `all`
(packing, and the whole check).
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

from answers.squad import read_part
from tercet.build import make_encoder
from tercet.config import read_settings
from tercet.generation.chat import ChatGenerator
from tercet.generation.claims import parse_claims
from tercet.generation.context import pack
from tercet.generation.entailment import evidence_of, score
from tercet.generation.quotes import Quotes
from tercet.generation.sentences import split_sentences
from tercet.ports import Encoder
from tercet.types import Chunk, Completion, Context, Document, Hit

PASSAGES = 10
CLAIMS = 3
BUDGET = 3000


class Case(NamedTuple):
    """The hits of a question, and what a model made of them."""

    hits: Sequence[Hit]
    written: str


class Silent:
    """The model, whose answers are given."""

    name = "played"

    def complete(self, system: str, user: str) -> Completion:
        raise AssertionError

    stream = complete


def case_of(documents: Sequence[Document], rng: random.Random) -> Case:
    chosen = rng.sample(list(documents), PASSAGES)
    hits = [
        Hit(Chunk(d.text, 0, len(d.text), document=d.source, source=d.source, title=d.title), 1.0)
        for d in chosen
    ]
    lines: list[str] = []
    for number in range(1, CLAIMS + 1):
        sentence = max(split_sentences(hits[number - 1].text), key=lambda one: len(one.text)).text
        words = sentence.split()
        if rng.random() < 0.1:
            words.insert(len(words) // 2, "never")
        lines += [
            f"CLAIM: {paraphrase(sentence, rng)}",
            f"QUOTE [{number}]: {' '.join(words[: max(6, len(words) // 2)])}",
        ]
    return Case(hits, "\n".join(lines))


def paraphrase(sentence: str, rng: random.Random) -> str:
    """Every fifth word left out."""
    return " ".join(word for word in sentence.split() if rng.random() > 0.2)


def steps(encoder: Encoder) -> dict[str, Callable[[Case, Context], object]]:
    checker = ChatGenerator(Silent(), encoder)

    def packed(case: Case, context: Context) -> Context:
        return pack(case.hits, BUDGET, encoder.count_tokens)

    def found(case: Case, context: Context) -> object:
        quotes = Quotes(context.hits)
        return [
            quotes.find(quote.text, quote.marker)
            for claim in parse_claims(case.written)
            for quote in claim.quotes
        ]

    def scored(case: Case, context: Context) -> object:
        quotes = Quotes(context.hits)
        claims = parse_claims(case.written)
        places = [[quotes.find(*quote) for quote in claim.quotes] for claim in claims]
        evidence = [evidence_of([p for p in own if p], context.hits) for own in places]
        return score([claim.text for claim in claims], evidence, encoder)

    def whole(case: Case, context: Context) -> object:
        return checker.check(Completion(case.written), packed(case, context))

    return {
        "pack": packed,
        "parse": lambda case, _: parse_claims(case.written),
        "parse, find": found,
        "parse, find, score": scored,
        "all": whole,
    }


def milliseconds(
    step: Callable[[Case, Context], object], cases: Sequence[Case]
) -> tuple[float, float]:
    """The means over the cases, by the clock and of processor time."""
    contexts = [Context(tuple(case.hits)) for case in cases]
    begin, used = time.perf_counter(), time.process_time()
    for case, context in zip(cases, contexts, strict=True):
        step(case, context)
    took, worked = time.perf_counter() - begin, time.process_time() - used
    return 1000 * took / len(cases), 1000 * worked / len(cases)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--answers", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--threads", type=int, default=1, help="of the model; 0 is one a core")
    args = parser.parse_args()
    documents = read_part(args.data, "test", 1).documents
    rng = random.Random(0)
    cases = [case_of(documents, rng) for _ in range(args.answers)]
    encoder = make_encoder(read_settings({"threads": args.threads}))
    print("step", "clock", "processor", sep="\t")
    for name, step in steps(encoder).items():
        rounds = [milliseconds(step, cases) for _ in range(args.rounds)]
        print(name, *(f"{min(times):.2f}" for times in zip(*rounds, strict=True)), sep="\t")


if __name__ == "__main__":
    main()
