"""Three short documents in two folders."""

from __future__ import annotations

from pathlib import Path

HOURS = "# Hours\n\nThe workshop opens at seven in the morning.\n"
LEAVE = "---\ncategory: hr\nyear: 2024\n---\n# Leave\n\nEveryone has 25 days of leave.\n"
OLD_LEAVE = "---\ncategory: hr\nyear: 2021\n---\n# Leave\n\nEveryone has 20 days of leave.\n"


def write_docs(place: Path) -> Path:
    """The documents as files under `place`/docs, which is returned."""
    folder = place / "docs"
    (folder / "people").mkdir(parents=True)
    (folder / "hours.md").write_text(HOURS, encoding="utf-8")
    (folder / "people" / "leave.md").write_text(LEAVE, encoding="utf-8")
    (folder / "people" / "old.md").write_text(OLD_LEAVE, encoding="utf-8")
    return folder
