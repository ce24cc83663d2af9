"""What an index takes on disk."""

from __future__ import annotations

from pathlib import Path


def measure_disk(folder: Path, chunks: int) -> dict[str, float]:
    """Bytes of the folder: `blocks` the room it takes, `apparent` the length of its files,
    which for sparse files is more. Per chunk in kB (1000 bytes)."""
    files = [path.stat() for path in folder.rglob("*") if path.is_file()]
    blocks = sum(file.st_blocks for file in files) * 512
    apparent = sum(file.st_size for file in files)
    return {
        "blocks": blocks,
        "apparent": apparent,
        "kb_per_chunk": blocks / chunks / 1000,
        "apparent_kb_per_chunk": apparent / chunks / 1000,
    }
