"""PDF by pdfium: text by page, rows of tables on their lines, headings, document properties."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from tercet.errors import DamagedFile, EncryptedFile, LoadError
from tercet.loaders.pdf_headings import Placed, by_font, by_outline, largest_line
from tercet.loaders.pdf_lines import Hyphens, Line, page_lines
from tercet.types import Document, Heading, MetadataValue, Page

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

# pdfium keeps global state and must not be entered by two threads at once.
_LOCK = threading.Lock()

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

    Headings come from the bookmarks, where they are found in the text, else from lines that are
    larger or bolder than the body. Title: the document's property, unless a program made it up,
    or the largest line of the first page, or the name of the file. Metadata: author, subject,
    keywords (a list), created (ISO date), page_count, and damaged_pages where some gave nothing.

    Raises `EncryptedFile` when a password is needed and `DamagedFile` when pdfium finds no PDF.
    """
    with _LOCK, _opened(path, source) as pdf:
        pages = [_page(pdf, index) for index in range(len(pdf))]
        if not pages:
            raise _damaged(source, "it has no pages")
        text, tiles, lines = _composed([page or [] for page in pages])
        metadata, title = _properties(pdf)
        headings = by_outline(pdf, text, tiles) or by_font(lines)
    if damaged := [number for number, page in enumerate(pages, 1) if page is None]:
        metadata["damaged_pages"] = list(damaged)
    return Document(
        text=text,
        source=source,
        title=title or _first_page_title(lines) or path.stem,
        pages=tiles,
        headings=_without_repeats(headings),
        metadata=metadata | {"page_count": len(tiles)},
    )


@contextmanager
def _opened(path: Path, source: str) -> Iterator[PdfDocument]:
    import pypdfium2

    with path.open("rb"):
        pass  # pdfium would call an unreadable file damaged
    try:
        pdf = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        raise _refusal(source, error.err_code) from error
    with closing(pdf):
        yield pdf


def _refusal(source: str, code: int | None) -> LoadError:
    import pypdfium2.raw as pdfium

    if code in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY):
        return EncryptedFile(
            f"{source} is encrypted and needs a password.",
            "Open it in a PDF viewer with the password and save or print it without one.",
        )
    return _damaged(source, "pdfium finds no readable PDF in it")


def _damaged(source: str, reason: str) -> DamagedFile:
    return DamagedFile(
        f"{source} is damaged: {reason}.",
        "Fetch it again, or open it in a PDF viewer and save it anew.",
    )


def _page(pdf: PdfDocument, index: int) -> list[Line] | None:
    """The lines of one page; None when the page is damaged, which spares the others."""
    import pypdfium2

    try:
        with closing(pdf[index]) as page, closing(page.get_textpage()) as textpage:
            return page_lines(textpage)
    except pypdfium2.PdfiumError:
        return None


def _composed(pages: list[list[Line]]) -> tuple[str, tuple[Page, ...], list[Placed]]:
    """All text, the pages in it, and where each line stands."""
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
