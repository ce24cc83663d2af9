"""A small index in which documents are missing from the hits for known reasons."""

from __future__ import annotations

import zipfile
from pathlib import Path

import tercet

LATHES = 40
QUERY = "How often are the lathes oiled?"

NOTES = {
    "people/leave.md": "---\ncategory: hr\nyear: 2024\n---\nEveryone has 25 days of leave a year.",
    "people/old.md": "---\ncategory: hr\nyear: 2021\n---\nEveryone has 20 days of leave a year.",
    "travel/hotel.md": "A night in a hotel in London may cost 180 pounds.",
    "travel/notes.md": "Trains are preferred to flights.",
    "people/notes.md": "New staff get a mentor.",
    "passwords/desk.md": (
        "A forgotten password: the help desk can reset it within an hour, on working days, if the "
        "caller is known there and names the number of the device."
    ),
    # Both legs that propose like these better, late interaction does not.
    "passwords/1.md": "Reset a forgotten password: five words.",
    "passwords/2.md": "The crossword of the week: forgotten, reset, password.",
    "passwords/3.md": (
        "Password, password, password: reset, reset, forgotten. These words are banned in the "
        "crossword."
    ),
    "hall.md": (
        "The lathes stand in hall two, beside the paint shop and the store for bar stock; visitors "
        "wear goggles there and keep to the yellow path until they are met."
    ),
    "moved.md": "The canteen serves lunch from noon to two.",
    "deleted.md": "Parking is free for visitors.",
    "long.md": "\n\n".join(
        f"# Part {n}\n\nStep {n} of the calibration takes {n} minutes. " * 30 for n in range(3)
    ),
}


def plant(place: Path) -> Path:
    """The documents and their index under `place`; the folder of the documents. The index is
    `place`/index."""
    docs = place / "docs"
    for name, text in (NOTES | _lathes()).items():
        (docs / name).parent.mkdir(parents=True, exist_ok=True)
        (docs / name).write_text(text, encoding="utf-8")
    (docs / "damaged.pdf").write_bytes(b"%PDF-1.7\nno more than that")
    with zipfile.ZipFile(docs / "bundle.zip", "w") as bundle:
        bundle.writestr("inside.md", "Gloves are worn at the grinder.")
    (place / "secret.md").write_text("The merger is signed in May.", encoding="utf-8")
    with tercet.open(place / "index") as rag:
        rag.ingest(docs)
        (docs / "moved.md").rename(docs / "people" / "moved.md")
        rag.ingest(docs, prune=True)
        rag.delete(str(docs / "deleted.md"))
    with tercet.open(place / "index", tenant="board") as rag:
        rag.ingest(place / "secret.md")
    (docs / "unread.md").write_text("Lathes are sold in June.", encoding="utf-8")
    return docs


def _lathes() -> dict[str, str]:
    return {
        f"lathes/{n}.md": f"Lathe number {n} is oiled every {n + 2} days by shift {n % 3}."
        for n in range(LATHES)
    }
