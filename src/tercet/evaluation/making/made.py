"""A made question, and its line in a question file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

How = Literal["heading", "sentence", "model"]


@dataclass(frozen=True, slots=True)
class Made:
    """A question, the sources that answer it (one text may lie in several), the page, the words
    that answer it ("" for a heading), and how it was made."""

    question: str
    sources: tuple[str, ...]
    page: int | None
    answer: str
    how: How

    def as_json(self, number: int) -> dict[str, Any]:
        """The line that `tercet.evaluation.read_questions` reads."""
        one: dict[str, Any] = {} if self.page is None else {"page": self.page}
        line: dict[str, Any] = {
            "id": f"made-{number:03}",
            "question": self.question,
            "source": [{"source": source, **one} for source in self.sources],
        }
        return line | ({"answer": self.answer} if self.answer else {}) | {"how": self.how}
