"""tercet calibrate"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from tercet.cli.common import index_options, json_option, print_json, settings_of, stderr, stdout
from tercet.errors import UsageError

if TYPE_CHECKING:
    from tercet.config import Settings
    from tercet.evaluation.questions import Question
    from tercet.generation.extractive.calibration import Calibration


class Outcome(NamedTuple):
    """A question: whether it has an answer, the score of its best sentence, and whether that
    stands in a source (and on the page) where the answer is expected."""

    id: str
    answerable: bool
    score: float
    right: bool


@click.command("calibrate")
@click.argument("questions", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@index_options
@click.option(
    "--precision",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    help="Share of answers that shall be right. [default: TERCET_PRECISION]",
)
@click.option("--seed", default=0, show_default=True, help="Draws the half that is held out.")
@click.option("--out", type=click.Path(path_type=Path), help="Write the calibration there.")
@click.option("--overwrite", is_flag=True, help="Write it over one that is there.")
@json_option
def command(
    questions: Path,
    index: str | None,
    collection: str | None,
    tenant: str | None,
    precision: float | None,
    seed: int,
    out: Path | None,
    overwrite: bool,
    as_json: bool,
) -> None:
    """Fit when answers without a model abstain, on the index and QUESTIONS: a CSV or JSONL file of
    questions and expected sources; those without a source have no answer in the documents."""
    from tercet.evaluation.questions import read_questions

    if out and out.exists() and not overwrite:
        raise UsageError(f"{out} is there already.", "Give --overwrite to write over it.")
    settings = settings_of(index, collection, tenant)
    asked = read_questions(questions)
    _check_enough([bool(question.expected) for question in asked], questions)
    outcomes = list(_outcomes(settings, asked))
    calibration, record = _calibrated(outcomes, precision or settings.precision, seed, questions)
    record["file"] = str(out) if out else None
    if out:
        from tercet.generation.extractive.calibration import write_calibration

        write_calibration(calibration, out)
    if as_json:
        print_json(record)
    else:
        show_calibration(record)


def _check_enough(answerable: Sequence[bool], path: Path) -> None:
    from tercet.generation.extractive.calibration import FEWEST

    having, lacking = sum(answerable), len(answerable) - sum(answerable)
    if min(having, lacking) < FEWEST:
        raise UsageError(
            f"{path} has {having} questions with an answer and {lacking} without; half of them "
            f"are held out, and a fit on so few says nothing.",
            f"Give at least {FEWEST} of each; those without have an empty `source`.",
        )


def _outcomes(settings: Settings, questions: Sequence[Question]) -> Iterator[Outcome]:
    """Each question asked as `ask` does it."""
    from rich.progress import track

    from tercet import build
    from tercet.evaluation.sources import SourceMatcher
    from tercet.generation.context import everything
    from tercet.generation.extractive.answerer import ExtractiveGenerator
    from tercet.generation.extractive.support import rank_sentences

    rag, encoder = build.open_with_encoder(settings, create=False)
    with rag:
        match = SourceMatcher(info.source for info in rag.documents())
        for question in track(questions, "questions", console=stderr(), transient=True):
            hits = rag.search(rag.query(question.text, ExtractiveGenerator.depth))
            ranked = rank_sentences(question.text, everything(hits).hits, encoder) if hits else []
            best = max(ranked, key=lambda one: one.score, default=None)
            places = {(match(e.source)[0], e.page) for e in question.expected if e.relevance}
            quoted = {(best.hit.source, page) for page in (None, best.hit.page)} if best else set()
            score = best.score if best else -99.0
            yield Outcome(question.id, bool(question.expected), score, bool(places & quoted))


def _calibrated(
    outcomes: Sequence[Outcome], precision: float, seed: int, path: Path
) -> tuple[Calibration, dict[str, Any]]:
    """The calibration on one half of the questions, and what it does on the other."""
    from tercet.generation.extractive.calibration import fit_calibration

    used, held = _halves(outcomes, seed)
    about = {"questions": path.name, "of": len(used), "date": date.today().isoformat()}
    calibration = fit_calibration([o.score for o in used], [o.right for o in used], about)
    enough = calibration.enough(precision)
    return calibration, {
        "questions": len(outcomes),
        "fitted_on": len(used),
        "held_out": len(held),
        "precision": precision,
        "enough": enough if enough < float("inf") else None,
        "reachable": enough < float("inf"),
        **_expected(held, enough),
    }


def _halves(outcomes: Sequence[Outcome], seed: int) -> tuple[list[Outcome], list[Outcome]]:
    """Two halves, each with half of the questions of either kind."""
    used: list[Outcome] = []
    held: list[Outcome] = []
    draw = random.Random(seed)
    for answerable in (True, False):
        kind = [outcome for outcome in outcomes if outcome.answerable == answerable]
        draw.shuffle(kind)
        used += kind[: (len(kind) + 1) // 2]
        held += kind[(len(kind) + 1) // 2 :]
    return used, held


def _expected(held: Sequence[Outcome], enough: float) -> dict[str, Any]:
    answered = [outcome for outcome in held if outcome.score >= enough]
    having = [outcome for outcome in held if outcome.answerable]
    lacking = [outcome for outcome in held if not outcome.answerable]
    return {
        "right": _share([outcome.right for outcome in answered]),
        "answered": _share([outcome.score >= enough for outcome in having]),
        "refused": _share([outcome.score < enough for outcome in lacking]),
    }


def _share(flags: Sequence[bool]) -> dict[str, Any]:
    """A share with its 95 % interval; null where it is a share of nothing."""
    from tercet.generation.extractive.calibration import wilson

    low, high = wilson(sum(flags), len(flags))
    share = sum(flags) / len(flags) if flags else None
    return {"share": share, "low": low, "high": high, "of": len(flags)}


def show_calibration(record: dict[str, Any]) -> None:
    """What the half that is held out says, for people."""
    console = stdout()
    console.print(
        f"Fitted on {record['fitted_on']} questions; on the {record['held_out']} held out:",
        soft_wrap=True,
    )
    names = {
        "right": "of the answers are from an expected source",
        "answered": "of the questions with an answer are answered",
        "refused": "of the questions without are refused",
    }
    for key, words in names.items():
        one = record[key]
        share = "-" if one["share"] is None else f"{one['share']:.0%}"
        console.print(
            f"  {share:>4} {words} ({one['low']:.0%} to {one['high']:.0%})", soft_wrap=True
        )
    if not record["reachable"]:
        console.print(
            f"No score reaches a precision of {record['precision']:.0%}: all would be refused.",
            soft_wrap=True,
        )
    if record["file"]:
        console.print(
            f"Use it with TERCET_CALIBRATION={record['file']} "
            f"TERCET_PRECISION={record['precision']:g}",
            markup=False,
            soft_wrap=True,
        )
