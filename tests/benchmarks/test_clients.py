"""The matrix of clients: who does not agree is noticed, who is missing has a reason."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import flatbuffers
import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema

from benchmarks.clients import elsewhere, kept, metadata
from benchmarks.clients.answers import Failure, Told, agrees, compare, is_same
from benchmarks.clients.case import Case, cases_of
from benchmarks.clients.client import Answers, Client, one_by_one
from benchmarks.clients.each import compiled_model, interpreter, litert_js, mediapipe
from benchmarks.clients.examples import odd_pictures
from benchmarks.clients.matrix import Cell, ask
from benchmarks.clients.page import markdown
from benchmarks.clients.reading import (
    answer_of_scores,
    entities_from_tags,
    entities_told,
    set_of,
)
from tests.shapes import COLOURS, shape_picture

OLD = Path(__file__).parents[1] / "deploy" / "first_bundle"
"""Made by the first version, whose files say nothing of themselves."""

INTERPRETER, COMPILED = interpreter.CLIENTS[0], compiled_model.CLIENTS[0]


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """The old bundle's int8 file, and pictures of all sizes."""
    folder = tmp_path_factory.mktemp("pictures")
    files = [folder / f"{label}.png" for label in COLOURS]
    for file in files:
        shape_picture(file.stem, 5).save(file)
    examples = [*files, *odd_pictures(files, folder)]
    return next(iter(cases_of("old", OLD, examples)))


@pytest.mark.parametrize("client", [INTERPRETER, COMPILED], ids=lambda each: each.name)
def test_runtimes_answer_with_an_old_file_to_the_bit(client: Client, case: Case) -> None:
    (cell,) = ask(client, [case])
    assert cell.compared is not None and cell.compared.same_bits and not cell.failed
    assert cell.compared.count == len(case.examples)


def _asked(case: Case, **changes: object) -> Cell:
    (cell,) = ask(dataclasses.replace(INTERPRETER, **changes), [case])
    return cell


def test_a_wrong_client_is_noticed_and_a_missing_one_has_its_reason(case: Case) -> None:
    def wrong(question: Case) -> Sequence[np.ndarray]:
        return [np.roll(scores, 1) for scores in question.expected()]

    cell = _asked(case, answers=one_by_one(wrong))
    assert cell.failed and cell.compared is not None and cell.compared.agreeing == 0
    shown = _asked(case, answers=one_by_one(wrong), floor=None)
    assert shown.compared is not None and not shown.failed
    few = _asked(case, answers=one_by_one(lambda asked: asked.expected()[1:]))
    assert few.failed and "fails: " in few.reason
    broken = _asked(case, answers=one_by_one(lambda asked: asked.no_such_thing))
    assert broken.failed and "no_such_thing" in broken.reason
    for ends in (lambda cases: iter(()), lambda cases: iter([1 / 0])):
        ended = _asked(case, answers=ends)
        assert ended.failed and ended.reason.startswith("fails: ")
    missing = _asked(case, missing=lambda: "there is none here")
    assert (missing.reason, missing.failed) == ("there is none here", False)
    unfit = _asked(case, missing=lambda: "there is none here", cannot=lambda asked: "of no kind")
    assert (unfit.reason, unfit.failed) == ("of no kind", False)
    assert "export" in next(iter(ask(mediapipe.CLIENTS[0], [case]))).reason

    client = dataclasses.replace(INTERPRETER, version=lambda: "7")
    page = markdown({client: [cell]}, bare=[], kinds={"old": "one"}, counts={"old": 3}, seconds=60)
    assert "| LiteRT Interpreter | 7 | 0.0 % |" in page and "**too few**" in page


def test_clients_are_asked_what_suits_them_only(case: Case) -> None:
    asked: list[int] = []

    def answers(cases: Sequence[Case]) -> Iterator[Answers]:
        for each in cases:
            asked.append(len(each.examples))
            yield each.expected()

    first = case.examples[0]
    cell = _asked(case, answers=answers, suits=lambda _, raw: raw != first)
    assert cell.compared is not None
    assert asked == [cell.compared.count] == [len(case.examples) - 1]
    none = _asked(case, answers=answers, suits=lambda *_: False)
    assert none.reason and not none.failed and len(asked) == 1


def test_answers_are_compared_with_those_of_the_file_without_metadata(
    case: Case, tmp_path: Path
) -> None:
    content = case.file.read_bytes()
    assert not metadata.has_metadata(content) and not list(
        metadata.compared(INTERPRETER, [case], tmp_path)
    )
    model = schema.ModelT.InitFromPackedBuf(content)
    entry, buffer = schema.MetadataT(), schema.BufferT()
    entry.name, entry.buffer = metadata.NAME, len(model.buffers)
    buffer.data = np.frombuffer(b"what it is", np.uint8)
    model.metadata = [*(model.metadata or []), entry]
    model.buffers.append(buffer)
    builder = flatbuffers.Builder(len(content))
    builder.Finish(model.Pack(builder), metadata.IDENTIFIER)
    marked = dataclasses.replace(case, other=tmp_path / "marked.tflite")
    marked.file.write_bytes(bytes(builder.Output()) + b"files behind it")
    assert metadata.has_metadata(marked.file.read_bytes())
    bare = metadata.without_metadata(marked.file.read_bytes())
    assert not metadata.has_metadata(bare) and b"what it is" not in bare
    (cell,) = metadata.compared(INTERPRETER, [marked], tmp_path)
    assert not cell.failed and cell.compared is not None
    assert cell.compared.count == len(case.examples[:: metadata.STEP])

    def changed(question: Case) -> Sequence[np.ndarray]:
        return [scores + (question.file.parent == tmp_path) for scores in question.expected()]

    other = dataclasses.replace(INTERPRETER, answers=one_by_one(changed))
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (cell,) = metadata.compared(other, [marked], folder)
    assert cell.failed


