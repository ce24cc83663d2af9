"""Documents that are zip files of parts: Office, OpenDocument and EPUB packages."""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tercet.errors import DamagedFile, EncryptedFile, LoadError

if TYPE_CHECKING:
    from lxml.etree import _Element

_UNPACKED_LIMIT = 1 << 30  # bytes; a larger document is an attack or needs more memory than we have

# What zipfile raises on malformed archives: it checks little before it trusts a field.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
)


class Package:
    """The parts of one document, by name. `kind` is what people call such a document."""

    def __init__(self, archive: zipfile.ZipFile, source: str, kind: str) -> None:
        self._archive = archive
        self.source = source
        self.kind = kind
        self.names = frozenset(archive.namelist())

    def read(self, name: str) -> bytes:
        """The content of a part. Raises `DamagedFile` when it is missing or broken."""
        if name not in self.names:
            raise self.damaged(f"{name} is missing")
        try:
            return self._archive.read(name)
        except _DAMAGE as error:
            raise self.damaged(f"{name} cannot be unpacked") from error

    def xml(self, name: str) -> _Element:
        """The root of an XML part. Raises `DamagedFile` when it is missing or broken."""
        from lxml.etree import XMLSyntaxError

        try:
            return parsed(self.read(name))
        except (XMLSyntaxError, ValueError) as error:
            raise self.damaged(f"{name} is malformed") from error

    def damaged(self, reason: str) -> DamagedFile:
        return damaged(self.source, self.kind, reason)


@contextmanager
def opened(path: Path, source: str, kind: str) -> Iterator[Package]:
    """The package in `path`.

    Raises `EncryptedFile` when a member needs a password, `DamagedFile` when it is no zip file,
    and `LoadError` when it would unpack to more than a gigabyte.
    """
    with path.open("rb") as file:  # "permission denied" must not be mistaken for damage below
        try:
            archive = zipfile.ZipFile(file)
        except _DAMAGE as error:
            raise damaged(source, kind, "it is no zip file, or a truncated one") from error
        with archive:
            _check_members(archive.infolist(), source)
            yield Package(archive, source, kind)


def parsed(xml: bytes) -> _Element:
    """The root element. Entities stay as they are and nothing else is opened: an entity could
    unfold without end, or name a file of this machine.

    Raises `lxml.etree.XMLSyntaxError` when it is malformed.
    """
    from lxml import etree

    return etree.fromstring(
        xml, etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)
    )


def local(element: _Element) -> str:
    """The name of an element without its namespace; "" for entities and instructions."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def named(element: _Element, name: str, default: str = "") -> str:
    """The attribute with this local name, whatever its namespace."""
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2] == name:
            return str(value)
    return default


def encrypted(source: str) -> EncryptedFile:
    return EncryptedFile(
        f"{source} is encrypted and needs a password.", "Save it without a password."
    )


def damaged(source: str, kind: str, reason: str) -> DamagedFile:
    return DamagedFile(
        f"{source} is damaged: it is no readable {kind} ({reason}).",
        "Open it in its program and save it again, or restore it from a backup.",
    )


def _check_members(members: list[zipfile.ZipInfo], source: str) -> None:
    if any(member.flag_bits & 1 for member in members):
        raise encrypted(source)
    if sum(member.file_size for member in members) > _UNPACKED_LIMIT:
        raise LoadError(
            f"{source} unpacks to more than a gigabyte.", "Split it into smaller documents."
        )
