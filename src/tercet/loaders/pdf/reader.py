"""PDF by pdfium: text by page, tables as Markdown, headings, document properties."""

from __future__ import annotations

import re
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from tercet.loaders.pdf.file import damaged, opened
from tercet.loaders.pdf.grid import ruled
from tercet.loaders.pdf.headings import Placed, bookmarks, by_font, by_outline, largest_line
from tercet.loaders.pdf.lines import Hyphens, Line, page_rows
from tercet.loaders.pdf.quality import is_garbled, is_scattered, regathered
from tercet.loaders.pdf.scans import no_text, recognised
from tercet.types import Document, Heading, MetadataValue, Page

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfTextPage

_GAP = "\n\n"  # between the pages; it belongs to the earlier one
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]+")
_DATE = re.compile(r"(?:D:)?(\d{4})(0[1-9]|1[0-2])?(0[1-9]|[12]\d|3[01])?")
_NOBODY = {"", "anonymous", "(anonymous)", "unknown", "user", "none"}
_NO_TITLE = re.compile(
    r"(?:\(?untitled|\(?anonymous|unknown|none|title|microsoft (?:word|excel|powerpoint) ?-).*"
    r"|.*\.(?:docx?|pdf|pptx?|xlsx?|rtf|odt|tex|dvi|indd|html?|qxd)",
    re.IGNORECASE,
)


def read(path: Path, source: str) -> Document:
    """The text of all pages, each page's between `Page.start` and `.end`; the pages tile it.

    Tables of numbers, and those drawn with lines, are Markdown tables. Pages without a text
    layer are read by tesseract, where it is installed. Headings come from the bookmarks, where
    they are found in the text, else from lines that are larger or bolder than the body. Title:
    the document's property, unless a program made it up, or the largest line of the first page,
    or the name of the file.
    Metadata: author, subject, keywords (a list), created (ISO date), page_count; and the
    numbers of pages that are not as the others: damaged_pages, textless_pages, ocr_pages, and
    garbled_pages, whose text makes no sense.

    Raises `EncryptedFile` when a password is needed, `DamagedFile` when pdfium finds no PDF or
    none of its pages, and `NoText` when no page has text.
    """
    with opened(path, source) as pdf:
        pages = [_page(pdf, index) for index in range(len(pdf))]
        metadata, title = _properties(pdf)
        marks = bookmarks(pdf)
    if all(page is None for page in pages):
        raise damaged(source, "none of its pages can be read" if pages else "it has no pages")
    empty = [index for index, page in enumerate(pages) if page is not None and not page]
    scanned = recognised(path, source, empty)
    quality = _quality(pages, scanned)
    whole = [scanned.get(index, page or []) for index, page in enumerate(pages)]
    if not any(whole):
        raise no_text(source)
    text, tiles, lines = _composed(whole)
    headings = by_outline(marks, text, tiles) or by_font(lines)
    return Document(
        text=text,
        source=source,
        title=title or _first_page_title(lines) or path.stem,
        pages=tiles,
        headings=_without_repeats(headings),
        metadata=metadata | quality | {"page_count": len(tiles)},
    )


def _quality(
    pages: list[list[Line] | None], scanned: dict[int, list[Line]]
) -> dict[str, MetadataValue]:
    """The numbers of the pages that are not as the others, by what they are."""
    kinds: dict[str, list[int]] = {
        "damaged_pages": [n for n, page in enumerate(pages, 1) if page is None],
        "textless_pages": [n for n, page in enumerate(pages, 1) if page == []],
        "ocr_pages": [index + 1 for index in scanned],
        "garbled_pages": [n for n, page in enumerate(pages, 1) if page and is_garbled(page)],
    }
    read = set(kinds["ocr_pages"])
    kinds["textless_pages"] = [n for n in kinds["textless_pages"] if n not in read]
    return {kind: list(numbers) for kind, numbers in kinds.items() if numbers}


def _page(pdf: PdfDocument, index: int) -> list[Line] | None:
    """The lines of one page; None when the page is damaged, which spares the others."""
    import pypdfium2

    try:
        with closing(pdf[index]) as page, closing(page.get_textpage()) as textpage:
            lines = ruled(page, page_rows(textpage))
            return _mended(textpage, lines) if is_scattered(lines) else lines
    except pypdfium2.PdfiumError:
        return None


def _mended(textpage: PdfTextPage, lines: list[Line]) -> list[Line]:
    anew = regathered(textpage)
    return lines if is_scattered(anew) else anew


def _composed(pages: list[list[Line]]) -> tuple[str, tuple[Page, ...], list[Placed]]:
    """All text, the pages in it, and where each line whose look is known stands."""
    hyphens = Hyphens(line.text for page in pages for line in page)
    blocks: list[str] = []
    tiles: list[Page] = []
    placed: list[Placed] = []
    start = 0
    last = max((number for number, page in enumerate(pages, 1) if page), default=0)
    for number, page in enumerate(pages, 1):
        texts = [hyphens.resolved(line.text) for line in page]
        offset = start
        for line, text in zip(page, texts, strict=True):
            if line.size:  # of lines by OCR, it is not known
                placed.append(Placed(number, offset, text, line.size, line.bold, line.left))
            offset += len(text) + 1
        block = "\n".join(texts) + (_GAP if page and number < last else "")
        blocks.append(block)
        tiles.append(Page(number, start, start + len(block)))
        start += len(block)
    return "".join(blocks), tuple(tiles), placed


def _properties(pdf: PdfDocument) -> tuple[dict[str, MetadataValue], str]:
    """Metadata and title from the document's properties, without what programs fill in."""
    try:
        raw: dict[str, str] = pdf.get_metadata_dict(skip_empty=True)
    except UnicodeDecodeError:
        return {}, ""
    stated = {key: " ".join(_CONTROLS.sub(" ", value).split()) for key, value in raw.items()}
    found: dict[str, MetadataValue] = {}
    if stated.get("Author", "").lower() not in _NOBODY:
        found["author"] = stated["Author"]
    if stated.get("Subject", "").strip("()").lower() not in ("", "unspecified"):
        found["subject"] = stated["Subject"]
    words = stated.get("Keywords", "").replace(";", ",").split(",")
    if keywords := [word.strip() for word in words if word.strip()]:
        found["keywords"] = list(keywords)
    if created := _iso_date(stated.get("CreationDate", "")):
        found["created"] = created
    return found, _sensible(stated.get("Title", ""))


def _iso_date(stated: str) -> str:
    match = _DATE.match(stated)
    return "-".join(part for part in match.groups() if part) if match else ""


def _sensible(title: str) -> str:
    """`title`, or "" when it is a placeholder, a file name or a number."""
    letters = sum(character.isalpha() for character in title)
    wordy = letters >= 3 and letters * 2 >= len(title.replace(" ", ""))
    return title if wordy and not _NO_TITLE.fullmatch(title) else ""


def _first_page_title(lines: list[Placed]) -> str:
    return largest_line([line for line in lines if line.page == 1])


def _without_repeats(headings: tuple[Heading, ...]) -> tuple[Heading, ...]:
    """Without a heading that repeats the one before it, as on a page that continues a section."""
    kept = headings[:1]
    return kept + tuple(b for a, b in pairwise(headings) if (a.level, a.text) != (b.level, b.text))
