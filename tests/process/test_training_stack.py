"""What is said where the extra `train` is not installed."""

from __future__ import annotations

import pytest

from kerasapps.errors import DependencyError
from kerasapps.process import training_stack
from kerasapps.process.training_stack import INSTALL, is_light, needing_training, require_training


def test_here_all_that_training_takes_is_installed() -> None:
    assert not is_light()
    require_training("Training")


def test_a_missing_module_of_training_is_refused_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(training_stack, "MODULES", {"no_such_stack": "no-such-stack"})
    said = "^Drawing needs no-such-stack, which is not installed"
    with pytest.raises(DependencyError, match=said) as raised, needing_training("Drawing"):
        import no_such_stack.charts  # type: ignore[import-not-found]  # noqa: F401
    assert str(raised.value).endswith(INSTALL)


@pytest.mark.parametrize("module", ["no_such_module", "tensorflow.no_such_part"])
def test_what_the_extra_would_not_mend_stays_as_it_is(module: str) -> None:
    with pytest.raises(ModuleNotFoundError, match=module) as raised, needing_training("Drawing"):
        __import__(module)
    assert not isinstance(raised.value, DependencyError)
