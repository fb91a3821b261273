"""The app's Kotlin gives what Python gives: the very ids, texts, pixels, numbers and translations.

All of it is compiled, what calls Android against the signatures of `platform.txt`. What needs no
Android is run.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pytest
from PIL import Image

from kerasapps.config import TranslationConfig
from kerasapps.data.rows.dates import ORDERS, PARTS
from kerasapps.data.rows.values import values_of
from kerasapps.deploy.translation_search import beam_search, greedy
from kerasapps.preprocess.image import ImageSpec, load_image
from kerasapps.preprocess.row_spec import ColumnSpec, RowSpec, Scale
from kerasapps.preprocess.rows import encode_rows
from kerasapps.preprocess.tokenizers.learn import learn_tokenizer
from kerasapps.preprocess.tokenizers.subword_learn import learn_pair_tokenizer
from kerasapps.targets.characters import CHARACTERS_FILE, character_table
from tests.preprocess.strings import mixed_strings
from tests.targets.android.jvm import Job, find_kotlin
from tests.targets.apps import CLASSES, signature, tensor

pytestmark = pytest.mark.slow

STRINGS = mixed_strings(10_000)
END = 3

Run: TypeAlias = Callable[[Sequence[Job]], list[Any]]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Answers of the Kotlin, which is compiled once."""
    kotlin = find_kotlin()
    if isinstance(kotlin, str):
        pytest.skip(kotlin)
    archive = kotlin.compile(tmp_path_factory.mktemp("kotlin"))
    scratch = tmp_path_factory.mktemp("jobs")
    return lambda jobs: list(kotlin.run(archive, jobs, scratch))


def write_bundle(
    folder: Path,
    preprocessing: Mapping[str, Any],
    *signatures: Mapping[str, Any],
    answer: Mapping[str, Any] = CLASSES,
) -> Path:
    """A bundle as far as an app reads it, without a network."""
    folder.mkdir(exist_ok=True)
    runtime = {"signatures": signatures}
    values = {
        "labels": ["no", "yes"],
        "preprocessing": preprocessing,
        "answer": answer,
        "artifacts": [{"path": "model.tflite", "runtime": runtime}],
    }
    (folder / "bundle.json").write_text(json.dumps(values), encoding="utf-8")
    return folder


def differing(found: Sequence[Any], expected: Sequence[Any], inputs: Sequence[Any]) -> list[str]:
    """The first inputs whose answers are others."""
    assert len(found) == len(expected) == len(inputs)
    pairs = zip(found, expected, inputs, strict=True)
    return [ascii(each)[:200] for got, want, each in pairs if got != want][:5]


@pytest.mark.parametrize(
    ("kind", "lowercase"), [("regex", True), ("wordpiece", True), ("wordpiece", False)]
)
def test_ten_thousand_texts(run: Run, tmp_path: Path, kind: Any, lowercase: bool) -> None:
    tokenizer = learn_tokenizer(
        STRINGS[:1000], kind=kind, vocab_size=3000, lowercase=lowercase, max_length=24
    )
    tokenizer.save(tmp_path)
    (tmp_path / CHARACTERS_FILE).write_text(character_table(lowercase=lowercase))
    ids = signature(tensor("ids", 1, 24, dtype="int32"))
    write_bundle(tmp_path, tokenizer.explained(), ids)
    found = run([{"job": "text", "folder": str(tmp_path), "inputs": STRINGS}])
    expected = [{"ids": tokenizer.encode(text).tolist()} for text in STRINGS]
    assert not differing(found, expected, STRINGS)


def test_the_inputs_of_a_bert(run: Run, tmp_path: Path) -> None:
    tokenizer = learn_tokenizer(STRINGS[:99], kind="wordpiece", vocab_size=200, max_length=6)
    tokenizer.save(tmp_path)
    (tmp_path / CHARACTERS_FILE).write_text(character_table(lowercase=True))
    names = ("input_word_ids", "input_mask", "input_type_ids")
    bert = signature(*(tensor(name, 1, 6, dtype="int32") for name in names))
    write_bundle(tmp_path, tokenizer.explained(), bert)
    (found,) = run([{"job": "text", "folder": str(tmp_path), "inputs": ["a b"]}])
    ids = tokenizer.encode("a b")
    values = (ids, (ids != 0).astype(int), np.zeros_like(ids))
    assert found == {name: value.tolist() for name, value in zip(names, values, strict=True)}


