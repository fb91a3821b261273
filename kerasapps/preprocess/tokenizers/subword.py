"""Pieces of words in two languages, by SentencePiece; no TensorFlow, so that a phone can follow.

A `.model` file holds the pieces and how texts are normalized (`nmt_nfkc`): Python, the graph
(`subword_graph`) and any other SentencePiece find the same ids.

Reference: Kudo and Richardson 2018; Sennrich et al. 2016 (bpe); Kudo 2018 (unigram).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, get_args

import numpy as np
import sentencepiece

from kerasapps.config import SubwordKind, choose
from kerasapps.config.kinds import SENTENCEPIECE
from kerasapps.config.limits import LONGEST_TEXT
from kerasapps.errors import ConfigError
from kerasapps.files.paths import user_path
from kerasapps.preprocess.tokenizers.keep import read_spec
from kerasapps.preprocess.tokenizers.spec import PAD_ID, require_text

UNKNOWN_ID, START_ID, END_ID = 1, 2, 3
JOINT_FILE = "tokenizer.model"
SEPARATE_FILES = ("source.model", "target.model")


@dataclass(frozen=True, kw_only=True)
class SubwordSpec:
    """How sentence pairs become ids; together with the `.model` files this is all of a tokenizer.

    Attributes:
        subwords: `bpe` or `unigram`, how the pieces were learned.
        joint: both languages share the pieces.
        max_source: ids of a source, its end mark included; what is beyond is cut off.
        max_target: ids of a target, its end mark included.
        source_language: such as `en`, or None where it is not known.
        target_language: such as `de`, or None where it is not known.

    Examples:
        >>> spec = kerasapps.preprocess.SubwordSpec(
        ...     subwords="bpe", joint=True, max_source=32, max_target=32
        ... )
        >>> spec.files
        ('tokenizer.model',)
    """

    subwords: SubwordKind
    joint: bool
    max_source: int
    max_target: int
    source_language: str | None = None
    target_language: str | None = None

    def __post_init__(self) -> None:
        choose(self.subwords, get_args(SubwordKind), what="SubwordSpec.subwords")
        if not isinstance(self.joint, bool):
            raise ConfigError(f"SubwordSpec.joint must be true or false, got {self.joint!r}.")
        for name in ("max_source", "max_target"):
            value = getattr(self, name)
            is_whole = isinstance(value, int) and not isinstance(value, bool)
            if not is_whole or not 2 <= value <= LONGEST_TEXT:
                raise ConfigError(
                    f"SubwordSpec.{name} must be a whole number from 2 to {LONGEST_TEXT}, "
                    f"got {value!r}."
                )
        for name in ("source_language", "target_language"):
            value = getattr(self, name)
            if not (value is None or (isinstance(value, str) and value)):
                raise ConfigError(f"SubwordSpec.{name} must be a language or None, got {value!r}.")

    @property
    def files(self) -> tuple[str, ...]:
        """The names of the `.model` files: one for both languages, or one each."""
        return (JOINT_FILE,) if self.joint else SEPARATE_FILES

    def to_dict(self) -> dict[str, Any]:
        """Plain values for a manifest."""
        return asdict(self)

    def explained(self) -> dict[str, Any]:
        """What `PairTokenizer` does, for programs of other people; see `docs/bundles.md`."""
        return {
            "kind": SENTENCEPIECE,
            "model": self.subwords,
            "source_file": self.files[0],
            "target_file": self.files[-1],
            "pad_id": PAD_ID,
            "unknown_id": UNKNOWN_ID,
            "start_id": START_ID,
            "end_id": END_ID,
            "source_length": self.max_source,
            "target_length": self.max_target,
            "padding_side": "right",
            "cut": "end, the end id stays",
            "source_language": self.source_language,
            "target_language": self.target_language,
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> SubwordSpec:
        """The spec that `to_dict` described.

        Raises:
            ConfigError: if a field is missing, unknown or of a wrong value.
        """
        try:
            return cls(**values)
        except TypeError as error:
            raise ConfigError(f"not a subword specification: {dict(values)!r} ({error})") from error


class PairTokenizer:
    """Sources and targets as ids: 0 padding, 1 unknown, 2 start, 3 end, then pieces.

    Ids of a text are those of its pieces and the end mark. A text that is too long loses its end,
    but keeps the end mark; an empty one is the end mark alone. A text never gives the ids 0, 2 and
    3 otherwise, whatever it spells.

    A vocabulary of 1024 pieces or more holds the 256 bytes, and spells a character that it lacks
    with them: no text gives the id 1, and `decode_target` restores what was spelled. A smaller one
    has no room for them: such a character is the id 1, and reads "⁇".

    Args:
        models: contents of the `.model` files: of both languages, or of the source and the target.
        spec: lengths and languages.

    Raises:
        ConfigError: if a model is none of SentencePiece's, or its special ids are others.

    Examples:
        >>> splits = kerasapps.data.load_pairs("builtin:phrases")
        >>> tokenizer = kerasapps.preprocess.learn_pair_tokenizer(
        ...     splits.train.sources, splits.train.targets
        ... )
        >>> ids = tokenizer.encode_target(splits.train.targets[0])
        >>> tokenizer.decode_target(ids) == splits.train.targets[0]
        True
    """

    pad_id = PAD_ID
    unknown_id = UNKNOWN_ID
    start_id = START_ID
    end_id = END_ID

    def __init__(self, models: Sequence[bytes], spec: SubwordSpec) -> None:
        if len(models) != len(spec.files):
            raise ConfigError(
                f"a {'joint' if spec.joint else 'separate'} vocabulary has {len(spec.files)} "
                f"models, not {len(models)}."
            )
        self._models, self._spec = tuple(models), spec
        processors = [
            _processor(model, name) for model, name in zip(models, spec.files, strict=True)
        ]
        self._source, self._target = processors[0], processors[-1]

    @property
    def spec(self) -> SubwordSpec:
        """What describes it, beside its models."""
        return self._spec

    @property
    def models(self) -> tuple[bytes, ...]:
        """Contents of the `.model` files, in the order of `spec.files`."""
        return self._models

    @property
    def source_size(self) -> int:
        """Source ids are 0 to this, exclusive."""
        return int(self._source.get_piece_size())

    @property
    def target_size(self) -> int:
        """Target ids are 0 to this, exclusive."""
        return int(self._target.get_piece_size())

    def encode_source(self, text: str) -> np.ndarray:
        """The ids of a source, int32 `(n,)`: at most `max_source`, the end mark last."""
        return _ended(_ids(self._source, text), self._spec.max_source)

    def encode_target(self, text: str) -> np.ndarray:
        """The ids of a target, int32 `(n,)`: at most `max_target`, the end mark last."""
        return _ended(_ids(self._target, text), self._spec.max_target)

    def source_length(self, text: str) -> int:
        """Ids of a source with the end mark, nothing cut off."""
        return len(_ids(self._source, text)) + 1

    def target_length(self, text: str) -> int:
        """Ids of a target with the end mark, nothing cut off."""
        return len(_ids(self._target, text)) + 1

    def decode_target(self, ids: Iterable[int] | np.ndarray) -> str:
        """The text that target ids spell, up to the end mark; padding and start spell nothing."""
        return str(self._target.decode(_until_end(ids)))

    def source_pieces(self, text: str) -> list[str]:
        """What each of `encode_source` stands for; "▁" begins a word, "<0xE2>" is a byte."""
        return [self._source.id_to_piece(number) for number in self.encode_source(text).tolist()]

    def target_pieces(self, ids: Iterable[int] | np.ndarray) -> list[str]:
        """What each target id stands for, up to the end mark and without it."""
        return [self._target.id_to_piece(number) for number in _until_end(ids)]

    def with_lengths(self, *, max_source: int, max_target: int) -> PairTokenizer:
        """The same tokenizer with other lengths."""
        spec = replace(self._spec, max_source=max_source, max_target=max_target)
        return PairTokenizer(self._models, spec)

    def save(self, folder: Path) -> tuple[Path, ...]:
        """Writes `tokenizer.model`, or `source.model` and `target.model`; returns their paths."""
        files = tuple(Path(folder) / name for name in self._spec.files)
        for file, model in zip(files, self._models, strict=True):
            file.write_bytes(model)
        return files


def load_pair_tokenizer(
    folder: str | os.PathLike[str], *, spec: SubwordSpec | None = None
) -> PairTokenizer:
    """The tokenizer that `save_tokenizer`, or a tokenizer's own `save`, wrote into a folder.

    Args:
        folder: holds the `.model` files, and `tokenizer.json` where `spec` is left out.
        spec: lengths, languages, and whether there is one model or two, where that is known.

    Raises:
        ConfigError: if a file is missing, or is no model of this package; it names the file.

    Examples:
        >>> splits = kerasapps.data.load_pairs("builtin:phrases")
        >>> tokenizer = kerasapps.preprocess.learn_pair_tokenizer(
        ...     splits.train.sources, splits.train.targets
        ... )
        >>> folder = kerasapps.preprocess.save_tokenizer(tokenizer, "pieces")
        >>> again = kerasapps.preprocess.load_pair_tokenizer(folder)
        >>> again.models == tokenizer.models and again.spec == tokenizer.spec
        True
    """
    path = user_path(folder, what="folder")
    spec = SubwordSpec.from_dict(read_spec(path)) if spec is None else spec
    models = []
    for name in spec.files:
        file = path / name
        try:
            models.append(file.read_bytes())
        except OSError as error:
            raise ConfigError(
                f"{file}: cannot be read as a SentencePiece model: {error}"
            ) from error
    return PairTokenizer(models, spec)


def _processor(model: bytes, name: str) -> sentencepiece.SentencePieceProcessor:
    processor = sentencepiece.SentencePieceProcessor()
    try:
        processor.LoadFromSerializedProto(model)
        special = (processor.pad_id(), processor.unk_id(), processor.bos_id(), processor.eos_id())
    except RuntimeError as error:
        raise ConfigError(f"{name} is not a SentencePiece model: {error}") from error
    if special != (PAD_ID, UNKNOWN_ID, START_ID, END_ID):
        raise ConfigError(
            f"{name} has {special} as ids of padding, unknown, start and end; they must be "
            f"{(PAD_ID, UNKNOWN_ID, START_ID, END_ID)}: use a model that kerasapps learned."
        )
    return processor


def _ids(processor: sentencepiece.SentencePieceProcessor, text: str) -> list[int]:
    """As bytes, because half a surrogate pair, which a command line may hold, has no UTF-8."""
    require_text(text)
    ids: list[int] = processor.encode(text.encode("utf-8", "replace"))
    return ids


def _ended(ids: list[int], most: int) -> np.ndarray:
    return np.array([*ids[: most - 1], END_ID], np.int32)


def _until_end(ids: Iterable[int] | np.ndarray) -> list[int]:
    numbers = [int(number) for number in ids]
    return numbers[: numbers.index(END_ID)] if END_ID in numbers else numbers
