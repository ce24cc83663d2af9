"""Write how much each token of a query counts in late interaction: its IDF in plain English.

    python training/token_weights.py --data DATA

DATA holds `ir/squad_dev_v1.1`, whose 2,067 Wikipedia paragraphs stand for plain English. The
weight of a token in n of N paragraphs is ln(1 + (N - n + .5) / (n + .5)), as in BM25, divided
by the greatest. `token_weights.npy` holds one byte for each token id: 255 times the weight.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from states import passage, read_jsonl
from tokenizers import Tokenizer

MODEL = Path(__file__).resolve().parent.parent / "src" / "tercet" / "embedding" / "model"


def document_frequencies(tokenizer: Tokenizer, texts: list[str]) -> NDArray[np.int64]:
    """In how many of the texts each token id stands."""
    counts = np.zeros(tokenizer.get_vocab_size(), np.int64)
    for encoding in tokenizer.encode_batch_fast(texts, add_special_tokens=False):
        counts[np.unique(encoding.ids)] += 1
    return counts


def weights(frequencies: NDArray[np.int64], texts: int) -> NDArray[np.uint8]:
    """One byte a token id, at least 1."""
    idf = np.log(1 + (texts - frequencies + 0.5) / (frequencies + 0.5))
    return np.maximum(1, np.rint(255 * idf / idf.max())).astype(np.uint8)


def main() -> None:
    """Count and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--output", type=Path, default=MODEL / "token_weights.npy")
    arguments = parser.parse_args()
    tokenizer = Tokenizer.from_file(str(MODEL / "tokenizer.json"))
    corpus = read_jsonl(arguments.data / "ir" / "squad_dev_v1.1" / "corpus.jsonl")
    texts = [passage(record) for record in corpus]
    np.save(arguments.output, weights(document_frequencies(tokenizer, texts), len(texts)))


if __name__ == "__main__":
    main()
