"""What is said of a SavedModel, and of what a translator hands from step to step."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import tensorflow as tf

import kerasapps
from kerasapps.deploy.manifest import read_manifest
from kerasapps.export.runtimes import describe_file, with_state

ANSWER = {"encode": "encode", "step": "decode_step", "token": "token", "position": "position"}


def runtime(given: tuple[str, ...], taken: tuple[str, ...]) -> dict[str, Any]:
    def tensors(names: tuple[str, ...]) -> list[dict[str, str]]:
        return [{"name": name} for name in names]

    return {
        "signatures": [
            {"name": "encode", "inputs": tensors(("source",)), "outputs": tensors(given)},
            {
                "name": "decode_step",
                "inputs": tensors(("token", "position", *taken)),
                "outputs": tensors(("logits",)),
            },
        ]
    }


def test_what_encode_does_not_give_begins_as_zeros() -> None:
    answer = with_state(ANSWER, [runtime(("memory",), ("memory", "cache"))])
    assert answer == {**ANSWER, "state": {"from_encode": ["memory"], "zeros": ["cache"]}}


def test_a_state_that_one_of_two_files_lacks_is_zeros_for_both() -> None:
    old, new = (runtime(names, ("memory", "cache")) for names in (("memory", "cache"), ("memory",)))
    for files in ([old, new], [new, old]):
        assert with_state(ANSWER, files)["state"] == {"from_encode": ["memory"], "zeros": ["cache"]}


def test_files_without_the_signatures_say_nothing() -> None:
    strange = {"signatures": [{"name": "serving_default", "inputs": [], "outputs": []}]}
    assert with_state(ANSWER, [strange])["state"] == {"from_encode": [], "zeros": []}


def test_what_is_answered_in_one_go_has_no_state() -> None:
    assert with_state({"kind": "number"}, []) == {"kind": "number"}


def test_a_saved_model_says_what_its_signatures_take(trained: kerasapps.RecipeResult) -> None:
    folder = read_manifest(trained.bundle_dir).folder / "saved_model"
    described = describe_file(folder)
    assert described is not None and described["format"] == "saved_model"
    serve = tf.saved_model.load(str(folder)).signatures
    assert [each["name"] for each in described["signatures"]] == sorted(serve)
    for signature in described["signatures"]:
        outputs = serve[signature["name"]].structured_outputs
        assert {each["name"]: each["dtype"] for each in signature["outputs"]} == {
            name: tensor.dtype.name for name, tensor in outputs.items()
        }
    main = next(each for each in described["signatures"] if each["name"] == "serving_default")
    (image,) = main["inputs"]
    assert (image["name"], image["dtype"], image["shape"]) == ("image", "string", [-1])


def test_a_folder_of_anything_has_no_tensors(tmp_path: Path) -> None:
    assert describe_file(tmp_path) is None
