"""Files in, documents out: find files, pick the reader for each, give its text with structure.

`find_files` walks folders, `load` reads one file, `is_supported` tells by name whether a reader
exists. Nothing heavy is imported before the first file of a format is read.

A new format is one module with `read(path, source) -> Document` and one line in `formats.FORMATS`.
"""

from __future__ import annotations

from tercet.loaders.registry import is_supported, load
from tercet.loaders.walk import find_files

__all__ = ["find_files", "is_supported", "load"]
