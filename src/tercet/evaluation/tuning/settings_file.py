"""The settings file that a tuning leaves: an `.env` with the figures in comments."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from tercet.errors import TercetError, UsageError

Record = Mapping[str, Any]


def settings_file(record: Record, day: date) -> str:
    """The text of the file: comments that say what was measured, then the settings that differ
    from the default. It holds nothing else, no place and no key."""
    halves = record["questions"]
    comments = (
        f"Made by `tercet tune` on {day.isoformat()}.",
        f"{record['dataset']}: {halves['tune']} questions to tune, {halves['held_out']} held out.",
        f"{record['metric']}, held out: {_mean(record['challenger'])}; "
        f"the default {_mean(record['default'])}.",
        record["verdict"]["words"],
    )
    lines = [f"# {' '.join(comment.split())}" for comment in comments]
    settings = record["challenger"]["settings"]
    lines += [f"{name}={value}" for name, value in settings.items()]
    if "TERCET_CHUNK_SIZE" in settings:
        lines.append("# The chunk size holds for what is ingested from now on: ingest anew.")
    return "\n".join(lines) + "\n"


def write_settings(path: Path, text: str, *, overwrite: bool) -> None:
    """Writes the file, whole or not at all. Raises as `check_place`, and `TercetError` if the
    system refuses."""
    check_place(path, overwrite=overwrite)
    draft = path.with_name(f"{path.name}.new")
    try:
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    except OSError as error:
        raise TercetError(
            f"{path} cannot be written: {error.strerror}.", "Give another --out."
        ) from None


def check_place(path: Path, *, overwrite: bool) -> None:
    """Raises `UsageError` if something is there that must stay, or the folder is missing."""
    if path.exists() and not (overwrite and path.is_file()):
        raise UsageError(f"{path} is there already.", "Give --overwrite, or another --out.")
    if not path.parent.is_dir():
        raise UsageError(f"There is no folder {path.parent}.", "Make it, or give another --out.")


def _mean(measured: Record) -> str:
    held_out = measured["held_out"]
    return f"{held_out['mean']:.4f} [{held_out['low']:.4f}, {held_out['high']:.4f}]"
