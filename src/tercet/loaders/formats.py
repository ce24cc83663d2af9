"""The table of formats: what each is called, who reads it, how it is told, what it gives.

A new format is one module with `read(path, source) -> Document`, and one line here. A package
of its own adds a format with an entry point of the group `tercet.formats` that names a `Format`.
"""

from __future__ import annotations

from typing import NamedTuple

ENTRY_POINTS = "tercet.formats"


class Format(NamedTuple):
    """One format. Of the marks, any one is enough; without marks the suffix alone decides.

    `reader` is "module:function": a `ports.Loader`, or a `ports.Unpacker` when the format gives
    members. `version` is raised when the reader gives other text than before: files read by an
    older one are then read again. `magic` is what files begin with; `zip_part` a member that only
    this zip-based format has, or `mimetype=...` for the content of the member of that name;
    `ole_stream` a stream that only this OLE-based format has. `tool` is a program that lets the
    reader give more when it is installed.
    """

    name: str
    title: str
    reader: str
    suffixes: tuple[str, ...]
    gives: tuple[str, ...]
    version: int = 1
    magic: tuple[bytes, ...] = ()
    zip_part: str = ""
    ole_stream: str = ""
    tool: str = ""

    @property
    def is_container(self) -> bool:
        """Whether documents lie inside it, to be read as files of their own."""
        return "members" in self.gives


_OPEN = "mimetype=application/vnd.oasis.opendocument."
_OFFICE = ("text", "headings", "tables", "metadata")
_CODE = (
    ".bash .c .cc .clj .cpp .cs .css .cxx .dart .ex .exs .f90 .fs .go .groovy .h .hpp .hs .java "
    ".jl .js .jsx .kt .kts .lua .m .ml .mjs .php .pl .pm .ps1 .py .pyi .r .rb .rs .scala .scss "
    ".sh .sql .swift .tcl .ts .tsx .vb .zig .zsh"
)

