"""The hops of an answer for people."""

from __future__ import annotations

from tercet.cli.common import stdout
from tercet.types import Answer


def show_steps(answer: Answer) -> None:
    """A block for each step before the last: what was asked, what was found where. Nothing for an
    answer of one hop."""
    console = stdout()
    for number, step in enumerate(answer.steps, start=1):
        how = f"  ({step.how})" if step.how else ""
        console.print(f"{number}. {step.question}{how}", markup=False, soft_wrap=True)
        console.print(f"   {step.text}", markup=False, soft_wrap=True)
        for citation in step.citations:
            page = f", page {citation.page}" if citation.page else ""
            console.print(f"   [{citation.marker}] {citation.source}{page}", markup=False)
    if answer.steps:
        console.print(f"{len(answer.steps) + 1}. {answer.asked or answer.question}\n",
                      markup=False, soft_wrap=True)  # fmt: skip
