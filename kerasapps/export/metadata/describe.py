"""What a file's metadata says, for each kind of input and answer.

With it other people's programs take the file as it is: MediaPipe's ImageClassifier, TextClassifier
and AudioClassifier find how inputs are prepared, and the names of the classes. What they would
prepare otherwise than `load_bundle` is not claimed: such a file is described in words only.
"""

from __future__ import annotations

import importlib.metadata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from kerasapps.config import kinds
from kerasapps.deploy.tensors import FileTensor, graph_tensors
from kerasapps.deploy.undecided import Undecided
from kerasapps.errors import ExportError
from kerasapps.export.metadata.attach import attach
from kerasapps.export.metadata.tables import (
    AssociatedFile,
    AudioProperties,
    BertTokenizerOptions,
    ColorSpace,
    Content,
    FeatureProperties,
    FileType,
    ImageProperties,
    ImageSize,
    ModelMetadata,
    NormalizationOptions,
    ProcessUnit,
    RegexTokenizerOptions,
    ScoreThresholdingOptions,
    Stats,
    SubGraphMetadata,
    TensorMetadata,
    packed,
)

LABELS_FILE: Final = "labels.txt"
_LICENSE: Final = "Not stated. It is for whoever trained the model to say."
_BERT: Final = {
    "input_word_ids": ("ids", "Ids of the wordpieces of a text, padded with 0."),
    "input_mask": ("mask", "1 where a wordpiece is, 0 where padding."),
    "input_type_ids": ("segment_ids", "0: a text is one segment."),
}
_INPUTS: Final = {
    kinds.PICTURE: "A picture in RGB, of levels from 0 to 255 as they are.",
    kinds.SOUND: "Samples of a sound in one channel, between -1 and 1.",
    kinds.WORDS: "Ids of the words of a text, padded with 0.",
    kinds.TOKENS: "Ids of the words of a text, or of their characters, padded with 0.",
    kinds.PIECES: "Ids of the pieces of words, or the place of each word's first one.",
    kinds.ROWS: "A row of a table, as bundle.json says of each column.",
    kinds.SENTENCEPIECE: "A piece of the translation, its position, and the states.",
}
_NAMES: Final = {
    kinds.PICTURE: "Picture",
    kinds.SOUND: "Sound",
    kinds.WORDS: "Text",
    kinds.WORDPIECES: "Text",
    kinds.TOKENS: "Text",
    kinds.PIECES: "Text",
    kinds.ROWS: "Row",
}
_ANSWERS: Final = {
    kinds.CLASSES: "classifier",
    kinds.TRANSLATION: "Translator",
    kinds.TAGS: "tagger",
}


@dataclass(frozen=True)
class Described:
    """What is known of a network beside its files.

    Attributes:
        preprocessing: as in `bundle.json`.
        answer: likewise.
        labels: class names in score order; none where it answers otherwise.
        folder: holds the files that `preprocessing` names.
    """

    preprocessing: Mapping[str, Any]
    answer: Mapping[str, Any]
    labels: Sequence[str]
    folder: Path


def describe_files(candidates: Mapping[str, Path | ExportError], described: Described) -> None:
    """Puts metadata into each TFLite file that was made; all others stay as they are."""
    for candidate in candidates.values():
        if isinstance(candidate, Path) and candidate.suffix == ".tflite":
            write_metadata(candidate, described)


def write_metadata(path: Path, described: Described) -> None:
    """Puts metadata into a TFLite file, and the files that it names behind it.

    Raises:
        ExportError: if the file has metadata already.
    """
    content = path.read_bytes()
    inputs, outputs = graph_tensors(content)
    metadata, files = metadata_of(described, inputs, outputs)
    path.write_bytes(attach(content, packed(metadata), files))


def metadata_of(
    described: Described, inputs: Sequence[FileTensor], outputs: Sequence[FileTensor]
) -> tuple[ModelMetadata, Mapping[str, bytes]]:
    """The metadata of a file, and the files that it names.

    Args:
        described: the network.
        inputs: of the file's first graph, in its order.
        outputs: likewise.
    """
    graph, files, oldest = _inputs(described, inputs)
    if described.labels:
        files = {**files, LABELS_FILE: _lines(described.labels)}
    results = tuple(_output(described, each) for each in outputs)
    return ModelMetadata(
        name=_name(described),
        description=f"Made by kerasapps {importlib.metadata.version('kerasapps')}. "
        "Its inputs, its outputs and how it was judged stand in bundle.json.",
        version="1",
        license=_LICENSE,
        subgraph_metadata=(replace(graph, output_tensor_metadata=results),),
        min_parser_version=oldest,
    ), files


def _name(described: Described) -> str:
    answer = _ANSWERS.get(described.answer["kind"], "model")
    name = _NAMES.get(described.preprocessing["kind"])
    return answer.capitalize() if name is None else f"{name} {answer}"


