from __future__ import annotations

import gzip
import os
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tercet.errors import DamagedFile, LoadError
from tercet.loaders import load
from tercet.loaders.web.addresses import is_public
from tercet.loaders.web.client import shown, web_url
from tercet.loaders.web.names import file_name, told_encoding
from tercet.loaders.web.pages import Fetched, WebSettings, expand, fetch
from tercet.loaders.web.robots import Rule, rules_of
from tercet.loaders.web.sitemaps import is_sitemap, sitemap_urls
from tercet.types import Problem, is_url

PAGE = b"<!doctype html><title>Bridge</title><main><h1>Bridge</h1><p>It was mended.</p></main>"
LOCAL = WebSettings(allow_private=True, delay=0.0, timeout=5.0)


# Of nobody but these tests: for bridge.test, signed by itself, until 2120.
CERTIFICATE = """\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgVgtiFQz4CoqE6hEF
OSzoytmyUJ2Q/6DqsYzzI0wZmruhRANCAART3pUzNQdZN4yRfRNP1AMrjKpfp0si
4G0pizeMSeRilVftXcFa7vR2DtRBKVCkI2vv71gFCWENGkIVfkQRcrhp
-----END PRIVATE KEY-----
-----BEGIN CERTIFICATE-----
MIIBZjCCAQ2gAwIBAgIBATAKBggqhkjOPQQDAjAWMRQwEgYDVQQDDAticmlkZ2Uu
dGVzdDAgFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFowFjEUMBIGA1UE
AwwLYnJpZGdlLnRlc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAART3pUzNQdZ
N4yRfRNP1AMrjKpfp0si4G0pizeMSeRilVftXcFa7vR2DtRBKVCkI2vv71gFCWEN
GkIVfkQRcrhpo0owSDAWBgNVHREEDzANggticmlkZ2UudGVzdDAPBgNVHRMBAf8E
BTADAQH/MB0GA1UdDgQWBBQxjF/bi5fU4CwRKWpGfyzdQ0scITAKBggqhkjOPQQD
AgNHADBEAiASe7IY9+63v9ychFi11RVstzCAqJXeDImyTjrqwFln+gIgM7IMZCC1
6CP3fyeMpD9ReWjpLk9WVLnlZjqzGtPZwXM=
-----END CERTIFICATE-----
"""


class Reply(NamedTuple):
    body: bytes = PAGE
    status: int = 200
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/html"),)
    slow: float = 0.0


