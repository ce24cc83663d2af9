"""Plans, filters and points in the words of Qdrant Edge."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

import qdrant_edge as qe

from tercet.store.compile import compile_filter
from tercet.store.edge_filters import EDGE
from tercet.store.late import stored_rows
from tercet.store.payload import to_payload
from tercet.store.proposing import PROPOSED_EF, proposes_by_graph
from tercet.store.votes import vote_names, voters
from tercet.types import Chunk, Fuse, Leg, Plan, Schema, Search, SparseVector, Vectors
from tercet.types.index import LateDatatype, Quantization

# Points written before the engine is asked to seal what it has. The open segment keeps its sparse
# and payload indexes on the heap, 1.8 KB a point; a sealed one maps them from its files.
SEAL_AFTER = 16_384

# Sealed segments above which the engine merges the smallest, and the kilobytes of vectors that a
# merged one may hold. A merge holds the indexes of what it merges on the heap.
_SEGMENTS = 16
_MERGED_KB = 1_000_000

# Sealed dense vectors are searched by graph. Smaller segments, and those with fewer kilobytes than
# this (13,000 passages of 384 dimensions), are compared with one by one, which is exact.
_GRAPH = qe.HnswIndexConfig(
    m=16, ef_construct=100, full_scan_threshold=10_000, memory=qe.Memory.Cold
)

# The late vectors are never searched by graph: they rescore what the other legs found.
_NO_GRAPH = qe.HnswIndexConfig(m=0, ef_construct=100, full_scan_threshold=10_000)

_PROPOSES = qe.SearchParams(hnsw_ef=PROPOSED_EF)

_KINDS: Mapping[str, Any] = {
    "integer": functools.partial(qe.IntegerIndexParams, lookup=True, range=True),
    "float": qe.FloatIndexParams,
    "bool": qe.BoolIndexParams,
    "datetime": qe.DatetimeIndexParams,
    "text": functools.partial(
        qe.TextIndexParams,
        tokenizer=qe.TokenizerType.Word,
        lowercase=True,
        phrase_matching=True,
    ),
}

# The stubs leave one of the datatypes out.
_STORED: Any = qe.VectorStorageDatatype

_DATATYPES: Mapping[LateDatatype, qe.VectorStorageDatatype] = {
    "float16": _STORED.Float16,
    "uint8": _STORED.Uint8,
    "turbo8": _STORED.Turbo8,
    "turbo4": _STORED.Turbo4,
}

_QUANTIZED: Mapping[Quantization, Any] = {
    "none": None,
    "scalar": qe.ScalarQuantizationConfig(type=qe.ScalarType.Int8, memory=qe.Memory.Cold),
    "binary": qe.BinaryQuantizationConfig(memory=qe.Memory.Cold),
    "turbo": qe.TurboQuantQuantizationConfig(
        bits=qe.TurboQuantBitSize.Bits4, memory=qe.Memory.Cold
    ),
}


def edge_config(schema: Schema) -> qe.EdgeConfig:
    """The shard's configuration.

    There is no write-ahead log: it holds every vector once more as 32-bit text, is never
    shortened, and is replayed at every open. Instead a batch is flushed before it counts as
    written, which survives a kill just as well (`docs/decisions/no-write-ahead-log.md`).
    Vectors and the indexes of sealed segments stay on disk, behind the system's page cache: at an
    open, nothing is read in (`docs/decisions/storage.md`).
    """
    late = qe.EdgeVectorParams(
        size=schema.late_dim,
        # Not the cosine: it would take the weights of a query's tokens away.
        distance=qe.Distance.Dot,
        datatype=_DATATYPES[schema.late_datatype],
        multivector_config=qe.MultiVectorConfig(qe.MultiVectorComparator.MaxSim),
        hnsw_config=_NO_GRAPH,
        on_disk=True,
    )
    dense = qe.EdgeVectorParams(
        size=schema.dense_dim,
        distance=qe.Distance.Cosine,
        datatype=qe.VectorStorageDatatype.Float16,
        hnsw_config=_GRAPH,
        quantization_config=_QUANTIZED[schema.quantization],
        on_disk=True,
    )
    sparse = qe.EdgeSparseVectorParams(
        modifier=qe.Modifier.Idf if schema.sparse_idf else None, memory=qe.Memory.Cold
    )
    return qe.EdgeConfig(
        vectors={"dense": dense, "late_interaction": late},
        sparse_vectors={"sparse": sparse},
        optimizers=qe.EdgeOptimizersConfig(
            indexing_threshold=_sealed_kb(schema),
            default_segment_number=_SEGMENTS,
            max_segment_size=_MERGED_KB,
        ),
        id_tracker_memory=qe.Memory.Cold,
        wal_enabled=False,
    )


def _sealed_kb(schema: Schema) -> int:
    """Kilobytes of one named vector from which a segment is sealed: the dense vectors, in 16
    bits, of as many points as come between two calls. Long token vectors reach it earlier."""
    return max(1, SEAL_AFTER * schema.dense_dim * 2 // 1024)


def edge_index(field: str, kind: str) -> qe.UpdateOperation:
    """The operation that makes a payload index, one that sealed segments map from its file."""
    if kind == "keyword":
        tenant = True if field == "tenant" else None
        schema: Any = qe.KeywordIndexParams(is_tenant=tenant, memory=qe.Memory.Cold)
    else:
        schema = _KINDS[kind](memory=qe.Memory.Cold)
    return qe.UpdateOperation.create_field_index(field, schema)


def edge_point(chunk: Chunk, vectors: Vectors, schema: Schema) -> qe.Point:
    """The point of a chunk. The engine's binding walks any sequence item by item, and lists
    are walked fastest, so the arrays go through `tolist`."""
    return qe.Point(
        chunk.id,
        {
            "dense": vectors.dense.tolist(),
            "sparse": edge_sparse(vectors.sparse),
            "late_interaction": stored_rows(vectors.late, schema.late_datatype).tolist(),
        },
        to_payload(chunk, vectors.terms),
    )


def edge_sparse(vector: SparseVector) -> qe.SparseVector:
    return qe.SparseVector(vector.indices.tolist(), vector.values.tolist())


def edge_request(search: Search, schema: Schema) -> qe.QueryRequest:
    """The one engine call that carries out a search."""
    compiler = _Compiler(search, schema)
    plan = search.plan
    return qe.QueryRequest(
        limit=plan.limit,
        query=compiler.query(plan),
        prefetches=compiler.prefetches(plan),
        filter=None if plan.prefetch else compiler.filter,
        with_payload=True,
    )


def edge_rrf(plan: Fuse) -> Any:
    return qe.Fusion.Rrf(k=plan.k, weights=list(plan.weights) or None)


def edge_vote(plan: Fuse) -> Any:
    """The weighted sum of the prefetches' scores; one that does not hold a point adds nothing."""
    names = vote_names(plan)
    parts = [
        qe.Expression.Mult([qe.Expression.Constant(weight), qe.Expression.Variable(name)])
        for name, weight in names.items()
    ]
    return qe.Formula(qe.Expression.Sum(parts), dict.fromkeys(names, 0.0))


