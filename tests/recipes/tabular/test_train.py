"""Rows and options → a plan, a network and batches."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kerasapps.config import LoadConfig, ModelConfig, TrainConfig
from kerasapps.config.metric import Answer
from kerasapps.data.rows.config import TabularConfig
from kerasapps.data.rows.examples import RowSplits
from kerasapps.errors import ConfigError
from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.outputs.labels.answer import LABELS
from kerasapps.outputs.labels.integer import LABEL_SCORES
from kerasapps.outputs.numbers.answer import NUMBERS
from kerasapps.outputs.numbers.integer import NUMBERS as INTEGER_NUMBERS
from kerasapps.outputs.several.answer import SEVERAL
from kerasapps.recipes.tabular.data import answer_to, holds, judged, usable
from kerasapps.recipes.tabular.report import importances
from kerasapps.recipes.tabular.task import TASK, train_tabular
from kerasapps.recipes.tabular.train import plan_training, prepare
from kerasapps.start import Start
from kerasapps.workflow.cache import Cache
from kerasapps.workflow.experiment import Experiment
from kerasapps.workflow.plan import Plan
from tests.data.loading import load_rows
from tests.data.row_samples import columns, write_csv
from tests.data.text_samples import rows as text_rows
from tests.data.text_samples import write_csv as write_texts


def split(table: dict[str, list[Any]], **options: Any) -> RowSplits:
    tabular = TabularConfig(target="y", **options)
    return load_rows(table, config=LoadConfig(), tabular=tabular, seed=0, work_dir=Path())


def options_of(**values: Any) -> dict[str, Any]:
    sections: dict[str, Any] = {"model": {}, "tabular": {"target": "y"}, "train": {}}
    for name, value in values.items():
        home = next(
            section
            for section in sections
            if name in {field for field in vars(TASK.defaults[section])}
        )
        sections[home][name] = value
    return {
        **TASK.defaults,
        "model": ModelConfig(**{"model": TASK.model, **sections["model"]}),
        "tabular": TabularConfig(**sections["tabular"]),
        "train": TrainConfig(**sections["train"]),
    }


def plan(target: Answer = CLASSES, /, **values: Any) -> Plan:
    return plan_training(options_of(**values), answer=target)


def prepared(table: dict[str, list[Any]], tmp_path: Path, **values: Any) -> Experiment:
    return prepare(split(table), options_of(**values), Cache(tmp_path))


def test_a_plan_has_the_models_own_rate_where_nobody_asks() -> None:
    assert plan().train.learning_rate == 2e-3 and plan(model="linear").train.learning_rate == 1e-2
    assert plan(learning_rate=0.5).train.learning_rate == 0.5
    assert plan(monitor="macro_f1").is_judged and not plan(monitor="loss").is_judged
    assert plan(NUMBERS, monitor="mae").is_judged and not plan(NUMBERS, monitor="rmse").is_judged


@pytest.mark.parametrize(
    ("answer", "values", "match"),
    [
        (CLASSES, {"model": "mpl"}, "Did you mean 'mlp'"),
        (CLASSES, {"kernel": 3}, "have no kernels: leave kernel out"),
        (CLASSES, {"model": "linear", "width": 2.0}, "linear has neither width"),
        (CLASSES, {"model": "linear", "bins": 8}, "linear has neither width"),
        (CLASSES, {"model": "own:net@0", "bins": 8}, "bins cannot change net, a network of your"),
        (CLASSES, {"monitor": "rmse"}, "monitor 'rmse'"),
        (NUMBERS, {"monitor": "accuracy"}, "monitor 'accuracy'"),
        (NUMBERS, {"class_weights": "balanced"}, "class_weights: not where the target is a number"),
        (NUMBERS, {"label_smoothing": 0.1}, "label_smoothing: not where the target is a n"),
        (LABELS, {"class_weights": "balanced"}, "class_weights: not where the target is several"),
        (NUMBERS, {"label_loss": "focal"}, "label_loss: not where the target is a number"),
        (LABELS, {"target_kind": "class"}, "target_kind='class' is not for micro-F1"),
        (NUMBERS, {"answer": "class"}, "answer='class' is not for RMSE"),
        (CLASSES, {"answer": "number"}, "answer='number' is not for accuracy"),
    ],
)
def test_what_is_of_no_use_is_refused_before_data_is_read(
    answer: Answer, values: dict[str, Any], match: str
) -> None:
    with pytest.raises(ConfigError, match=match):
        plan(answer, **values)


def test_options_that_fit_no_answer_are_refused_by_the_recipe() -> None:
    with pytest.raises(ConfigError, match="monitor 'acuracy'"):
        train_tabular("nowhere.csv", train=TrainConfig(monitor="acuracy"))
    with pytest.raises(ConfigError, match="tabular must be a TabularConfig"):
        train_tabular("nowhere.csv", target="y", tabular=3)  # type: ignore[arg-type]


def test_rows_become_batches_of_named_inputs(tmp_path: Path) -> None:
    experiment = prepared(columns(200), tmp_path)
    x, y = next(iter(experiment.batches.training(Start())))
    assert x["numbers"].shape == (16, 7) and x["categories"].shape == (16, 2)
    assert y.shape == (16, 2) and np.asarray(y).sum(1).tolist() == [1] * 16
    assert experiment.batches.sizes == {"batch_size": 16}
    assert experiment.batches.steps_per_epoch == 9
    x, y = next(iter(experiment.batches.validation))
    assert y.shape == (20, 2)
    network = experiment.build()
    assert network(x).shape == (20, 2)
    assert experiment.judging.answer is CLASSES
    assert experiment.judging.summary == "5 columns as 7 numbers and 2 categories of 9 values"


def test_numbers_are_learnt_on_their_own_scale(tmp_path: Path) -> None:
    experiment = prepared(columns(2000, number=True), tmp_path, batch_size=128)
    targets = np.concatenate([np.asarray(y) for _, y in experiment.batches.validation])
    truth = experiment.judging.splits.validation.labels
    assert targets.shape == (200, 1)
    assert np.corrcoef(targets[:, 0], truth)[0, 1] > 0.9999
    _, y = next(iter(experiment.batches.training(Start())))
    assert y.shape == (128, 1) and abs(float(np.mean(y))) < 0.4
    assert experiment.build().output_shape == (None, 1)
    assert experiment.judging.answer is NUMBERS


def test_sets_of_labels_are_learnt_as_ones_and_zeros(tmp_path: Path) -> None:
    table = columns(200) | {"y": [["low|old", "low", ""][n % 3] for n in range(200)]}
    splits = split(table, target_kind="labels")
    assert splits.labels == ("low", "old") and answer_to(splits) is LABELS
    experiment = prepare(splits, options_of(target_kind="labels"), Cache(tmp_path))
    x, y = next(iter(experiment.batches.training(Start())))
    assert y.shape == (16, 2) and y.dtype == np.float32 and set(np.unique(y)) == {0, 1}
    assert experiment.build()(x).shape == (16, 2)
    reading: Any = experiment.judging.reading  # type: ignore[attr-defined]
    assert reading.integer == LABEL_SCORES
    held: Any = judged(splits)
    assert {tuple(each) for each in held.labels} == {("low", "old"), ("low",), ()}
    options = {"target": "y", "target_kind": "labels"}
    again: Any = usable(table, options=options, max_broken=0, folder=Path())
    assert [tuple(each) for each in again.labels[:3]] == [("low", "old"), ("low",), ()]
    hot = {name: cells for name, cells in columns(90).items() if name != "y"}
    hot |= {"low": [n % 2 for n in range(90)], "old": [int(n % 3 == 0) for n in range(90)]}
    tabular = TabularConfig(target_columns=("low", "old"))
    named = load_rows(hot, config=LoadConfig(), tabular=tabular, seed=0, work_dir=Path())
    assert named.labels == ("low", "old") and not {"low", "old"} & set(named.train.columns)
    spec = prepare(named, options_of(), Cache(tmp_path)).judging.spec
    assert spec["target"] == "low, old" and {"low", "old"} <= set(spec["ignored"])


def test_several_answers_are_learnt_side_by_side(tmp_path: Path) -> None:
    table = columns(200) | {"pay": [n / 4 for n in range(200)]}
    tabular = TabularConfig(target_columns=("y", "pay:number"))
    splits = load_rows(table, config=LoadConfig(), tabular=tabular, seed=0, work_dir=Path())
    assert answer_to(splits) is SEVERAL and not {"y", "pay"} & set(splits.train.columns)
    experiment = prepare(splits, {**options_of(), "tabular": tabular}, Cache(tmp_path))
    x, y = next(iter(experiment.batches.training(Start())))
    assert y.shape == (16, 3) and np.asarray(y)[:, :2].sum(axis=1).tolist() == [1] * 16
    assert experiment.build()(x).shape == (16, 3)
    held: Any = judged(splits)
    assert {len(each) for each in held.keys} == {2} and len(held.contents) == len(splits.test)
    options = {"target_columns": ("y:class", "pay:number"), "target_kind": "several"}
    again: Any = usable(table, options=options, max_broken=0, folder=Path())
    assert [*again.keys[1]] == [table["y"][1], "0.25"]


def test_class_weights_become_weights_of_rows(tmp_path: Path) -> None:
    experiment = prepared(columns(200), tmp_path, class_weights={"high": 3.0})
    _, y, weight = next(iter(experiment.batches.training(Start())))
    np.testing.assert_array_equal(weight, np.where(np.asarray(y)[:, 0] == 1, 3.0, 1.0))


def test_statistics_are_of_the_training_split(tmp_path: Path) -> None:
    table = columns(200)
    data = {"train": table, "test": columns(50) | {"age": [200] * 50, "job": ["pilot"] * 50}}
    splits = split(data)
    experiment = prepare(splits, options_of(), Cache(tmp_path))
    (age,) = [each for each in experiment.judging.spec["columns"] if each["name"] == "age"]
    assert max(age["scales"][0]["knots"]) < 80
    (job,) = [each for each in experiment.judging.spec["columns"] if each["name"] == "job"]
    assert "pilot" not in job["values"]


def test_the_answer_is_what_the_target_is() -> None:
    assert answer_to(split(columns(100))) is CLASSES
    numbers = split(columns(100, number=True))
    assert answer_to(numbers) is NUMBERS
    held = judged(numbers)
    assert held.numbers.tolist() == numbers.test.labels.tolist()  # type: ignore[union-attr]
    assert set(held.inputs[0]) == set(numbers.test.columns)
    assert len(held.contents) == len(numbers.test.labels)
    for answer, kind in (("number", "numbers"), ("class", "labels")):
        options = {"target": "y", "answer": answer}
        examples = usable(columns(30, number=True), options=options, max_broken=0, folder=Path())
        assert len(getattr(examples, kind)) == 30 and not len(examples.contents)


def test_a_table_of_several_columns_looks_like_this_task(tmp_path: Path) -> None:
    assert holds(write_csv(tmp_path / "people.csv", columns(50)))
    table = [{"a": n, "b": n / 3, "y": "x"} for n in range(20)]
    assert holds(table) and not holds(table[1:])
    assert not holds(write_texts(tmp_path / "texts.csv", text_rows(40)))
    two = {name: cells for name, cells in columns(50).items() if name in ("age", "y")}
    assert not holds(write_csv(tmp_path / "two.csv", two))
    pairs = tmp_path / "pairs.csv"
    pairs.write_text("en,de,id\nA dog.,Ein Hund.,1\nA cat sits.,Eine Katze sitzt.,2\n")
    assert not holds(pairs)
    for nothing in (tmp_path, tmp_path / "nowhere.csv", 3, np.zeros((4, 8, 8, 3))):
        assert not holds(nothing)


def test_a_column_is_worth_what_the_answers_lose_without_it(tmp_path: Path) -> None:
    splits = split(columns(300, number=True))
    experiment = prepare(splits, options_of(), Cache(tmp_path))
    reading: Any = experiment.judging.reading  # type: ignore[attr-defined]
    assert reading.integer == INTEGER_NUMBERS, "the int8 file is tried by its numbers"
    spec = reading.columns
    place = 0  # of the age among the numbers

    def error(inputs: Any, rows: np.ndarray) -> float:
        """Of a network that answers with the age alone, on its scale."""
        truth = experiment.judging.inputs.test["numbers"][rows, place]  # type: ignore[attr-defined]
        return float(np.abs(inputs["numbers"][:, place] - truth).mean())

    worth = importances(splits.test.columns, spec, error)
    assert next(iter(worth)) == "age" and worth["age"] > 0.5
    assert [value for name, value in worth.items() if name != "age"] == [0] * 4
    assert worth == importances(splits.test.columns, spec, error)


@pytest.mark.parametrize(
    ("values", "patience"),
    [({}, None), ({"epochs": 3}, 0), ({"time_budget": 3}, 0), ({"schedule": "cosine"}, 0)],
)
def test_an_end_that_was_asked_for_is_seen(values: dict[str, Any], patience: int | None) -> None:
    options = {**TASK.defaults, "train": TrainConfig(**values)}
    assert plan_training(options, answer=CLASSES).train.early_stopping == patience
    options = {**TASK.defaults, "train": TrainConfig(**values, early_stopping=5)}
    assert plan_training(options, answer=CLASSES).train.early_stopping == 5