class Site(ThreadingHTTPServer):
    """Answers what `replies` holds by path, 404 to all else, and notes what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.replies: dict[str, Reply] = {}
        self.asked: list[tuple[str, dict[str, str], float]] = []

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.server_port}{path}"

    @property
    def paths(self) -> list[str]:
        return [path for path, _, _ in self.asked if path != "/robots.txt"]


class _Handler(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        self.server.asked.append((self.path, dict(self.headers), time.monotonic()))
        reply = self.server.replies.get(self.path, Reply(b"no such page", 404))
        time.sleep(reply.slow)
        self.send_response(reply.status)
        for name, value in (*reply.headers, ("Content-Length", str(len(reply.body)))):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body)

    def log_message(self, format: str, *args: object) -> None:
        return


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def kind(content_type: str, *others: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return (("Content-Type", content_type), *others)


def redirect(to: str, status: int = 302) -> Reply:
    return Reply(b"", status, (("Location", to),))


def sitemap(*urls: str, root: str = "urlset", entry: str = "url") -> Reply:
    entries = "".join(f"<{entry}><loc>{url}</loc></{entry}>" for url in urls)
    namespace = "http://www.sitemaps.org/schemas/sitemap/0.9"
    xml = f'<?xml version="1.0"?>\n<{root} xmlns="{namespace}">{entries}</{root}>'
    return Reply(xml.encode(), 200, kind("application/xml"))


def refusal(url: str, folder: Path, settings: WebSettings = LOCAL) -> LoadError:
    """The error of a fetch, which leaves nothing behind and says where and what to do."""
    with pytest.raises(LoadError) as caught:
        fetch(url, folder, settings=settings)
    assert caught.value.message.startswith(shown(url))
    assert caught.value.help
    assert list(folder.iterdir()) == []
    return caught.value


def local(host: str, port: int) -> list[str]:
    return ["127.0.0.1"]


# One page


def test_a_page_is_a_file_that_its_reader_finds(site: Site, tmp_path: Path) -> None:
    changed = ("Last-Modified", "Tue, 05 Mar 2024 23:30:00 GMT")
    site.replies["/a/bridge.php?x=1"] = Reply(
        PAGE, 200, kind("text/html; charset=utf-8", changed, ("ETag", '"v7"'))
    )
    page = fetch(site.url("/a/bridge.php?x=1#part"), tmp_path, settings=LOCAL)
    url = site.url("/a/bridge.php?x=1")
    assert page == Fetched(page.path, url, ".html", "2024-03-05", '"v7"', url)
    assert page.path.read_bytes() == PAGE
    assert page.path.name == "bridge.html"
    assert page.path.is_relative_to(tmp_path)
    document = load(page.path, page.url)
    assert (document.title, document.text) == ("Bridge", "# Bridge\n\nIt was mended.")
    assert dict(document.metadata) == {"format": "html", "modified": "2024-03-05"}


def test_the_site_learns_who_asks(site: Site, tmp_path: Path) -> None:
    site.replies["/"] = Reply()
    fetch(site.url(host="localhost"), tmp_path, settings=LOCAL)
    assert [path for path, _, _ in site.asked] == ["/robots.txt", "/"]
    for _, headers, _ in site.asked:
        assert headers["Host"] == f"localhost:{site.server_port}"
        assert headers["User-Agent"].startswith("tercet/0.")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed(site: Site, tmp_path: Path, status: int) -> None:
    site.replies["/old"] = redirect("new/?q=1#there", status)
    site.replies["/new/?q=1"] = Reply()
    page = fetch(site.url("/old"), tmp_path, settings=LOCAL)
    assert (page.url, page.requested) == (site.url("/new/?q=1"), site.url("/old"))
    assert page.path.name == "new.html"


def test_five_redirects_are_the_most(site: Site, tmp_path: Path) -> None:
    for number in range(7):
        site.replies[f"/{number}"] = redirect(f"/{number + 1}")
    site.replies["/7"] = Reply()
    assert fetch(site.url("/2"), tmp_path, settings=LOCAL).url == site.url("/7")
    (tmp_path / "other").mkdir()
    assert "more than 5 times" in refusal(site.url("/1"), tmp_path / "other").message


def test_a_redirect_out_of_the_web_is_refused(site: Site, tmp_path: Path) -> None:
    site.replies["/"] = redirect("file:///etc/passwd")
    assert "no sound http or https address" in refusal(site.url(), tmp_path).message


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "may not be read without a login (401)"),
        (403, "may not be read without a login (403)"),
        (404, "was not found (404)"),
        (410, "was not found (410)"),
        (418, "answered with 418"),
        (429, "asked too often (429)"),
        (500, "failed at the site (500)"),
        (304, "answered with 304"),
    ],
)
def test_other_answers_are_errors(site: Site, tmp_path: Path, status: int, words: str) -> None:
    site.replies["/x"] = Reply(b"", status)
    assert words in refusal(site.url("/x"), tmp_path).message


def test_packed_answers_are_unpacked(site: Site, tmp_path: Path) -> None:
    site.replies["/"] = Reply(
        gzip.compress(PAGE), 200, kind("text/html", ("Content-Encoding", "gzip"))
    )
    assert fetch(site.url(), tmp_path, settings=LOCAL).path.read_bytes() == PAGE


@pytest.mark.parametrize(
    ("body", "encoding", "words"),
    [
        (gzip.compress(PAGE)[:-9], "gzip", "cut short"),
        (b"no gzip at all", "gzip", "arrived damaged"),
        (PAGE, "br", "packs it as 'br'"),
    ],
    ids=["cut", "damaged", "unknown"],
)
def test_packing_that_cannot_be_undone(
    site: Site, tmp_path: Path, body: bytes, encoding: str, words: str
) -> None:
    site.replies["/"] = Reply(body, 200, kind("text/html", ("Content-Encoding", encoding)))
    assert words in refusal(site.url(), tmp_path).message


@pytest.mark.parametrize("packed", [False, True])
def test_what_is_too_large_is_given_up(site: Site, tmp_path: Path, packed: bool) -> None:
    body, limit = bytes(3 << 20), 2 << 20
    others = (("Content-Encoding", "gzip"),) if packed else ()
    site.replies["/big.pdf"] = Reply(
        gzip.compress(body) if packed else body, 200, kind("application/pdf", *others)
    )
    settings = LOCAL._replace(max_bytes=limit)
    assert "larger than 2 MB" in refusal(site.url("/big.pdf"), tmp_path, settings).message
    exact = LOCAL._replace(max_bytes=len(body))
    assert fetch(site.url("/big.pdf"), tmp_path, settings=exact).path.read_bytes() == body


def test_a_site_that_does_not_answer(site: Site, tmp_path: Path) -> None:
    site.replies["/"] = Reply(slow=1.0)
    settings = LOCAL._replace(timeout=0.2)
    assert "did not answer within 0.2 seconds" in refusal(site.url(), tmp_path, settings).message


def test_a_page_that_takes_too_long_as_a_whole(site: Site, tmp_path: Path) -> None:
    site.replies["/"] = Reply(slow=0.3)
    settings = LOCAL._replace(seconds=0.2)
    assert "too slowly" in refusal(site.url(), tmp_path, settings).message


def test_nobody_listens(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, but not listening
        error = refusal(f"http://127.0.0.1:{taken.getsockname()[1]}/", tmp_path)
    assert "cannot be fetched" in error.message


def test_the_next_address_is_tried(site: Site, tmp_path: Path) -> None:
    site.replies["/"] = Reply()
    settings = LOCAL._replace(resolver=lambda host, port: ["127.0.0.77", "127.0.0.1"])
    assert fetch(site.url(host="two.test"), tmp_path, settings=settings).suffix == ".html"


def test_a_site_without_tls(site: Site, tmp_path: Path) -> None:
    url = site.url().replace("http:", "https:")
    assert "the connection is not secure" in refusal(url, tmp_path).message


@pytest.fixture
def secure(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Makes the site speak TLS; gives the certificate."""
    file = tmp_path_factory.mktemp("tls") / "bridge.pem"
    file.write_text(CERTIFICATE)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    site.socket = context.wrap_socket(site.socket, server_side=True)
    site.replies["/"] = Reply()
    return file


