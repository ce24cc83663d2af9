"""Write tests/model/canonical.json: what the packaged model says about six fixed texts.

    python tools/make_canonical.py

Run it after every build of a new model, on a CPU with 8-bit dot products.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

ROOT = Path(__file__).resolve().parent.parent
MODEL = ROOT / "src" / "tercet" / "embedding" / "model"
TARGET = ROOT / "tests" / "model" / "canonical.json"
COMPONENTS = 8

TEXTS = {
    "question": "How long is the warranty on the X200?",
    "passage": "The X200 is covered for two (2) years from the date of delivery.",
    "unicode": "Zażółć gęślą jaźń: 東京タワー, naïve café, Ελλάδα, 🙂 and ﬁne ligatures.",
    "code": 'fn main() { println!("{}", v.iter().map(|x| x * 2).sum::<i32>()); }',
    "word": "tercet",
    "long": " ".join(
        f"Section {n}: a tercet is a stanza of three lines, and line {n} rhymes with {n + 2}."
        for n in range(1, 40)
    ),
}


def encode(session: Any, tokenizer: Any, text: str, limit: int) -> tuple[Any, Any]:
    """Return `dense` [384] and `tokens` [tokens, 64] of one text, cut to `limit` tokens."""
    tokenizer.enable_truncation(limit)
    ids = np.array([tokenizer.encode(text).ids], np.int64)
    feed = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
    dense, tokens = session.run(["dense", "tokens"], feed)
    return dense[0], tokens[0]


def main() -> None:
    """Encode the texts and write the first components of three vectors each."""
    session = onnxruntime.InferenceSession(MODEL / "model.onnx", providers=["CPUExecutionProvider"])
    tokenizer = Tokenizer.from_file(str(MODEL / "tokenizer.json"))
    limit = json.loads((MODEL / "model.json").read_text("utf-8"))["max_tokens"]
    records = []
    for name, text in TEXTS.items():
        dense, tokens = encode(session, tokenizer, text, limit)
        # Rows 1 and -2: the first and last tokens that are not [CLS] and [SEP].
        vectors = {"dense": dense, "first_token": tokens[1], "last_token": tokens[-2]}
        rounded = {k: [round(float(x), 5) for x in v[:COMPONENTS]] for k, v in vectors.items()}
        records.append({"name": name, "text": text, "tokens": len(tokens), **rounded})
    text = json.dumps(records, ensure_ascii=False, indent=1)
    TARGET.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
