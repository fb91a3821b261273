"""A translation bundle that answers: sentences in, sentences out, without TensorFlow."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from kerasapps.deploy.formats import format_of
from kerasapps.deploy.hypotheses import MOST_HYPOTHESES, Hypothesis, Sampling, check_search
from kerasapps.deploy.manifest import Manifest
from kerasapps.deploy.onnx_translator import OnnxTranslator
from kerasapps.deploy.opening import Load, OpenedBundle
from kerasapps.deploy.readers import checked_text, split_texts
from kerasapps.deploy.translation_search import beam_search, greedy, sample
from kerasapps.deploy.translator_file import TFLiteTranslator
from kerasapps.deploy.worked import Worked, plain_inputs
from kerasapps.errors import BundleError, ConfigError
from kerasapps.preprocess.tokenizers.subword import (
    PairTokenizer,
    SubwordSpec,
    load_pair_tokenizer,
)

_Network: TypeAlias = TFLiteTranslator | OnnxTranslator


@dataclass(frozen=True)
class Alternative:
    """A translation that was found beside the best one.

    Attributes:
        text: the translation.
        score: as `Translation.score`.
    """

    text: str
    score: float


@dataclass(frozen=True)
class Translation:
    """What a bundle makes of one text.

    Attributes:
        text: the translation; empty for a text without words.
        score: logarithm of its probability, divided by a power of its length; 0 is certain.
        alternatives: the next best ones, best first; `n_best - 1` at most.
        truncated: whether the text was longer than the network reads; its end was ignored.
        source_pieces: how the text was cut, the end mark last.
        target_pieces: how the translation was put together, without its end mark.
        attention: float32, `(target pieces, source pieces)`: how much the network looked at each
            piece of the text to write a piece; None for a text without words.
    """

    text: str
    score: float
    alternatives: tuple[Alternative, ...] = ()
    truncated: bool = False
    source_pieces: tuple[str, ...] = ()
    target_pieces: tuple[str, ...] = ()
    attention: np.ndarray | None = field(default=None, compare=False, repr=False)


class TextTranslator:
    """A translator's files between its tokenizer's two sides.

    Args:
        path: the TFLite file, or the folder of ONNX files.
        tokenizer: of the network.
        threads: threads that one inference may use.

    Raises:
        BundleError: if it is no translator, or was made for another tokenizer.
        DependencyError: if its runtime is not installed.
    """

    def __init__(self, path: Path, tokenizer: PairTokenizer, *, threads: int = 1) -> None:
        self.tokenizer = tokenizer
        kind = OnnxTranslator if format_of(path) == "onnx" else TFLiteTranslator
        self._network = kind(path, threads=threads)
        _require_fit(path, self._network, tokenizer)

    def search(
        self,
        text: str,
        *,
        beam: int = 1,
        length_penalty: float = 1.0,
        n_best: int = 1,
        sampling: Sampling | None = None,
    ) -> tuple[Hypothesis, ...]:
        """Translations of a text in pieces, best first; none for a text without words.

        Args:
            text: any; what is longer than the network reads is cut.
            beam: hypotheses that beam search keeps; 1 always takes the likeliest piece.
            length_penalty: exponent of the length that divides a score.
            n_best: translations to return, at most `beam`.
            sampling: draws the translations instead, each from the seed after the last one's.

        Raises:
            ConfigError: for options that cannot work.
        """
        ids = self.tokenizer.encode_source(text)
        if len(ids) <= 1:  # the end mark alone
            return ()
        length: dict[str, Any] = {
            "max_length": self.tokenizer.spec.max_target,
            "length_penalty": length_penalty,
        }
        with self._network.lent() as network:
            if sampling is not None:
                seeds = range(sampling.seed, sampling.seed + n_best)
                draws = [dataclasses.replace(sampling, seed=seed) for seed in seeds]
                drawn = [sample(network, ids, sampling=each, **length) for each in draws]
                return tuple(sorted(drawn, key=lambda each: -each.score))
            if beam == 1 and n_best == 1:
                return (greedy(network, ids, **length),)
            return beam_search(network, ids, beam=beam, n_best=n_best, **length)

    def text(self, hypothesis: Hypothesis) -> str:
        """The translation that a hypothesis spells."""
        return self.tokenizer.decode_target(hypothesis.ids)

    def translation(self, text: str, hypotheses: Sequence[Hypothesis]) -> Translation:
        """What `search` found for a text, in words."""
        truncated = self.tokenizer.source_length(text) > self.tokenizer.spec.max_source
        if not hypotheses:
            return Translation("", 0.0, truncated=truncated)
        best, *others = hypotheses
        source_pieces = tuple(self.tokenizer.source_pieces(text))
        target_pieces = tuple(self.tokenizer.target_pieces(best.ids))
        looked = best.attention
        return Translation(
            self.text(best),
            best.score,
            tuple(Alternative(self.text(each), each.score) for each in others),
            truncated,
            source_pieces,
            target_pieces,
            None if looked is None else looked[: len(target_pieces), : len(source_pieces)],
        )


class TranslationBundle(OpenedBundle):
    """A translation bundle with one of its TFLite files, or both ONNX files, loaded.

    Any number of threads may ask it at once. It is pickled as where it lies, and loaded again.

    Args:
        manifest: of a bundle whose files were checked. Its `input` holds the fields of
            `SubwordSpec`, its folder the tokenizer.
        path: the TFLite file, or the folder of ONNX files.
        artifact: its name.
        beam: hypotheses that beam search keeps where nobody says.
        length_penalty: exponent of the length that divides a score, likewise.
        load: what loads it again.
        threads: threads that one inference may use.
    """

    def __init__(
        self,
        manifest: Manifest,
        path: Path,
        *,
        artifact: str,
        beam: int,
        length_penalty: float,
        load: Load,
        threads: int = 1,
    ) -> None:
        super().__init__(manifest, artifact=artifact, load=load, threads=threads)
        self.tokenizer = bundle_tokenizer(manifest)
        self.beam, self.length_penalty = beam, length_penalty
        self._translator = TextTranslator(path, self.tokenizer, threads=threads)

    def predict(
        self,
        inputs: str | Sequence[str],
        *,
        beam: int | None = None,
        length_penalty: float | None = None,
        n_best: int = 1,
        sampling: Sampling | None = None,
    ) -> list[Translation]:
        """Translations of one text or several, each read as one sentence.

        Args:
            inputs: texts. One without words gets an empty translation.
            beam: hypotheses that beam search keeps (default: the bundle's, `n_best` at least); 1
                always takes the likeliest next piece, which is fastest.
            length_penalty: exponent of the length that divides a score (default: the bundle's).
            n_best: translations of each text: the best, and `n_best - 1` alternatives at most.
            sampling: draws translations at random instead of searching for the best.

        Returns:
            One translation a text, in order.

        Raises:
            DataError: if an input is no text.
            ConfigError: for options that cannot work, or not together.
        """
        if sampling is not None and beam is not None:
            raise ConfigError("beam and sampling exclude each other: give one of them.")
        check_search(max_length=1, beam=MOST_HYPOTHESES, n_best=n_best)
        texts = [checked_text(each) for each in split_texts(inputs)]
        options: dict[str, Any] = {
            "beam": max(self.beam, n_best) if beam is None else beam,
            "length_penalty": self.length_penalty if length_penalty is None else length_penalty,
            "n_best": n_best,
            "sampling": sampling,
        }
        translator = self._translator
        return [translator.translation(each, translator.search(each, **options)) for each in texts]

    def worked(self, raw: str) -> Worked:
        """The ids of one text, and its translations, as `examples.json` has them."""
        length_penalty = self.length_penalty
        searches = {"greedy": 1, "beam": self.beam}
        return plain_inputs(self.tokenizer.encode_source(raw)), {
            name: self._plain(
                self._translator.search(raw, beam=beam, length_penalty=length_penalty)
            )
            for name, beam in searches.items()
        }

    def _plain(self, hypotheses: Sequence[Hypothesis]) -> dict[str, Any]:
        if not hypotheses:
            return {"text": "", "ids": [], "score": 0.0}
        best = hypotheses[0]
        text = self._translator.text(best)
        return {"text": text, "ids": list(best.ids), "score": round(best.score, 5)}


def _require_fit(path: Path, network: _Network, tokenizer: PairTokenizer) -> None:
    """The file takes and gives what the tokenizer cuts and reads."""
    spec, longest = tokenizer.spec, network.max_target
    fits = {
        "pieces of a source": (network.max_source, spec.max_source),
        "pieces of a target": (spec.max_target if longest is None else longest, spec.max_target),
        "pieces in its vocabulary": (network.target_pieces, tokenizer.target_size),
    }
    for what, (of_file, of_tokenizer) in fits.items():
        if of_file != of_tokenizer:
            raise BundleError(
                f"{path} has {of_file} {what}, its tokenizer {of_tokenizer}: they are not of one "
                "bundle. Make it again."
            )


def bundle_tokenizer(manifest: Manifest) -> PairTokenizer:
    """The tokenizer of a translation bundle.

    Raises:
        BundleError: if one of its files is not listed in the manifest, or is none of SentencePiece.
    """
    spec = SubwordSpec.from_dict(manifest.input)
    (folder,) = {manifest.file(name).parent for name in spec.files}
    try:
        return load_pair_tokenizer(folder, spec=spec)
    except ConfigError as error:
        raise BundleError(f"{folder}: {error}") from error
