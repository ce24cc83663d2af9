"""Prints how many packages this environment holds and how many MB they take; fails when the
base install is above what the README promises (at most 70 packages and 450 MB)."""

from __future__ import annotations

import sys
import sysconfig
from importlib import metadata
from pathlib import Path

MOST_PACKAGES, MOST_MEGABYTES = 70, 450
_NOT_OURS = {"pip", "setuptools", "wheel"}


def footprint() -> tuple[int, float]:
    """Packages besides the installer's own, and MB of the whole environment."""
    names = {distribution.metadata["Name"].lower() for distribution in metadata.distributions()}
    files = Path(sysconfig.get_paths()["data"]).rglob("*")
    size = sum(path.stat().st_size for path in files if path.is_file() and not path.is_symlink())
    return len(names - _NOT_OURS), size / 2**20


if __name__ == "__main__":
    packages, megabytes = footprint()
    print(f"{packages} packages, {megabytes:.0f} MB")
    sys.exit(packages > MOST_PACKAGES or megabytes > MOST_MEGABYTES)
