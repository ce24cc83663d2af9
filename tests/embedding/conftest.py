"""The tiny models, written once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.embedding.tiny_models import write_models


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache folder that holds one tiny model of each kind."""
    return write_models(tmp_path_factory.mktemp("models"))