def test_the_certificate_is_checked_against_the_name(
    site: Site, secure: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(secure))
    settings = LOCAL._replace(resolver=local)
    url = site.url(host="bridge.test").replace("http:", "https:")
    other = url.replace("bridge", "other")
    error = refusal(other, tmp_path, settings)
    assert "not secure (Hostname mismatch" in error.message
    assert fetch(url, tmp_path, settings=settings).path.read_bytes() == PAGE


def test_a_certificate_that_nobody_vouches_for(site: Site, secure: Path, tmp_path: Path) -> None:
    url = site.url(host="bridge.test").replace("http:", "https:")
    error = refusal(url, tmp_path, LOCAL._replace(resolver=local))
    assert "not secure (self-signed certificate)" in error.message.replace(
        "self signed", "self-signed"
    )


def test_an_answer_that_is_not_http(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            with server.accept()[0] as connection:
                connection.recv(1000)
                connection.sendall(b"220 mail.test ESMTP\r\n\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        assert (
            "cannot be fetched"
            in refusal(f"http://127.0.0.1:{server.getsockname()[1]}/", tmp_path).message
        )
        thread.join()


@pytest.mark.parametrize(
    "url",
    ["ftp://a.test/x", "file:///etc/passwd", "http://", "http:///x", "http://a.test:99999/",
     "http://[::1/", "http://a\x00b/", "http://xn--/", "http://" + "a" * 70 + ".test/", "x", ""],
)  # fmt: skip
def test_what_is_no_address(url: str, tmp_path: Path) -> None:
    def nowhere(host: str, port: int) -> Sequence[str]:
        raise UnicodeError(host) if len(host) > 63 else OSError(host)

    refusal(url, tmp_path, LOCAL._replace(resolver=nowhere))


@given(st.text(max_size=30), st.sampled_from(["http://", "http://a/", "http://a:", "http://[", ""]))
def test_every_text_is_an_address_or_a_load_error(text: str, begin: str) -> None:
    for base in ("", "http://a.test/b"):
        try:
            url = web_url(begin + text, "it", base)
        except LoadError:
            continue
        assert url.scheme in ("http", "https")
        assert url.raw_host.decode("ascii")
        assert not (url.userinfo or url.fragment)


def test_a_password_is_refused_and_not_repeated(tmp_path: Path) -> None:
    error = refusal("http://ann:secret@a.test/x", tmp_path)
    assert error.message.startswith("http://a.test/x cannot be fetched: there is a password")
    assert "secret" not in str(error)


def test_what_is_an_address_of_the_web() -> None:
    assert [is_url(s) for s in ("https://a", "HTTP://a", "http.txt", "ftp://a", "/http://a")] == [
        True, True, False, False, False
    ]  # fmt: skip


# Whom to ask


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "127.8.8.8", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254",
     "100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255", "240.0.0.1", "192.0.2.1",
     "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "fec0::1", "ff02::1",
     "2001:db8::1", "::ffff:10.0.0.1", "::ffff:127.0.0.1", "64:ff9b::10.0.0.1",
     "64:ff9b:1::1", "2002:a00:1::", "::10.0.0.1", "", "example.com"],
)  # fmt: skip
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8",
     "2002:808:808::"],
)  # fmt: skip
def test_addresses_that_are_public(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses(network="10.0.0.0/8"))
def test_a_private_address_stays_so_in_ipv6(address: object) -> None:
    assert not any(is_public(f"{prefix}{address}") for prefix in ("", "::ffff:", "64:ff9b::", "::"))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0x7f.1", "2130706433", "[::1]"])
