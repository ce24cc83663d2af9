"""Subtitles (SubRip, WebVTT): what is said, with the time about every half a minute."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tercet.errors import DamagedFile
from tercet.loaders.decoding import clean, decode
from tercet.types import Document, MetadataValue

_TIMES = re.compile(r"\s*(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})[.,]\d{1,3}\s*-->\s*[\d:.,]+")
_HEADER = re.compile(r"WEBVTT(?:[ \t]+(?:-[ \t]*)?([^\n]*))?(?:\n|\Z)")
_LANGUAGE = re.compile(r"^Language:[ \t]*([\w-]+)", re.MULTILINE)
_BLANK = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_SPEAKER = re.compile(r"<v(?:\.[\w.]+)?[ \t]+([^<>\n]+)>")
_TAG = re.compile(r"</?[\w:.][^<>\n]*>|\{\\[^{}\n]*\}")
_PARAGRAPH = 30  # seconds after which a new paragraph begins


class _Cue(NamedTuple):
    second: int
    lines: tuple[tuple[str, str], ...]  # speaker and what is said


def read(path: Path, source: str) -> Document:
    """Paragraphs of about 30 seconds, each below a line such as `[00:01:02]`.

    Who speaks, where the cues tell, stands before what is said, `Name: text`, on a new line
    whenever it changes. Markup, notes and styles are dropped, and so are lines that cues repeat
    from the one before. Title: that of the WebVTT header, or the file's name. Metadata:
    language, where the header states it. Raises `DamagedFile` when there are no times at all.
    """
    text = clean(decode(path.read_bytes())).lstrip("\n")
    header = _HEADER.match(text)
    blocks = _BLANK.split(text)
    cues = [cue for block in blocks if (cue := _cue(block))]
    if not cues and not header:
        raise DamagedFile(
            f"{source} has no cues with times: these are no subtitles.",
            "Rename it to .txt if it is plain text, or restore it from a backup.",
        )
    title = (header.group(1) or "").strip() if header else ""
    language = _LANGUAGE.search(blocks[0]) if header else None
    metadata: dict[str, MetadataValue] = {"language": language.group(1)} if language else {}
    body = "\n\n".join(map(_paragraph, _grouped(cues)))
    return Document(text=body, source=source, title=title or path.stem, metadata=metadata)


def _cue(block: str) -> _Cue | None:
    """The cue in a block; None for headers, notes, styles, and cues without text."""
    lines = block.strip("\n").split("\n")
    at = next((index for index, line in enumerate(lines[:2]) if _TIMES.match(line)), None)
    if at is None or not (match := _TIMES.match(lines[at])):
        return None
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    said = tuple(_spoken(" \n".join(lines[at + 1 :])))
    return _Cue(3600 * hours + 60 * minutes + seconds, said) if said else None


def _spoken(text: str) -> Iterator[tuple[str, str]]:
    """Speaker and line, for every line of a cue."""
    parts = _SPEAKER.split(text)
    for speaker, said in zip(["", *parts[1::2]], parts[0::2], strict=True):
        for line in said.split("\n"):
            words = " ".join(html.unescape(_TAG.sub("", line)).split())
            if words:
                yield html.unescape(speaker).strip(), words


def _grouped(cues: list[_Cue]) -> Iterator[list[_Cue]]:
    """The cues of each paragraph, without the lines that the one before had."""
    group: list[_Cue] = []
    before: tuple[tuple[str, str], ...] = ()
    for cue in cues:
        new = cue._replace(lines=tuple(line for line in cue.lines if line not in before))
        before = cue.lines
        if group and abs(cue.second - group[0].second) >= _PARAGRAPH:
            yield group
            group = []
        if new.lines:
            group.append(new)
    if group:
        yield group


def _paragraph(cues: list[_Cue]) -> str:
    minutes, seconds = divmod(cues[0].second, 60)
    text = f"[{minutes // 60:02}:{minutes % 60:02}:{seconds:02}]"
    speaker: str | None = None
    for who, words in (line for cue in cues for line in cue.lines):
        if who == speaker:
            text += f" {words}"
        else:
            text += f"\n{who}: {words}" if who else f"\n{words}"
        speaker = who
    return text
