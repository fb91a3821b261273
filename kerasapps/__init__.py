"""From a folder of data to a verified TFLite file: Keras 3 task recipes.

Importing this package imports no TensorFlow; each public name is loaded when it is first used. The
names stand in `__init__.pyi`.
"""

from __future__ import annotations

import os

from kerasapps.lazy import lazy_names
from kerasapps.saved_classes import find_when_keras_comes

# TensorFlow turns oneDNN off on x86 CPUs without AVX512, where its convolutions are 1.4 to 1.8
# times as fast as Eigen's. It reads the variable once, when it is imported; what the user set wins.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")

# A saved model needs no other import of ours, and this one imports no Keras.
find_when_keras_comes()

__version__ = "0.1.0"

__all__, __getattr__, __dir__ = lazy_names(__name__, __file__)