FORMATS: tuple[Format, ...] = (
    Format(
        "asciidoc",
        "AsciiDoc",
        "tercet.loaders.markup.asciidoc:read",
        (".adoc", ".asciidoc", ".asc"),
        _OFFICE,
    ),
    Format(
        "code",
        "source code",
        "tercet.loaders.plain.code:read",
        tuple(_CODE.split()),
        ("text", "headings", "metadata"),
    ),
    Format(
        "csv",
        "CSV and TSV",
        "tercet.loaders.data.csv:read",
        (".csv", ".tsv", ".tab"),
        ("text", "tables"),
    ),
    Format(
        "docx",
        "Word",
        "tercet.loaders.office.docx:read",
        (".docx", ".docm", ".dotx"),
        _OFFICE,
        zip_part="word/document.xml",
    ),
    Format(
        "eml",
        "mail",
        "tercet.loaders.mail.eml:unpack",
        (".eml",),
        ("text", "metadata", "members"),
    ),
    Format(
        "epub",
        "EPUB",
        "tercet.loaders.office.epub:read",
        (".epub",),
        _OFFICE,
        zip_part="mimetype=application/epub+zip",
    ),
    Format(
        "gzip",
        "a file packed by gzip, bzip2 or xz",
        "tercet.loaders.archives.tar:unpack",
        (".gz", ".bz2", ".xz", ".tgz", ".tbz2", ".txz"),
        ("members",),
        magic=(b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00"),
    ),
    Format("html", "HTML", "tercet.loaders.markup.html:read", (".html", ".htm", ".xhtml"), _OFFICE),
    Format(
        "image",
        "image (by OCR)",
        "tercet.loaders.images.image:read",
        (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".bmp", ".gif"),
        ("text", "pages", "metadata"),
        magic=(
            b"\x89PNG\r\n\x1a\n",
            b"\xff\xd8\xff",
            b"II*\x00",
            b"MM\x00*",
            b"GIF87a",
            b"GIF89a",
        ),
        tool="tesseract",
    ),
    Format(
        "ipynb",
        "Jupyter notebook",
        "tercet.loaders.plain.ipynb:read",
        (".ipynb",),
        _OFFICE,
    ),
    Format(
        "json", "JSON", "tercet.loaders.data.json:read", (".json",), ("text", "headings", "tables")
    ),
    Format(
        "jsonl",
        "JSON lines",
        "tercet.loaders.data.json:read_lines",
        (".jsonl", ".ndjson"),
        ("text", "tables"),
    ),
    Format(
        "latex",
        "LaTeX",
        "tercet.loaders.markup.latex:read",
        (".tex", ".latex"),
        _OFFICE,
    ),
    Format(
        "markdown",
        "Markdown",
        "tercet.loaders.markup.markdown:read",
        (".md", ".markdown", ".mdown", ".mdx"),
        _OFFICE,
    ),
    Format(
        "mbox",
        "mailbox",
        "tercet.loaders.mail.mbox:unpack",
        (".mbox",),
        ("members",),
    ),
    Format(
        "msg",
        "Outlook mail",
        "tercet.loaders.mail.msg:unpack",
        (".msg",),
        ("text", "metadata", "members"),
        ole_stream="__properties_version1.0",
    ),
    Format(
        "odp",
        "OpenDocument presentation",
        "tercet.loaders.office.odf:read_slides",
        (".odp", ".otp"),
        ("text", "pages", "headings", "tables", "metadata"),
        zip_part=_OPEN + "presentation",
    ),
    Format(
        "ods",
        "OpenDocument spreadsheet",
        "tercet.loaders.office.spreadsheet:read",
        (".ods", ".ots"),
        _OFFICE,
        zip_part=_OPEN + "spreadsheet",
    ),
    Format(
        "odt",
        "OpenDocument text",
        "tercet.loaders.office.odf:read",
        (".odt", ".ott"),
        _OFFICE,
        zip_part=_OPEN + "text",
    ),
    Format(
        "pdf",
        "PDF",
        "tercet.loaders.pdf.reader:read",
        (".pdf",),
        ("text", "pages", "headings", "tables", "metadata"),
        version=2,
        tool="tesseract",
    ),
    Format(
        "pptx",
        "PowerPoint",
        "tercet.loaders.office.pptx:read",
        (".pptx", ".pptm", ".ppsx", ".potx"),
        ("text", "pages", "headings", "tables", "metadata"),
        zip_part="ppt/presentation.xml",
    ),
    Format("rst", "reStructuredText", "tercet.loaders.markup.rst:read", (".rst", ".rest"), _OFFICE),
    Format(
        "rtf",
        "Rich Text",
        "tercet.loaders.office.rtf:read",
        (".rtf",),
        ("text", "metadata"),
        magic=(b"{\\rtf",),
    ),
    Format(
        "subtitles",
        "subtitles",
        "tercet.loaders.plain.subtitles:read",
        (".srt", ".vtt"),
        ("text", "metadata"),
        magic=(b"WEBVTT",),
    ),
    Format(
        "tar",
        "TAR archive",
        "tercet.loaders.archives.tar:unpack",
        (".tar",),
        ("members",),
    ),
    Format(
        "text", "plain text", "tercet.loaders.plain.text:read", (".txt", ".text", ".log"), ("text",)
    ),
    Format(
        "xls",
        "Excel 97",
        "tercet.loaders.office.spreadsheet:read",
        (".xls", ".xlt"),
        _OFFICE,
        ole_stream="Workbook",
    ),
    Format(
        "xlsx",
        "Excel",
        "tercet.loaders.office.spreadsheet:read",
        (".xlsx", ".xlsm", ".xltx", ".xlsb"),
        _OFFICE,
        zip_part="xl/",
    ),
    Format(
        "xml",
        "XML",
        "tercet.loaders.data.xml:read",
        (".xml", ".svg"),
        _OFFICE,
    ),
    Format(
        "zip",
        "ZIP archive",
        "tercet.loaders.archives.zip:unpack",
        (".zip", ".jar"),
        ("members",),
    ),
)
"""All formats that Tercet itself reads, by name."""

REMEDIES: dict[str, str] = {
    ".doc": "Open it in Word or LibreOffice and save it as .docx.",
    ".key": "Export it from Keynote as .pptx or .pdf.",
    ".numbers": "Export it from Numbers as .xlsx.",
    ".pages": "Export it from Pages as .docx or .pdf.",
    ".ppt": "Open it in PowerPoint or LibreOffice and save it as .pptx.",
}
"""What to do with formats that have an obvious way out."""
