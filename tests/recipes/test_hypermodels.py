"""What networks that keras-tuner searches minimise."""

from __future__ import annotations

from kerasapps.models import TranslatorShape
from kerasapps.recipes.translation.compiled import PieceLoss
from kerasapps.tuning import hypermodel


def test_a_translators_options_are_searched_but_for_fixed_ones() -> None:
    sizes = {"source_vocabulary": 9, "target_vocabulary": 9, "max_source": 6, "max_target": 6}
    shape = TranslatorShape(**sizes, joint=True, width=0.25, depth=0.5)
    searched = hypermodel("translation", models="transformer", shape=shape, fixed=("width",))
    assert {"learning_rate", "label_smoothing", "depth"} <= set(searched.space.values)
    assert "width" not in searched.space.values
    searched.space.values["label_smoothing"] = 0.1
    loss = searched.build(searched.space).loss
    assert isinstance(loss, PieceLoss) and loss.smoothing == 0.1
