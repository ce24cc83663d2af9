"""The suite that every `Ledger` passes. Derive from it in a test module and give it a fixture
named `ledger`: an empty one for the tenant "one", and `other`: of the same index, for "two"."""

from __future__ import annotations

from dataclasses import replace

from tercet.ports import Ledger
from tercet.types import DocumentInfo, Totals


def entry(key: str, document: str = "") -> DocumentInfo:
    """An entry for the file /docs/`key`."""
    path = f"/docs/{key}"
    folders = tuple(path[:i] or "/" for i, letter in enumerate(path) if letter == "/")
    return DocumentInfo(
        source=f"docs/{key}",
        key=path,
        id=document,
        title=key,
        chunks=2,
        terms=10,
        fingerprint=f"print of {document}",
        folders=folders,
        metadata={"year": 2024, "tags": ["a", "b"], "draft": False, "weight": 1.5},
        page_characters=(120, 0, 80),
        read_at="2026-01-01T00:00:00",
    )


class LedgerConformance:
    """Every test is a promise of the `Ledger` port."""

    def test_gives_back_what_was_put_in(self, ledger: Ledger) -> None:
        info = entry("a.md", "A")
        ledger.put(info)
        assert ledger.get(info.key) == info
        assert ledger.get("/docs/b.md") is None

    def test_an_entry_takes_the_place_of_the_one_before(self, ledger: Ledger) -> None:
        ledger.put(entry("a.md", "A"))
        ledger.put(replace(entry("a.md", "A"), title="other"))
        assert [info.title for info in ledger.entries()] == ["other"]

    def test_entries_come_by_source_and_since_a_time(self, ledger: Ledger) -> None:
        for number in (3, 1, 2):
            info = entry(f"{number}.md", f"D{number}")
            ledger.put(replace(info, read_at=f"2026-01-0{number}"))
        sources = [info.source for info in ledger.entries()]
        assert sources == ["docs/1.md", "docs/2.md", "docs/3.md"]
        assert [info.source for info in ledger.entries("2026-01-02")] == sources[1:]

    def test_more_entries_than_are_fetched_at_once(self, ledger: Ledger) -> None:
        for number in range(620):
            ledger.put(entry(f"{number:03d}.md", f"D{number}"))
        assert [info.source for info in ledger.entries()] == [
            f"docs/{number:03d}.md" for number in range(620)
        ]

    def test_a_source_is_found_by_each_of_its_names(self, ledger: Ledger) -> None:
        info = entry("a.md", "A")
        ledger.put(info)
        ledger.put(entry("b.md", "B"))
        assert (
            ledger.named("docs/a.md") == ledger.named("/docs/a.md") == ledger.named("A") == [info]
        )

    def test_places_of_a_document_and_of_a_content(self, ledger: Ledger) -> None:
        for key, document in (("b.md", "A"), ("a.md", "A"), ("c.md", "C")):
            ledger.put(entry(key, document))
        assert [info.key for info in ledger.of_document("A")] == ["/docs/a.md", "/docs/b.md"]
        assert [info.key for info in ledger.of_content("print of A")] == [
            "/docs/a.md",
            "/docs/b.md",
        ]
        assert ledger.of_document("") == []

    def test_below_gives_a_source_and_what_lies_in_it(self, ledger: Ledger) -> None:
        names = ("a.zip", "a.zip!/x.md", "a.zip!/y/z.md", "a.zipped.md", "a/x.md", "a.md")
        for name in names:
            folders = ("/", "/docs", "/docs/a.zip") if "!" in name else entry(name).folders
            folders += ("/docs/a.zip!/y",) if "y/" in name else ()
            ledger.put(replace(entry(name, name), folders=folders))
        assert [info.key for info in ledger.below("/docs/a.zip")] == [
            "/docs/a.zip",
            "/docs/a.zip!/x.md",
            "/docs/a.zip!/y/z.md",
        ]
        assert [info.key for info in ledger.below("/docs/a")] == ["/docs/a/x.md"]
        assert len(list(ledger.below("/docs"))) == len(list(ledger.below("/"))) == len(names)
        assert list(ledger.below("/doc")) == []

    def test_tenants_do_not_see_each_other(self, ledger: Ledger, other: Ledger) -> None:
        ledger.put(entry("a.md", "A"))
        other.put(entry("a.md", "B"))
        assert [info.id for info in ledger.entries()] == ["A"]
        assert [info.id for info in other.below("/docs")] == ["B"]
        other.remove("/docs/a.md")
        assert ledger.named("docs/a.md") != other.named("docs/a.md") == []

    def test_a_document_is_unfinished_until_its_entry_is_put(self, ledger: Ledger) -> None:
        ledger.begin(["A"])
        ledger.begin(["A"])
        assert ledger.unfinished() == ["A"]
        ledger.put(entry("a.md", "A"))
        assert ledger.unfinished() == []

    def test_a_document_that_lost_its_last_source_is_unfinished(self, ledger: Ledger) -> None:
        ledger.put(entry("a.md", "A"))
        ledger.put(entry("b.md", "A"))
        ledger.put(entry("a.md", "A2"))
        assert ledger.unfinished() == []
        ledger.put(entry("b.md", ""))
        assert ledger.unfinished() == ["A"]
        ledger.forget("A")
        ledger.remove("/docs/a.md")
        assert ledger.unfinished() == ["A2"]
        assert [info.key for info in ledger.entries()] == ["/docs/b.md"]

    def test_a_batch_holds_all_its_changes(self, ledger: Ledger) -> None:
        with ledger.batch():
            ledger.begin(["A", "B"])
            ledger.put(entry("a.md", "A"))
            ledger.remove("/docs/a.md")
            ledger.forget("B")
        assert ledger.unfinished() == ["A"]

    def test_removing_what_is_not_there_does_nothing(self, ledger: Ledger) -> None:
        ledger.remove("/docs/a.md")
        assert ledger.unfinished() == []

    def test_totals_count_each_document_once(self, ledger: Ledger, other: Ledger) -> None:
        assert ledger.totals() == Totals(0, 0, 0)
        for key, document in (("a.md", "A"), ("b.md", "A"), ("c.md", "C"), ("d.md", "")):
            ledger.put(entry(key, document))
        other.put(entry("a.md", "E"))
        assert ledger.totals() == other.totals() == Totals(3, 6, 30)
