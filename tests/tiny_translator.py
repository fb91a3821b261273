"""A translator that is small, untrained and still has clear opinions, with its TFLite files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
from ai_edge_litert.interpreter import Interpreter

from kerasapps.config import ModelConfig, TranslationConfig
from kerasapps.decoding.compiled import Decoder
from kerasapps.errors import ExportError
from kerasapps.export.translator_files import export_translator_tflite
from kerasapps.models.translator import Translator, TranslatorShape
from kerasapps.preprocess.tokenizers.subword import PairTokenizer
from kerasapps.preprocess.tokenizers.subword_learn import learn_pair_tokenizer
from kerasapps.recipes.translation.architectures import build_translator

PEOPLE = {"man": "Mann", "dog": "Hund", "boy": "Junge", "singer": "Sänger", "cook": "Koch"}
DEEDS = {"sleeps": "schläft", "runs": "läuft", "laughs": "lacht", "waits": "wartet"}
PLACES = {"at home": "zu Hause", "in the rain": "im Regen", "on a hill": "auf einem Hügel"}
MODES = ("float32", "float16", "dynamic", "int8")


@dataclass(frozen=True)
class TinyTranslator:
    """Network, tokenizer, some pairs, and the network's files."""

    network: Translator
    tokenizer: PairTokenizer
    sources: list[str]
    targets: list[str]
    files: Mapping[str, Path | ExportError]

    def file(self, mode: str) -> Path:
        path = self.files[mode]
        assert isinstance(path, Path), path
        return path

    def rows(self, sources: list[str]) -> list[np.ndarray]:
        return [self.tokenizer.encode_source(each) for each in sources]

    def greedy(self, sources: list[str]) -> list[str]:
        """Keras' own translations."""
        found = Decoder(self.network).decode_rows(self.rows(sources))
        return [self.tokenizer.decode_target(each[0].ids) for each in found]


def sentence_pairs() -> tuple[list[str], list[str]]:
    """60 pairs of every person, deed and place."""
    pairs = [
        (f"A {a} {b} {c}.", f"Ein {x} {y} {z}.")
        for a, x in PEOPLE.items()
        for b, y in DEEDS.items()
        for c, z in PLACES.items()
    ]
    return [source for source, _ in pairs], [target for _, target in pairs]


def tiny_tokenizer() -> PairTokenizer:
    return learn_pair_tokenizer(
        *sentence_pairs(),
        translation=TranslationConfig(vocab_size=120),
        max_source=16,
        max_target=12,
        languages=("en", "de"),
    )


def tiny_network(tokenizer: PairTokenizer, model: str = "transformer") -> Translator:
    """One block each way, its weights so large that every sentence gets an answer of its own."""
    keras.utils.set_random_seed(0)
    shape = TranslatorShape(
        source_vocabulary=tokenizer.source_size,
        target_vocabulary=tokenizer.target_size,
        joint=tokenizer.spec.joint,
        max_source=tokenizer.spec.max_source,
        max_target=tokenizer.spec.max_target,
    )
    network = build_translator(ModelConfig(model=model, depth=0.25), shape)
    for variable in network.trainable_variables:
        if len(variable.shape) == 2 and "embedding" not in variable.path:
            variable.assign(3.0 * variable)
    return network


def make_tiny_translator(folder: Path) -> TinyTranslator:
    sources, targets = sentence_pairs()
    tokenizer = tiny_tokenizer()
    network = tiny_network(tokenizer)
    files = export_translator_tflite(
        network,
        folder=folder,
        modes=MODES,
        calibration=[
            (tokenizer.encode_source(source), tokenizer.encode_target(target))
            for source, target in zip(sources, targets, strict=True)
        ],
    )
    return TinyTranslator(network, tokenizer, sources, targets, files)


def check_tensors(path: Path) -> None:
    """A browser's runtime takes the file: no bool goes in or out, no two outputs are one tensor.

    What `encode` does not give of the first cache is zeros, and it gives no zeros.
    """
    interpreter = Interpreter(model_path=str(path))
    given = set()
    for name in ("decode_step", "encode"):
        runner = interpreter.get_signature_runner(name)
        inputs, outputs = runner.get_input_details(), runner.get_output_details()
        dtypes = {each["dtype"] for each in (*inputs.values(), *outputs.values())}
        assert dtypes <= {np.float32, np.int32}
        for key in ("index", "name"):
            assert len({each[key] for each in outputs.values()}) == len(outputs)
        given |= set(outputs)
    source = np.full(inputs["source"]["shape"], 3, np.int32)
    encoded = runner(source=source)
    assert set(encoded) < given and all(np.any(value) for value in encoded.values())