def test_private_hosts_are_not_asked(site: Site, tmp_path: Path, host: str) -> None:
    site.replies["/"] = Reply()
    assert (
        "not on the public internet"
        in refusal(site.url(host=host), tmp_path, WebSettings()).message
    )
    assert site.asked == []


def test_a_private_host_may_be_allowed_by_name(site: Site, tmp_path: Path) -> None:
    site.replies["/"] = Reply()
    settings = WebSettings(private_hosts=frozenset({"wiki.test"}), resolver=local)
    assert fetch(site.url(host="wiki.test"), tmp_path, settings=settings).suffix == ".html"


def test_a_redirect_to_a_private_host_is_refused(site: Site, tmp_path: Path) -> None:
    site.replies["/"] = redirect(site.url("/secret", host="inner.test"))
    site.replies["/secret"] = Reply()
    settings = WebSettings(private_hosts=frozenset({"outer.test"}), resolver=local)
    error = refusal(site.url(host="outer.test"), tmp_path, settings)
    assert "inner.test is 127.0.0.1, not on the public internet" in error.message
    assert site.paths == ["/"]


def test_one_private_address_of_several_refuses_the_host(tmp_path: Path) -> None:
    settings = WebSettings(resolver=lambda host, port: ["8.8.8.8", "10.0.0.1"])
    assert "mixed.test is 10.0.0.1" in refusal("http://mixed.test/", tmp_path, settings).message


