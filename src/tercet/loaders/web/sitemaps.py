"""Sitemaps: the XML files in which sites list their pages (https://www.sitemaps.org)."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from tercet.errors import DamagedFile, LoadError

_GZIP = b"\x1f\x8b"
_HEAD = 4096  # bytes; comments and style sheets may come before the root
_MOST_BYTES = 64 << 20  # the protocol allows 50 MB
_ROOT = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?[^>]*>\s*|<!--(?>.*?-->)\s*)*+"
    rb"<(?:[\w.-]{1,40}:)?(?:urlset|sitemapindex)[\s>]",
    re.DOTALL,
)
_MOST_URLS = 50_000  # of one file, as the protocol allows


def is_sitemap(content: bytes) -> bool:
    """Whether `content`, or what gzip packed in it, begins as a sitemap or an index of them."""
    return bool(_ROOT.match(_head(content)))


def sitemap_urls(content: bytes, source: str = "The sitemap") -> list[str]:
    """The addresses in a sitemap, or of the sitemaps in an index, in order, each once.

    `content` may be packed by gzip. Relative addresses and other schemes than http and https are
    left out, as is what comes after 50,000. Raises `DamagedFile` for broken XML, with the name
    `source`.
    """
    from lxml.etree import XMLParser, XMLSyntaxError, fromstring

    options: dict[str, Any] = {"resolve_entities": False, "no_network": True, "load_dtd": False}
    found = _Locations()
    try:
        fromstring(_unpacked(content, source), XMLParser(target=found, **options))
    except XMLSyntaxError as error:
        raise DamagedFile(
            f"{source} is no sound XML: {error.msg}.", "Tell its owner, or give the pages."
        ) from error
    return list(found.urls)


class _Locations:
    """Takes the events of the parser, so that no tree of a huge file is built."""

    def __init__(self) -> None:
        self.urls: dict[str, None] = {}
        self._path: list[str] = []
        self._text: list[str] = []

    def start(self, tag: str | bytes, attrib: Mapping[str | bytes, str | bytes]) -> None:
        self._path.append(str(tag).rpartition("}")[2])
        self._text.clear()

    def data(self, data: str | bytes) -> None:
        if self._in_entry():
            self._text.append(str(data))

    def comment(self, text: str | bytes) -> None:
        """Comments say nothing."""

    def end(self, tag: str | bytes) -> None:
        url = "".join("".join(self._text).split())
        is_web = url.lower().startswith(("http://", "https://"))
        if is_web and self._in_entry() and len(self.urls) < _MOST_URLS:
            self.urls[url] = None
        self._path.pop()
        self._text.clear()

    def close(self) -> None:
        """Nothing is left to do; the parser insists."""

    def _in_entry(self) -> bool:
        """Images and videos of a page have a `loc` too."""
        return self._path[-1] == "loc" and self._path[-2:-1] in (["url"], ["sitemap"])


def _head(content: bytes) -> bytes:
    if not content.startswith(_GZIP):
        return content[:_HEAD]
    try:
        return zlib.decompressobj(wbits=31).decompress(content, _HEAD)
    except zlib.error:
        return b""


def _unpacked(content: bytes, source: str) -> bytes:
    if not content.startswith(_GZIP):
        return content
    try:
        with gzip.GzipFile(fileobj=BytesIO(content)) as file:
            xml = file.read(_MOST_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise DamagedFile(
            f"{source} is damaged: gzip cannot unpack it.", "Try again, or give the pages."
        ) from error
    if len(xml) > _MOST_BYTES:
        raise LoadError(
            f"{source} unpacks to more than {_MOST_BYTES >> 20} MB.",
            "Give the sitemaps of its parts, or the pages.",
        )
    return xml