def _inputs(
    described: Described, inputs: Sequence[FileTensor]
) -> tuple[SubGraphMetadata, Mapping[str, bytes], str]:
    """What is said of the inputs, the files for it, and the version of readers that know all."""
    preprocessing = described.preprocessing
    kind = preprocessing["kind"]
    if kind == kinds.PICTURE and inputs[0].shape[-1] == 3:
        return SubGraphMetadata(input_tensor_metadata=(_picture(inputs[0]),)), {}, "1.0.0"
    if kind == kinds.WORDS:
        vocabulary, files = _vocabulary(described)
        unit = RegexTokenizerOptions(
            delim_regex_pattern=preprocessing["delimiter"], vocab_file=vocabulary
        )
        text = replace(_plain(inputs[0], _INPUTS[kind]), process_units=(ProcessUnit(options=unit),))
        return SubGraphMetadata(input_tensor_metadata=(text,)), files, "1.2.1"
    if kind == kinds.WORDPIECES and {each.name for each in inputs} == _BERT.keys():
        tensors = tuple(_named(each, *_BERT[each.name]) for each in inputs)
        graph = SubGraphMetadata(input_tensor_metadata=tensors)
        if not preprocessing["lowercase"]:
            return graph, {}, "1.0.0"  # BertTokenizerOptions stand for one that makes lower case
        vocabulary, files = _vocabulary(described)
        cut = ProcessUnit(options=BertTokenizerOptions(vocab_file=vocabulary))
        return replace(graph, input_process_units=(cut,)), files, "1.1.0"
    if kind == kinds.SOUND:
        sound = AudioProperties(sample_rate=preprocessing["rate"], channels=1)
        tensor = replace(
            _named(inputs[0], "audio_clip", _INPUTS[kind]),
            content=Content(content_properties=sound),
        )
        return SubGraphMetadata(input_tensor_metadata=(tensor,)), {}, "1.3.0"
    said = _INPUTS.get(kind)
    return (
        SubGraphMetadata(input_tensor_metadata=tuple(_plain(e, said) for e in inputs)),
        {},
        "1.0.0",
    )


def _picture(tensor: FileTensor) -> TensorMetadata:
    _, height, width, _ = tensor.shape
    properties = ImageProperties(
        color_space=ColorSpace.RGB, default_size=ImageSize(width=width, height=height)
    )
    as_it_is = ProcessUnit(options=NormalizationOptions(mean=(0.0,), std=(1.0,)))
    return TensorMetadata(
        name="image",
        description=_INPUTS[kinds.PICTURE],
        content=Content(content_properties=properties),
        process_units=(as_it_is,),
        stats=Stats(max=(255.0,), min=(0.0,)),
    )


def _plain(tensor: FileTensor, description: str | None) -> TensorMetadata:
    return _named(tensor, tensor.name, description)


def _named(tensor: FileTensor, name: str, description: str | None) -> TensorMetadata:
    return TensorMetadata(
        name=name,
        description=description,
        content=Content(content_properties=FeatureProperties()),
    )


def _output(described: Described, tensor: FileTensor) -> TensorMetadata:
    if not described.labels:
        return _plain(tensor, None)
    what = "tags" if described.answer["kind"] == kinds.TAGS else "classes"
    labels = AssociatedFile(
        name=LABELS_FILE,
        description=f"Names of the {what}, in the order of the scores.",
        type=FileType.TENSOR_AXIS_LABELS,
    )
    if what == "tags":
        scores = _named(tensor, "score", "The larger, the likelier each tag is of each word alone.")
        return replace(scores, associated_files=(labels,))
    return replace(
        _named(tensor, "score", "How likely each class is."),
        process_units=_one_threshold(described),
        stats=Stats(max=(1.0,), min=(0.0,)),
        associated_files=(labels,),
    )


def _one_threshold(described: Described) -> tuple[ProcessUnit, ...] | None:
    """The score that a class must have, where it is the same for all: there can be one only."""
    answer = described.answer
    if answer["kind"] != kinds.CLASSES:
        return None
    undecided = Undecided.of(answer, described.labels)
    limits = {float(each) for each in undecided.limits(len(described.labels))}
    if undecided.is_empty or len(limits) > 1:
        return None
    options = ScoreThresholdingOptions(global_score_threshold=limits.pop())
    return (ProcessUnit(options=options),)


def _vocabulary(described: Described) -> tuple[tuple[AssociatedFile, ...], Mapping[str, bytes]]:
    (file,) = described.preprocessing["files"]
    name = file["path"]
    table = AssociatedFile(name=name, description=file["format"], type=FileType.VOCABULARY)
    return (table,), {name: (described.folder / name).read_bytes()}


def _lines(labels: Sequence[str]) -> bytes:
    """As `labels.txt` of a bundle holds them."""
    return ("\n".join(labels) + "\n").encode()
