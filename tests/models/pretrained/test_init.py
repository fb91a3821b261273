"""The package of pretrained models names what is known."""

from __future__ import annotations

from kerasapps import config
from kerasapps.models import pretrained


def test_public_names() -> None:
    assert pretrained.__all__ == sorted(pretrained.__all__)
    for name in pretrained.__all__:
        assert getattr(pretrained, name) is getattr(config, name)
    for name in config.PRETRAINED:
        assert name in str(pretrained.__doc__)
