"""The examples in a Markdown page: its fenced blocks, and the commands of a console block."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`([^`\n]+)`")


class Block(NamedTuple):
    """A fenced block: its language, its text, and the line on which it begins."""

    language: str
    text: str
    line: int


class Command(NamedTuple):
    """What stands after `$`, cut at `&&`, and the output shown below it."""

    parts: tuple[str, ...]
    shown: str

    def arguments(self, program: str) -> list[list[str]]:
        """The arguments of each part that runs the program."""
        words = [shlex.split(part) for part in self.parts]
        return [rest for first, *rest in words if first == program]


def blocks(page: Path, language: str) -> list[Block]:
    """The fenced blocks of that language in their order."""
    text = page.read_text(encoding="utf-8")
    return [
        Block(match[1], match[2], text.count("\n", 0, match.start()) + 1)
        for match in _BLOCK.finditer(text)
        if match[1] == language
    ]


def commands(page: Path) -> Iterator[Command]:
    """The commands of all console blocks in their order."""
    for block in blocks(page, "console"):
        for entry in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
            line, _, shown = entry.partition("\n")
            yield Command(tuple(part.strip() for part in line.split("&&")), shown.strip())


def inline_code(page: Path) -> list[str]:
    """The code in the running text and the tables, without the fenced blocks."""
    return _INLINE.findall(_BLOCK.sub("", page.read_text(encoding="utf-8")))
