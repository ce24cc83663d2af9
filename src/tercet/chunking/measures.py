"""Size and overlap that a chunker can work with."""

from __future__ import annotations

from tercet.errors import SettingsError


def check_measures(size: int, overlap: int) -> None:
    """Nothing if chunks of this size and overlap make progress; else `SettingsError`."""
    if size < 1 or overlap < 0:
        raise SettingsError(
            f"Chunks of size {size} with an overlap of {overlap} are not possible.",
            "The size must be at least 1, the overlap at least 0.",
        )
    if size <= overlap:
        raise SettingsError(
            f"The chunk overlap ({overlap}) must be smaller than the chunk size ({size}).",
            "Set TERCET_CHUNK_SIZE higher or TERCET_CHUNK_OVERLAP lower.",
        )
