"""Packing: the budget holds, the best comes first, twins go, neighbours join, cuts are told."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from tercet.generation.context import everything, pack
from tercet.types import Chunk, Context, Hit, Page

TEXT = " ".join(f"word{number}" for number in range(60))


def words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def hits(*texts: str) -> list[Hit]:
    """Each of a document of its own."""
    return [
        Hit(Chunk(text, 0, len(text), document=f"d{index}", source=f"{index}.md"), 1.0 - index / 10)
        for index, text in enumerate(texts)
    ]


def parts(*spans: tuple[int, int], document: str = "d") -> list[Hit]:
    """Chunks of one text, best first; a page ends every hundred characters."""
    return [
        Hit(
            Chunk(
                TEXT[start:end],
                start,
                end,
                index=start,
                document=document,
                source=document,
                headings=("Part", f"{start}"),
                pages=tuple(
                    Page(number + 1, max(start, number * 100), min(end, number * 100 + 100))
                    for number in range(start // 100, (end - 1) // 100 + 1)
                ),
            ),
            1.0 - rank / 10,
        )
        for rank, (start, end) in enumerate(spans)
    ]


@given(st.lists(st.text(alphabet="ab ", min_size=1), max_size=12), st.integers(0, 30))
def test_the_budget_holds_but_for_the_first(texts: list[str], budget: int) -> None:
    context = pack(hits(*texts), budget, words)
    kept = [hit.text for hit in context.hits]
    assert sum(words(kept)) <= max(budget, words(kept[:1])[0] if kept else 0)
    assert kept == sorted(kept, key=texts.index)
    assert len(context.cut) == context.dropped
    twins = sum(map(len, context.twins))
    assert len(kept) + twins + context.dropped <= len(texts)
    assert bool(context.warnings) >= bool(context.dropped)


def test_what_does_not_fit_is_left_out_and_told() -> None:
    context = pack(hits("one two", "a b c d e f", "three"), 3, words)
    assert [hit.text for hit in context.hits] == ["one two", "three"]
    assert [hit.source for hit in context.cut] == ["1.md"]
    [warning] = context.warnings
    assert "1 of 3 passages" in warning
    assert "1.md" in warning
    assert pack(hits("one two three"), 2, words).warnings
    assert pack(hits("one two three"), 3, words).warnings == ()


def test_titles_and_headings_count() -> None:
    [hit] = parts((0, 40))
    assert pack([hit, *hits("one two")], words([hit.text])[0] + 2, words).dropped == 1


LONG = "Everyone who works in hall two has 25 days of leave in a year, asked of the head of it."


def test_what_says_the_same_is_shown_once_and_remembered() -> None:
    context = pack(hits(LONG, LONG.replace("has", "HAS  "), LONG.upper()), 99, words)
    assert [hit.source for hit in context.hits] == ["0.md"]
    assert [twin.source for twin in context.twins[0]] == ["1.md", "2.md"]


def test_other_numbers_or_other_words_are_no_twins() -> None:
    more = " ".join(f"and so on {letter}" for letter in "abcdefghijklmnopqrstuvw")
    changes = [("25", "20"), ("has", "has not"), ("year", "year for Anna"), ("two", "Zwei")]
    others = [f"{LONG.replace(*change)} {more}" for change in changes]
    assert len(pack(hits(f"{LONG} {more}", *others), 999, words).hits) == 1 + len(others)


def test_neighbours_are_joined_in_order_at_the_place_of_the_best() -> None:
    found = parts((0, 100), (250, 400), (100, 260), document="a")
    other = parts((0, 80), document="b")
    context = pack([found[1], *other, found[2]], 10_000, words)
    assert [(hit.source, hit.chunk.start, hit.chunk.end) for hit in context.hits] == [
        ("a", 100, 400),
        ("b", 0, 80),
    ]


@given(
    st.lists(st.tuples(st.integers(0, len(TEXT) - 1), st.integers(1, 120)), min_size=1, max_size=6)
)
def test_joined_text_is_the_document_s_at_its_place(spans: list[tuple[int, int]]) -> None:
    # By where they start, as the chunks of a document are: each has an id of its own.
    ends = {start: min(len(TEXT), start + size) for start, size in spans}
    context = pack(parts(*ends.items()), 100_000, words)
    for hit in context.hits:
        chunk = hit.chunk
        assert TEXT[chunk.start : chunk.end] == chunk.text
        assert (chunk.pages[0].start, chunk.pages[-1].end) == (chunk.start, chunk.end)
    covered = covers(context)
    twins = {at for some in context.twins for hit in some for at in positions(hit)}
    assert {at for start, end in ends.items() for at in range(start, end)} <= covered | twins


def covers(context: Context) -> set[int]:
    return {at for hit in context.hits for at in positions(hit)}


def positions(hit: Hit) -> range:
    return range(hit.chunk.start, hit.chunk.end)


def test_joined_chunks_keep_the_headings_they_share() -> None:
    [hit] = pack(parts((0, 100), (100, 200)), 10_000, words).hits
    assert hit.chunk.headings == ("Part",)


def test_a_writer_that_quotes_sees_everything_once() -> None:
    context = everything(hits("one two", "one  two", "three"))
    assert [hit.text for hit in context.hits] == ["one two", "three"]
    assert (context.dropped, context.warnings) == (0, ())
