"""Documents, and the chunks they are cut into."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Scalar: TypeAlias = str | int | float | bool
# A place has the keys `lat` and `lon`; an element is what a `Nested` filter looks into.
MetadataObject: TypeAlias = Mapping[str, "MetadataValue"]
MetadataValue: TypeAlias = Scalar | MetadataObject | list[Any]  # of scalars or of objects
Metadata: TypeAlias = Mapping[str, MetadataValue]

NAMESPACE = uuid.UUID("7b0cf3c4-5d0f-5b0c-9f5e-1c6a2f0e7ce7")


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a document: its 1-based number and the characters [start, end) on it."""

    number: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: level 1 (outermost) to 6, its text, and where it begins in the document."""

    level: int
    text: str
    start: int


@dataclass(frozen=True, slots=True)
class Document:
    """The text of one source with what is known of its structure.

    `source` is what a person recognises (a path or URL). `key` identifies the document
    whatever the working directory (an absolute path); it defaults to `source`. `folders` are
    the folders that hold it, outermost first. `fingerprint` changes when the content does.
    """

    text: str
    source: str
    title: str = ""
    pages: tuple[Page, ...] = ()
    headings: tuple[Heading, ...] = ()
    metadata: Metadata = field(default_factory=dict)
    key: str = ""
    folders: tuple[str, ...] = ()
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage of a document: `document.text[start:end] == text`.

    `index` counts from 0 to `total` - 1. `headings` is the path of headings above the passage,
    outermost first; `pages` are the pages it touches, clipped to [start, end). `lead` is what
    the passage needs from further up to be understood: the header rows of the table that it goes
    on with. `sources` are all places where the document lies, `source` is the first of them.
    """

    text: str
    start: int
    end: int
    index: int = 0
    total: int = 1
    headings: tuple[str, ...] = ()
    pages: tuple[Page, ...] = ()
    document: str = ""
    source: str = ""
    title: str = ""
    metadata: Metadata = field(default_factory=dict)
    tenant: str = ""
    folders: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    lead: str = ""

    @property
    def id(self) -> str:
        """The UUID of the point that holds this chunk: document and position decide it."""
        return chunk_id(self.document, self.index)

    @property
    def page(self) -> int | None:
        """The number of the page on which the chunk begins, or None without pages."""
        return self.pages[0].number if self.pages else None

    @property
    def passage(self) -> str:
        """What is embedded: title and heading path, the lead, then the text."""
        return embedded_passage(self.title, self.headings, self.text, self.lead)

    @property
    def digest(self) -> str:
        """16 hexadecimal digits that stand for what is embedded."""
        return hashlib.blake2b(self.passage.encode(), digest_size=8).hexdigest()


def chunk_id(document: str, index: int) -> str:
    """The UUID of chunk number `index` of the document with the id `document`."""
    return str(uuid.uuid5(NAMESPACE, f"{document}\x00{index}"))


def embedded_passage(title: str, headings: tuple[str, ...], text: str, lead: str = "") -> str:
    """Title and heading path on a line of their own, without repeats, then the lead, then the
    text, each on lines of its own and only where there is one."""
    labels = dict.fromkeys(label for label in (title, *headings) if label)
    return "\n".join([*filter(None, (" > ".join(labels), lead)), text])
