"""The encoder as one fused ONNX graph, in float32 or int8, built node by node.

Inputs: `input_ids` and `attention_mask`, int64 [batch, tokens], padded on the right.
Outputs: `dense`, float32 [batch, 384], the mean over the mask, L2-normalised;
`tokens`, float32 [batch, tokens, 64], the last hidden state times the head, L2-normalised
per token (rows of padding hold finite numbers without meaning).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
from model_quant import divisors, quantise_columns, quantise_rows
from model_source import Float32, Weights
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

OPSET = 17
IR_VERSION = 8
LAYERS = 6
HEADS = 12
EPSILON = 1e-12
MICROSOFT = "com.microsoft"


class Graph:
    """Collects nodes and constants; each method returns the name of the value it made."""

    def __init__(self, weights: Weights, quantised: bool) -> None:
        self.weights = weights
        self.quantised = quantised
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []
        self._count = 0

    def constant(self, name: str, value: NDArray[Any]) -> str:
        """Store `value` under `name`."""
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def weight(self, name: str) -> str:
        """Store one of the encoder's own tensors as it is."""
        return self.constant(name, self.weights[name])

    def op(self, kind: str, *inputs: str, outputs: int = 1, domain: str = "", **attrs: Any) -> str:
        """Add a node and return its first output; the others are `name:1`, `name:2`."""
        self._count += 1
        name = f"{kind}_{self._count}"
        names = [name, *(f"{name}:{i}" for i in range(1, outputs))]
        node = helper.make_node(kind, list(inputs), names, name=name, domain=domain, **attrs)
        self.nodes.append(node)
        return name

    def fused(self, kind: str, *inputs: str, **attrs: Any) -> str:
        """Add a node of ONNX Runtime's own fused operators."""
        return self.op(kind, *inputs, domain=MICROSOFT, **attrs)


def build(weights: Weights, head: Float32, quantised: bool) -> onnx.ModelProto:
    """Build the whole graph; `head` is [384, 64] and is used as given."""
    graph = Graph(weights, quantised)
    axis = graph.constant("axis1", np.array([1], np.int64))
    mask = graph.op("Cast", "attention_mask", to=TensorProto.INT32)
    lengths = graph.op("ReduceSum", mask, axis, keepdims=0)
    hidden = _embed(graph)
    for layer in range(LAYERS):
        hidden = _layer(graph, layer, hidden, lengths)
    _pool(graph, hidden)
    _project(graph, hidden, head)
    return _model(graph, head.shape[1])


def _embed(graph: Graph) -> str:
    table = graph.weights["embeddings.word_embeddings.weight"]
    # Every token has type 0, so that type's vector can live in the position table.
    positions = graph.weights["embeddings.position_embeddings.weight"]
    positions = positions + graph.weights["embeddings.token_type_embeddings.weight"][:1]
    if graph.quantised:
        values, scale = quantise_rows(table)
        rows = graph.op("Gather", graph.constant("words", values), "input_ids")
        scales = graph.op("Gather", graph.constant("words.scale", scale), "input_ids")
        word = graph.op("Mul", graph.op("Cast", rows, to=TensorProto.FLOAT), scales)
    else:
        word = graph.op("Gather", graph.constant("words", table), "input_ids")
    count = graph.op("Shape", "input_ids", start=1, end=2)
    zero = graph.constant("zero", np.array([0], np.int64))
    place = graph.op("Slice", graph.constant("positions", positions), zero, count, zero)
    return _skip_norm(graph, "embeddings.LayerNorm", word, place)


def _skip_norm(graph: Graph, name: str, value: str, skip: str, bias: str = "") -> str:
    inputs = [value, skip, graph.weight(f"{name}.weight"), graph.weight(f"{name}.bias")]
    inputs += [bias] if bias else []
    return graph.fused("SkipLayerNormalization", *inputs, epsilon=EPSILON)


def _quantise(
    graph: Graph, layer: int, part: str, value: str, weight: Float32
) -> tuple[list[str], Float32]:
    """Quantise `value` to u8 with one scale taken from the tensor at run time.

    Returns the names of values, scale and zero point, and the weights that undo what the
    outliers' channels were divided by.
    """
    divisor = divisors(layer, part, len(weight))
    if divisor is not None:
        factor = graph.constant(f"{layer}.{part}.factor", 1 / divisor)
        value, weight = graph.op("Mul", value, factor), weight * divisor[:, None]
    name = graph.op("DynamicQuantizeLinear", value, outputs=3)
    return [name, f"{name}:1", f"{name}:2"], weight


