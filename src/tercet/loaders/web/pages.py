"""Pages of the web as files: one page, or all that a sitemap lists.

What may be asked is decided in `addresses` (which hosts) and `robots` (which pages).
"""

from __future__ import annotations

import codecs
import os
import shutil
import tempfile
import time
from collections import deque
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tercet.errors import LoadError
from tercet.loaders.registry import is_supported
from tercet.loaders.spool import UNKNOWN_TIME
from tercet.loaders.web.client import NAME, Answer, Client, WebSettings, shown, web_url
from tercet.loaders.web.names import file_name, told_encoding
from tercet.loaders.web.robots import MOST_BYTES, Rules, rules_of
from tercet.loaders.web.sitemaps import is_sitemap, sitemap_urls

if TYPE_CHECKING:
    import httpx

    from tercet.types import Problem

__all__ = ["Fetched", "WebSettings", "expand", "fetch"]

_DEPTH = 2  # levels of sitemaps below the one that was given; the protocol has one


class Fetched(NamedTuple):
    """A page in a file. `requested` is the address that was asked for, `url` the one that it
    redirects to, both without fragment. `modified` is the ISO date of its last change and
    `etag` its version, as the site says, or ""; the file has the time of the change too."""

    path: Path
    url: str
    suffix: str
    modified: str
    etag: str
    requested: str


def fetch(url: str, folder: Path, *, settings: WebSettings | None = None) -> Fetched:
    """The page at `url` in a new file below `folder`, named so that its reader is found.

    Redirects are followed, and robots.txt is respected. Raises `LoadError` for what cannot or
    may not be fetched; nothing is left in `folder` then.
    """
    with _Session(settings or WebSettings()) as session:
        return session.fetch(url, folder)


def expand(
    urls: Iterable[str], folder: Path, *, settings: WebSettings | None = None
) -> Iterator[Fetched | Problem]:
    """Every page at `urls`, and in place of a sitemap every page that it lists.

    A page is fetched when it is asked for, as `fetch` does, and comes once; what cannot be had
    comes as a `Problem`. Sitemaps of sitemaps are followed two levels deep. A caller that has
    read a page may remove its file.
    """
    settings = settings or WebSettings()
    with _Session(settings) as session:
        yield from _Expansion(session, folder, settings.max_pages).pages(urls)


class _Session:
    """What is known of the sites that were asked: their rules, and when it was last."""

    def __init__(self, settings: WebSettings) -> None:
        self._settings = settings
        self._client = Client(settings)
        self._rules: dict[str, Rules] = {}
        self._last: dict[str, float] = {}

    def __enter__(self) -> _Session:
        return self

    def __exit__(self, *_error: object) -> None:
        self._client.close()

    def fetch(self, url: str, folder: Path) -> Fetched:
        source = shown(url)
        hosts: list[str] = []

        def before(at: httpx.URL) -> None:
            rules = self._rules_for(at, source)
            rules.check(at.raw_path.decode("ascii"), source)
            host = at.raw_host.decode("ascii")
            if host not in hosts:
                hosts.append(host)
                self._wait(host, max(self._settings.delay, rules.delay))

        try:
            with self._client.get(url, source, before) as answer:
                _check_status(answer.status, source)
                return _kept(answer, source, folder, self._settings.max_bytes)
        finally:
            self._last.update(dict.fromkeys(hosts, time.monotonic()))

    def _rules_for(self, url: httpx.URL, source: str) -> Rules:
        """The rules of the site, asked for once."""
        site = f"{url.scheme}://{url.netloc.decode('ascii')}"
        if site not in self._rules:
            self._rules[site] = Rules(refusal="the site did not give its robots.txt")
            self._rules[site] = self._asked_rules(f"{site}/robots.txt", source)
        return self._rules[site]

    def _asked_rules(self, url: str, source: str) -> Rules:
        content = b""
        with self._client.get(url, source, lambda _: None) as answer:
            for piece in answer.pieces if answer.status < 400 else ():
                content += piece
                if len(content) > MOST_BYTES:
                    break
            return rules_of(answer.status, content, NAME)

    def _wait(self, host: str, delay: float) -> None:
        if host in self._last:
            time.sleep(max(0.0, self._last[host] + delay - time.monotonic()))


class _Task(NamedTuple):
    url: str
    depth: int  # 0: given
    listed_in: str