def test_a_name_server_that_changes_its_answer_leads_nowhere_else(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is connected to was the answer of the resolver, and checked."""
    answers = iter(["8.8.8.8", "127.0.0.1"])
    settings = WebSettings(resolver=lambda host, port: [next(answers)])
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: pytest.fail("resolved once more"))
    error = refusal(site.url(host="changing.test"), tmp_path, settings)
    assert "changing.test is 127.0.0.1" in error.message
    assert site.asked == []


def test_robots_txt_may_not_lead_into_the_private_network(site: Site, tmp_path: Path) -> None:
    site.replies["/"] = Reply()
    site.replies["/robots.txt"] = redirect(site.url("/r", host="inner.test"))
    settings = WebSettings(private_hosts=frozenset({"outer.test"}), resolver=local)
    assert (
        "inner.test is 127.0.0.1"
        in refusal(site.url(host="outer.test"), tmp_path, settings).message
    )


# What robots.txt says


@pytest.mark.parametrize(
    ("pattern", "path", "fits"),
    [
        ("/", "/a", True),
        ("/a", "/ab/c", True),
        ("/a/", "/a", False),
        ("/a$", "/a", True),
        ("/a$", "/ab", False),
        ("/*.pdf$", "/x/y.pdf", True),
        ("/*.pdf$", "/x/y.pdf?z", False),
        ("/*.pdf", "/x/y.pdf?z", True),
        ("/a*b*c$", "/a1b2c3c", True),
        ("/a*b*c$", "/a1c2b", False),
        ("/ab*b$", "/ab", False),
        ("/*?", "/a?b", True),
        ("/*?", "/a", False),
        ("/%7Eann", "/~ann/x", True),
        ("*", "/x", True),
        ("", "/x", True),
    ],
)
def test_patterns(pattern: str, path: str, fits: bool) -> None:
    assert Rule(pattern, False).fits(path) is fits


ROBOTS = b"""\xef\xbb\xbf# our rules
User-agent: Tercet/2.0
user-agent: other
Disallow: /private   # not this
Allow: /private/press
Crawl-delay: 0.25

User-agent: *
Disallow: /

Sitemap: https://a.test/sitemap.xml
User-agent: tercet
Disallow: /drafts
"""


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/", True),
        ("/private", False),
        ("/private/x", False),
        ("/private/press/1", True),
        ("/%70rivate", False),
        ("/drafts/1", False),
    ],
)
def test_the_longest_rule_of_our_groups_decides(path: str, allowed: bool) -> None:
    found = rules_of(200, ROBOTS, "tercet")
    if allowed:
        found.check(path, "it")
    else:
        with pytest.raises(LoadError, match=r"robots\.txt of the site does not allow it"):
            found.check(path, "it")


def test_programs_without_a_group_have_that_of_all() -> None:
    assert rules_of(200, ROBOTS, "nobody").rules == (Rule("/", False),)
    assert rules_of(200, b"<html>Disallow: /</html>", "tercet").rules == ()


@pytest.mark.parametrize(
    ("asked", "delay"), [("3", 3.0), ("0.5", 0.5), ("600", 10.0), ("9" * 400, 0.0), ("x", 0.0)]
)
def test_the_delay_that_a_site_asks_for(asked: str, delay: float) -> None:
    assert rules_of(200, f"User-agent: *\nCrawl-delay: {asked}".encode(), "tercet").delay == delay


@given(
    st.binary(max_size=200) | st.text("*$/%ab:\n user-agentdiskow", max_size=200).map(str.encode)
)
def test_no_robots_txt_is_too_odd(content: bytes) -> None:
    for rule in rules_of(200, b"User-agent: *\nDisallow: " + content, "tercet").rules:
        assert rule.fits("/a/b") in (True, False)


def test_robots_txt_is_respected_and_asked_for_once(site: Site, tmp_path: Path) -> None:
    site.replies["/robots.txt"] = Reply(b"User-agent: *\nDisallow: /private", 200)
    site.replies |= {"/open": Reply(), "/private/x": Reply(), "/way": redirect("/private/x")}
    urls = [site.url(path) for path in ("/open", "/private/x", "/way")]
    page, forbidden, led = expand(urls, tmp_path, settings=LOCAL)
    assert isinstance(page, Fetched)
    for problem, url in ((forbidden, urls[1]), (led, urls[2])):
        assert isinstance(problem, Problem)
        assert problem.source == url
        assert "robots.txt of the site does not allow it" in problem.reason
    assert [path for path, _, _ in site.asked] == ["/robots.txt", "/open", "/way"]


@pytest.mark.parametrize(("status", "pages"), [(404, 1), (401, 1), (503, 0)])
def test_a_site_that_does_not_give_its_rules(
    site: Site, tmp_path: Path, status: int, pages: int
) -> None:
    site.replies |= {"/robots.txt": Reply(b"Disallow: /", status), "/": Reply()}
    [found] = expand([site.url()], tmp_path, settings=LOCAL)
    assert site.paths == ["/"] * pages
    if not pages:
        assert isinstance(found, Problem)
        assert "answers its robots.txt with 503" in found.reason


# Sitemaps


def test_the_pages_of_a_sitemap() -> None:
    xml = (
        b'<?xml version="1.0" encoding="UTF-8"?>\n<!-- ours --><?xml-stylesheet href="s.xsl"?>\n'
        b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:image="urn:i">'
        b"<url><loc>\n https://a.test/?x=1&amp;y=2 </loc><lastmod>2024-01-01</lastmod>"
        b"<image:image><image:loc>https://a.test/i.png</image:loc></image:image></url>"
        b"<url><loc><![CDATA[https://a.test/b]]></loc></url><url><loc>/relative</loc></url>"
        b"<url><loc>https://a.test/b</loc></url><url><loc>file:///etc/passwd</loc></url></urlset>"
    )
    for content in (xml, gzip.compress(xml)):
        assert is_sitemap(content)
        assert sitemap_urls(content) == ["https://a.test/?x=1&y=2", "https://a.test/b"]


@pytest.mark.parametrize(
    "content",
    [PAGE, b"", b"<url/>", b"<rss><urlset>", b"urlset", b"<urlsets>", b"\x1f\x8b", b"\x1f\x8bx"],
)
def test_what_is_no_sitemap(content: bytes) -> None:
    assert not is_sitemap(content)


@pytest.mark.parametrize(
    "content",
    [b"<urlset><url>", b"<urlset>\x00", gzip.compress(b"<urlset></urlset>")[:-9], b"\x1f\x8bx"],
    ids=["unclosed", "binary", "cut", "no gzip"],
)
def test_a_broken_sitemap(content: bytes) -> None:
    with pytest.raises(DamagedFile, match=r"^https://a\.test/s\.xml is"):
        sitemap_urls(content, "https://a.test/s.xml")


def test_entities_bring_nothing_in(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hidden")
    dtd = f'<!DOCTYPE urlset [<!ENTITY e SYSTEM "{secret.as_uri()}">]>'
    xml = f"{dtd}<urlset><url><loc>https://a.test/&e;</loc></url></urlset>"
    assert sitemap_urls(xml.encode()) == ["https://a.test/"]


def test_a_sitemap_that_is_a_bomb() -> None:
    with pytest.raises(LoadError, match="unpacks to more than 64 MB"):
        sitemap_urls(gzip.compress(b"<urlset>" + bytes(65 << 20), 1))


def test_a_sitemap_brings_its_pages(site: Site, tmp_path: Path) -> None:
    site.replies["/sitemap.xml"] = sitemap(site.url("/1"), site.url("/gone"), site.url("/2"))
    site.replies |= {"/1": Reply(), "/2": Reply(PAGE.replace(b"Bridge", b"Dam"))}
    first, problem, second = expand([site.url("/sitemap.xml")], tmp_path, settings=LOCAL)
    assert isinstance(first, Fetched) and isinstance(second, Fetched)
    assert [load(page.path).title for page in (first, second)] == ["Bridge", "Dam"]
    assert problem == Problem(
        site.url("/gone"),
        f"{site.url('/gone')} was not found (404).",
        "Check the spelling of the address.",
    )
    assert sorted(tmp_path.iterdir()) == sorted(page.path.parent for page in (first, second))


def test_an_index_of_packed_sitemaps(site: Site, tmp_path: Path) -> None:
    parts = [site.url("/a.xml.gz"), site.url("/b.xml")]
    site.replies["/index.xml"] = sitemap(*parts, root="sitemapindex", entry="sitemap")
    packed = gzip.compress(sitemap(site.url("/1"), site.url("/2")).body)
    site.replies["/a.xml.gz"] = Reply(packed, 200, kind("application/gzip"))
    site.replies["/b.xml"] = sitemap(site.url("/2"), site.url("/3"), site.url("/b.xml"))
    site.replies |= {f"/{number}": Reply() for number in (1, 2, 3)}
    pages = list(expand([site.url("/index.xml")], tmp_path, settings=LOCAL))
    assert [page.url for page in pages if isinstance(page, Fetched)] == [
        site.url(f"/{number}") for number in (1, 2, 3)
    ]
    assert len(pages) == 3
    assert site.paths == ["/index.xml", "/a.xml.gz", "/1", "/2", "/b.xml", "/3"]


def test_sitemaps_are_followed_two_levels_deep(site: Site, tmp_path: Path) -> None:
    for level in range(4):
        site.replies[f"/{level}"] = sitemap(
            site.url(f"/{level + 1}"), root="sitemapindex", entry="sitemap"
        )
    [problem] = expand([site.url("/0")], tmp_path, settings=LOCAL)
    assert isinstance(problem, Problem)
    assert problem.source == site.url("/3")
    assert site.paths == ["/0", "/1", "/2", "/3"]
    assert list(tmp_path.iterdir()) == []


def test_a_broken_sitemap_is_a_problem(site: Site, tmp_path: Path) -> None:
    site.replies["/s.xml"] = Reply(b"<urlset><url></urlset>", 200, kind("text/xml"))
    site.replies["/1"] = Reply()
    problem, page = expand([site.url("/s.xml"), site.url("/1")], tmp_path, settings=LOCAL)
    assert isinstance(problem, Problem) and isinstance(page, Fetched)
    assert problem.reason.startswith(f"{site.url('/s.xml')} is no sound XML")


def test_pages_are_fetched_when_they_are_asked_for(site: Site, tmp_path: Path) -> None:
    site.replies["/s.xml"] = sitemap(site.url("/1"), site.url("/2"))
    site.replies |= {"/1": Reply(), "/2": Reply()}
    pages = expand([site.url("/s.xml")], tmp_path, settings=LOCAL)
    assert site.asked == []
    next(pages)
    assert site.paths == ["/s.xml", "/1"]


def test_there_is_a_limit_to_the_pages_of_sitemaps(site: Site, tmp_path: Path) -> None:
    site.replies["/s.xml"] = sitemap(*(site.url(f"/{number}") for number in range(4)))
    site.replies |= {f"/{number}": Reply() for number in (0, 1, 2, 3, "x")}
    found = list(
        expand([site.url("/s.xml"), site.url("/x")], tmp_path, settings=LOCAL._replace(max_pages=3))
    )
    assert site.paths == ["/s.xml", "/0", "/1", "/2", "/x"]
    problems = [problem for problem in found if isinstance(problem, Problem)]
    assert [problem.source for problem in problems] == [site.url("/s.xml")]
    assert "lists more pages than" in problems[0].reason


def test_a_page_comes_once(site: Site, tmp_path: Path) -> None:
    site.replies |= {"/": Reply(), "/old": redirect("/")}
    host = f"http://LOCALHOST:{site.server_port}/"
    urls = [site.url(), site.url("/#part"), site.url("/old"), host, host.lower()]
    pages = list(expand(urls, tmp_path, settings=LOCAL))
    assert [page.url for page in pages if isinstance(page, Fetched)] == [site.url(), host.lower()]
    assert len(pages) == len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("asked", ["delay", "robots"])
def test_a_host_is_given_time(site: Site, tmp_path: Path, asked: str) -> None:
    robots = b"User-agent: *\nCrawl-delay: 0.2" if asked == "robots" else b""
    site.replies |= {"/robots.txt": Reply(robots), "/1": Reply(), "/2": Reply(), "/3": Reply()}
    settings = LOCAL._replace(delay=0.2 if asked == "delay" else 0.0)
    urls = [site.url(f"/{number}") for number in (1, 2, 3)]
    assert len(list(expand(urls, tmp_path, settings=settings))) == 3
    times = [when for path, _, when in site.asked if path != "/robots.txt"]
    assert all(later - earlier > 0.19 for earlier, later in pairwise(times))


def test_a_host_that_was_not_asked_yet_is_not_waited_for(site: Site, tmp_path: Path) -> None:
    site.replies["/"] = Reply()
    begin = time.monotonic()
    settings = LOCAL._replace(delay=30.0)
    urls = [site.url(), site.url(host="localhost")]
    assert len(list(expand(urls, tmp_path, settings=settings))) == 2
    assert time.monotonic() - begin < 10


# Names and encodings


def known(suffix: str) -> bool:
    return suffix in (".html", ".md", ".docx", ".json", ".ipynb", ".pdf", ".xml", ".py")


@pytest.mark.parametrize(
    ("path", "content_type", "name"),
    [
        ("/", "text/html", "index.html"),
        ("/a/b/", "text/html", "b.html"),
        ("/a/b.htm", "text/html; charset=utf-8", "b.htm"),
        ("/report.pdf", "text/html", "report.html"),
        ("/download", "application/pdf", "download.pdf"),
        ("/v1.2", "text/html", "v1.2.html"),
        ("/read.md", "text/plain", "read.md"),
        ("/READ.MD", "text/plain", "READ.md"),
        ("/x.docx", "application/octet-stream", "x.docx"),
        ("/x.docx", "application/zip", "x.docx"),
        ("/n.ipynb", "application/json", "n.ipynb"),
        ("/api", "application/json", "api.json"),
        ("/api", "application/problem+json", "api.json"),
        ("/feed", "application/rss+xml", "feed.xml"),
        ("/notes", "text/plain", "notes.txt"),
        ("/strange", "text/x-unknown", "strange.txt"),
        ("/data.bin", "", "data.bin"),
        ("/%C3%BCber%20uns.html", "text/html", "über uns.html"),
        ("/a%2Fb%2F..%2Fc", "text/html", "c.html"),
        ("/..", "text/html", "unnamed.html"),
        ("/C:%5Cx", "text/html", "x.html"),
    ],
)
def test_the_name_of_a_file(path: str, content_type: str, name: str) -> None:
    assert file_name(path, content_type, known) == name


@given(st.text(max_size=400), st.sampled_from(["text/html", "text/plain", "x/y", ""]))
def test_every_name_is_one_that_a_folder_can_hold(path: str, content_type: str) -> None:
    name = file_name(path, content_type, known)
    assert name and name not in (".", "..")
    assert "/" not in name and "\0" not in name
    assert len(os.fsencode(name)) <= 200


@pytest.mark.parametrize(
    ("content_type", "encoding"),
    [
        ("text/html; charset=ISO-8859-1", "cp1252"),
        ('text/plain; format=flowed; charset="koi8-r"', "koi8-r"),
        ("text/html; charset=utf-8", ""),
        ("text/html; charset=nonsense", ""),
        ("text/html; charset=rot13", ""),
        ("text/html", ""),
        ("text/xml; charset=koi8-r", ""),
        ("application/pdf; charset=koi8-r", ""),
    ],
)
def test_the_encoding_that_is_told(content_type: str, encoding: str) -> None:
    assert told_encoding(content_type) == encoding


@pytest.mark.parametrize("meta", ["", '<meta charset="utf-8">'])
def test_the_header_decides_about_the_encoding(site: Site, tmp_path: Path, meta: str) -> None:
    html = f"<!doctype html>{meta}<title>Мост</title><p>Старый мост починили."
    site.replies["/"] = Reply(html.encode("koi8-r"), 200, kind("text/html; charset=koi8-r"))
    document = load(fetch(site.url(), tmp_path, settings=LOCAL).path)
    assert (document.title, document.text) == ("Мост", "Старый мост починили.")


def test_a_header_that_is_wrong_changes_nothing(site: Site, tmp_path: Path) -> None:
    html = "<!doctype html><title>Größe</title>".encode()
    site.replies["/"] = Reply(html, 200, kind("text/html; charset=utf-16-le"))
    assert fetch(site.url(), tmp_path, settings=LOCAL).path.read_bytes() == html


@pytest.mark.parametrize(
    "header",
    ["", "yesterday", "Mon, 99 Jan 2024 00:00:00 GMT", "Thu, 01 Jan 1970 00:00:00 GMT"],
)
def test_a_date_that_is_none(site: Site, tmp_path: Path, header: str) -> None:
    site.replies["/"] = Reply(PAGE, 200, kind("text/html", ("Last-Modified", header)))
    page = fetch(site.url(), tmp_path, settings=LOCAL)
    assert (page.modified, page.etag) == ("", "")
    assert dict(load(page.path).metadata) == {"format": "html"}
