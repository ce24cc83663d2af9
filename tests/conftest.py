"""What all tests share: the real model, and real files where they are at hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tercet.config import Settings

ROOT = Path(__file__).parents[1]
HANDBOOK = ROOT / "examples" / "handbook"
SHARED = ROOT.parent / "shared" / "data"


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test sees the settings of the machine, or writes where another looks."""
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "QDRANT_URL", "QDRANT_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"TERCET_{name.upper()}", raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="session")
def encoder() -> Iterator[object]:
    """The encoder of the package, loaded once."""
    from tercet.build import make_encoder
    from tercet.config import read_settings

    yield make_encoder(read_settings())


@pytest.fixture(scope="session")
def shared() -> Path:
    """Real data beside the project; tests that need it skip elsewhere."""
    if not SHARED.is_dir():
        pytest.skip("the shared data is not beside the project")
    return SHARED
