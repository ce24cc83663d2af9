"""What the ledger knows of a file before it is read: unchanged, moved, or there twice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePosixPath

from tercet.ports import Ledger
from tercet.types import DocumentInfo, Reading, SourceFile


class Known:
    """Answers for one run. `is_current` tells whether a reader's stamp is that of today,
    `is_gone` whether the source with a key is known to be no longer where it was."""

    def __init__(
        self,
        ledger: Ledger,
        chunker: str,
        is_current: Callable[[str], bool],
        is_gone: Callable[[str], bool],
    ) -> None:
        self._ledger = ledger
        self._chunker = chunker
        self._is_current = is_current
        self.is_gone = is_gone

    def __call__(self, file: SourceFile) -> list[Reading] | None:
        """The readings of a file that need not be read, or None.

        A file whose content was read under another name gives one with `same_as`.
        """
        entry = self._ledger.get(file.key)
        if entry and self._holds(entry, file):
            if entry.source == file.source:
                return self._unchanged(file, entry)
            if not entry.members:
                return [Reading(file, problem=entry.problem, same_as=entry)]
        twin = self.twin(self._ledger.of_content(file.content), file)
        return [Reading(file, same_as=twin)] if twin else None

    def twin(self, entries: list[DocumentInfo], file: SourceFile) -> DocumentInfo | None:
        """The first of the entries whose chunks serve for `file` as they are."""
        return next((entry for entry in entries if self._serves(entry, file)), None)

    def _holds(self, entry: DocumentInfo, file: SourceFile) -> bool:
        """Whether reading the file again would give what the entry says."""
        return (
            entry.fingerprint == file.content
            and dict(entry.given) == dict(file.given)
            and self._is_made_today(entry)
        )

    def _is_made_today(self, entry: DocumentInfo) -> bool:
        return self._is_current(entry.reader) and entry.chunker == self._chunker

    def _serves(self, entry: DocumentInfo, file: SourceFile) -> bool:
        if entry.state != "done" or not entry.id or entry.members:
            return False
        # A title that was taken from the name of the file is wrong under the new name.
        renamed = _stem(entry.source) == entry.title != _stem(file.source)
        if renamed and self.is_gone(entry.key):
            return False
        return self._holds(entry, file)

    def _unchanged(self, file: SourceFile, entry: DocumentInfo) -> list[Reading] | None:
        """The source and what lies in it; None if something in it must be read again."""
        inside = list(self._ledger.below(entry.key)) if entry.members else [entry]
        if not all(map(self._is_made_today, inside)):
            return None
        return [
            Reading(
                SourceFile(file.path, info.source, info.key, info.folders),
                problem=info.problem,
                known=True,
            )
            for info in inside
        ]


def _stem(source: str) -> str:
    return PurePosixPath(source.rpartition("!/")[2]).stem
