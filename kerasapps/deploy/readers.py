"""From what users have (files, pixels, texts) to what a network takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol, TypeAlias

import numpy as np

from kerasapps.deploy.manifest import Manifest
from kerasapps.deploy.pictures import split_pictures
from kerasapps.errors import BundleError, ConfigError, DataError
from kerasapps.model_inputs import ModelInputs, RawInput
from kerasapps.preprocess.image import ImageSpec, load_image
from kerasapps.preprocess.text import reads_whole
from kerasapps.preprocess.tokenizers import Tokenizer, TokenizerSpec, load_tokenizer
from kerasapps.preprocess.tokenizers.spec import VOCABULARY_FILE

Shape: TypeAlias = tuple[int, ...]
Shapes: TypeAlias = Shape | Mapping[str, Shape]
"""Of one example as a network takes it: of its one array, or of each of its inputs by name."""


class Reader(Protocol):
    """Reads the inputs of one task."""

    def split(self, inputs: Any) -> list[Any]:
        """The single inputs in what may be one or several."""

    def read(self, raw: Any) -> ModelInputs:
        """One input as the network takes it, without the batch."""

    def reads_whole(self, raw: Any) -> bool:
        """Whether an input that can be read is read to its end."""

    @property
    def shape(self) -> Shapes:
        """Shape of one input as the network takes it, without the batch."""

    def example(self) -> ModelInputs:
        """An input of the usual size, for timing."""

    def raw_example(self, folder: Path) -> RawInput:
        """The same before preprocessing; a file goes into `folder`."""


class PictureReader:
    """Pictures as uint8 pixels.

    Args:
        manifest: of the bundle; its `input` holds the fields of `ImageSpec`.
    """

    def __init__(self, manifest: Manifest) -> None:
        self.spec = ImageSpec.from_dict(manifest.input)

    def split(self, inputs: Any) -> list[Any]:
        """One picture or a batch of them as a list of pictures."""
        return list(split_pictures(inputs))

    def read(self, raw: Any) -> np.ndarray:
        """uint8 `(height, width, channels)`."""
        return load_image(raw, self.spec)

    def reads_whole(self, raw: Any) -> bool:
        """Always: a picture is scaled, not cut off."""
        return True

    @property
    def shape(self) -> Shape:
        """`(height, width, channels)`."""
        return self.spec.shape

    def example(self) -> np.ndarray:
        """A grey picture."""
        return np.full(self.spec.shape, 127, np.uint8)

    def raw_example(self, folder: Path) -> RawInput:
        """A grey picture as a PNG file."""
        from PIL import Image

        Image.fromarray(self.example()[..., 0]).save(folder / "grey.png")
        return folder / "grey.png"


class TextReader:
    """Texts as token ids.

    Args:
        manifest: of the bundle; its `input` holds the fields of `TokenizerSpec`, its folder the
            vocabulary.
    """

    def __init__(self, manifest: Manifest) -> None:
        self.tokenizer = text_tokenizer(manifest)

    def split(self, inputs: Any) -> list[Any]:
        """One text or several as a list of texts."""
        return split_texts(inputs)

    def read(self, raw: Any) -> np.ndarray:
        """int32 `(max_length,)`."""
        return self.tokenizer.encode(checked_text(raw))

    def reads_whole(self, raw: Any) -> bool:
        """Whether a text is no longer than the network reads; else `read` drops its end.

        Raises:
            DataError: if it is no text.
        """
        return reads_whole(checked_text(raw), self.tokenizer)

    @property
    def shape(self) -> Shape:
        """`(max_length,)`."""
        return (self.tokenizer.spec.max_length,)

    def example(self) -> np.ndarray:
        """A text as long as the model reads."""
        return self.read(str(self.raw_example(Path())))

    def raw_example(self, folder: Path) -> RawInput:
        """Words enough to fill the model's input."""
        return "word " * self.tokenizer.spec.max_length


def text_tokenizer(manifest: Manifest) -> Tokenizer:
    """The tokenizer of a bundle for texts.

    Raises:
        BundleError: if its vocabulary is not listed in the manifest, or is none.
    """
    spec = TokenizerSpec.from_dict(manifest.input)
    folder = manifest.file(VOCABULARY_FILE).parent
    try:
        return load_tokenizer(folder, spec=spec)
    except ConfigError as error:
        raise BundleError(str(error)) from error


def split_texts(inputs: Any) -> list[Any]:
    """One text or several as a list of texts.

    Raises:
        DataError: if it is neither.
    """
    if isinstance(inputs, str):
        return [inputs]
    return _listed(inputs, "a text or a list of texts")


def checked_text(text: Any) -> str:
    """The text itself.

    Raises:
        DataError: if it is no text, or has characters that UTF-8 cannot write.
    """
    if not isinstance(text, str):
        raise DataError(f"expected a text, got {type(text).__name__}: {text!r:.80}")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise DataError(
            f"the text {text[:40]!a} is not UTF-8 at character {error.start + 1}."
        ) from error
    return text


def _listed(inputs: Any, expected: str) -> list[Any]:
    # What can be gone through, or seems so, and holds no inputs: names, numbers, nothing.
    no_list = isinstance(inputs, Mapping | bytes | bytearray | memoryview) or (
        isinstance(inputs, np.ndarray) and not inputs.ndim
    )
    if no_list or not isinstance(inputs, Iterable):
        raise DataError(f"expected {expected}, got {type(inputs).__name__}.")
    return list(inputs)