OPTIONS: dict[str, dict[str, Any]] = {
    "joint bpe": {"subwords": "bpe", "joint": True},
    "bpe without bytes": {"subwords": "bpe", "vocab_size": 500},
    "unigram": {"subwords": "unigram", "joint": False, "vocab_size": 2000},
    "unigram without bytes": {"subwords": "unigram", "vocab_size": 500},
}


@pytest.mark.parametrize("options", OPTIONS.values(), ids=list(OPTIONS))
def test_ten_thousand_sentences_there_and_back(
    run: Run, tmp_path: Path, options: dict[str, Any]
) -> None:
    plain = options.get("vocab_size") == 500
    sources = ["hello world, this is a test of it"] * 50 if plain else STRINGS[:150]
    targets = ["hallo welt, dies ist ein versuch"] * 50 if plain else STRINGS[150:250]
    tokenizer = learn_pair_tokenizer(
        sources, targets, translation=TranslationConfig(**options), max_source=24, max_target=20
    )
    tokenizer.save(tmp_path)
    draw = np.random.default_rng(0)
    ids = [draw.integers(0, tokenizer.target_size, draw.integers(12)).tolist() for _ in range(3000)]
    ids += [tokenizer.encode_target(text).tolist() for text in STRINGS]
    job = {"folder": str(tmp_path), "preprocessing": tokenizer.spec.explained()}
    found = run(
        [{**job, "job": "encode", "inputs": STRINGS}, {**job, "job": "decode", "inputs": ids}]
    )
    expected = [tokenizer.encode_source(text).tolist() for text in STRINGS]
    expected += [tokenizer.decode_target(each) for each in ids]
    assert not differing(found, expected, [*STRINGS, *ids])


@pytest.mark.parametrize("resize", ["stretch", "crop", "pad"])
@pytest.mark.parametrize("channels", [1, 3])
def test_pictures_of_odd_sizes(run: Run, tmp_path: Path, resize: Any, channels: int) -> None:
    draw = np.random.default_rng(channels)
    jobs, expected = [], []
    for number in range(20):
        height, width, *wanted = draw.integers(1, 160, 4).tolist()
        spec = ImageSpec(*wanted, channels, resize)
        takes = 3 if number % 2 else channels  # files for grey may take three channels
        pixels = tensor("picture", 1, *wanted, takes, dtype="uint8")
        folder = write_bundle(tmp_path / str(number), spec.explained(), signature(pixels))
        picture = planted_picture(draw, height, width, opaque=number % 3 == 0)
        orientation = 1 + number % 8
        turned = Image.Exif()
        turned[0x0112] = orientation
        Image.fromarray(picture).save(folder / "picture.png", exif=turned)
        (folder / "argb").write_bytes(picture[..., [3, 0, 1, 2]].tobytes())
        shape = {"width": width, "height": height, "orientation": orientation}
        jobs.append(
            {"job": "picture", "folder": str(folder), "inputs": [{"file": "argb", **shape}]}
        )
        read = load_image(folder / "picture.png", spec)
        expected.append({"picture": np.broadcast_to(read, (*wanted, takes)).ravel().tolist()})
    assert not differing(run(jobs), expected, jobs)


