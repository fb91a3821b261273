"""One small run of each recipe, made once and shared by every test that needs a finished bundle."""

from __future__ import annotations

import contextlib
import gc
import io
import json
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

import kerasapps
from kerasapps.config import (
    ExportConfig,
    ImageConfig,
    ModelConfig,
    TrainConfig,
    TranslationConfig,
)
from tests.nursery import FORKS, NURSERY, forked_modules
from tests.shapes import write_shapes
from tests.words import write_pairs

if TYPE_CHECKING:
    from tests.tiny_translator import TinyTranslator

# Costly, and made once a process: with `--dist loadgroup` the files that use one of them go to
# one process together, as do those that a file uses beside one another, and every other file stays
# whole.
SHARED = ("trained", "reviewed", "translated", "translator", "tagged", "heard")
# Begun early, so that no process is left with a long file at the end.
LONG = ("recipes", "workflow", "test_cli", "training", "models", "outputs", "export", "tuning")

TRAINED: dict[str, Any] = {
    "model": ModelConfig(model="cnn", width=0.25),
    "image": ImageConfig(augment="none"),
    "train": TrainConfig(epochs=6, learning_rate=3e-3),
}
# In bfloat16, which CPUs multiply in each in its own way, int8 may lose 2 of the 140 test texts.
REVIEWED: dict[str, Any] = {
    "model": "bag_of_ngrams",
    "train": TrainConfig(epochs=15, precision="float32"),
}
"""Options of the runs that are shared."""


def pytest_configure(config: pytest.Config) -> None:
    """Keep the order below, where pytest-xdist would take the files with most tests first.

    What the tests and the project compile to is kept until all tests are collected, whatever
    PYTHONDONTWRITEBYTECODE says: each process would compile all of it anew, for ten seconds. What
    the tests themselves import later may change within a second, and is left to the variable.
    """
    config.option.loadscopereorder = False
    sys.dont_write_bytecode = False


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Group the tests by what they share, long groups first."""
    used: dict[Path, set[str]] = {item.path: set() for item in items}
    for item in items:
        used[item.path] |= {*SHARED} & {*getattr(item, "fixturenames", ())}
    shared = made_together(used.values())
    groups = {path: shared[min(names)] if names else str(path) for path, names in used.items()}
    if config.pluginmanager.hasplugin("xdist"):
        for item in items:
            item.add_marker(pytest.mark.xdist_group(groups[item.path]))
    root = Path(__file__).parent

    def rank(item: pytest.Item) -> int:
        if groups[item.path] in SHARED:
            return 0
        return 1 if str(item.path.relative_to(root)).startswith(LONG) else 2

    items.sort(key=rank)


def made_together(used: Iterable[set[str]]) -> dict[str, str]:
    """The group of each shared fixture: what one file uses is made in one process, and once.

    Args:
        used: what each file uses of them.
    """
    together = {name: {name} for name in SHARED}
    for names in used:
        joined = set().union(*(together[name] for name in names))
        together |= dict.fromkeys(joined, joined)
    return {name: min(joined) for name, joined in together.items()}


def pytest_collection_finish() -> None:
    """Spare the garbage collector what the imports left, and most of its rounds: TensorFlow makes
    millions of small objects, and looking through them took a tenth of the time of the tests.
    """
    sys.dont_write_bytecode = sys.flags.dont_write_bytecode == 1
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say what the tests of the pages ran, which tell it by `tests.docs.conftest.told`."""
    counts: Counter[str] = Counter()
    for report in terminalreporter.stats.get("passed", ()):
        for name, value in report.user_properties:
            if name == "pages":
                counts.update(value)
    if counts:
        told = ", ".join(f"{counts[name]} {name}" for name in sorted(counts))
        terminalreporter.write_line(f"Documentation: {told}.")


@pytest.fixture(scope="session", autouse=True)
def forked() -> Iterator[None]:
    """Processes that convert files and judge SavedModels have TensorFlow when they begin.

    Importing it takes longer than most conversions. The commands of tests/test_cli.py train,
    convert and judge in processes that begin without.
    """
    with contextlib.closing(NURSERY), forked_modules() if FORKS else contextlib.nullcontext():
        yield