class _Compiler:
    """Compiles the nodes of one search; vectors and filter are converted once."""

    def __init__(self, search: Search, schema: Schema) -> None:
        vectors = search.vectors
        self.filter = compile_filter(search.filter, EDGE)
        self._vectors = {
            "dense": vectors.dense.tolist(),
            "sparse": edge_sparse(vectors.sparse),
            "late_interaction": stored_rows(vectors.late, schema.late_datatype).tolist(),
        }

    def query(self, plan: Plan) -> Any:
        if isinstance(plan, Leg):
            return qe.Query.Nearest(self._vectors[plan.using], using=plan.using)
        if plan.method == "vote":
            return edge_vote(plan)
        return qe.Fusion.Dbsf() if plan.method == "dbsf" else edge_rrf(plan)

    def prefetches(self, plan: Leg | Fuse) -> list[qe.Prefetch] | None:
        return [self._prefetch(part) for part in voters(plan)] or None

    def _prefetch(self, plan: Plan) -> qe.Prefetch:
        return qe.Prefetch(
            limit=plan.limit,
            query=self.query(plan),
            prefetches=self.prefetches(plan),
            # A nested prefetch has filtered already what this node rescores.
            filter=None if plan.prefetch else self.filter,
            params=_PROPOSES if proposes_by_graph(plan) else None,
        )
