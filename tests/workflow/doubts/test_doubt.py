"""When the doubts of networks say little."""

from __future__ import annotations

from kerasapps.workflow.doubts.doubt import own_mistakes


def test_networks_that_give_three_labels_of_five_again_know_their_data() -> None:
    assert own_mistakes(0.6) == own_mistakes(1.0) == ""
    assert "only 59% of the labels" in own_mistakes(0.59)
