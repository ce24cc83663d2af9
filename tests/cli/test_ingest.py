"""`tercet ingest` beyond plain files: metadata of the user, the web, watching, the report."""

from __future__ import annotations

import http.server
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.cli.run import tercet


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    (folder / "hr").mkdir(parents=True)
    (folder / "hr" / "leave.md").write_text("# Leave\n\nEverybody has 28 days of leave a year.\n")
    (folder / "oil.md").write_text("---\nyear: 2021\n---\n# Oil\n\nOil the lathe every 40 hours.\n")
    return folder


def ingest(*arguments: str) -> dict[str, Any]:
    result = tercet("ingest", *arguments, "--json")
    assert result.code == 0, result.stderr
    report: dict[str, Any] = json.loads(result.stdout)
    return report


def sources(expression: str) -> set[str]:
    result = tercet("search", "leave oil", "--filter", expression, "--json")
    return {hit["source"] for hit in json.loads(result.stdout)["hits"]}


def test_the_users_metadata_can_be_filtered_by(docs: Path) -> None:
    (docs / "metadata.csv").write_text(
        "file,area,since,grade\nhr/leave.md,people,2024-03-01,2.5\n*.md,shop,2020-01-01,1\n"
    )
    report = ingest("docs", "--meta", "site=Ulm", "--meta", "tags=[a, b]")
    assert report["added"] == 2
    assert sources('site = "Ulm" and tags = "b"') == {"docs/hr/leave.md", "docs/oil.md"}
    assert sources('area = "people" and since >= "2024-01-01"') == {"docs/hr/leave.md"}
    assert sources("grade > 2") == {"docs/hr/leave.md"}
    assert sources("year = 2021") == {"docs/oil.md"}
    assert sources('folder = "hr"') == {"docs/hr/leave.md"}
    changed = ingest("docs", "--meta", "site=Bonn")
    assert (changed["updated"], changed["reused"]) == (2, 2)
    assert sources('site = "Ulm"') == set()


def test_wrong_metadata_is_wrong_usage(docs: Path) -> None:
    wrong = tercet("ingest", "docs", "--meta", "no pair")
    assert (wrong.code, "no pair" in wrong.stderr) == (2, True)
    (docs / "metadata.csv").write_text('file,area\n"unclosed\n')
    wrong = tercet("ingest", "docs")
    assert (wrong.code, "metadata.csv" in wrong.stderr) == (2, True)


def test_the_report_tells_what_was_read(docs: Path) -> None:
    shown = tercet("ingest", "docs")
    assert shown.code == 0
    assert "2 added; 2 chunks written" in shown.stdout
    assert "docs/hr/leave.md" in shown.stdout
    (docs / "oil.md").write_text("# Oil\n\nOil the lathe every 50 hours.\n")
    report = ingest("docs")
    assert (report["updated"], report["unchanged"]) == (1, 1)
    [info] = report["documents"]
    assert (info["source"], info["chunks"], info["pages"]) == ("docs/oil.md", 1, 0)
    assert info["characters_per_page"] == info["characters"] == len((docs / "oil.md").read_text())
    assert info["seconds"] > 0


def test_a_dry_run_estimates(docs: Path) -> None:
    result = tercet("ingest", "docs", "--dry-run")
    assert "2 added; 2 chunks would be written in about" in result.stdout
    assert "at no cost" in result.stdout
    assert json.loads(tercet("documents", "list", "--json").stdout) == []


def test_failures_are_listed_until_they_are_mended(docs: Path) -> None:
    (docs / "bad.pdf").write_bytes(b"%PDF-1.4 nothing")
    assert [problem["source"] for problem in ingest("docs")["problems"]] == ["docs/bad.pdf"]
    [failed] = json.loads(tercet("documents", "list", "--failed", "--json").stdout)
    assert (failed["source"], failed["state"]) == ("docs/bad.pdf", "failed")
    assert json.loads(tercet("status", "--json").stdout)["failed"] == 1
    (docs / "bad.pdf").write_text("in fact a text")
    ingest("docs")
    assert json.loads(tercet("documents", "list", "--failed", "--json").stdout) == []


class Site(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments: object) -> None:
        """Silence."""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A folder and the address under which it is served."""
    folder = tmp_path / "site"
    folder.mkdir()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Site, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield folder, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_pages_of_a_sitemap_are_ingested(
    site: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERCET_WEB_DELAY", "0")
    folder, url = site
    (folder / "a.html").write_text("<html><title>A</title><p>Leave is 28 days.</p></html>")
    (folder / "b.html").write_text("<html><title>B</title><p>Oil the lathe.</p></html>")
    (folder / "secret.html").write_text("<html><p>Not for robots.</p></html>")
    (folder / "robots.txt").write_text("User-agent: *\nDisallow: /secret.html\n")
    places = "".join(f"<url><loc>{url}/{n}.html</loc></url>" for n in ("a", "b", "secret"))
    (folder / "sitemap.xml").write_text(
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{places}</urlset>'
    )
    refused = tercet("ingest", f"{url}/sitemap.xml")
    assert refused.code == 1
    assert "private" in refused.stderr
    report = ingest(f"{url}/sitemap.xml", "--allow-private")
    assert report["added"] == 2
    assert [problem["source"] for problem in report["problems"]] == [f"{url}/secret.html"]
    assert sources(f'folders = "{url}"') == {f"{url}/a.html", f"{url}/b.html"}
    again = ingest(f"{url}/sitemap.xml", "--allow-private")
    assert (again["unchanged"], again["chunks"]) == (2, 0)
    answer = tercet("ask", "How many days is leave?", "--json")
    assert f"{url}/a.html" in answer.stdout
    single = ingest(f"{url}/", "--allow-private", "--prune")
    assert single["removed"] == 0, "pages that a URL does not lead to may still be there"


def test_watching_and_dry_run_contradict(docs: Path) -> None:
    wrong = tercet("ingest", "docs", "--watch", "--dry-run")
    assert (wrong.code, "--dry-run" in wrong.stderr) == (2, True)


def test_watching_follows_what_changes(docs: Path) -> None:
    command = [sys.executable, "-m", "tercet", "ingest", "docs", "--watch"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        wait_for(lambda: listed() == {"docs/hr/leave.md", "docs/oil.md"})
        time.sleep(2)  # the watch begins after the first ingest
        (docs / "new.md").write_text("# New\n\nThe red lamp means stop.\n")
        (docs / "oil.md").unlink()
        wait_for(lambda: listed() == {"docs/hr/leave.md", "docs/new.md"})
    finally:
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert b"Watching docs" in errors
    assert b"Traceback" not in errors


def listed() -> set[str]:
    result = tercet("documents", "list", "--json", env={**os.environ, "TERCET_LOCK_TIMEOUT": "20"})
    return {info["source"] for info in json.loads(result.stdout)} if result.code == 0 else set()


def wait_for(condition: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.3)