class _Expansion:
    """One call of `expand`."""

    def __init__(self, session: _Session, folder: Path, max_pages: int) -> None:
        self._session = session
        self._folder = folder
        self._left = max_pages
        self._sitemaps_left = max_pages
        self._tasks: deque[_Task] = deque()
        self._seen: set[str] = set()

    def pages(self, urls: Iterable[str]) -> Iterator[Fetched | Problem]:
        for url in urls:
            self._tasks.append(_Task(url, 0, ""))
            while self._tasks:
                task = self._tasks.popleft()
                if task.depth and not (self._left and self._sitemaps_left):
                    self._tasks.clear()
                    yield _over_limit(task)
                elif (key := _normal(task.url)) not in self._seen:
                    self._seen.add(key)
                    yield from self._page(task)

    def _page(self, task: _Task) -> Iterator[Fetched | Problem]:
        try:
            page = self._session.fetch(task.url, self._folder)
            if _holds_sitemap(page.path):
                self._open(page, task)
            elif page.url in self._seen and page.url != page.requested:
                _remove(page)
            else:
                self._seen.add(page.url)
                self._left -= bool(task.depth)
                yield page
        except LoadError as error:
            self._left -= bool(task.depth)
            yield _problem(shown(task.url), error.message, error.help)

    def _open(self, page: Fetched, task: _Task) -> None:
        """Put what a sitemap lists at the head of the tasks."""
        self._sitemaps_left -= 1
        content = page.path.read_bytes()
        _remove(page)
        if task.depth > _DEPTH:
            raise LoadError(
                f"{shown(task.url)} is a sitemap of a sitemap of a sitemap, and is left out.",
                "Give its address.",
            )
        listed = [_Task(url, task.depth + 1, page.url) for url in sitemap_urls(content, page.url)]
        self._tasks.extendleft(reversed(listed))


def _normal(url: str) -> str:
    try:
        return str(web_url(url, url))
    except LoadError:
        return url


def _holds_sitemap(path: Path) -> bool:
    with path.open("rb") as file:
        return is_sitemap(file.read(1 << 16))


def _check_status(status: int, source: str) -> None:
    if 200 <= status < 300:
        return
    reason, help = f"answered with {status}", "Open it in a browser, and save it as a file."
    if status in (401, 403, 407):
        reason, help = f"may not be read without a login ({status})", "Save it as a file."
    elif status in (404, 410):
        reason, help = f"was not found ({status})", "Check the spelling of the address."
    elif status == 429:
        reason, help = "answered that it is asked too often (429)", "Wait, then try again."
    elif status >= 500:
        reason, help = f"failed at the site ({status})", "Try again later."
    raise LoadError(f"{source} {reason}.", help)


def _kept(answer: Answer, source: str, folder: Path, most: int) -> Fetched:
    """The body as a file in a folder of its own, since names repeat."""
    kind = answer.headers.get("content-type", "")
    name = file_name(answer.url.raw_path.decode("ascii").partition("?")[0], kind, _is_known)
    path = Path(tempfile.mkdtemp(prefix="page-", dir=folder)) / name
    try:
        _write(path, answer.pieces, most, source)
        _recode(path, told_encoding(kind))
        changed = _changed(answer.headers.get("last-modified", ""))
        os.utime(path, (time.time(), changed.timestamp() if changed else UNKNOWN_TIME))
    except BaseException:
        shutil.rmtree(path.parent, ignore_errors=True)
        raise
    modified = changed.date().isoformat() if changed else ""
    requested = str(web_url(source, source))
    etag = answer.headers.get("etag", "")
    return Fetched(path, str(answer.url), path.suffix, modified, etag, requested)


def _is_known(suffix: str) -> bool:
    return is_supported(Path(f"page{suffix}"))


def _write(path: Path, pieces: Iterable[bytes], most: int, source: str) -> None:
    room = most
    with path.open("wb") as file:
        for piece in pieces:
            room -= len(piece)
            if room < 0:
                raise LoadError(
                    f"{source} is larger than {most >> 20} MB.", "Save it and give the file."
                )
            file.write(piece)


def _recode(path: Path, encoding: str) -> None:
    """Write a text that only its header gives the encoding of as UTF-8, with a mark, which
    readers trust more than what the text says of itself."""
    if not encoding:
        return
    try:
        text = path.read_bytes().decode(encoding)
    except ValueError:
        return  # the header is wrong
    path.write_bytes(codecs.BOM_UTF8 + text.removeprefix("\ufeff").encode("utf-8", "replace"))


def _changed(header: str) -> datetime | None:
    try:
        changed = parsedate_to_datetime(header).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None
    return changed if changed.timestamp() > 0 else None  # what says 1970 knows no better


def _remove(page: Fetched) -> None:
    shutil.rmtree(page.path.parent, ignore_errors=True)


def _over_limit(task: _Task) -> Problem:
    reason = f"{task.listed_in} lists more pages than one run may fetch; the rest is left out."
    return _problem(task.listed_in, reason, "Allow more pages, or give them one by one.")


def _problem(source: str, reason: str, help: str) -> Problem:
    from tercet.types import Problem  # imports numpy, which nothing else here needs

    return Problem(source, reason, help)
