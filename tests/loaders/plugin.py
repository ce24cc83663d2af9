"""A package of its own with formats that do what no reader should, found by its entry points."""

from __future__ import annotations

from pathlib import Path

_MODULE = """
import os, time
from tercet.loaders.formats import Format
from tercet.types import Document

def _format(name):
    return Format(name, name, f"bad_readers:{name}", (f".{name}",), ("text",))

HANG, CRASH, HUNGRY, FAULTY, CHATTY = map(_format, ("hang", "crash", "hungry", "faulty", "chatty"))

def hang(path, source):
    time.sleep(3600)

def crash(path, source):
    os.abort()

def hungry(path, source):
    blocks = []
    while True:
        blocks.append(bytearray(64 << 20))

def faulty(path, source):
    raise ZeroDivisionError("of all things")

def chatty(path, source):
    os.write(1, b"noise on the channel")
    print("more noise", flush=True)
    return Document(path.read_text(), source=source, title="Chatty")
"""
_ENTRY_POINTS = "[tercet.formats]\n" + "\n".join(
    f"{name.lower()} = bad_readers:{name}"
    for name in ("HANG", "CRASH", "HUNGRY", "FAULTY", "CHATTY")
)


def install(folder: Path) -> Path:
    """Lay the package out in `folder`, which then has to be on the path of Python."""
    folder.mkdir()
    (folder / "bad_readers.py").write_text(_MODULE)
    metadata = folder / "bad_readers-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: bad-readers\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(_ENTRY_POINTS)
    return folder
