"""Text from pictures, by the program `tesseract` where it is installed."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
from functools import cache
from typing import TYPE_CHECKING

from tercet.errors import NoText
from tercet.loaders.decoding import clean
from tercet.loaders.pdf.lines import Hyphens

if TYPE_CHECKING:
    from PIL.Image import Image

LANGUAGES = "TERCET_OCR_LANGUAGES"  # names of tesseract's, as "eng+deu"
_SECONDS = 60.0  # for one picture; a full page takes 1 to 5
_LISTING_SECONDS = 20.0
_PIXELS = 25_000_000  # an A4 page at 300 dpi has 9 million; tesseract's time grows with them
_SMALL = 1000  # pixels of width; letters on a screen are too small for tesseract
_CONTRAST = 24  # grey levels between the darkest and lightest spot of an empty page
_WORD = re.compile(r"[^\W\d_]{2,}")
_FEWEST = 3  # words; fewer are specks that look like letters
_DIVIDED = re.compile(r"(?<=[^\W\d_])-\n(?=[^\W\d_])")
_BLANK_LINES = re.compile(r"\n\s*\n")


def available() -> bool:
    """Whether the program is installed."""
    return shutil.which("tesseract") is not None


def missing(source: str) -> NoText:
    """What to raise for a file that would need the program."""
    return NoText(
        f"{source} has no text layer.",
        "Install tesseract (Debian: apt install tesseract-ocr) and ingest again.",
    )


def text_of(picture: bytes | Image, languages: str = "", seconds: float = _SECONDS) -> str:
    """The text in a picture, lines as they stand, words divided at line ends joined.

    `languages` are names as tesseract has them, joined by `+`; by default those of
    TERCET_OCR_LANGUAGES, or English. Those not installed are left out. "" when there is no
    text, when less than three words are found, or when tesseract fails or takes too long.
    """
    program = shutil.which("tesseract")
    content = picture if isinstance(picture, bytes) else _png(picture)
    if program is None or not content:
        return ""
    chosen = _chosen(languages or os.environ.get(LANGUAGES) or "eng", _installed(program))
    text = _run([program, "stdin", "stdout", *chosen], content, seconds) if chosen else ""
    return _readable(text)


def _chosen(wanted: str, installed: frozenset[str]) -> list[str]:
    """The option that names the wanted languages, or all that can be had without them."""
    names = [name for name in re.split(r"[+,;\s]+", wanted) if name in installed]
    names = names or sorted(installed & {"eng"}) or sorted(installed)[:1]
    return ["-l", "+".join(names)] if names else []


@cache
def _installed(program: str) -> frozenset[str]:
    listed = _run([program, "--list-langs"], b"", _LISTING_SECONDS).splitlines()[1:]
    return frozenset(name.strip() for name in listed) - {"osd", "equ", ""}


def _run(command: list[str], given: bytes, seconds: float) -> str:
    try:
        done = subprocess.run(
            command,
            input=given,
            capture_output=True,
            timeout=seconds,
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return clean(done.stdout.decode("utf-8", errors="replace")) if done.returncode == 0 else ""


def _png(image: Image) -> bytes:
    """The picture in grey as tesseract reads it best; b"" for an empty one."""
    grey = image.convert("L")
    darkest, lightest = grey.getextrema()
    if not isinstance(darkest, int | float) or not isinstance(lightest, int | float):
        return b""
    if lightest - darkest < _CONTRAST:
        return b""
    file = io.BytesIO()
    _sized(grey).save(file, "PNG", compress_level=1)
    return file.getvalue()


def _sized(image: Image) -> Image:
    """Neither too large to be read in time, nor too small to be read at all."""
    width, height = image.size
    scale = 2.0 if width < _SMALL and height < _SMALL else 1.0
    scale = min(scale, (_PIXELS / (width * height)) ** 0.5)
    if scale == 1.0:
        return image
    return image.resize((max(1, int(width * scale)), max(1, int(height * scale))))


def _readable(text: str) -> str:
    """The lines of the text; "" for noise."""
    if len(_WORD.findall(text)) < _FEWEST:
        return ""
    joined = _DIVIDED.sub("\ufffe", _BLANK_LINES.sub("\n\n", text.replace("\f", "\n")).strip())
    lines = joined.split("\n")
    hyphens = Hyphens(lines)
    return "\n".join(hyphens.resolved(line).rstrip() for line in lines)
