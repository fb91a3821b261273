"""What bundles share that run one file: that it fits its manifest, and how it is pickled."""

from __future__ import annotations

import dataclasses
import pickle
from pathlib import Path
from typing import Any

import pytest

import kerasapps
from kerasapps.deploy import file_bundle
from kerasapps.deploy.file_bundle import FileBundle
from kerasapps.outputs.numbers.bundle import NumberBundle
from tests.deploy.test_runner import FIRST_BUNDLE


def test_every_kind_is_opened_and_pickled_alike() -> None:
    bundle = kerasapps.load_bundle(FIRST_BUNDLE, threads=2)
    assert isinstance(bundle, FileBundle) and issubclass(NumberBundle, FileBundle)
    again = pickle.loads(pickle.dumps(bundle))
    assert type(again) is type(bundle) and vars(again).keys() == vars(bundle).keys()
    assert (again.manifest, again.artifact, again._threads) == (bundle.manifest, "int8", 2)
    for kind in (kerasapps.Bundle, NumberBundle):
        shared = {"__init__", "__reduce__", "task"}
        assert shared.isdisjoint(vars(kind))


def test_a_file_gives_a_score_for_each_label_or_one_number() -> None:
    bundle: Any = kerasapps.load_bundle(FIRST_BUNDLE)
    path = FIRST_BUNDLE / "model_int8.tflite"
    options = {"artifact": "int8", "reader": bundle.reader, "load": bundle._load}
    for labels, words in ((("a", "b"), "labels 10, but .* says 2"), ((), "numbers 10, but .* 1")):
        manifest = dataclasses.replace(bundle.manifest, labels=labels)
        for kind in (kerasapps.Bundle, NumberBundle):
            with pytest.raises(kerasapps.BundleError, match=f"int8.tflite has {words}: they are"):
                kind(manifest, path, **options)


def test_a_file_takes_what_the_reader_makes_by_name_or_all_of_one_shape(tmp_path: Path) -> None:
    of_file = {"numbers": (3,), "categories": (2,)}
    file_bundle._require_inputs(tmp_path, of_file, {"categories": (2,), "numbers": (3,)})
    file_bundle._require_inputs(tmp_path, dict.fromkeys(("ids", "mask", "types"), (8,)), (8,))
    for other in ({"numbers": (3,)}, {"numbers": (2,), "categories": (3,)}):
        with pytest.raises(kerasapps.BundleError, match=r"inputs of shapes .*'numbers': \(3,\)"):
            file_bundle._require_inputs(tmp_path, of_file, other)
    with pytest.raises(
        kerasapps.BundleError, match=r"an input of shape \(2,\), but .* says \(3,\)"
    ):
        file_bundle._require_inputs(tmp_path, of_file, (3,))
    # Grey pictures go into files of colours, as they are made today, but not the other way round.
    file_bundle._require_inputs(tmp_path, {"input": (8, 9, 3)}, (8, 9, 1))
    for shape, expected in (((8, 9, 1), (8, 9, 3)), ((9, 9, 3), (8, 9, 1)), ((3,), (1,))):
        with pytest.raises(kerasapps.BundleError, match="an input of shape"):
            file_bundle._require_inputs(tmp_path, {"input": shape}, expected)
