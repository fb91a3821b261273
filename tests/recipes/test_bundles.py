from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import kerasapps
from kerasapps import ExplainConfig
from kerasapps.deploy.compiled import CompiledFigures
from kerasapps.deploy.manifest import read_manifest
from kerasapps.export import further
from kerasapps.export.artifact import Measurement
from kerasapps.recipes import bundles, explaining
from kerasapps.recipes.image_classification.finished import load
from tests.deploy.tampered import tamper
from tests.light import run_light
from tests.shapes import shape_picture, write_shapes

FIRST_BUNDLE = Path(__file__).parents[1] / "deploy" / "first_bundle"


class PlantedTask:
    """What a task is asked to do with a bundle is kept, and answered with a word."""

    noun = "pictures"
    trusts = True
    phrases = SimpleNamespace(
        explains="picture", methods=("rise", "cam"), has_layers=False, draws=False
    )

    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []
        self.finished = self
        self.load = load
        self.evaluates_by = ["label_column", "unknown_classes"]

    def asked(self, command: str) -> list[str]:
        assert command == "evaluate"
        return self.evaluates_by

    def evaluate(self, *given: Any, scratch: Path, **options: Any) -> str:
        assert scratch.is_dir() and not any(scratch.iterdir())
        self.calls.append((*given, options, scratch))
        return "figures"

    def explain(self, loaded: Any, text: str, *, label: str | None, how: ExplainConfig) -> str:
        self.calls.append((loaded.artifact, text, label, how.method))
        return "explained"

    def timing(
        self, manifest: Any, path: Path, *, threads: int, folder: Path, callers: Sequence[int] = ()
    ) -> Measurement:
        assert folder.is_dir()
        self.calls.append((path, threads, *callers))
        return Measurement(1.0, 2.0, 3.0)


@pytest.fixture
def task(monkeypatch: pytest.MonkeyPatch) -> PlantedTask:
    planted = PlantedTask()
    for module in (bundles, explaining):
        monkeypatch.setattr(module, "task_of", lambda manifest: planted)
    return planted


def test_a_task_evaluates_the_file_that_is_named_with_the_options_that_were_given(
    task: PlantedTask,
) -> None:
    found = kerasapps.evaluate_bundle(
        FIRST_BUNDLE,
        "data",
        artifact="int8",
        max_broken=0.25,
        label_column="kind",
        unknown_classes="skip",
    )
    ((loaded, data, options, scratch),) = task.calls
    assert found == "figures" and (loaded.artifact, data) == ("int8", "data")
    given = {"label_column": "kind", "unknown_classes": "skip"}
    assert options == {"options": given, "max_broken": 0.25} and not scratch.exists()
    kerasapps.evaluate_bundle(FIRST_BUNDLE, "data")
    assert task.calls[1][2] == {"options": {}, "max_broken": 0.05}


def test_foreign_data_that_are_not_there_are_missed_before_any_is_judged(
    task: PlantedTask, tmp_path: Path
) -> None:
    (tmp_path / "others").mkdir()
    with pytest.raises(kerasapps.DataError, match=r"^foreign: .*othrs does .*mean .*/others\?$"):
        kerasapps.evaluate_bundle(FIRST_BUNDLE, "data", foreign=tmp_path / "othrs")
    assert not task.calls
    kerasapps.evaluate_bundle(FIRST_BUNDLE, "data", foreign=tmp_path / "others")
    assert task.calls[0][2]["options"] == {"foreign": tmp_path / "others"}


@pytest.mark.parametrize(
    "name",
    [
        "image_column",
        "text_column",
        "source_column",
        "target_column",
        "source_language",
        "target_language",
        "beam",
    ],
)
def test_options_of_other_tasks_are_refused_by_name(task: PlantedTask, name: str) -> None:
    with pytest.raises(
        kerasapps.ConfigError, match=rf"^{name} is not for pictures, which .*first_bundle is for"
    ):
        kerasapps.evaluate_bundle(FIRST_BUNDLE, "data", **{name: 1})  # type: ignore[arg-type]
    assert not task.calls
    task.evaluates_by.append(name)
    kerasapps.evaluate_bundle(FIRST_BUNDLE, "data", **{name: 1})  # type: ignore[arg-type]
    assert task.calls[0][2]["options"] == {name: 1}


