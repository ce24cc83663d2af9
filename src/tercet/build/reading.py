"""What finds and reads sources."""

from __future__ import annotations

import contextlib
import itertools
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tercet.config import Settings
from tercet.pipeline.tools import Sources
from tercet.types import (
    Metadata,
    is_url,
)

if TYPE_CHECKING:
    from tercet.loaders.reading import Reader


def make_reader(settings: Settings) -> Reader:
    """The processes that read files."""
    from tercet.loaders.pool import ReadLimits
    from tercet.loaders.reading import Reader, reading_workers

    limits = ReadLimits(settings.read_timeout, settings.read_memory_mb << 20)
    workers = reading_workers(settings.readers)
    ocr = {
        "TERCET_OCR_LANGUAGES": settings.ocr_languages,
        "TERCET_OCR_SECONDS": str(settings.ocr_seconds),
    }
    return Reader(workers, limits, max_bytes=settings.max_file_mb << 20, environment=ocr)


@contextlib.contextmanager
def find(settings: Settings, paths: Sequence[str | Path], given: Metadata) -> Iterator[Sources]:
    """The sources at the paths and URLs; what is fetched from the web lies in a temporary folder
    as long as they are in use."""
    from tercet.loaders.sources import find_pages, find_sources

    urls = [str(path) for path in paths if is_url(path)]
    files = find_sources([path for path in paths if not is_url(path)], given)
    if not urls:
        yield Sources(len(files), files)
        return
    from tercet.loaders.web.pages import WebSettings

    web = WebSettings(
        allow_private=settings.allow_private,
        max_pages=settings.web_pages,
        delay=settings.web_delay,
        max_bytes=settings.max_file_mb << 20,
    )
    with tempfile.TemporaryDirectory(prefix="tercet-web-") as folder:
        pages = find_pages(urls, given, Path(folder), web)
        yield Sources(None, itertools.chain(files, pages))
