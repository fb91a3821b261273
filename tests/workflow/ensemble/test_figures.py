from __future__ import annotations

import json

from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.workflow.ensemble.figures import Ensemble, Member


def member(seed: int, accuracy: float, fold: int | None = None) -> Member:
    figures = {"log_loss": 0.5, "accuracy": accuracy, "per_class.cat.f1": 0.5}
    return Member(seed, 3, 1.25, figures, fold)


def ensemble(distilled: Member | None = None, *, folds: bool = False) -> Ensemble:
    members = tuple(
        member(3 + number, 0.6 + number / 10, number if folds else None) for number in (1, 2, 3)
    )
    together = {"log_loss": 0.25, "accuracy": 0.95, "per_class.cat.f1": 0.5}
    return Ensemble(members, together, CLASSES.metric, distilled)


def test_the_line_compares_the_mean_with_its_networks() -> None:
    line = "Ensemble of 3: validation accuracy 95.00 %; its networks alone 80.00 % ± 10.00 %"
    assert ensemble().headline == line
    assert ensemble(member(4, 0.85)).headline == f"{line}; distilled 85.00 %"


def test_the_report_has_a_row_a_network() -> None:
    html = " ".join(str(ensemble(member(4, 0.85)).section().html).split())
    for text in ("Seed 4", "Seed 6", "Their mean", "Distilled", "95.00 %", "0.25", "log loss"):
        assert text in html
    assert "per_class" not in html
    assert "Distilled" not in str(ensemble().section().html)


def test_of_folds_all_say_which_network_learnt_without_which() -> None:
    of_folds = ensemble(member(4, 0.85), folds=True)
    assert of_folds.headline.startswith("Ensemble of 3 folds: validation accuracy 95.00 %; its")
    html = " ".join(str(of_folds.section().html).split())
    assert "Seed 4, without fold 1 of 3" in html and "Seed 6, without fold 3 of 3" in html
    assert "None of them met the validation split" in html
    assert ensemble(folds=True).kept_apart and not ensemble().kept_apart
    assert not of_folds.kept_apart  # what was distilled is stopped as ever
    assert "fold" not in str(ensemble().section().html)
    values = of_folds.to_dict()
    assert values["folds"] == 3 and [each["fold"] for each in values["members"]] == [1, 2, 3]
    assert "fold" not in values["distilled"] and "folds" not in ensemble().to_dict()


def test_figures_come_back_from_a_bundle() -> None:
    for each in (ensemble(), ensemble(member(4, 0.85)), ensemble(folds=True)):
        values = json.loads(json.dumps(each.to_dict()))
        assert values["judged_on"] == "validation"
        assert Ensemble.from_dict(values, CLASSES.metric) == each
