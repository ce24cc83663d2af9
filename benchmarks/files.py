"""Ingests a folder of files of every kind twice and writes what became of each of them.

    python benchmarks/files.py ../shared/data/files --page docs/real-files.md

The first ingest reads everything; the second must do nothing.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import tercet
from tercet.types import DocumentInfo, IngestReport

_HEAD = "| file | read as | pages | chunks | characters | s | reason, if not read |"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--page", type=Path, help="write the table to this file")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tercet-files-") as index, tercet.open(index) as rag:
        first, second = rag.ingest(given.folder), rag.ingest(given.folder)
        page = "\n".join(_page(given.folder, list(rag.ledger.entries()), first, second))
    if given.page:
        given.page.write_text(f"{page}\n", encoding="utf-8")
    else:
        print(page)
    return int(bool(second.chunks or second.added or second.updated))


def _page(
    folder: Path, entries: Sequence[DocumentInfo], first: IngestReport, second: IngestReport
) -> Iterator[str]:
    files = [info for info in entries if not info.container]
    failed = sum(info.state == "failed" for info in files)
    yield "# What became of real files\n"
    yield "Made by `benchmarks/files.py`, from the test folders of three projects. Files inside "
    yield "archives and mails are counted with what holds them.\n"
    yield f"{len(files)} files: text of {len(files) - failed}, a reason for {failed}. "
    yield f"{first.chunks} chunks in {first.seconds:.0f} s; a second run: {second.unchanged}"
    yield f"sources unchanged, {second.chunks} chunks, {second.seconds:.2f} s.\n"
    yield _HEAD
    yield "|---|---|---|---|---|---|---|"
    for info in files:
        inside = [entry for entry in entries if entry.key.startswith(f"{info.key}!/")]
        yield _row(folder, info, inside)


def _row(folder: Path, info: DocumentInfo, inside: Sequence[DocumentInfo]) -> str:
    name = Path(info.key).relative_to(folder.resolve()).as_posix()
    whole = [info, *inside]
    members = f" with {len(inside)} inside" if inside else ""
    cells = (
        name,
        info.reader.partition("@")[0].replace("none", "") + members,
        str(len(info.page_characters) or ""),
        str(sum(entry.chunks for entry in whole)),
        str(sum(entry.characters for entry in whole)),
        f"{sum(entry.seconds for entry in whole):.1f}",
        info.reason.replace(info.source, "it") if info.state == "failed" else "",
    )
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


if __name__ == "__main__":
    sys.exit(main())
