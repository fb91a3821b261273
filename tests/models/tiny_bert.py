"""A BERT small enough for a test, as the folders that users have."""

from __future__ import annotations

import json
from pathlib import Path

import keras
import keras_hub
import numpy as np

SENTENCE = "a bad boring fun good great is movie not plot slow the very was ##s ."
TOKENS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *SENTENCE.split()]
MAX_LENGTH = 32


def bert() -> keras.Model:
    """KerasHub's BERT with 2 layers of 16 units, its values larger than a fresh one's."""
    keras.utils.set_random_seed(0)
    encoder = keras_hub.models.BertBackbone(
        vocabulary_size=len(TOKENS),
        num_layers=2,
        num_heads=2,
        hidden_dim=16,
        intermediate_dim=32,
        max_sequence_length=MAX_LENGTH,
    )
    rng = np.random.default_rng(0)
    encoder.set_weights(
        [values + rng.normal(0, 0.2, values.shape) for values in encoder.get_weights()]
    )
    return encoder


def write_keras_hub(folder: Path, *, tokens: list[str] = TOKENS, lowercase: bool = True) -> Path:
    """A KerasHub preset folder of `bert()`."""
    bert().save_to_preset(str(folder))
    keras_hub.tokenizers.BertTokenizer(tokens, lowercase=lowercase).save_to_preset(str(folder))
    return folder


def write_hugging_face(folder: Path) -> Path:
    """The same weights as Hugging Face's transformers library saves them."""
    from safetensors.numpy import save_file

    folder.mkdir(parents=True, exist_ok=True)
    config = {
        "model_type": "bert",
        "vocab_size": len(TOKENS),
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "hidden_size": 16,
        "intermediate_size": 32,
        "max_position_embeddings": MAX_LENGTH,
    }
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    (folder / "tokenizer_config.json").write_text('{"do_lower_case": true}', encoding="utf-8")
    (folder / "vocab.txt").write_text("\n".join(TOKENS) + "\n", encoding="utf-8")
    save_file(_tensors(bert()), str(folder / "model.safetensors"))
    return folder


_RENAMED = {
    "token_embedding/embeddings": "embeddings.word_embeddings.weight",
    "position_embedding/position_embeddings": "embeddings.position_embeddings.weight",
    "position_embedding/embeddings": "embeddings.position_embeddings.weight",
    "segment_embedding/embeddings": "embeddings.token_type_embeddings.weight",
    "embeddings_layer_norm/gamma": "embeddings.LayerNorm.weight",
    "embeddings_layer_norm/beta": "embeddings.LayerNorm.bias",
    "pooled_dense/kernel": "pooler.dense.weight",
    "pooled_dense/bias": "pooler.dense.bias",
}
_PARTS = {
    "self_attention_layer/query": "attention.self.query",
    "self_attention_layer/key": "attention.self.key",
    "self_attention_layer/value": "attention.self.value",
    "self_attention_layer/attention_output": "attention.output.dense",
    "self_attention_layer_norm": "attention.output.LayerNorm",
    "feedforward_intermediate_dense": "intermediate.dense",
    "feedforward_output_dense": "output.dense",
    "feedforward_layer_norm": "output.LayerNorm",
}


def _tensors(encoder: keras.Model) -> dict[str, np.ndarray]:
    """Hugging Face's names and shapes: matrices stand as `(outputs, inputs)`, heads joined."""
    weights = {}
    for variable in encoder.weights:
        values = variable.numpy()
        if variable.path in _RENAMED:
            name = _RENAMED[variable.path]
        else:
            block, part = variable.path.removeprefix("transformer_layer_").split("/", 1)
            layer, kind = part.rsplit("/", 1)
            suffix = "weight" if kind in ("kernel", "gamma") else "bias"
            name = f"encoder.layer.{block}.{_PARTS[layer]}.{suffix}"
        if variable.path.endswith("kernel"):
            values = values.reshape(-1, _outputs(values, name)).T
        elif values.ndim > 1 and "embeddings" not in name:
            values = values.reshape(-1)
        weights[name] = np.ascontiguousarray(values)
    return weights


def _outputs(kernel: np.ndarray, name: str) -> int:
    joined = ".self." in name
    return int(np.prod(kernel.shape[1:])) if joined else kernel.shape[-1]