@pytest.fixture
def run_here(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[..., subprocess.CompletedProcess[str]]:
    """The command line in this process, which has TensorFlow already: answers as a process does."""
    from kerasapps import cli

    def run(
        *arguments: str | Path, cwd: Path | None = None, stdin: bytes = b""
    ) -> subprocess.CompletedProcess[str]:
        command = ["kerasapps", *map(str, arguments)]
        capfd.readouterr()
        with monkeypatch.context() as patch:
            patch.setattr(sys, "argv", command)
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
            if cwd is not None:
                patch.chdir(cwd)
            with pytest.raises(SystemExit) as ended:
                cli.run()
        printed = capfd.readouterr()
        return subprocess.CompletedProcess(command, ended.value.code, printed.out, printed.err)

    return run


@pytest.fixture
def convert_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """See `convert_in_process`."""
    convert_in_process(monkeypatch)


def convert_in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on TFLite files are made in this process, which has TensorFlow already.

    Starting one for the converter takes longer than most conversions; the files of each bundle, and
    those of tests/export/test_tflite.py, are made in a process of its own.
    """
    from kerasapps.export import convert_worker, tflite

    work_here(convert_worker, tflite, monkeypatch)


def work_here(worker: ModuleType, caller: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on the worker that a module's `run_module` starts is run in this process."""

    def run(module: str, job: dict[str, Any], job_file: Path) -> subprocess.CompletedProcess[str]:
        assert module == worker.__name__
        job_file.write_text(json.dumps(job), encoding="utf-8")
        with monkeypatch.context() as patch:
            patch.setattr(sys, "argv", [module, str(job_file)])
            worker.main()
        return subprocess.CompletedProcess([], 0, "", "")

    monkeypatch.setattr(caller, "run_module", run)


@pytest.fixture(scope="session")
def shapes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of class folders."""
    return write_shapes(tmp_path_factory.mktemp("data") / "shapes", per_class=60)


@pytest.fixture(scope="session")
def trained(shapes: Path, tmp_path_factory: pytest.TempPathFactory) -> kerasapps.RecipeResult:
    """The result of the whole recipe on `shapes`."""
    return kerasapps.train_image_classifier(
        shapes,
        output_dir=tmp_path_factory.mktemp("run") / "shapes",
        **TRAINED,
    )


@pytest.fixture(scope="session")
def reviewed(tmp_path_factory: pytest.TempPathFactory) -> kerasapps.RecipeResult:
    """The result of the whole text recipe on the built-in reviews."""
    return kerasapps.train_sentiment_classifier(
        "builtin:reviews",
        output_dir=tmp_path_factory.mktemp("run") / "reviews",
        **REVIEWED,
    )


@pytest.fixture(scope="session")
def translator(tmp_path_factory: pytest.TempPathFactory) -> TinyTranslator:
    """An untrained translator with its TFLite files."""
    from tests.tiny_translator import make_tiny_translator

    return make_tiny_translator(tmp_path_factory.mktemp("translator"))


@pytest.fixture(scope="session")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of aligned files."""
    return write_pairs(tmp_path_factory.mktemp("data") / "words")


@pytest.fixture(scope="session")
def translated(pairs: Path, tmp_path_factory: pytest.TempPathFactory) -> kerasapps.RecipeResult:
    """The result of the whole translation recipe on `pairs`, of a very small network."""
    return kerasapps.train_translator(
        pairs,
        output_dir=tmp_path_factory.mktemp("run") / "words",
        model=ModelConfig(model="transformer", width=0.25, depth=0.25),
        translation=TranslationConfig(vocab_size=60, batch_tokens=512, beam=3),
        train=TrainConfig(epochs=12, learning_rate=1e-2, dropout=0.0, average_checkpoints=2),
        export=ExportConfig(quantization=("float32", "dynamic"), calibration=200),
    )


@pytest.fixture(scope="session")
def tagged(tmp_path_factory: pytest.TempPathFactory) -> kerasapps.RecipeResult:
    """The result of the whole recipe for tags on tiny sentences, of a very small network."""
    from tests.recipes.tagging.sentences import write_conll

    return kerasapps.train_tagger(
        write_conll(tmp_path_factory.mktemp("names") / "names.conll", 150),
        output_dir=tmp_path_factory.mktemp("run") / "names",
        model=ModelConfig(model="cnn_crf", width=0.25),
        train=TrainConfig(epochs=12, learning_rate=1e-2),
        export=ExportConfig(quantization=("float32", "int8")),
    )


@pytest.fixture(scope="session")
def heard(tmp_path_factory: pytest.TempPathFactory) -> kerasapps.RecipeResult:
    """The result of the whole recipe for sounds on tiny tones, of a very small network."""
    from tests.recipes.audio_classification.tones import write_tones

    return kerasapps.train_audio_classifier(
        write_tones(tmp_path_factory.mktemp("sounds") / "words", per_class=20),
        output_dir=tmp_path_factory.mktemp("run") / "words",
        model=ModelConfig(model="ds_cnn", width=0.25, depth=0.5),
        audio=kerasapps.AudioConfig(mels=16, augment="none", streaming=True),
        train=TrainConfig(epochs=12, learning_rate=1e-2),
        export=ExportConfig(quantization=("float32",), tolerance=100.0),
    )


@pytest.fixture
def bundle(trained: kerasapps.RecipeResult, tmp_path: Path) -> Iterator[Path]:
    """A copy of the finished bundle that a test may spoil."""
    copy = tmp_path / "run" / "bundle"
    shutil.copytree(trained.bundle_dir, copy)
    yield copy
