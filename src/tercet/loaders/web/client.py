"""Asking for pages of the web, without being led anywhere but to public addresses."""

from __future__ import annotations

import ssl
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from tercet.errors import LoadError
from tercet.loaders.decoding import writable
from tercet.loaders.web.addresses import Resolver, checked_addresses, resolve

if TYPE_CHECKING:
    import httpx

NAME = "tercet"  # that sites know this program by
_MOST_HOPS = 5  # redirects; honest pages have one or two
_MOST_ADDRESSES = 3  # of one host, to try one after the other
_PIECE = 1 << 16  # bytes
_LAST_PORT = 65535
_PORTS = {"http": 80, "https": 443}
_AGAIN = "Try again later, or save it as a file."


class WebSettings(NamedTuple):
    """How pages are fetched.

    `allow_private` lets any address be asked, `private_hosts` those of these hosts: of an
    intranet, say. `timeout` is for each wait in seconds, `seconds` for a page as a whole.
    `delay` lies between two pages of a host (in seconds); a site may ask for more, up to 10.
    `max_pages` bounds what the sitemaps of one call may bring.
    """

    allow_private: bool = False
    private_hosts: frozenset[str] = frozenset()
    timeout: float = 30.0
    seconds: float = 300.0
    max_bytes: int = 64 << 20
    delay: float = 0.5
    max_pages: int = 1000
    resolver: Resolver = resolve


class Answer(NamedTuple):
    """The answer of a site; `url` is where the redirects led. `pieces` are its bytes, unpacked."""

    url: httpx.URL
    status: int
    headers: httpx.Headers
    pieces: Iterator[bytes]


def _agent() -> str:
    from importlib.metadata import version

    return f"{NAME}/{version(NAME)}"


class Client:
    """Asks for pages, each at an address that was checked; keeps no cookies and no connections.

    Every error is a `LoadError` that begins with the `source` given with the request.
    """

    def __init__(self, settings: WebSettings) -> None:
        import httpx

        self._settings = settings
        self._headers = {
            "User-Agent": _agent(),
            "Accept": "text/html, application/xhtml+xml, */*;q=0.8",
            "Accept-Encoding": "gzip",
            "Connection": "close",  # one kept open could be of another host at this address
        }
        # SSL_CERT_FILE counts, as in every program; proxies do not, since they look names up.
        self._transport = httpx.HTTPTransport(verify=httpx.create_ssl_context(), trust_env=False)

    def close(self) -> None:
        """Let go of the sockets."""
        self._transport.close()

    @contextmanager
    def get(self, url: str, source: str, before: Callable[[httpx.URL], None]) -> Iterator[Answer]:
        """The answer at `url`, or where it redirects to. `before` is called with the address
        of every hop, may raise, and is only given those that may be asked at all."""
        deadline = time.monotonic() + self._settings.seconds
        with _explained(source, self._settings.timeout):
            at, response = self._followed(web_url(url, source), source, before)
            try:
                pieces = _timed(_unpacked(response, source), deadline, source)
                yield Answer(at, response.status_code, response.headers, pieces)
            finally:
                response.close()

    def _followed(
        self, url: httpx.URL, source: str, before: Callable[[httpx.URL], None]
    ) -> tuple[httpx.URL, httpx.Response]:
        for _ in range(_MOST_HOPS + 1):
            self._addresses(url, source)
            before(url)
            response = self._asked(url, source)
            if not response.has_redirect_location:
                return url, response
            response.close()
            url = web_url(response.headers["location"], source, url)
        raise LoadError(
            f"{source} redirects more than {_MOST_HOPS} times.",
            "Open it in a browser and give the address you end at.",
        )

    def _addresses(self, url: httpx.URL, source: str) -> list[str]:
        settings, host = self._settings, url.raw_host.decode("ascii")
        found = checked_addresses(
            host,
            url.port or _PORTS[url.scheme],
            source,
            private=settings.allow_private or host in settings.private_hosts,
            resolver=settings.resolver,
        )
        return list(found[:_MOST_ADDRESSES])

    def _asked(self, url: httpx.URL, source: str) -> httpx.Response:
        """The answer of the first address that can be connected to."""
        import httpx

        *others, last = self._addresses(url, source)
        for address in others:
            try:
                return self._transport.handle_request(self._request(url, address))
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue
        return self._transport.handle_request(self._request(url, last))

    def _request(self, url: httpx.URL, address: str) -> httpx.Request:
        """The request for `url`, to be sent to `address`: the name is not resolved again."""
        import httpx

        host = {"sni_hostname": url.raw_host.decode("ascii")}
        return httpx.Request(
            "GET",
            url.copy_with(host=address.partition("%")[0]),
            headers={"Host": url.netloc.decode("ascii"), **self._headers},
            extensions={"timeout": httpx.Timeout(self._settings.timeout).as_dict(), **host},
        )


