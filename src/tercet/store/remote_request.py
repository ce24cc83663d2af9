"""Plans, filters and points in the words of the Qdrant client."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qdrant_client import models as qm

from tercet.store.compile import compile_filter
from tercet.store.late import stored_rows
from tercet.store.payload import to_payload
from tercet.store.proposing import PROPOSED_EF, proposes_by_graph
from tercet.store.remote_filters import REMOTE
from tercet.store.votes import vote_names, voters
from tercet.types import Chunk, Fuse, Leg, Plan, Schema, Search, SparseVector, Vectors
from tercet.types.index import LateDatatype, Quantization

KINDS: Mapping[str, Any] = {
    "keyword": qm.PayloadSchemaType.KEYWORD,
    "integer": qm.PayloadSchemaType.INTEGER,
    "float": qm.PayloadSchemaType.FLOAT,
    "bool": qm.PayloadSchemaType.BOOL,
    "datetime": qm.PayloadSchemaType.DATETIME,
    "text": qm.TextIndexParams(
        type=qm.TextIndexType.TEXT,
        tokenizer=qm.TokenizerType.WORD,
        lowercase=True,
        phrase_matching=True,
        on_disk=True,
    ),
}

_DATATYPES: Mapping[LateDatatype, qm.Datatype] = {
    "float16": qm.Datatype.FLOAT16,
    "uint8": qm.Datatype.UINT8,
    "turbo8": qm.Datatype.TURBO8,
    "turbo4": qm.Datatype.TURBO4,
}

_QUANTIZED: Mapping[Quantization, qm.QuantizationConfig | None] = {
    "none": None,
    "scalar": qm.ScalarQuantization(scalar=qm.ScalarQuantizationConfig(type=qm.ScalarType.INT8)),
    "binary": qm.BinaryQuantization(binary=qm.BinaryQuantizationConfig()),
    "turbo": qm.TurboQuantization(
        turbo=qm.TurboQuantQuantizationConfig(bits=qm.TurboQuantBitSize.BITS4)
    ),
}


def vector_params(schema: Schema) -> dict[str, qm.VectorParams]:
    """The named dense vectors of a collection."""
    return {
        "dense": qm.VectorParams(
            size=schema.dense_dim,
            distance=qm.Distance.COSINE,
            datatype=qm.Datatype.FLOAT16,
            quantization_config=_QUANTIZED[schema.quantization],
        ),
        "late_interaction": qm.VectorParams(
            size=schema.late_dim,
            # Not the cosine: it would take the weights of a query's tokens away.
            distance=qm.Distance.DOT,
            datatype=_DATATYPES[schema.late_datatype],
            multivector_config=qm.MultiVectorConfig(comparator=qm.MultiVectorComparator.MAX_SIM),
            # Never searched by graph: they rescore what the other legs found.
            hnsw_config=qm.HnswConfigDiff(m=0),
        ),
    }


def sparse_params(schema: Schema) -> dict[str, qm.SparseVectorParams]:
    """The named sparse vector of a collection."""
    modifier = qm.Modifier.IDF if schema.sparse_idf else None
    return {"sparse": qm.SparseVectorParams(modifier=modifier)}


def field_schema(field: str, kind: str) -> Any:
    """The payload index of a field."""
    if field == "tenant":
        return qm.KeywordIndexParams(type=qm.KeywordIndexType.KEYWORD, is_tenant=True)
    return KINDS[kind]


def remote_point(chunk: Chunk, vectors: Vectors, schema: Schema) -> qm.PointStruct:
    """The point of a chunk."""
    return qm.PointStruct(
        id=chunk.id,
        vector={
            "dense": vectors.dense.tolist(),
            "sparse": remote_sparse(vectors.sparse),
            "late_interaction": stored_rows(vectors.late, schema.late_datatype).tolist(),
        },
        payload=to_payload(chunk, vectors.terms),
    )


def remote_sparse(vector: SparseVector) -> qm.SparseVector:
    return qm.SparseVector(indices=vector.indices.tolist(), values=vector.values.tolist())


def remote_request(search: Search, schema: Schema) -> qm.QueryRequest:
    """The one request that carries out a search."""
    compiler = _Compiler(search, schema)
    plan = search.plan
    return qm.QueryRequest(
        limit=plan.limit,
        query=compiler.query(plan),
        using=compiler.using(plan),
        prefetch=compiler.prefetches(plan),
        filter=None if plan.prefetch else compiler.filter,
        with_payload=True,
    )


def remote_vote(plan: Fuse) -> qm.FormulaQuery:
    """The weighted sum of the prefetches' scores; one that does not hold a point adds nothing."""
    names = vote_names(plan)
    parts: list[qm.Expression] = [
        qm.MultExpression(mult=[weight, name]) for name, weight in names.items()
    ]
    return qm.FormulaQuery(formula=qm.SumExpression(sum=parts), defaults=dict.fromkeys(names, 0.0))


class _Compiler:
    """Compiles the nodes of one search; vectors and filter are converted once."""

    def __init__(self, search: Search, schema: Schema) -> None:
        vectors = search.vectors
        self.filter = compile_filter(search.filter, REMOTE)
        self._vectors: dict[str, Any] = {
            "dense": vectors.dense.tolist(),
            "sparse": remote_sparse(vectors.sparse),
            "late_interaction": stored_rows(vectors.late, schema.late_datatype).tolist(),
        }

    def query(self, plan: Plan) -> Any:
        if isinstance(plan, Leg):
            return qm.NearestQuery(nearest=self._vectors[plan.using])
        if plan.method == "dbsf":
            return qm.FusionQuery(fusion=qm.Fusion.DBSF)
        if plan.method == "vote":
            return remote_vote(plan)
        return qm.RrfQuery(rrf=qm.Rrf(k=plan.k, weights=list(plan.weights) or None))

    def using(self, plan: Plan) -> str | None:
        return plan.using if isinstance(plan, Leg) else None

    def prefetches(self, plan: Leg | Fuse) -> list[qm.Prefetch] | None:
        return [self._prefetch(part) for part in voters(plan)] or None

    def _prefetch(self, plan: Plan) -> qm.Prefetch:
        return qm.Prefetch(
            limit=plan.limit,
            query=self.query(plan),
            using=self.using(plan),
            prefetch=self.prefetches(plan),
            # A nested prefetch has filtered already what this node rescores.
            filter=None if plan.prefetch else self.filter,
            params=qm.SearchParams(hnsw_ef=PROPOSED_EF) if proposes_by_graph(plan) else None,
        )
