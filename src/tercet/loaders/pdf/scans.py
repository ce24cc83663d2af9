"""The pages of a PDF that have no text layer, by OCR."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from tercet.errors import NoText
from tercet.loaders.images import ocr
from tercet.loaders.pdf.file import opened
from tercet.loaders.pdf.lines import Line

if TYPE_CHECKING:
    from PIL.Image import Image
    from pypdfium2 import PdfDocument

BUDGET = "TERCET_OCR_SECONDS"
_SECONDS = 80.0  # for one file; by default it may take 120, and the rest is needed too
_DPI = 300  # what tesseract reads best
_POINTS = 72  # to the inch
_PIXELS = 12_000_000  # an A4 page at 300 dpi has 9 million; larger pages are rendered coarser
_NO_SIZE = 0.0  # of a line whose font is not known


def recognised(path: Path, source: str, empty: Sequence[int]) -> dict[int, list[Line]]:
    """The lines of the pages with these indices, where tesseract finds some.

    Once 80 seconds are over (or TERCET_OCR_SECONDS), the pages that are left stay without.
    """
    if not empty or not ocr.available():
        return {}
    end = time.monotonic() + _budget()
    found: dict[int, list[Line]] = {}
    for index in empty:
        left = end - time.monotonic()
        if left <= 0:
            break
        with opened(path, source) as pdf:
            image = _rendered(pdf, index)
        text = ocr.text_of(image, seconds=left) if image else ""
        if text:
            found[index] = [Line(line, _NO_SIZE, False, 0.0) for line in text.split("\n")]
    return found


def no_text(source: str) -> NoText:
    """What to raise for a PDF of which no page gave text."""
    if not ocr.available():
        return ocr.missing(source)
    return NoText(
        f"{source} has no text layer, and tesseract finds no text on its pages.",
        "Leave it out, or scan it again with more contrast.",
    )


def _budget() -> float:
    try:
        return float(os.environ.get(BUDGET) or _SECONDS)
    except ValueError:
        return _SECONDS


def _rendered(pdf: PdfDocument, index: int) -> Image | None:
    """The page as a grey picture; None when it is empty or cannot be drawn."""
    import pypdfium2
    import pypdfium2.raw as pdfium

    try:
        with closing(pdf[index]) as page:
            if pdfium.FPDFPage_CountObjects(page) <= 0:
                return None
            width, height = page.get_size()
            scale = min(_DPI / _POINTS, (_PIXELS / max(1.0, width * height)) ** 0.5)
            with closing(page.render(scale=scale, grayscale=True)) as bitmap:
                picture: Image = bitmap.to_pil().copy()
    except (pypdfium2.PdfiumError, ValueError):
        return None
    return picture
