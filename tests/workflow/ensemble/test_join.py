"""What becomes of an ensemble: the mean goes on teaching whatever learnt from it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kerasapps.config import CompressConfig, RepeatConfig
from kerasapps.workflow.prune import prune
from tests.workflow.ensemble.test_run import train


@pytest.mark.slow
def test_a_distilled_network_is_pruned_under_its_teacher(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Any] = []

    def pruned(network: Any, experiment: Any, *arguments: Any, **options: Any) -> Any:
        seen.append(experiment)
        return prune(network, experiment, *arguments, **options)

    monkeypatch.setattr("kerasapps.workflow.publish.prune", pruned)
    compress = CompressConfig(prune_share=0.5, prune_by="weights", prune_epochs=2)
    repeat = RepeatConfig(ensemble=2, ensemble_as="distilled")
    result = train(tmp_path, repeat=repeat, compress=compress)
    (experiment,) = seen
    assert experiment.lessons is not None and len(experiment.lessons.digest) == 2 * 64
    assert result.passed
