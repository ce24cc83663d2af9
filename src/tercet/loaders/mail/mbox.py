"""Mailboxes: many mails in one file, each behind a line that begins with "From "."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain, groupby
from operator import itemgetter
from pathlib import Path
from typing import IO, TYPE_CHECKING

from tercet.errors import DamagedFile
from tercet.loaders.mail.eml import parsed, subject_of
from tercet.loaders.mail.shape import file_title

if TYPE_CHECKING:
    from tercet.ports import Spool
    from tercet.types import Document

_SEPARATOR = re.compile(  # always with a date, which sentences do not have in this form
    rb"From \S.*(?:[A-Z][a-z]{2} +\d?\d|\d?\d [A-Z][a-z]{2} \d{4}) +\d?\d:\d\d"
)
_QUOTED = re.compile(rb">+From ")
_LINE = 65536  # bytes of a line read at once
_HEAD = 65536  # bytes of a mail in which its subject is looked for
_EXPUNGED = 8  # bit of X-Mozilla-Status: deleted, and waiting to be removed


def unpack(path: Path, source: str, spool: Spool) -> Document | None:
    """Puts each mail into the spool as "<number> <subject>.eml", numbered from 1.

    Mails that Thunderbird has deleted but not yet removed are left out.

    Raises `DamagedFile` when there is no mail in the file.
    """
    last = 0
    with path.open("rb") as file:
        for last, lines in groupby(_numbered(file), key=itemgetter(0)):
            if last:  # 0 is what stands before the first mail
                _add(last, (line for _, line in lines), spool)
    if not last:
        raise DamagedFile(
            f'{source} is no mailbox: no line "From ..." begins a mail.',
            "Export it again as mbox, or name it .eml if it is a single mail.",
        )
    return None


def _numbered(file: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """Every line with the number of its mail, without the lines between the mails."""
    number, after_blank, at_start = 0, True, True
    for line in iter(lambda: file.readline(_LINE), b""):
        if after_blank and _SEPARATOR.match(line):
            number += 1
            yield number, b""
        else:
            yield number, line[1:] if at_start and _QUOTED.match(line) else line
        after_blank, at_start = not line.strip(), line.endswith(b"\n")


def _add(number: int, lines: Iterator[bytes], spool: Spool) -> None:
    head = _head(lines)
    message = parsed(head, head_only=True)
    if not _is_expunged(message.get("x-mozilla-status", "")):
        name = f"{number} {file_title(subject_of(message))}".strip()
        spool.add(f"{name}.eml", chain((head,), lines))


def _head(lines: Iterable[bytes]) -> bytes:
    """The lines up to the first blank one, this included."""
    head, size = [], 0
    for line in lines:
        head.append(line)
        size += len(line)
        if size > _HEAD or (line and not line.strip()):
            break
    return b"".join(head)


def _is_expunged(status: str) -> bool:
    try:
        return bool(int(status or "0", 16) & _EXPUNGED)
    except ValueError:
        return False