def test_options_of_no_task_are_refused_before_the_bundle_is_loaded(task: PlantedTask) -> None:
    with pytest.raises(kerasapps.ConfigError, match=r"'text_colum' is not known. Did you mean"):
        kerasapps.evaluate_bundle("nowhere", "data", text_colum="x")
    with pytest.raises(kerasapps.ConfigError, match=r"^unknown_classes 'skipp' is not known. Did"):
        kerasapps.evaluate_bundle("nowhere", "data", unknown_classes="skipp")
    kerasapps.evaluate_bundle(FIRST_BUNDLE, "data", text_column=None)
    assert task.calls[0][2]["options"] == {}


def test_a_task_explains_the_file_that_is_named(task: PlantedTask) -> None:
    found = kerasapps.explain_bundle(FIRST_BUNDLE, {"a": 1}, label="good", artifact="int8")
    assert found == "explained" and task.calls.pop() == ("int8", {"a": 1}, "good", None)
    found = kerasapps.explain_text(FIRST_BUNDLE, "text", label="good", artifact="int8")
    assert found == "explained" and task.calls == [("int8", "text", "good", None)]
    kerasapps.explain_text(FIRST_BUNDLE, "text")
    assert task.calls[1][2] is None
    with pytest.raises(kerasapps.ConfigError, match="first_bundle gives one answer; leave target"):
        kerasapps.explain_text(FIRST_BUNDLE, "text", target="age")


def test_a_task_times_the_files_that_are_there_or_named(task: PlantedTask, tmp_path: Path) -> None:
    names = {
        each["name"]: each["path"] for each in read_manifest(FIRST_BUNDLE).artifacts if each["path"]
    }
    found = kerasapps.benchmark_bundle(FIRST_BUNDLE, threads=3, quick=True)
    assert list(found) == list(names)
    assert task.calls == [(FIRST_BUNDLE / path, 3) for path in names.values()]
    size = (FIRST_BUNDLE / "model_int8.tflite").stat().st_size
    assert found["int8"] == Measurement(1.0, 2.0, 3.0, size_bytes=size)
    task.calls.clear()
    kerasapps.benchmark_bundle(FIRST_BUNDLE, artifacts=["int8"], quick=True)
    assert task.calls == [(FIRST_BUNDLE / "model_int8.tflite", 1)]
    bundle = Path(shutil.copytree(FIRST_BUNDLE, tmp_path / "bundle"))
    withheld = {**read_manifest(bundle).artifacts[0], "name": "float32", "path": None}
    tamper(bundle, lambda values: values["artifacts"].append(withheld))
    assert set(kerasapps.benchmark_bundle(bundle, quick=True)) == set(names)


