"""Settings: where they come from, which wins, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from tercet.config import GUIDE_MODELS, read_settings
from tercet.errors import SettingsError


def env_file(*lines: str) -> None:
    """The `.env` of the working directory."""
    Path(".env").write_text("\n".join(lines), encoding="utf-8")


def refused(monkeypatch: pytest.MonkeyPatch, **variables: str) -> str:
    """What the error says about these variables."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        read_settings()
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_without_any_setting_everything_is_local() -> None:
    settings = read_settings()
    assert settings.index == ".tercet"
    assert settings.leg_models == ("", "", "")
    assert not settings.remote
    assert not settings.writes_with_model


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERCET_CHUNK_SIZE", "300")
    monkeypatch.setenv("TERCET_QDRANT_GRPC", "true")
    monkeypatch.setenv("tercet_mode", "hybrid")  # case does not matter
    settings = read_settings()
    assert (settings.chunk_size, settings.qdrant_grpc, settings.mode) == (300, True, "hybrid")


def test_settings_come_from_the_env_file() -> None:
    env_file("TERCET_CHUNK_SIZE=300", "OPENAI_API_KEY='sk-file'", "# a remark", "UNKNOWN=1")
    settings = read_settings()
    assert settings.chunk_size == 300
    assert settings.openai_api_key is not None
    assert settings.openai_api_key.get_secret_value() == "sk-file"


def test_options_win_over_the_environment_and_it_over_the_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    env_file("TERCET_TENANT=file", "TERCET_COLLECTION=file", "TERCET_INDEX=file")
    monkeypatch.setenv("TERCET_COLLECTION", "environment")
    monkeypatch.setenv("TERCET_INDEX", "environment")
    settings = read_settings({"index": "option", "collection": None})
    assert settings.tenant == "file"
    assert settings.collection == "environment"
    assert settings.index == "option"


def test_the_guide_s_names_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QDRANT_URL", "https://qdrant.example:6333")
    monkeypatch.setenv("QDRANT_API_KEY", "q-key")
    monkeypatch.setenv("OPENAI_API_KEY", "o-key")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://localhost:11434/v1")
    settings = read_settings()
    assert settings.index == "https://qdrant.example:6333"
    assert settings.remote
    assert settings.qdrant_api_key is not None
    assert settings.qdrant_api_key.get_secret_value() == "q-key"
    assert settings.openai_base_url == "http://localhost:11434/v1"
    assert settings.writes_with_model


def test_the_guide_s_url_in_the_env_file_is_read() -> None:
    env_file("QDRANT_URL=http://localhost:6333")
    assert read_settings().remote


def test_our_own_name_for_the_index_wins_over_the_guide_s(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QDRANT_URL", "http://localhost:6333")
    monkeypatch.setenv("TERCET_INDEX", "folder")
    assert read_settings().index == "folder"
    assert read_settings({"index": "option"}).index == "option"


def test_a_key_or_an_endpoint_lets_a_model_write(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://localhost:11434/v1")
    assert read_settings().writes_with_model
    monkeypatch.delenv("OPENAI_BASE_URL")
    monkeypatch.setenv("OPENAI_API_KEY", "key")
    assert read_settings().writes_with_model


@pytest.mark.parametrize(
    "name",
    ["OPENAI_API_KEY", "OPENAI_BASE_URL", "QDRANT_API_KEY", "QDRANT_URL", "TERCET_CHUNK_SIZE"],
)
def test_an_empty_variable_is_as_none(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    without = read_settings()
    env_file(f"{name}=")
    assert read_settings() == without
    monkeypatch.setenv(name, "")
    assert read_settings() == without


def test_an_empty_name_of_ours_hides_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERCET_INDEX", "")
    monkeypatch.setenv("QDRANT_URL", "http://localhost:6333")
    assert read_settings().remote


def test_keys_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret-1")
    monkeypatch.setenv("QDRANT_API_KEY", "secret-2")
    settings = read_settings()
    for shown in (
        repr(settings),
        str(settings),
        settings.model_dump_json(),
        f"{settings.model_dump()}",
    ):
        assert "secret" not in shown


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        read_settings().mode = "dense"


def test_the_chunk_measures_follow_the_chunker(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_settings().chunk_measures == (200, 25)
    monkeypatch.setenv("TERCET_CHUNKER", "characters")
    assert read_settings().chunk_measures == (1000, 200)
    monkeypatch.setenv("TERCET_CHUNK_SIZE", "500")
    monkeypatch.setenv("TERCET_CHUNK_OVERLAP", "0")
    assert read_settings().chunk_measures == (500, 0)


def test_the_guide_s_trio_is_one_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERCET_MODELS", "guide")
    assert read_settings().leg_models == GUIDE_MODELS


def test_one_leg_of_the_trio_can_be_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERCET_MODELS", "guide")
    monkeypatch.setenv("TERCET_SPARSE_MODEL", "prithivida/Splade_PP_en_v1")
    monkeypatch.setenv("TERCET_LATE_MODEL", "tercet-minilm-l6")
    dense, sparse, late = read_settings().leg_models
    assert (dense, sparse, late) == (GUIDE_MODELS[0], "prithivida/Splade_PP_en_v1", "")


@pytest.mark.parametrize(
    ("variables", "parts"),
    [
        ({"TERCET_CHUNK_OVERLAP": "200"}, ("chunk_overlap (200)", "chunk_size (200)")),
        ({"TERCET_CHUNK_SIZE": "20"}, ("chunk_overlap (25)", "chunk_size (20)")),
        (
            {"TERCET_CHUNKER": "characters", "TERCET_CHUNK_SIZE": "100"},
            ("chunk_overlap (200)", "chunk_size (100)"),
        ),
    ],
)
def test_contradictions_name_both_settings(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], parts: tuple[str, ...]
) -> None:
    message = refused(monkeypatch, **variables)
    assert all(part in message for part in parts)
    assert "settings contradict each other" in message


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TERCET_MODE", "best"),
        ("TERCET_MODELS", "none"),
        ("TERCET_CHUNKER", "pages"),
        ("TERCET_CHUNK_SIZE", "many"),
        ("TERCET_CHUNK_SIZE", "-1"),
        ("TERCET_CHUNK_OVERLAP", "-2"),
        ("TERCET_PREFETCH_LIMIT", "0"),
        ("TERCET_TEMPERATURE", "2.1"),
        ("TERCET_CONTEXT_TOKENS", "99"),
        ("TERCET_TIMEOUT", "0"),
        ("TERCET_LOCK_TIMEOUT", "-1"),
        ("TERCET_MIN_FREE_MB", "-1"),
        ("TERCET_THREADS", "two"),
        ("TERCET_QDRANT_GRPC", "perhaps"),
    ],
)
def test_a_wrong_value_names_its_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    message = refused(monkeypatch, **{name: value})
    assert message.startswith(f"{name} is wrong: ")
    assert "docs/settings.md" in message


def test_a_wrong_value_in_the_env_file_names_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    env_file("TERCET_MODE=best")
    assert "TERCET_MODE is wrong" in refused(monkeypatch)


def test_an_error_does_not_show_what_was_given(monkeypatch: pytest.MonkeyPatch) -> None:
    env_file("OPENAI_API_KEY=sk-secret", "TERCET_CHUNK_SIZE=sk-secret")
    assert "secret" not in refused(monkeypatch)