def _linear(graph: Graph, layer: int, part: str, module: str, value: str) -> tuple[str, str]:
    """The product [.., k] x [k, n] without its bias, and the bias, which the next op adds."""
    name = f"encoder.layer.{layer}.{module}"
    weight = np.ascontiguousarray(graph.weights[f"{name}.weight"].T)
    bias = graph.weight(f"{name}.bias")
    if not graph.quantised:
        return graph.op("MatMul", value, graph.constant(name, weight)), bias
    (value, scale, zero), weight = _quantise(graph, layer, part, value, weight)
    integers, scales = quantise_columns(weight)
    inputs = [graph.constant(name, integers), scale, graph.constant(f"{name}.scale", scales), zero]
    return graph.fused("MatMulIntegerToFloat", value, *inputs), bias


def _attention(graph: Graph, layer: int, hidden: str, lengths: str) -> str:
    name = f"encoder.layer.{layer}.attention.self"
    parts = [f"{name}.{part}" for part in ("query", "key", "value")]
    weight = np.concatenate([graph.weights[f"{part}.weight"].T for part in parts], axis=1)
    bias = np.concatenate([graph.weights[f"{part}.bias"] for part in parts])
    bias_name = graph.constant(f"{name}.bias", bias)
    if not graph.quantised:
        inputs = [graph.constant(name, weight), bias_name, lengths]
        return graph.fused("Attention", hidden, *inputs, num_heads=HEADS)
    (hidden, scale, zero), weight = _quantise(graph, layer, "qkv", hidden, weight)
    integers, scales = quantise_columns(weight)
    inputs = [graph.constant(name, integers), bias_name, scale]
    inputs += [graph.constant(f"{name}.scale", scales), lengths, zero]
    return graph.fused("QAttention", hidden, *inputs, num_heads=HEADS)


def _layer(graph: Graph, layer: int, hidden: str, lengths: str) -> str:
    name = f"encoder.layer.{layer}"
    context = _attention(graph, layer, hidden, lengths)
    value, bias = _linear(graph, layer, "out", "attention.output.dense", context)
    hidden = _skip_norm(graph, f"{name}.attention.output.LayerNorm", value, hidden, bias)
    value, bias = _linear(graph, layer, "up", "intermediate.dense", hidden)
    value = graph.fused("BiasGelu", value, bias)
    value, bias = _linear(graph, layer, "down", "output.dense", value)
    return _skip_norm(graph, f"{name}.output.LayerNorm", value, hidden, bias)


def _pool(graph: Graph, hidden: str) -> None:
    # The sum over the mask points the same way as the mean, and its length is divided out.
    mask = graph.op("Cast", "attention_mask", to=TensorProto.FLOAT)
    mask = graph.op("Unsqueeze", mask, "axis1")
    total = graph.op("Squeeze", graph.op("MatMul", mask, hidden), "axis1")
    _normalise(graph, total, "dense")


def _project(graph: Graph, hidden: str, head: Float32) -> None:
    _normalise(graph, graph.op("MatMul", hidden, graph.constant("head", head)), "tokens")


def _normalise(graph: Graph, value: str, output: str) -> None:
    tiny = graph.constant(f"{output}.tiny", np.array(1e-12, np.float32))
    norm = graph.op("ReduceL2", value, axes=[-1], keepdims=1)
    graph.nodes.append(
        helper.make_node("Div", [value, graph.op("Max", norm, tiny)], [output], name=output)
    )


def _model(graph: Graph, late_dim: int) -> onnx.ModelProto:
    shape = ["batch", "tokens"]
    ids, mask = (
        helper.make_tensor_value_info(name, TensorProto.INT64, shape)
        for name in ("input_ids", "attention_mask")
    )
    dense = helper.make_tensor_value_info("dense", TensorProto.FLOAT, ["batch", 384])
    tokens = helper.make_tensor_value_info("tokens", TensorProto.FLOAT, [*shape, late_dim])
    proto = helper.make_graph(graph.nodes, "tercet", [ids, mask], [dense, tokens], graph.constants)
    opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(MICROSOFT, 1)]
    return helper.make_model(
        proto, opset_imports=opsets, ir_version=IR_VERSION, producer_name="tercet"
    )
