"""How long an endpoint wants to be left alone, as its headers say."""

from __future__ import annotations

import datetime as dt
import re
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

_DURATION = re.compile(r"(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?")
_KINDS = ("requests", "tokens")


def retry_after(headers: Mapping[str, str], now: float | None = None) -> float | None:
    """Seconds to wait before the request is made again, None where nothing is said.

    `Retry-After` (RFC 9110, 10.2.3: seconds or a date), `retry-after-ms`, else the reset of the
    limit that is used up. `now` is the Unix time.
    """
    now = time.time() if now is None else now
    if (milliseconds := _positive(headers.get("retry-after-ms", ""))) is not None:
        return milliseconds / 1000
    told = headers.get("retry-after", "").strip()
    if (seconds := _positive(told)) is not None:
        return seconds
    if (date := _date(told)) is not None:
        return max(0.0, date - now)
    return used_up(headers, now) or _resets(headers, now, only_used_up=False)


def used_up(headers: Mapping[str, str], now: float | None = None) -> float | None:
    """Seconds until a limit of which nothing remains is whole again, None where none is."""
    return _resets(headers, time.time() if now is None else now, only_used_up=True)


def _resets(headers: Mapping[str, str], now: float, *, only_used_up: bool) -> float | None:
    """The latest reset among the limits on requests and tokens."""
    waits = []
    for suffix in ("", *(f"-{kind}" for kind in _KINDS)):
        reset = _reset(headers.get(f"x-ratelimit-reset{suffix}", ""), now)
        left = _positive(headers.get(f"x-ratelimit-remaining{suffix}", ""))
        if reset is not None and (left == 0 or not only_used_up):
            waits.append(reset)
    return max(waits, default=None)


def _reset(text: str, now: float) -> float | None:
    """`1s`, `6m0s`, `20ms`, seconds, or the Unix time in seconds or milliseconds."""
    number = _positive(text)
    if number is None:
        match = _DURATION.fullmatch(text.strip()) if text.strip() else None
        if match is None:
            return None
        hours, minutes, seconds, milliseconds = (float(part or 0) for part in match.groups())
        return hours * 3600 + minutes * 60 + seconds + milliseconds / 1000
    if number < 1e9:
        return number
    return max(0.0, (number if number < 1e12 else number / 1000) - now)


def _positive(text: str) -> float | None:
    """A number that is not negative."""
    return float(text) if re.fullmatch(r"\s*\d{1,15}(\.\d{1,9})?\s*", text, re.ASCII) else None


def _date(text: str) -> float | None:
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    return (date if date.tzinfo else date.replace(tzinfo=dt.UTC)).timestamp()