def web_url(url: str, source: str, base: httpx.URL | str = "") -> httpx.URL:
    """`url`, seen from the page `base`, without its fragment.

    Raises `LoadError` where it is none of the web, or carries a password, which would end up in
    messages and in the index.
    """
    import httpx

    try:
        parsed = httpx.URL(base).join(url)
    except (httpx.InvalidURL, UnicodeError) as error:
        reason = str(error).rstrip(".")
        raise LoadError(f"{source} is no address: {reason}.", "Check the spelling.") from error
    if parsed.scheme not in _PORTS or not parsed.raw_host or (parsed.port or 0) > _LAST_PORT:
        raise LoadError(
            f"{source} cannot be fetched: it is no sound http or https address.",
            "Give a file, or an address that begins with https://.",
        )
    if parsed.userinfo:
        raise LoadError(
            f"{source} cannot be fetched: there is a password in the address.",
            "Save the page as a file and give that.",
        )
    return parsed.copy_with(fragment=None)


def shown(url: str) -> str:
    """`url` as messages show it: printable, without a password and a fragment."""
    scheme, mark, rest = writable(url).partition("#")[0].partition("://")
    host, slash, path = rest.partition("/")
    clear = f"{scheme}{mark}{host.rpartition('@')[2]}{slash}{path}"
    return "".join(c if c.isprintable() else "?" for c in clear)


@contextmanager
def _explained(source: str, timeout: float) -> Iterator[None]:
    """Turns what httpx raises into a `LoadError`."""
    import httpx

    try:
        yield
    except httpx.TimeoutException as error:
        raise LoadError(f"{source} did not answer within {timeout:g} seconds.", _AGAIN) from error
    except httpx.HTTPError as error:
        raise _network_error(error, source) from error


def _network_error(error: BaseException, source: str) -> LoadError:
    cause: BaseException | None = error
    while cause and not isinstance(cause, ssl.SSLError):
        cause = cause.__cause__ or cause.__context__  # httpcore cuts the chain of causes
    if isinstance(cause, ssl.SSLError):
        reason = getattr(cause, "verify_message", "") or cause.reason or str(cause)
        return LoadError(
            f"{source} cannot be fetched: the connection is not secure ({reason}).",
            "Check the certificate; SSL_CERT_FILE names those of your own authority.",
        )
    reason = str(error) or type(error).__name__
    return LoadError(f"{source} cannot be fetched: {reason}.", _AGAIN)


def _unpacked(response: httpx.Response, source: str) -> Iterator[bytes]:
    """The body without its content encoding. Not left to httpx, which unpacks without limit."""
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if encoding in ("", "identity"):
        return response.iter_raw(_PIECE)
    if encoding in ("gzip", "x-gzip"):
        return _inflated(response.iter_raw(_PIECE), source)
    raise LoadError(
        f"{source} cannot be read: the site packs it as {encoding!r}.", "Save it as a file."
    )


def _inflated(pieces: Iterable[bytes], source: str) -> Iterator[bytes]:
    inflate = zlib.decompressobj(wbits=31)
    try:
        for piece in pieces:
            while piece and not inflate.eof:
                yield inflate.decompress(piece, _PIECE)
                piece = inflate.unconsumed_tail
        yield inflate.flush()
    except zlib.error as error:
        raise LoadError(f"{source} arrived damaged: gzip cannot unpack it.", _AGAIN) from error
    if not inflate.eof:
        raise LoadError(f"{source} arrived cut short.", _AGAIN)


def _timed(pieces: Iterable[bytes], deadline: float, source: str) -> Iterator[bytes]:
    for piece in pieces:
        if time.monotonic() > deadline:
            raise LoadError(f"{source} comes too slowly, and was given up.", _AGAIN)
        yield piece
