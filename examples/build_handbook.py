"""Build the DOCX and PDF files of the example handbook.

Run it from anywhere, after installing the two libraries it uses::

    pip install python-docx fpdf2
    python examples/build_handbook.py            # rewrite every generated file
    python examples/build_handbook.py x200       # only sources whose name holds "x200"

Each ``handbook_sources/*.md`` file starts with front matter that names its
``output`` under ``handbook/``; the suffix of that path (.docx or .pdf) picks
the writer. The Markdown subset: ``#`` headings, paragraphs, ``-`` and ``1.``
lists (one line an item), pipe tables and ``**bold**``. Dates come from the
front matter, so the same library versions give the same bytes.
"""

from __future__ import annotations

import io
import re
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import docx
from fpdf import FPDF

HERE = Path(__file__).resolve().parent
SOURCES = HERE / "handbook_sources"
HANDBOOK = HERE / "handbook"
COMPANY = "Orrelund Instruments Ltd"
PAPER = {"A4": (210, 297, 22), "A5": (148, 210, 14)}  # width, height, margin in mm
BOLD = re.compile(r"\*\*(.+?)\*\*")
ITEM = re.compile(r"^(-|\d+\.)\s+(.*)$")
HEADING = re.compile(r"^(#{1,3})\s+(.*)$")
RULE = re.compile(r"^\|[\s:|-]+\|$")


@dataclass
class Block:
    """One block of a source: kind is heading, text, bullets, numbers or table."""

    kind: str
    level: int = 0
    lines: list[str] = field(default_factory=list)


@dataclass
class Source:
    """A parsed source file: its front matter and its blocks."""

    meta: dict[str, str]
    blocks: list[Block]

    @property
    def target(self) -> Path:
        return HANDBOOK / self.meta["output"]

    @property
    def date(self) -> datetime:
        return datetime.fromisoformat(self.meta["date"])


def read_source(path: Path) -> Source:
    """Split a source file into its front matter and its blocks."""
    _, head, body = path.read_text(encoding="utf-8").split("---\n", 2)
    pairs = (line.split(":", 1) for line in head.splitlines() if ":" in line)
    meta = {key.strip(): value.strip() for key, value in pairs}
    return Source(meta, list(parse_blocks(body)))


def parse_blocks(body: str) -> Iterator[Block]:
    """Yield the blocks of a body; blank lines separate them."""
    for chunk in re.split(r"\n\s*\n", body.strip()):
        yield make_block(chunk.splitlines())


def make_block(lines: list[str]) -> Block:
    """Turn the lines between two blank lines into one block."""
    first = lines[0]
    if match := HEADING.match(first):
        return Block("heading", len(match[1]), [match[2]])
    if first.startswith("|"):
        return Block("table", 0, [line for line in lines if not RULE.match(line)])
    if match := ITEM.match(first):
        kind = "bullets" if match[1] == "-" else "numbers"
        return Block(kind, 0, [ITEM.sub(r"\2", line) for line in lines])
    return Block("text", 0, [" ".join(line.strip() for line in lines)])


def table_rows(block: Block) -> list[list[str]]:
    """Return the cells of a table block, row by row."""
    return [[c.strip() for c in line.strip("|").split("|")] for line in block.lines]


def write_docx(source: Source) -> None:
    """Write one source as a Word document with stable bytes."""
    document = docx.Document()
    set_properties(document, source)
    for block in source.blocks:
        DOCX_WRITERS[block.kind](document, block)
    buffer = io.BytesIO()
    document.save(buffer)
    source.target.write_bytes(stable_zip(buffer.getvalue()))


def set_properties(document: Any, source: Source) -> None:
    """Fill the core properties from the front matter."""
    core, meta = document.core_properties, source.meta
    core.title, core.author = meta["title"], meta["owner"]
    core.category, core.subject = meta["category"], COMPANY
    core.keywords, core.comments = meta["year"], ""
    core.last_modified_by, core.revision = meta["owner"], 1
    core.created = core.modified = source.date


def docx_heading(document: Any, block: Block) -> None:
    """Add a heading; the first level becomes the document's title."""
    document.add_heading(block.lines[0], level=block.level - 1)


def docx_text(document: Any, block: Block) -> None:
    """Add a paragraph."""
    add_runs(document.add_paragraph(), block.lines[0])


def docx_bullets(document: Any, block: Block) -> None:
    """Add a bulleted list."""
    for line in block.lines:
        add_runs(document.add_paragraph(style="List Bullet"), line)


def docx_numbers(document: Any, block: Block) -> None:
    """Add a numbered list that starts at 1."""
    number = restart_numbering(document)
    for line in block.lines:
        paragraph = document.add_paragraph(style="List Number")
        properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
        properties.get_or_add_numId().val = number
        add_runs(paragraph, line)


