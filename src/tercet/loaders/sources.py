"""Paths and URLs to source files: each with its names, and what the user says of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tercet.loaders.decoding import writable
from tercet.loaders.given import Sidecars, is_sidecar
from tercet.loaders.walk import find_files
from tercet.types import MetadataValue, Problem, SourceFile

if TYPE_CHECKING:
    from tercet.loaders.web.pages import WebSettings


def find_sources(
    paths: Sequence[str | Path], given: Mapping[str, MetadataValue]
) -> list[SourceFile | Problem]:
    """Every file named by `paths` or below a folder named by them, in order (see `find_files`).

    Files that hold metadata of the files beside them are read as that, not as documents; `given`
    is said of every file, and wins. Raises `UsageError` for a path that does not exist and for
    metadata that cannot be understood.
    """
    roots = [Path(path) for path in paths]
    sidecars = Sidecars()
    found: list[SourceFile | Problem] = []
    for item in find_files(roots):
        if isinstance(item, Problem):
            found.append(item)
        elif not _is_metadata(item):
            root = next((root for root in roots if item.is_relative_to(root)), None)
            beside = sidecars.of(item, root if root != item else None)
            found.append(source_file(item, {**beside, **given}))
    return found


def _is_metadata(path: Path) -> bool:
    try:
        return is_sidecar(path)
    except OSError:
        return False  # its reader will say why it cannot be read


def source_file(path: Path, given: Mapping[str, MetadataValue]) -> SourceFile:
    """The file at `path` under all its names."""
    resolved = path.resolve()
    return SourceFile(
        path=path,
        source=source_name(path),
        key=writable(resolved.as_posix()),
        folders=tuple(writable(parent.as_posix()) for parent in reversed(resolved.parents)),
        given=dict(given),
    )


def source_name(path: Path) -> str:
    """The path as a person would type it here: relative if below the working directory."""
    absolute = path.absolute()
    here = Path.cwd()
    inside = absolute.is_relative_to(here)
    return writable((absolute.relative_to(here) if inside else absolute).as_posix())


def find_pages(
    urls: Sequence[str], given: Mapping[str, MetadataValue], folder: Path, settings: WebSettings
) -> Iterator[SourceFile | Problem]:
    """The pages at these addresses, and those that sitemaps among them name, fetched one by one
    into `folder`."""
    from tercet.loaders.web.pages import expand

    for page in expand(urls, folder, settings=settings):
        if isinstance(page, Problem):
            yield page
        else:
            yield SourceFile(
                path=page.path,
                source=page.url,
                key=page.url,
                folders=_above(page.url),
                given=dict(given),
            )


def _above(url: str) -> tuple[str, ...]:
    """The address's own folders, outermost first: `https://host`, `https://host/a`."""
    scheme, _, rest = url.partition("://")
    steps = rest.split("?")[0].split("#")[0].split("/")
    return tuple(f"{scheme}://{'/'.join(steps[:i])}" for i in range(1, len(steps)) if steps[i - 1])