def test_what_is_known_of_a_bundle_is_kept(case: Case, tmp_path: Path) -> None:
    (cell,) = ask(INTERPRETER, [case])
    refused = Cell(client="none", bundle="old", artifact="int8", reason="it takes none")
    record = kept.Record(kind="one", count=3, seconds=1.5, cells=(cell, refused), bare=(cell,))
    file = tmp_path / "folder" / "answers.json"
    assert kept.load(file) == {}
    kept.save(file, {"old": record, "words": record})
    records = kept.ordered(kept.load(file))
    assert list(records) == ["words", "old"] and records["old"] == record
    assert kept.cells_of(records, "none") == [refused, refused]


def test_what_agrees() -> None:
    scores = np.array([0.25, 0.5, 0.25], np.float32)
    partial = np.array([np.nan, 0.5, np.nan], np.float32)
    assert agrees(partial, scores) and is_same(partial, scores)
    assert agrees(scores[::-1], scores) and not agrees(np.roll(scores, 1), scores)
    alike = np.array([0.5, 0.5])  # any label will do
    assert agrees(np.array([0.1, 0.2]), alike) and not agrees(np.array([np.nan, np.nan]), alike)
    assert agrees(1000.05, 1000.0) and not agrees(1000.2, 1000.0) and not agrees("1000", 1000.0)
    assert agrees(1000.2, 1000.0, within=1e-3)
    assert agrees("Hund", "Hund") and not agrees("hund", "Hund")
    compared = compare([1.0, 2.0], [1.0, 3.0])
    assert (compared.share, compared.distance, compared.first) == (0.5, 1.0, 1)
    assert not compare([], []).share


def test_sets_and_entities_agree_where_all_their_names_do() -> None:
    thresholds = [0.5, 0.25, 0.75]
    manifest: Any = SimpleNamespace(
        answer={"kind": "labels", "thresholds": thresholds}, labels=("a", "b", "c")
    )
    expected = answer_of_scores(manifest, np.array(thresholds, np.float32))
    assert isinstance(expected, Told) and expected.names == ("a", "b", "c")
    fewer = answer_of_scores(manifest, np.array([0.5, 0.25, 0.625], np.float32))
    assert not agrees(fewer, expected) and not is_same(fewer, expected)
    told = set_of(manifest, ["c", "a", "b"], None)
    assert agrees(told, expected) and is_same(told, expected)
    near = set_of(manifest, ["a", "b", "c"], {"a": 0.5, "b": 0.25, "c": 1.0})
    compared = compare([near, told], [expected, expected])
    assert (compared.share, compared.distance, compared.same_bits) == (1.0, 0.25, False)
    assert not agrees(np.array(thresholds), expected) and not agrees(1.0, expected)
    with pytest.raises(ValueError, match="lacks"):
        set_of(manifest, ["d"], None)

    found = entities_from_tags(("O", "B-X", "I-X", "B-X"), (0, 2, 4, 6), (1, 3, 5, 7), None)
    same = entities_told([{"label": "X", "start": at, "end": end} for at, end in ((2, 5), (6, 7))])
    assert found.names == same.names == ("X 2:5", "X 6:7") and agrees(same, found)
    assert not agrees(entities_told([]), found)


WORKER = """
import json, os, sys
for job in json.load(open(sys.argv[1])):
    if job == "die":
        sys.exit("it died")
    print("by the way")
    print(json.dumps({"error": "no"} if job == "refuse" else {"answers": job}), flush=True)
"""


def test_a_program_that_dies_fails_one_case_and_goes_on_with_the_next(tmp_path: Path) -> None:
    script = tmp_path / "worker.py"
    script.write_text(WORKER)
    jobs = ["a", "die", "refuse", "b"]
    values = list(elsewhere.answered([sys.executable, "-S", script], jobs))
    assert values == [
        "a",
        Failure("the process ended with 1: it died"),
        Failure("no"),
        "b",
    ]


def test_litert_js_answers_in_chromium(case: Case) -> None:
    client = litert_js.CLIENTS[0]
    if reason := client.missing():
        pytest.skip(reason)
    (cell,) = ask(client, [case])
    assert cell.compared is not None and cell.compared.share == 1, cell
    assert cell.compared.distance <= 1 / 256
