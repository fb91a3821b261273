"""Rows to classes and to numbers: the whole recipe once each, and what can be done with it."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import tensorflow as tf

import kerasapps
from kerasapps.config import ExportConfig, ModelConfig, TrainConfig
from kerasapps.data.rows.values import values_of
from kerasapps.deploy.manifest import read_manifest
from kerasapps.models.outputs import answering
from kerasapps.preprocess.row_spec import RowSpec
from kerasapps.preprocess.rows import encode_rows
from kerasapps.recipes.bundles import load_bundle
from kerasapps.recipes.tabular.finished import RULES
from tests.check_bundle import check_bundle
from tests.data.row_samples import columns, write_csv
from tests.examples.scripts import check_agrees, run_script
from tests.light import run_light
from tests.serve.asking import client_of, refused

MODES = ("float32", "int8")
ODD: dict[str, list[Any]] = {
    "row_id": [1, 2, 3],
    "age": [None, 1e6, -5],
    "job": ["pilot", "smith", "?"],
    "member": ["TRUE", "perhaps", None],
    "since": ["1999-12-31", "soon", "2015-05-15"],
    "hours": [None, 7, 7.5],
    "note": ["x", "y", "z"],
}


def trained(folder: Path, *, number: bool) -> kerasapps.RecipeResult:
    file = write_csv(folder / "people.csv", columns(600, number=number))
    return kerasapps.train_tabular(
        file,
        target="y",
        output_dir=folder / "run",
        model=ModelConfig(model="mlp", width=0.25, depth=0.5),
        train=TrainConfig(epochs=12, learning_rate=1e-2, batch_size=32),
        export=ExportConfig(quantization=MODES, calibration=200),
    )


@pytest.fixture(scope="module")
def classes(tmp_path_factory: pytest.TempPathFactory) -> kerasapps.RecipeResult:
    return trained(tmp_path_factory.mktemp("classes"), number=False)


@pytest.fixture(scope="module")
def numbers(tmp_path_factory: pytest.TempPathFactory) -> kerasapps.RecipeResult:
    return trained(tmp_path_factory.mktemp("numbers"), number=True)


def rows_of(table: dict[str, list[Any]]) -> list[dict[str, Any]]:
    return [dict(zip(table, row, strict=True)) for row in zip(*table.values(), strict=True)]


def test_rows_become_a_verified_bundle(
    classes: kerasapps.RecipeResult, numbers: kerasapps.RecipeResult
) -> None:
    for result, labels in ((classes, ("high", "low")), (numbers, ())):
        assert result.passed, [each.reason for each in result.artifacts]
        assert result.labels == labels
        check_bundle(result.bundle_dir, labels=labels, artifacts={*MODES, "saved_model"})
        assert all(each.agreement > 0.95 for each in result.artifacts)
    # Far from chance on rows that it has not seen: the pieces fit together.
    assert classes.metrics["accuracy"] > 0.85 and classes.metrics["auc"] > 0.93
    assert numbers.metrics["r2"] > 0.85 and numbers.metrics["rmse"] < 6
    assert numbers.headline.startswith("Test RMSE") and "accuracy" in classes.headline


def test_history_has_the_errors_of_numbers_in_their_own_unit(
    numbers: kerasapps.RecipeResult,
) -> None:
    rows = read_manifest(numbers.bundle_dir).history["rows"]
    assert {"rmse", "val_rmse", "loss", "val_loss"} <= set(rows[0])
    best = min(rows, key=lambda row: row["val_rmse"])
    assert numbers.history.best_epoch == best["epoch"]
    deviation = numbers.metrics["true_deviation"]
    assert best["val_rmse"] == pytest.approx(best["val_loss"] ** 0.5 * deviation, rel=0.2)


@pytest.mark.parametrize("mode", MODES)
def test_the_runner_answers_as_keras(
    classes: kerasapps.RecipeResult, numbers: kerasapps.RecipeResult, mode: str
) -> None:
    rows = rows_of(ODD) + rows_of(columns(20, seed=3))
    for result in (classes, numbers):
        bundle = load_bundle(result.bundle_dir, mode)
        spec = RowSpec.from_dict(bundle.manifest.input)
        cells = {name: values_of([row[name] for row in rows]) for name in spec.names}
        outputs = answering(result.model)(encode_rows(cells, spec).arrays)
        if result is classes:
            expected = np.exp(outputs) / np.exp(outputs).sum(1, keepdims=True)
            found = np.stack([bundle.scores(row) for row in rows])
            np.testing.assert_allclose(found, expected, atol=1e-3 if mode == "float32" else 0.1)
            continue
        values = np.array([each.value for each in bundle.predict(rows)])
        assert np.isfinite(values).all()
        assert np.corrcoef(values, outputs[:, 0])[0, 1] > 0.99


def test_the_saved_model_takes_a_value_a_column(
    classes: kerasapps.RecipeResult, numbers: kerasapps.RecipeResult
) -> None:
    def feed(name: str) -> Any:
        cells = ODD[name]
        if name in ("age", "hours"):
            return tf.constant([np.nan if cell is None else cell for cell in cells], tf.float64)
        return tf.constant(["" if cell is None else cell for cell in cells])

    for result in (classes, numbers):
        loaded = tf.saved_model.load(str(result.bundle_dir / "saved_model"))
        serve = loaded.signatures["serving_default"]
        arguments = serve.structured_input_signature[1]
        assert set(arguments) == {"age", "job", "member", "since", "hours"}
        answer = serve(**{name: feed(name) for name in arguments})
        predictions = load_bundle(result.bundle_dir, "float32").predict(ODD)
        for place, prediction in enumerate(predictions):
            if result is classes:
                assert answer["labels"][place, 0].numpy().decode() == prediction.label
                np.testing.assert_allclose(answer["scores"][place, 0], prediction.score, atol=1e-3)
            else:
                np.testing.assert_allclose(answer["value"][place], prediction.value, rtol=1e-3)


def test_a_bundle_takes_a_row_a_table_or_a_file(
    numbers: kerasapps.RecipeResult, tmp_path: Path
) -> None:
    bundle = load_bundle(numbers.bundle_dir, "float32")
    table = columns(7, seed=5)
    expected = [each.value for each in bundle.predict(table)]
    assert len(expected) == 7
    rows = rows_of(table)
    file = write_csv(tmp_path / "rows.csv", table)
    for inputs in (rows, pd.DataFrame(table), file, str(file)):
        assert [each.value for each in bundle.predict(inputs)] == pytest.approx(expected)
    (single,) = bundle.predict(rows[3])
    assert single.value == pytest.approx(expected[3])
    del table["y"]
    assert [each.value for each in bundle.predict(table)] == pytest.approx(expected)
    again = pickle.loads(pickle.dumps(bundle))
    assert again.artifact == "float32" and again.predict(rows[3]) == [single]


def test_rows_are_answered_by_a_script_that_knows_the_bundle_alone(
    classes: kerasapps.RecipeResult, numbers: kerasapps.RecipeResult
) -> None:
    rows = rows_of(ODD) + rows_of(columns(20, seed=3))
    said = [json.dumps(row) for row in rows]
    for result in (classes, numbers):
        found = [line.split("\t") for line in run_script("run_rows", result.bundle_dir, *said)]
        answers = load_bundle(result.bundle_dir, "int8").predict(rows)
        expected = [getattr(each, "value", None) or each.score for each in answers]
        np.testing.assert_allclose([float(figure) for _, figure in found], expected, rtol=1e-5)
        labels = [getattr(each, "label", "") for each in answers]
        assert [label for label, _ in found] == labels
        assert check_agrees("run_rows", result.bundle_dir)


def test_a_column_that_is_missing_is_named(classes: kerasapps.RecipeResult) -> None:
    bundle = load_bundle(classes.bundle_dir)
    table = columns(3)
    table["Age"] = table.pop("age")
    with pytest.raises(kerasapps.DataError, match=r"lacks the column 'age'.*; is it 'Age'"):
        bundle.predict(table)
    with pytest.raises(kerasapps.DataError, match="the row lacks the columns 'job', 'member'"):
        bundle.predict({"age": 3, "since": "2011-01-01", "hours": 4})
    with pytest.raises(kerasapps.DataError, match="expected a row as a mapping"):
        bundle.scores("age 3")


def test_finished_models_are_judged_on_the_held_out_rows(
    classes: kerasapps.RecipeResult,
    numbers: kerasapps.RecipeResult,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for result, key in ((classes, "auc"), (numbers, "rmse")):
        source = read_manifest(result.bundle_dir).data["source"]
        figures = kerasapps.evaluate_bundle(result.bundle_dir, source, artifact="float32")
        assert figures.to_dict()[key] == pytest.approx(result.metrics[key], abs=1e-3)
        other = kerasapps.evaluate_bundle(
            result.bundle_dir, columns(50, number=result is numbers, seed=9), artifact="float32"
        )
        assert other.to_dict()["examples"] == 50
        # A copy elsewhere, in another order and with every row twice, is known again.
        capsys.readouterr()
        table = columns(600, number=result is numbers)
        copy = {name: (cells + cells)[::-1] for name, cells in reversed(table.items())}
        again = kerasapps.evaluate_bundle(result.bundle_dir, copy, artifact="float32", target="y")
        assert again.to_dict()["examples"] == 1200 - 480
        assert "480 of 1,200 table rows are left out" in capsys.readouterr().err
    with pytest.raises(kerasapps.ConfigError, match="unknown_classes is for classes"):
        kerasapps.evaluate_bundle(numbers.bundle_dir, columns(5), unknown_classes="skip")
    with pytest.raises(kerasapps.DataError, match="'medium'"):
        kerasapps.evaluate_bundle(classes.bundle_dir, columns(5) | {"y": ["medium"] * 5})


def test_columns_that_decide_weigh_most(
    classes: kerasapps.RecipeResult, numbers: kerasapps.RecipeResult, tmp_path: Path
) -> None:
    row = {"age": 78, "job": "smith", "member": "no", "since": "2012-03-15", "hours": 30}
    for result in (classes, numbers):
        explained = kerasapps.explain_text(result.bundle_dir, json.dumps(row), artifact="float32")
        assert {each.column for each in explained.columns[:2]} == {"age", "job"}
        assert explained.columns[0].weight > 0 and explained.columns[0].value in ("78", "smith")
        assert json.loads(json.dumps(explained.to_dict()))["target"] == "y"
        shown = explained.shown()
        assert shown.title.startswith("y: ") and len(shown.rows) == 5
    table = {name: [value, value] for name, value in row.items()} | {"age": [20, 78]}
    file = write_csv(tmp_path / "rows.csv", table)
    second = kerasapps.explain_text(numbers.bundle_dir, f"{file}:2", artifact="float32")
    assert second == explained
    first = kerasapps.explain_text(numbers.bundle_dir, str(file), artifact="float32")
    assert first.score < second.score - 10
    low = kerasapps.explain_text(
        classes.bundle_dir, json.dumps(row), label="low", artifact="float32"
    )
    assert low.answer == "low" and low.score < 0.5 and low.columns[0].weight < 0


@pytest.mark.slow  # importing shap takes seconds
def test_shap_values_of_a_row_are_what_it_has_more_than_the_typical_one(
    numbers: kerasapps.RecipeResult,
) -> None:
    row = {"age": 78, "job": "smith", "member": "no", "since": "2012-03-15", "hours": 30}
    how = kerasapps.ExplainConfig(method="shap")
    found: Any = kerasapps.explain_bundle(numbers.bundle_dir, row, artifact="float32", explain=how)
    typical = {each.column: each.typical for each in found.columns}
    bundle: Any = kerasapps.load_bundle(numbers.bundle_dir, "float32")
    more = found.score - bundle.value(typical)
    assert sum(each.weight for each in found.columns) == pytest.approx(more, abs=1e-3)
    assert found.columns[0].column in ("age", "job") and found.agreement.correlation > 0.5
    assert found.shown().lines[-1] == found.agreement.line


def test_what_cannot_be_explained_is_refused(
    classes: kerasapps.RecipeResult, numbers: kerasapps.RecipeResult, tmp_path: Path
) -> None:
    file = write_csv(tmp_path / "rows.csv", columns(2))
    for text, error in (("{age: 3", "no JSON"), (f"{file}:3", "has 2 rows, so there is no row 3")):
        with pytest.raises(kerasapps.DataError, match=error):
            kerasapps.explain_text(classes.bundle_dir, text)
    with pytest.raises(kerasapps.ConfigError, match="Known: high, low"):
        kerasapps.explain_text(classes.bundle_dir, str(file), label="medium")
    with pytest.raises(kerasapps.ConfigError, match="answers a number; leave label out"):
        kerasapps.explain_text(numbers.bundle_dir, str(file), label="low")


def test_the_report_says_what_each_column_is_worth(
    classes: kerasapps.RecipeResult, numbers: kerasapps.RecipeResult
) -> None:
    for result in (classes, numbers):
        html = (result.bundle_dir / "report.html").read_text(encoding="utf-8")
        table = html.partition("What each column is worth")[2]
        order = [table.index(f">{name}<") for name in ("age", "job", "member", "hours")]
        assert max(order[:2]) < min(order[2:])
        assert "left out" in html or "constant" in html
    assert "Predicted minus true" in html and "R²" in html
    assert "AUC" in (classes.bundle_dir / "report.html").read_text(encoding="utf-8")


def test_a_light_installation_predicts_judges_and_explains(numbers: kerasapps.RecipeResult) -> None:
    folder, source = numbers.bundle_dir, read_manifest(numbers.bundle_dir).data["source"]
    program = (
        "import kerasapps\n"
        f"kerasapps.load_bundle({str(folder)!r}, 'int8').predict({source!r})\n"
        f"kerasapps.evaluate_bundle({str(folder)!r}, {source!r})\n"
        f"kerasapps.explain_text({str(folder)!r}, {source!r})\n"
    )
    run_light(program)


def test_a_manifest_that_describes_no_rows_is_refused(classes: kerasapps.RecipeResult) -> None:
    values = json.loads((classes.bundle_dir / "bundle.json").read_text(encoding="utf-8"))["input"]
    assert isinstance(RULES.input(values), RowSpec)
    first = values["columns"][0]
    scale = first["scales"][0]
    for change in (
        {"columns": []},
        {"columns": [first | {"kind": "text"}]},
        {"columns": [first | {"scales": []}]},
        {"columns": [first | {"scales": [scale | {"knots": scale["knots"][::-1]}]}]},
        {"columns": [first | {"scales": [scale | {"levels": scale["levels"][:-1]}]}]},
        {"columns": [first | {"scales": [scale | {"typical": float("nan")}]}]},
        {"columns": [first | {"more": 1}]},
        {"columns": None},
    ):
        with pytest.raises(kerasapps.ConfigError, match="does not describe table rows"):
            RULES.input(values | change)


def test_rows_are_answered_over_http(
    classes: kerasapps.RecipeResult, numbers: kerasapps.RecipeResult
) -> None:
    client = client_of({"classes": classes.bundle_dir, "numbers": numbers.bundle_dir})
    rows = rows_of(columns(3, seed=5))
    for row in rows:
        del row["y"]
    for name, result in (("classes", classes), ("numbers", numbers)):
        right: Any = kerasapps.load_bundle(result.bundle_dir).predict(rows)
        values = client.post(f"/models/{name}/predict", json={"rows": rows}).json()["predictions"]
        field, key = ("labels", "label") if result.labels else ("value", "value")
        got = [each[field][0] if result.labels else each[field] for each in values]
        assert got == [getattr(each, key) for each in right]
        texts = [json.dumps(row) for row in rows]
        tensor = {"name": "row", "datatype": "BYTES", "shape": [3], "data": texts}
        outputs = client.post(f"/v2/models/{name}/infer", json={"inputs": [tensor]}).json()
        assert outputs["outputs"][-1]["data"] == pytest.approx(got)
    strange = client.post("/predict", json={"row": {**rows[0], "agee": 1}})
    assert refused(strange, 422, "invalid")["field"] == "row.agee"
    first = client.get("/models").json()["models"][0]["columns"][0]["name"]
    lacking = {name: value for name, value in rows[0].items() if name != first}
    assert (
        first in refused(client.post("/predict", json={"row": lacking}), 422, "invalid")["message"]
    )
    nested = {**rows[0], first: [1]}
    assert refused(client.post("/predict", json={"row": nested}), 422, "invalid")["field"]


def test_a_row_is_explained_over_http(
    classes: kerasapps.RecipeResult, numbers: kerasapps.RecipeResult
) -> None:
    client = client_of({"classes": classes.bundle_dir, "numbers": numbers.bundle_dir})
    (row,) = rows_of(columns(1, seed=5))
    del row["y"]
    for name, result in (("classes", classes), ("numbers", numbers)):
        right: Any = kerasapps.explain_bundle(result.bundle_dir, row)
        answer = client.post(f"/models/{name}/explain", json={"row": row})
        assert answer.status_code == 200, answer.text
        assert answer.json()["explanation"] == json.loads(json.dumps(right.to_dict()))
        named = [each["column"] for each in answer.json()["explanation"]["columns"]]
        assert len(named) > 3 and {*named} < {*row}
    first = named[0]
    lacking = {name: value for name, value in row.items() if name != first}
    assert (
        first in refused(client.post("/explain", json={"row": lacking}), 422, "invalid")["message"]
    )
    label = client.post("/models/numbers/explain", json={"row": row, "label": "a"})
    assert refused(label, 422, "invalid")["field"] == "label"