def test_a_file_is_looked_at_further_where_nobody_is_in_a_hurry(
    task: PlantedTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(further.machine, "usable_cores", lambda: [*range(6)])
    compiled = CompiledFigures("serve", 1.0, 2.0)
    monkeypatch.setattr(further, "_compared", lambda path, folder: compiled)
    (found,) = kerasapps.benchmark_bundle(FIRST_BUNDLE, artifacts=["int8"]).values()
    assert task.calls == [(FIRST_BUNDLE / "model_int8.tflite", 1, 1, 2, 4, 6)]
    assert found.compiled == compiled and found.gpu is not None and not found.gpu.stopped_by


def test_evaluate_gives_the_figures_that_the_gate_gave(
    trained: kerasapps.RecipeResult, tmp_path: Path
) -> None:
    fresh = write_shapes(tmp_path / "fresh", per_class=20, first=1000)
    metrics = kerasapps.evaluate_bundle(trained.bundle_dir, fresh, artifact="float32")
    assert metrics.examples == 60 and metrics.accuracy > 0.9


def test_evaluate_uses_the_test_split_alone(
    trained: kerasapps.RecipeResult, tmp_path: Path
) -> None:
    for split, count in (("train", 9), ("test", 4)):
        write_shapes(tmp_path / "data" / split, per_class=count, first=2000 + count)
    assert kerasapps.evaluate_bundle(trained.bundle_dir, tmp_path / "data").examples == 12


def test_a_light_installation_judges_and_has_the_command_line(
    trained: kerasapps.RecipeResult, shapes: Path
) -> None:
    program = (
        "import sys, kerasapps\n"
        "print(kerasapps.evaluate_bundle(*sys.argv[1:]).examples, flush=True)\n"
        "sys.argv[:1] = ['kerasapps', 'predict']\n"
        "from kerasapps.cli import main\n"
        "main()\n"
    )
    judged, answers = run_light(program, trained.bundle_dir, shapes).split("\n", 1)
    assert judged == "36" and answers.count("%") >= 180


def test_evaluate_names_a_class_that_the_bundle_does_not_know(
    trained: kerasapps.RecipeResult, tmp_path: Path
) -> None:
    fresh = write_shapes(tmp_path / "fresh", per_class=3, first=7000)
    (fresh / "purple").mkdir()
    shape_picture("red", 1).save(fresh / "purple" / "1.png")
    with pytest.raises(kerasapps.DataError, match=r"'purple'.*Set unknown_classes to skip"):
        kerasapps.evaluate_bundle(trained.bundle_dir, fresh)


def test_evaluate_leaves_out_unknown_classes_if_it_is_told_to(
    trained: kerasapps.RecipeResult,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    run_here: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    fresh = write_shapes(tmp_path / "fresh", per_class=3, first=7000)
    expected = kerasapps.evaluate_bundle(trained.bundle_dir, fresh)
    for number, name in enumerate(("Red", "purple")):
        (fresh / name).mkdir()
        shape_picture("red", 90 + number).save(fresh / name / "1.png")
    with pytest.raises(kerasapps.DataError, match="The labels 'red' and 'Red' differ only by case"):
        kerasapps.evaluate_bundle(trained.bundle_dir, fresh)
    capfd.readouterr()
    found = kerasapps.evaluate_bundle(trained.bundle_dir, fresh, unknown_classes="skip")
    assert found == expected and found.examples == 9
    said = capfd.readouterr().err
    assert "does not know the class 'Red': 1 example left out." in said and "'purple'" in said
    ended = run_here("evaluate", trained.bundle_dir, fresh, "--unknown-classes", "skip", "--json")
    assert ended.returncode == 0 and json.loads(ended.stdout)["metrics"]["examples"] == 9
    ended = run_here("evaluate", trained.bundle_dir, fresh)
    assert ended.returncode == 1 and "Set --unknown-classes to skip" in ended.stderr
    ended = run_here("evaluate", trained.bundle_dir, fresh, "--unknown-classes", "ignore")
    assert ended.returncode == 2 and "'ignore' is not known. Known: error, skip" in ended.stderr
    with pytest.raises(kerasapps.ConfigError, match="unknown_classes"):
        kerasapps.evaluate_bundle(trained.bundle_dir, fresh, unknown_classes="no")  # type: ignore[arg-type]


def test_evaluate_lists_broken_files(
    trained: kerasapps.RecipeResult, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fresh = write_shapes(tmp_path / "fresh", per_class=3, first=7000)
    (fresh / "red" / "broken.jpg").write_bytes(b"")
    with pytest.raises(kerasapps.DataError, match=r"broken\.jpg: empty"):
        kerasapps.evaluate_bundle(trained.bundle_dir, fresh)
    assert kerasapps.evaluate_bundle(trained.bundle_dir, fresh, max_broken=0.2).examples == 9
    assert "Broken files left out: 1." in (said := capsys.readouterr().err)
    assert "broken.jpg: empty" in said


def test_benchmark_times_every_artifact(trained: kerasapps.RecipeResult) -> None:
    found = kerasapps.benchmark_bundle(trained.bundle_dir, quick=True)
    assert set(found) == {each.name for each in trained.artifacts}
    assert all(0 < each.latency_ms <= each.latency_p95_ms for each in found.values())
    assert {name: each.size_bytes for name, each in found.items()} == {
        each.name: each.size_bytes for each in trained.artifacts
    }


def test_what_explains_no_other_task_is_refused(task: PlantedTask) -> None:
    how = ExplainConfig(method="cam")
    kerasapps.explain_bundle(FIRST_BUNDLE, "a.jpg", explain=how)
    assert task.calls.pop()[3] == "cam"
    with pytest.raises(
        kerasapps.ConfigError, match=r"'shap' is not for pictures.*Known: rise, cam"
    ):
        kerasapps.explain_bundle(FIRST_BUNDLE, "a.jpg", explain=ExplainConfig(method="shap"))
    with pytest.raises(kerasapps.ConfigError, match=r"layer is for pictures, and .*leave it out"):
        kerasapps.explain_bundle(FIRST_BUNDLE, "a.jpg", explain=ExplainConfig(layer="stem"))
    with pytest.raises(kerasapps.ConfigError, match="samples must be left out with a method that"):
        ExplainConfig(method="occlusion", samples=300)
    assert not task.calls


def test_a_text_is_no_picture_to_explain(trained: kerasapps.RecipeResult) -> None:
    with pytest.raises(kerasapps.DataError, match="text"):
        kerasapps.explain_text(trained.bundle_dir, "text")
