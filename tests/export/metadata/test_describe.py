"""What files say of themselves, field by field, for each kind of input and answer."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from kerasapps.deploy.tensors import FileTensor
from kerasapps.export.metadata.describe import Described, metadata_of
from kerasapps.export.metadata.tables import packed
from kerasapps.preprocess.image import ImageSpec
from kerasapps.preprocess.tokenizers import RegexTokenizer, TokenizerSpec, WordPieceTokenizer
from tests.export.metadata.reading import Table

PICTURE = ImageSpec(height=8, width=9, channels=1).explained()
SCORES = (FileTensor("output_0", (1, 2)),)
IMAGE = (FileTensor("input", (1, 8, 9, 3)),)
BERT = tuple(
    FileTensor(name, (1, 8)) for name in ("input_mask", "input_type_ids", "input_word_ids")
)
VOCABULARY, LABELS, REGEX, BERT_UNIT, THRESHOLD = 5, 2, 6, 4, 3


def classes(preprocessing: dict[str, Any], folder: Path) -> Described:
    return Described(preprocessing, {"kind": "classes"}, ("ä b", "c"), folder)


def read(described: Described, inputs: tuple[FileTensor, ...]) -> tuple[Table, dict[str, bytes]]:
    metadata, files = metadata_of(described, inputs, SCORES)
    return Table.root(packed(metadata)), dict(files)


def words(folder: Path) -> dict[str, Any]:
    ids = {"<PAD>": 0, "<START>": 1, "<UNKNOWN>": 2, "good": 3}
    tokenizer = RegexTokenizer(ids, TokenizerSpec(kind="regex", max_length=8, lowercase=True))
    tokenizer.save(folder)
    return tokenizer.explained()


def wordpieces(folder: Path, *, lowercase: bool) -> dict[str, Any]:
    spec = TokenizerSpec(kind="wordpiece", max_length=8, lowercase=lowercase)
    tokenizer = WordPieceTokenizer(("[PAD]", "[UNK]", "[CLS]", "[SEP]", "good"), spec)
    tokenizer.save(folder)
    return tokenizer.explained()


def check_scores(graph: Table) -> None:
    """Two classes, named by a file: MediaPipe ends its process where that is missing."""
    (output,) = graph.tables(3)
    assert output.text(0) == "score" and output.text(1)
    assert (output.table(5).floats(0), output.table(5).floats(1)) == ([1.0], [0.0])
    (labels,) = output.tables(6)
    assert labels.text(0) == "labels.txt" and labels.byte(2) == LABELS


def test_a_picture_goes_in_as_it_is(tmp_path: Path) -> None:
    model, files = read(classes(PICTURE, tmp_path), IMAGE)
    assert [model.text(slot) for slot in (0, 2)] == ["Picture classifier", "1"]
    assert "bundle.json" in model.text(1) and "trained" in model.text(5)
    assert model.text(7) == "1.0.0" and files == {"labels.txt": "ä b\nc\n".encode()}
    (graph,) = model.tables(3)
    (image,) = graph.tables(2)
    assert image.text(0) == "image" and "RGB" in image.text(1)
    assert image.table(3).byte(0) == 2  # ImageProperties
    properties = image.table(3).table(1)
    assert properties.byte(0) == 1  # RGB
    assert [properties.table(1).whole(slot) for slot in (0, 1)] == [9, 8]
    (unit,) = image.tables(4)
    assert unit.byte(0) == 1  # NormalizationOptions
    assert (unit.table(1).floats(0), unit.table(1).floats(1)) == ([0.0], [1.0])
    assert (image.table(5).floats(0), image.table(5).floats(1)) == ([255.0], [0.0])
    check_scores(graph)


def test_words_are_cut_at_the_delimiter(tmp_path: Path) -> None:
    model, files = read(classes(words(tmp_path), tmp_path), (FileTensor("input", (1, 8)),))
    assert model.text(0) == "Text classifier" and model.text(7) == "1.2.1"
    (graph,) = model.tables(3)
    (text,) = graph.tables(2)
    assert text.table(3).byte(0) == 1  # FeatureProperties
    (unit,) = text.tables(4)
    assert unit.byte(0) == REGEX and unit.table(1).text(0) == r"[^\w']+"
    (vocabulary,) = unit.table(1).tables(1)
    assert vocabulary.text(0) == "vocab.txt" and vocabulary.byte(2) == VOCABULARY
    assert files.keys() == {"vocab.txt", "labels.txt"} and b"<UNKNOWN> 2\n" in files["vocab.txt"]
    check_scores(graph)


def test_uncased_wordpieces_go_in_by_the_names_that_clients_look_for(tmp_path: Path) -> None:
    described = classes(wordpieces(tmp_path, lowercase=True), tmp_path)
    model, files = read(described, BERT)
    (graph,) = model.tables(3)
    assert [each.text(0) for each in graph.tables(2)] == ["mask", "segment_ids", "ids"]
    (unit,) = graph.tables(5)
    assert unit.byte(0) == BERT_UNIT and model.text(7) == "1.1.0"
    (vocabulary,) = unit.table(1).tables(0)
    assert vocabulary.text(0) == "vocab.txt" and files["vocab.txt"].startswith(b"[PAD]\n")
    check_scores(graph)


def test_what_clients_would_prepare_otherwise_is_not_claimed(tmp_path: Path) -> None:
    cased = classes(wordpieces(tmp_path, lowercase=False), tmp_path)
    grey = (FileTensor("input", (1, 8, 9, 1)),)
    for described, inputs in ((cased, BERT), (classes(PICTURE, tmp_path), grey)):
        model, files = read(described, inputs)
        (graph,) = model.tables(3)
        assert not graph.tables(5) and files.keys() == {"labels.txt"}
        assert not any(each.tables(4) for each in graph.tables(2))
        assert all(each.table(3).byte(0) == 1 for each in graph.tables(2))
        check_scores(graph)


def test_other_answers_are_described_without_labels(tmp_path: Path) -> None:
    described = Described({"kind": "rows"}, {"kind": "number"}, (), tmp_path)
    row = (FileTensor("categories", (1, 2)), FileTensor("numbers", (1, 3)))
    model, files = read(described, row)
    (graph,) = model.tables(3)
    assert model.text(0) == "Row model" and not files
    assert [each.text(0) for each in graph.tables(2)] == ["categories", "numbers"]
    (output,) = graph.tables(3)
    assert output.text(0) == "output_0" and not output.tables(6)


def test_one_threshold_for_all_classes_is_told_and_no_other_can_be(tmp_path: Path) -> None:
    said = {
        "unknown": ({"unknown": 0.75}, 0.75),
        "equal": ({"thresholds": [0.25, 0.25]}, 0.25),
        "higher": ({"thresholds": [0.25, 0.5], "unknown": 0.5}, 0.5),
        "different": ({"thresholds": [0.25, 0.5]}, None),
        "a class": ({"unknown_label": "c", "unknown": 0.5}, None),
        "none": ({}, None),
    }
    for name, (answer, expected) in said.items():
        described = Described(PICTURE, {"kind": "classes", **answer}, ("ä b", "c"), tmp_path)
        model, _ = read(described, IMAGE)
        (graph,) = model.tables(3)
        (output,) = graph.tables(3)
        units = output.tables(4)
        check_scores(graph)
        assert (expected is None) == (not units), name
        for unit in units:
            assert unit.byte(0) == THRESHOLD and unit.table(1).number(0) == expected, name


def mediapipe_schema() -> ModuleType:
    """MediaPipe's own reader alone: the package as a whole imports OpenCV and more."""
    found = importlib.util.find_spec("mediapipe")
    if found is None or found.origin is None:
        pytest.skip("mediapipe is not installed: pip install --no-deps mediapipe")
    file = Path(found.origin).parent / "tasks" / "metadata" / "metadata_schema_py_generated.py"
    spec = importlib.util.spec_from_file_location("metadata_schema", file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert "cv2" not in sys.modules
    return module


def test_mediapipe_reads_it_back(tmp_path: Path) -> None:
    schema: Any = mediapipe_schema()

    def model_of(described: Described, inputs: tuple[FileTensor, ...]) -> Any:
        buffer = packed(metadata_of(described, inputs, SCORES)[0])
        assert schema.ModelMetadata.ModelMetadataBufferHasIdentifier(buffer, 0)
        root = schema.ModelMetadata.GetRootAsModelMetadata(buffer, 0)
        return schema.ModelMetadataT.InitFromObj(root)

    model = model_of(classes(PICTURE, tmp_path), IMAGE)
    assert (model.name, model.version) == (b"Picture classifier", b"1")
    assert model.license.startswith(b"Not stated") and model.minParserVersion == b"1.0.0"
    (graph,) = model.subgraphMetadata
    (image,), (score,) = graph.inputTensorMetadata, graph.outputTensorMetadata
    properties = image.content.contentProperties
    assert isinstance(properties, schema.ImagePropertiesT)
    assert properties.colorSpace == schema.ColorSpaceType.RGB
    assert (properties.defaultSize.width, properties.defaultSize.height) == (9, 8)
    (unit,) = image.processUnits
    assert isinstance(unit.options, schema.NormalizationOptionsT)
    assert (unit.options.mean, unit.options.std, image.stats.max) == ([0], [1], [255])
    (labels,) = score.associatedFiles
    assert labels.type == schema.AssociatedFileType.TENSOR_AXIS_LABELS

    model = model_of(classes(words(tmp_path), tmp_path), (FileTensor("input", (1, 8)),))
    ((unit,),) = (each.processUnits for each in model.subgraphMetadata[0].inputTensorMetadata)
    assert isinstance(unit.options, schema.RegexTokenizerOptionsT)
    assert unit.options.delimRegexPattern == rb"[^\w']+"
    assert unit.options.vocabFile[0].type == schema.AssociatedFileType.VOCABULARY

    model = model_of(classes(wordpieces(tmp_path, lowercase=True), tmp_path), BERT)
    (unit,) = model.subgraphMetadata[0].inputProcessUnits
    assert isinstance(unit.options, schema.BertTokenizerOptionsT)
    assert unit.options.vocabFile[0].name == b"vocab.txt"
