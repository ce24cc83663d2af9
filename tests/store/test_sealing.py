"""Sealed segments: the open one stays small, and nothing else is to be seen of them."""

from __future__ import annotations

import contextlib
import ctypes
import random
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tercet.retrieval.plans import plan
from tercet.store import edge, edge_request
from tercet.store.edge import EdgeStore
from tercet.store.heap import give_back
from tercet.testing.doubles import WordEncoder
from tercet.testing.store import chunk_of
from tercet.types import Chunk, Equals, Hit, Mode, Query, Search

ENCODER = WordEncoder()
SCHEMA = ENCODER.schema()
WORDS = [f"{a}{b}" for a in ("lamp", "oil", "stone", "river") for b in "abcdefghij"]
POINTS, BATCH, SEAL = 240, 60, 100


def passages() -> list[Chunk]:
    draw = random.Random(1)
    return [chunk_of(number, " ".join(draw.sample(WORDS, 8))) for number in range(POINTS)]


def written(folder: Path, chunks: Sequence[Chunk]) -> EdgeStore:
    store = EdgeStore.open(folder, SCHEMA, create=True)
    for start in range(0, len(chunks), BATCH):
        part = chunks[start : start + BATCH]
        store.upsert(part, list(ENCODER.passages([chunk.text for chunk in part])))
    return store


def segments(store: EdgeStore) -> int:
    return store._open.info().segments_count


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EdgeStore]:
    with seal_after(SEAL):
        store = written(tmp_path_factory.mktemp("sealed"), passages())
    yield store
    store.close()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EdgeStore]:
    store = written(tmp_path_factory.mktemp("whole"), passages())
    yield store
    store.close()


@contextlib.contextmanager
def seal_after(points: int) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(edge, "SEAL_AFTER", points)
        patch.setattr(edge_request, "SEAL_AFTER", points)
        yield


def found(store: EdgeStore, mode: Mode) -> list[Hit]:
    query = Query("oila stoneb riverc lampd", mode=mode, limit=30)
    [hits] = store.search([Search(plan(query), ENCODER.query(query.text))])
    return hits


def test_an_ingest_seals_as_it_goes(sealed: EdgeStore, whole: EdgeStore) -> None:
    assert (segments(sealed), segments(whole)) == (3, 1)
    assert sealed.count() == whole.count() == POINTS


# Not `hybrid`: where two texts have the same score in a leg, their ranks are arbitrary.
@pytest.mark.parametrize("mode", ["dense", "sparse", "late", "rerank", "fused"])
def test_sealing_changes_no_score(sealed: EdgeStore, whole: EdgeStore, mode: Mode) -> None:
    expected = [hit.score for hit in found(whole, mode)]
    assert [hit.score for hit in found(sealed, mode)] == pytest.approx(expected, abs=1e-4)


def test_a_kill_between_seals_loses_nothing(tmp_path: Path) -> None:
    child = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from tercet.store import edge, edge_request\n"
        "from tests.store import test_sealing as here\n"
        "edge.SEAL_AFTER = edge_request.SEAL_AFTER = here.SEAL\n"
        "here.written(Path(sys.argv[1]), here.passages())\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    root = Path(__file__).parents[2]
    subprocess.run([sys.executable, "-c", child, str(tmp_path)], check=False, cwd=root)
    store = EdgeStore.open(tmp_path, SCHEMA, create=False)
    assert segments(store) > 1
    assert {chunk.id for chunk in store.chunks()} == {chunk.id for chunk in passages()}
    store.close()


@pytest.mark.skipif(
    not sys.platform.startswith("linux") or not hasattr(ctypes.CDLL(None), "malloc_trim"),
    reason="only glibc has the call",
)
def test_freed_memory_goes_back_to_the_system() -> None:
    library = ctypes.CDLL(None)
    library.malloc.restype = ctypes.c_void_p
    library.malloc.argtypes = [ctypes.c_size_t]
    library.free.argtypes = [ctypes.c_void_p]
    blocks = [library.malloc(60_000) for _ in range(1500)]
    for block in blocks:
        ctypes.memset(block, 1, 60_000)
    last = library.malloc(60_000)  # keeps what lies below it from being given back by itself
    for block in blocks:
        library.free(block)
    before = anonymous()
    give_back()
    assert anonymous() < before - 60
    library.free(last)


def anonymous() -> float:
    """The megabytes this process itself holds."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("RssAnon"))


def test_points_of_sealed_segments_can_be_changed(sealed: EdgeStore) -> None:
    """The last test here: it changes what the others read."""
    chunks = passages()
    sealed.update_sparse(
        [chunk.id for chunk in chunks], list(ENCODER.sparse_passages(["zebra"] * POINTS))
    )
    sealed.set_places(chunks[3].document, ["moved.md"], ["/new"])
    sealed.delete(Equals("document", (chunks[5].document,)))
    sealed.optimize()
    [hits] = sealed.search([Search(plan(Query("zebra", mode="sparse")), ENCODER.query("zebra"))])
    assert len(hits) == 10
    assert sealed.count() == len(list(sealed.chunks())) == POINTS - 1
    assert [chunk.id for chunk in sealed.chunks(Equals("source", ("moved.md",)))] == [chunks[3].id]
