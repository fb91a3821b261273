"""From a text to what a network for words takes; without TensorFlow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kerasapps.data.tags.words import Token
from kerasapps.deploy.manifest import Manifest
from kerasapps.deploy.readers import Shape, checked_text, split_texts
from kerasapps.errors import BundleError, ConfigError
from kerasapps.model_inputs import RawInput
from kerasapps.outputs.tags.windows import windows_in
from kerasapps.preprocess.words.encoders import WordEncoder, load_word_encoder, word_spec


class WordReader:
    """Texts as ids of their words and characters.

    Args:
        manifest: of the bundle; its `input` holds the fields of a `WordSpec`, its folder the
            vocabularies.
    """

    def __init__(self, manifest: Manifest) -> None:
        self.encoder = word_encoder(manifest)

    @property
    def length(self) -> int:
        """Words that the network reads at once."""
        return self.encoder.spec.length

    def split(self, inputs: Any) -> list[Any]:
        """One text or several as a list of texts."""
        return split_texts(inputs)

    def tokens(self, raw: str) -> Sequence[Token]:
        """The words of a text with their places."""
        return self.encoder.split(raw)

    def encode(self, words: Sequence[str]) -> Mapping[str, np.ndarray]:
        """At most `length` words as the network takes them, without the batch."""
        return self.encoder.encode(words)

    def read(self, raw: Any) -> Mapping[str, np.ndarray]:
        """The first words of a text as the network takes them, without the batch."""
        words = [token.text for token in self.tokens(checked_text(raw))]
        first = windows_in(words, self.length)[:1]
        return self.encode(words[: first[0][1]] if first else [])

    def reads_whole(self, raw: Any) -> bool:
        """Always: a long text is read in parts."""
        return True

    @property
    def shape(self) -> Mapping[str, Shape]:
        """Of each input."""
        return {name: values.shape for name, values in self.encode([]).items()}

    def example(self) -> Mapping[str, np.ndarray]:
        """As many words as the network reads."""
        return self.read(str(self.raw_example(Path())))

    def raw_example(self, folder: Path) -> RawInput:
        """Words enough to fill the model's input."""
        return "word " * self.length

    def plain(self, raw: str) -> dict[str, Any]:
        """What becomes of a text, as plain values and without padding: its first part's ids."""
        tokens = self.tokens(raw)
        words = [token.text for token in tokens]
        inputs = self.read(raw)
        count = windows_in(words, self.length)[0][1] if words else 0
        return {
            "tokens": words,
            "starts": [token.start for token in tokens],
            **{
                # Pieces end where only zeros are left.
                name: values[:count].tolist()
                if name in self.encoder.of_words
                else np.trim_zeros(values, "b").tolist()
                for name, values in inputs.items()
            },
        }


def word_encoder(manifest: Manifest) -> WordEncoder:
    """What makes ids of words, as a bundle holds it.

    Raises:
        BundleError: if its vocabularies are not listed in the manifest, or are none.
    """
    spec = word_spec(manifest.input)
    (folder,) = {manifest.file(name).parent for name in spec.files}
    try:
        return load_word_encoder(folder, spec=spec)
    except ConfigError as error:
        raise BundleError(f"{folder}: {error}") from error
