"""A saved model of any family loads where only `import kerasapps` was said."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
from pathlib import Path

import keras

import kerasapps
from kerasapps import models, recipes
from kerasapps.models import TabularShape, TextShape, TranslatorShape
from kerasapps.saved_classes import CLASSES
from kerasapps.tuning import hypermodel

LOADING = """
import importlib.util, sys, kerasapps
assert importlib.util.find_spec("keras")  # who asks whether Keras is there does not import it
assert not {"tensorflow", "keras"} & set(sys.modules)
import keras
assert not [each for each in sys.meta_path if "kerasapps" in type(each).__module__]
assert not [name for name in sys.modules if name.startswith("kerasapps.layers")]
for file in sys.argv[1:]:
    compiled = keras.saving.load_model(file).compiled
    assert compiled == ("searched" in file)
"""


def test_every_registered_class_is_listed_with_its_module() -> None:
    root = Path(kerasapps.__file__).parent
    folders = {root: "", Path(recipes.__file__).parent: "recipes."}
    registered = re.compile(r"@keras\.saving\.register_keras_serializable\([^)]*\)\s+class (\w+)")
    found = {
        place + ".".join(file.relative_to(folder).with_suffix("").parts): " ".join(sorted(names))
        for folder, place in folders.items()
        for file in folder.rglob("*.py")
        if (names := registered.findall(file.read_text(encoding="utf-8")))
    }
    assert {module: " ".join(sorted(names.split())) for module, names in CLASSES.items()} == found
    for module, names in CLASSES.items():
        for name in names.split():
            kind = getattr(importlib.import_module(f"kerasapps.{module}"), name)
            assert keras.saving.get_registered_name(kind) == f"kerasapps>{name}"


def test_a_fresh_process_loads_a_model_of_each_family(tmp_path: Path) -> None:
    pictures = {"input_shape": (16, 16, 3), "num_classes": 2, "width": 0.1}
    texts = TextShape(vocabulary_size=20, num_classes=2, width=0.1)
    rows = TabularShape(numbers=2, categories=(3,), outputs=1, width=0.1)
    vocabularies = {"source_vocabulary": 9, "target_vocabulary": 9, "joint": False}
    pairs = TranslatorShape(**vocabularies, max_source=4, max_target=4, width=0.1, depth=0.25)
    searched = {
        "searched_rows": hypermodel("tabular", models="mlp", shape=rows),
        "searched_pairs": hypermodel("translation", models="transformer", shape=pairs),
    }
    networks = {
        "fast_resnet": models.fast_resnet(**pictures),
        "vit": models.vit(**pictures),
        "lstm_attention": models.lstm_attention(texts),
        **{name: each.build(each.space) for name, each in searched.items()},
    }
    files = [tmp_path / f"{name}.keras" for name in networks]
    for network, file in zip(networks.values(), files, strict=True):
        network.save(file)
    subprocess.run([sys.executable, "-c", LOADING, *files], check=True)