def restart_numbering(document: Any) -> int:
    """Register a fresh instance of the list style's numbering; return its id."""
    numbering = document.part.numbering_part.element
    style = document.styles["List Number"].element
    used = numbering.num_having_numId(style.pPr.numPr.numId.val)
    fresh = numbering.add_num(used.abstractNumId.val)
    fresh.add_lvlOverride(ilvl=0).add_startOverride(1)
    return int(fresh.numId)


def docx_table(document: Any, block: Block) -> None:
    """Add a table whose first row is bold."""
    rows = table_rows(block)
    table = document.add_table(len(rows), len(rows[0]), style="Table Grid")
    for index, row in enumerate(rows):
        for cell, text in zip(table.rows[index].cells, row, strict=True):
            add_runs(cell.paragraphs[0], f"**{text}**" if index == 0 else text)
    document.add_paragraph()


def add_runs(paragraph: Any, text: str) -> None:
    """Add text to a paragraph; what stands between ** is bold."""
    for index, part in enumerate(BOLD.split(text)):
        if part:
            paragraph.add_run(part).bold = True if index % 2 else None


def stable_zip(data: bytes) -> bytes:
    """Rewrite a zip archive with one fixed time stamp on every member."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3
            new.writestr(info, old.read(name))
    return buffer.getvalue()


DOCX_WRITERS = {
    "heading": docx_heading,
    "text": docx_text,
    "bullets": docx_bullets,
    "numbers": docx_numbers,
    "table": docx_table,
}


class Page(FPDF):
    """A PDF with the company's footer."""

    def footer(self) -> None:
        self.set_y(-11)
        self.set_font("Helvetica", size=7.5)
        half = self.epw / 2
        self.cell(half, 5, f"{COMPANY} | {self.title}")
        self.cell(half, 5, f"Page {self.page_no()}", align="R")


def write_pdf(source: Source) -> None:
    """Write one source as a PDF with a text layer and stable bytes."""
    pdf = new_page(source)
    for block in source.blocks:
        PDF_WRITERS[block.kind](pdf, block)
    pdf.output(str(source.target))


def new_page(source: Source) -> Page:
    """Start a PDF on the paper that the front matter names."""
    width, height, margin = PAPER[source.meta.get("paper", "A4")]
    pdf = Page(format=(width, height))
    pdf.core_fonts_encoding = "cp1252"
    pdf.set_margins(margin, margin)
    pdf.set_auto_page_break(True, margin + 2)
    pdf.set_title(source.meta["title"])
    pdf.set_author(source.meta["owner"])
    pdf.set_subject(source.meta["category"])
    pdf.set_creation_date(source.date.replace(tzinfo=UTC))
    pdf.set_lang("en-GB")
    pdf.set_compression(False)
    pdf.add_page()
    return pdf


def pdf_heading(pdf: Page, block: Block) -> None:
    """Print a heading; one at the foot of a page moves to the next."""
    size = {1: 19, 2: 13, 3: 10.5}[block.level]
    if block.level > 1:
        pdf.ln(2)
        if pdf.will_page_break(24):
            pdf.add_page()
    pdf.set_font("Helvetica", "B", size)
    pdf_lines(pdf, block.lines[0], size * 0.47)


def pdf_text(pdf: Page, block: Block) -> None:
    """Print a paragraph."""
    pdf.set_font("Helvetica", size=10)
    pdf_lines(pdf, block.lines[0], 4.7)


def pdf_list(pdf: Page, block: Block) -> None:
    """Print a bulleted or numbered list."""
    pdf.set_font("Helvetica", size=10)
    for number, line in enumerate(block.lines, 1):
        pdf.cell(7, 4.7, "\u2022" if block.kind == "bullets" else f"{number}.")
        pdf_lines(pdf, line, 4.7)


def pdf_lines(pdf: Page, text: str, height: float) -> None:
    """Print text from here to the right margin, then a small gap."""
    pdf.multi_cell(0, height, text, align="L", markdown=True, new_x="LMARGIN", new_y="NEXT")
    pdf.ln(1.6)


def pdf_table(pdf: Page, block: Block) -> None:
    """Print a table as wide as the text; wordy columns get more of the width."""
    rows = table_rows(block)
    weights = tuple(min(max(map(len, column)) + 7, 44) for column in zip(*rows, strict=True))
    pdf.set_font("Helvetica", size=8.5)
    with pdf.table(rows, col_widths=weights, line_height=4.2, padding=0.8, text_align="LEFT"):
        pass
    pdf.ln(3)


PDF_WRITERS = {
    "heading": pdf_heading,
    "text": pdf_text,
    "bullets": pdf_list,
    "numbers": pdf_list,
    "table": pdf_table,
}


def main(wanted: list[str]) -> None:
    """Build every source whose name holds one of the wanted words."""
    for path in sorted(SOURCES.glob("*.md")):
        if not wanted or any(word in path.stem for word in wanted):
            source = read_source(path)
            source.target.parent.mkdir(parents=True, exist_ok=True)
            writer = write_pdf if source.target.suffix == ".pdf" else write_docx
            writer(source)
            print(source.target.relative_to(HANDBOOK))


if __name__ == "__main__":
    main(sys.argv[1:])
