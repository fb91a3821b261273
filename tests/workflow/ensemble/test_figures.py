from __future__ import annotations

import json

from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.workflow.ensemble.figures import Ensemble, Member


def member(seed: int, accuracy: float) -> Member:
    return Member(seed, 3, 1.25, {"log_loss": 0.5, "accuracy": accuracy, "per_class.cat.f1": 0.5})


def ensemble(distilled: Member | None = None) -> Ensemble:
    members = (member(4, 0.7), member(5, 0.8), member(6, 0.9))
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


def test_figures_come_back_from_a_bundle() -> None:
    for each in (ensemble(), ensemble(member(4, 0.85))):
        values = json.loads(json.dumps(each.to_dict()))
        assert values["judged_on"] == "validation"
        assert Ensemble.from_dict(values, CLASSES.metric) == each
