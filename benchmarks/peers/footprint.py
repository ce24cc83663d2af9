"""What a contestant weighs: memory, disk, installed packages."""

import re
import resource
import sys
from collections.abc import Iterable
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

MB = 1e6


def peak_rss_mb() -> float:
    """Return this process's peak resident memory.

    Child processes are left out: the system charges a child that was merely started with its
    parent's memory, so adding them would count it twice.
    """
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / MB


def disk_mb(folder: Path) -> float:
    """Return the disk space a folder takes.

    Blocks are counted rather than file lengths: an engine may reserve a sparse file that is
    long and takes no room.
    """
    files = (path for path in folder.rglob("*") if path.is_file())
    return sum(path.stat().st_blocks * 512 for path in files) / MB


def package_closure(roots: Iterable[str]) -> dict[str, Distribution]:
    """Return the installed packages that `roots` need, the roots included.

    Counting from the roots leaves out pip and whatever else the environment holds, so that a
    development environment and a bare one give the same figure.
    """
    found: dict[str, Distribution] = {}
    waiting = [(root, frozenset[str]()) for root in roots]
    seen = set(waiting)
    while waiting:
        name, extras = waiting.pop()
        try:
            package = distribution(name)
        except PackageNotFoundError:
            continue  # a requirement of another platform or Python
        found[_canonical(name)] = package
        new = set(_requirements(package, extras)) - seen
        seen |= new
        waiting.extend(new)
    return found


def installed_mb(packages: Iterable[Distribution]) -> float:
    """Return the length of all files the packages say they installed."""
    paths = (Path(str(file.locate())) for package in packages for file in package.files or ())
    return sum(path.stat().st_size for path in paths if path.is_file()) / MB


def _requirements(
    package: Distribution, extras: frozenset[str]
) -> Iterable[tuple[str, frozenset[str]]]:
    for line in package.requires or ():
        requirement, _, marker = line.partition(";")
        extra = re.search(r"""extra\s*==\s*['"]([^'"]+)""", marker)
        if extra and extra[1] not in extras:
            continue
        name = re.match(r"[A-Za-z0-9._-]+", requirement)
        wanted = re.search(r"\[([^]]*)]", requirement)
        if name:
            names = re.split(r"[\s,]+", wanted[1].strip()) if wanted else []
            yield _canonical(name[0]), frozenset(names)


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