def planted_picture(draw: np.random.Generator, height: int, width: int, *, opaque: bool) -> Any:
    """Noise, RGBA; half of it, or nothing, is clear."""
    pixels = draw.integers(0, 256, (height, width, 4), dtype=np.uint8)
    pixels[..., 3] = 255 if opaque else pixels[..., 3]
    pixels[: 0 if opaque else height // 2, :, 3] = 0
    return pixels


# Cells that are nearly something.
CELLS = [
    *("", "?", " NA ", "n/a", "NaN", "null", "<NA>", "NaT", "39", "39.0", "39.", "39.00", "+39.0"),
    *("-0.0", "-0", ".5", "5.", "1e5", "1E-3", "1e400", "1_0", "12,5", "0x10", "inf", "+.5", "--5"),
    *(" 7\u2003", "\x1c8\x1f", "a", "b c", "Ä", "ä", " b c ", "yes", "NO", "Y", "1", "1.0", "oN"),
    *("2020-1-5", "2020/02/30", "2020.02.29", "0000-01-01", "0001-01-01", "1900-02-29", "1.2.2003"),
    *("31/12/1999", "12-31-1999", "2020-01-05T10:20", "2020-01-05 24:00", "2020-01-05 7:05 UTC"),
    *("2020-01-05 23:59:59.123Z", "2020-01-05 07:05+02:00", "2020-01-05 07:05 -0230", "1:02+01:0"),
    *("10:20", "1:02:03.5 Z", "23:60", "10:20+0200", "10:20 \u00a0UTC", "10:20ZZ", "10:20 Z "),
    *("2020-01-05T", "2020-01-05 ", "10:20:30.", "\uff11\uff12", "5e", "e5", "+", ".", "a" * 1001),
    *("9" * 400, "1" * 50 + "." + "0" * 1100, "1.5.2", "10:20-", "İ", "\U0001f600" * 1200),
]
SPANS = {
    **{"year": (1900, 2100), "month": (1, 12), "day": (1, 31), "weekday": (0, 6)},
    **{"day number": (-20000, 30000), "hour": (0, 23), "minute": (0, 59), "": (0, 100)},
}


def planted_cells(draw: np.random.Generator) -> list[str]:
    """Those above, rubbish of their characters, and dates, times and numbers."""
    cells = list(CELLS)
    characters = list("0123456789-/.: TZ+eE,UC")
    cells += ["".join(draw.choice(characters, draw.integers(1, 14))) for _ in range(2000)]
    for _ in range(1000):
        year, month, day = draw.integers((1850, 1, 1), (2150, 14, 33)).tolist()
        hour, minute = draw.integers((0, 0), (26, 62)).tolist()
        mark = draw.choice(["-", "/", "."])
        dates = (f"{year}{mark}{month:02}{mark}{day:02}", f"{day}{mark}{month}{mark}{year}")
        time = draw.choice(["", f" {hour}:{minute:02}", f"T{hour:02}:{minute:02}:30Z"])
        cells += [f"{draw.choice(dates)}{time}", f"{hour}:{minute:02}", repr(draw.normal(40, 40))]
    return cells


def planted_rows() -> RowSpec:
    """Columns of every kind with scales that nothing was fitted to."""
    draw = np.random.default_rng(1)

    def scale(part: str) -> Scale:
        knots = np.unique(draw.uniform(*SPANS[part], 9).round(3))
        levels = np.sort(draw.uniform(-1.7, 1.7, len(knots)).round(7))
        return Scale(tuple(knots.tolist()), tuple(levels.tolist()), float(draw.uniform()), part)

    columns = [ColumnSpec("n", "number", "3", (scale(""),), flagged=True)]
    for order in ORDERS:
        parts = ("hour", "minute") if order == "time" else PARTS
        scales = tuple(map(scale, parts))
        columns.append(ColumnSpec(order, "date", "", scales, flagged=True, order=order))
    categories = ("a", "39", "b c", "Ä", "-0", "+5")
    columns += [
        ColumnSpec("m", "number", "3", (scale(""),)),
        ColumnSpec("c", "category", "a", values=categories),
        ColumnSpec("y", "yes/no", "no", values=("no", "yes")),
    ]
    return RowSpec(tuple(columns), "target")


def test_thousands_of_cells(run: Run, tmp_path: Path) -> None:
    spec, cells = planted_rows(), planted_cells(np.random.default_rng(2))
    takes = tensor("numbers", 1, spec.numbers), tensor("categories", 1, 2, dtype="int32")
    write_bundle(tmp_path, spec.explained(), signature(*takes))
    rows = [dict.fromkeys(spec.names, cell) for cell in cells]
    found = run([{"job": "row", "folder": str(tmp_path), "inputs": rows}])
    expected = encode_rows({name: values_of(cells) for name in spec.names}, spec)
    categories = [each["categories"] for each in found]
    assert not differing(categories, expected.categories.tolist(), cells)
    numbers = [np.array(each["numbers"], np.float32).tolist() for each in found]
    assert not differing(numbers, expected.numbers.tolist(), cells)


class Recording:
    """A network whose logits depend on all pieces so far, and are written down."""

    def __init__(self, seed: int) -> None:
        self.seed, self.size = seed, 5 + seed % 30
        self.logits: dict[str, list[float]] = {}

    def start(self, source_ids: Any) -> tuple[int, ...]:
        return ()

    def step(self, token: int, position: int, state: tuple[int, ...]) -> Any:
        assert position == len(state)
        path = (*state, token)
        draw = np.random.default_rng([self.seed, *path])
        logits = draw.normal(0, (0.3, 2, 6)[self.seed % 3], self.size).astype(np.float32)
        logits[END] += 0.3 * len(path)
        if self.seed % 7 == 3:
            logits = logits.round()  # many are equal
        self.logits["".join(f" {each}" for each in path)] = logits.tolist()
        return logits, path, np.zeros(1, np.float32)


def test_searches(run: Run, tmp_path: Path) -> None:
    jobs, expected = [], []
    for seed in range(80):
        network, beam = Recording(seed), (1, 2, 4, 7)[seed // 4 % 4]
        longest, penalty = (9, 1, 2, 5)[seed % 4], (0.0, 0.6, 1.0, 2.0)[seed % 4]
        options: dict[str, Any] = {"max_length": longest, "length_penalty": penalty}
        source = np.array([END], np.int32)
        if beam == 1:
            expected.append(greedy(network, source, **options))
        else:
            expected += beam_search(network, source, beam=beam, **options)
        answer = {**SEARCH, "max_steps": longest, "length_penalty": penalty}
        asked = {"logits": network.logits, "beam": beam}
        jobs.append({"job": "search", "folder": "", "answer": answer, "inputs": [asked]})
    found = run(jobs)
    assert [tuple(each["ids"]) for each in found] == [each.ids for each in expected]
    scores = [each.score for each in expected]
    np.testing.assert_allclose([each["score"] for each in found], scores, rtol=1e-5, atol=1e-6)


SEARCH: dict[str, Any] = {
    **{"kind": "translation", "encode": "encode", "step": "decode_step", "source": "source"},
    **{"token": "token", "position": "position", "logits": "logits", "attention": "attention"},
    **{"start_id": 2, "end_id": END, "forbidden_ids": [0, 1, 2], "first_position": 0},
    **{"floor": -1e4, "length_penalty": 1.0, "default_beam": 3},
}


def test_a_translator_hands_on_its_states(run: Run, tmp_path: Path) -> None:
    """A network that repeats its source: the answer is the text if every state arrives."""
    tokenizer = learn_pair_tokenizer(
        ["hello world"] * 9,
        ["hello world"] * 9,
        translation=TranslationConfig(joint=True, vocab_size=60),
        max_source=12,
        max_target=12,
    )
    tokenizer.save(tmp_path)
    token, place = tensor("token", 1, dtype="int32"), tensor("position", dtype="int32")
    memory, cache = tensor("memory", 1, 12), tensor("cache", 1, 2)
    source = tensor("source", 1, 12, dtype="int32")
    logits = tensor("logits", 1, tokenizer.target_size)
    write_bundle(
        tmp_path,
        tokenizer.spec.explained(),
        signature(source, outputs=(memory,), name="encode"),
        signature(token, place, memory, cache, outputs=(logits, cache), name="decode_step"),
        answer={
            **SEARCH,
            "max_steps": 12,
            "state": {"from_encode": ["memory"], "zeros": ["cache"]},
        },
    )
    job = {"job": "glue", "folder": str(tmp_path), "inputs": ["hello world", " "]}
    first, second = run([job])
    told = " encode([source=12]) decode_step([cache=2, memory=12, position=1, token=1])"
    assert first == f"hello world{told}" and second == told


def test_the_first_of_equal_scores_is_named(run: Run, tmp_path: Path) -> None:
    write_bundle(tmp_path, ImageSpec(2, 2, 3).explained(), signature(tensor("a", 1, 2, 2, 3)))
    inputs = [[0.2, 0.8], [0.5, 0.5], [0.8, 0.2]]
    assert run([{"job": "rank", "folder": str(tmp_path), "inputs": inputs}]) == ["yes", "no", "no"]
