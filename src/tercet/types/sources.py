"""Sources: what is to be read, what reading gave, and what the ledger keeps of it."""

from __future__ import annotations

import hashlib
import json
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple

from tercet.types.documents import NAMESPACE, Document, Metadata
from tercet.types.index import Problem


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to be read, and how it is known.

    `path` is where its bytes lie now, which for a member of an archive or a page of the web is
    a temporary place. `source` is what a person recognises, `key` identifies it whatever the
    working directory, `folders` are the keys of what holds it, outermost first, and `container`
    is the innermost of these if it is a file. `given` is metadata that comes from the user, not
    from the file. `content` is the SHA-256 of the bytes, once it is known.
    """

    path: Path
    source: str
    key: str
    folders: tuple[str, ...] = ()
    container: str = ""
    given: Metadata = field(default_factory=dict)
    content: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What became of one source: its document, or the problem with it.

    With `known` nothing was read, because the ledger has it as it is; with `same_as`, because
    the text is that of another source, or of this one under another name. A container comes after
    its members, whose keys are `members`; it may have text of its own or not. `reader` is the
    format and the version of the reader.
    """

    file: SourceFile
    document: Document | None = None
    problem: Problem | None = None
    known: bool = False
    same_as: DocumentInfo | None = None
    members: tuple[str, ...] = ()
    reader: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class DocumentInfo:
    """The ledger's entry of one source.

    `id` is the document whose chunks hold its text: equal content under two names is one
    document. It is "" for a source without text. `failed` says that the last reading gave the
    problem `reason`; the chunks are then those of the version before, if there was one.
    `fingerprint` is the SHA-256 of what was read, `terms` the sum of the chunks' BM25 lengths,
    `page_characters` the length of each page's text, `seconds` how long reading took.
    """

    source: str
    key: str
    id: str = ""
    title: str = ""
    state: Literal["done", "failed"] = "done"
    reason: str = ""
    help: str = ""
    chunks: int = 0
    terms: int = 0
    characters: int = 0
    page_characters: tuple[int, ...] = ()
    fingerprint: str = ""
    reader: str = ""
    chunker: str = ""
    folders: tuple[str, ...] = ()
    container: str = ""
    members: int = 0
    metadata: Metadata = field(default_factory=dict)
    given: Metadata = field(default_factory=dict)
    seconds: float = 0.0
    read_at: str = ""

    @property
    def problem(self) -> Problem | None:
        """What was wrong with it at the last reading."""
        failed = self.state == "failed"
        return Problem(self.source, self.reason, self.help) if failed else None

    @property
    def suspicious_pages(self) -> list[int]:
        """Pages without text, or with text that is no language."""
        marked = (self.metadata.get(key) for key in ("textless_pages", "garbled_pages"))
        pages = (page for pages in marked if isinstance(pages, list) for page in pages)
        return sorted({int(page) for page in pages})


class Totals(NamedTuple):
    """Documents, chunks and BM25 terms of a whole index, all tenants together."""

    documents: int
    chunks: int
    terms: int


def is_url(source: str | Path) -> bool:
    """Whether a source is an address of the web, not a path."""
    return str(source).lower().startswith(("http://", "https://"))


def document_id(content: str, made_by: str, given: Metadata, tenant: str) -> str:
    """The UUID of the document that a reader and a chunker, `made_by`, make of some content.

    Equal content gives one document wherever it lies, unless the user says other things of it.
    """
    identity = json.dumps([tenant, content, made_by, sorted(given.items())], default=str)
    return str(uuid.uuid5(NAMESPACE, identity))


def content_of(document: Document) -> str:
    """The fingerprint of a document, made from what it holds if it has none."""
    if document.fingerprint:
        return document.fingerprint
    pages = [[page.number, page.start, page.end] for page in document.pages]
    headings = [[heading.level, heading.text, heading.start] for heading in document.headings]
    state = [document.text, document.title, pages, headings, sorted(document.metadata.items())]
    return hashlib.sha256(json.dumps(state, default=str).encode()).hexdigest()
