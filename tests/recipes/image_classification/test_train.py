"""Pictures to arrays, options to a network."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import keras
import numpy as np
import pytest

from kerasapps.config import ImageConfig, ModelConfig
from kerasapps.config.own import OwnNetwork
from kerasapps.data.images.examples import ImageSplits
from kerasapps.errors import ConfigError
from kerasapps.outputs.classes.agreement import labels_kept
from kerasapps.recipes.image_classification import size as sizes
from kerasapps.recipes.image_classification.train import (
    augmentation_of,
    averages_views,
    choose_image_spec,
    plan_training,
    prepare,
    reload,
)
from kerasapps.recipes.registry import IMAGE_CLASSIFICATION
from kerasapps.start import Start
from kerasapps.streamed import StreamedArray
from kerasapps.workflow.cache import Cache
from kerasapps.workflow.options import describe_options, with_values
from kerasapps.workflow.reading import read_splits
from tests.shapes import write_shapes

PRESET = "preset:some_net"


def options(**values: Any) -> dict[str, Any]:
    small = {"model": "mlp", "width": 0.1, "image_size": 16, "augment": "none", **values}
    return with_values(IMAGE_CLASSIFICATION.defaults, small)


@pytest.fixture(scope="module")
def splits(tmp_path_factory: pytest.TempPathFactory) -> ImageSplits:
    folder = tmp_path_factory.mktemp("pictures")
    data = write_shapes(folder / "shapes", per_class=10)
    found: ImageSplits = read_splits(IMAGE_CLASSIFICATION, data, options(), folder / "work")
    return found


def test_the_plan_has_what_the_model_suggests() -> None:
    plan = plan_training(options(model="cnn"))
    assert (plan.family, plan.minutes, plan.answer.judged.quality) == ("conv", 20, "macro_f1")
    assert plan.train.learning_rate == 2e-3 and not plan.is_judged
    plan = plan_training(options(model=PRESET))
    assert (plan.family, plan.minutes, plan.answer.judged.quality) == ("depthwise", 20, "macro_f1")
    assert (plan.train.learning_rate, plan.train.schedule) == (3e-3, "cosine")
    asked = plan_training(options(model=PRESET, learning_rate=0.5, monitor="macro_f1"))
    assert asked.train.learning_rate == 0.5 and asked.is_judged


def test_a_finished_network_of_ones_own_takes_pictures_of_its_size(splits: ImageSplits) -> None:
    network = keras.Sequential([keras.Input((8, 10, 1)), keras.layers.Dense(2)])
    fixed = ModelConfig(model=OwnNetwork("own:net@0", network))
    spec = choose_image_spec(ImageConfig(), fixed, splits)
    assert spec.shape == (8, 10, 1)
    with pytest.raises(ConfigError, match=r"image_size 9x9 is not what net takes, 8x10"):
        choose_image_spec(ImageConfig(image_size=9), fixed, splits)
    free = ModelConfig(model=OwnNetwork("own:net@0", lambda input_shape, num_classes: network))
    assert choose_image_spec(ImageConfig(), free, splits).shape[2] == 3


def test_the_size_is_what_was_asked_for_else_the_backbones_own_else_suits_the_data(
    splits: ImageSplits, monkeypatch: pytest.MonkeyPatch
) -> None:
    def size(model: str, **image: Any) -> tuple[int, ...]:
        found = choose_image_spec(ImageConfig(**image), ModelConfig(model=model), splits)
        return found.shape

    asked: list[str] = []

    def native(name: str) -> int:
        asked.append(name)
        return 224

    monkeypatch.setattr(sizes, "preset_image_size", native)
    assert size("cnn") == (32, 32, 3)  # as the pictures are
    assert size("cnn", image_size="24x40", channels=1) == (24, 40, 1)
    assert size(PRESET, image_size="24x40") == (24, 40, 3) and asked == []
    assert size(PRESET) == (224, 224, 3) and asked == ["some_net"]
    spec = choose_image_spec(ImageConfig(resize="pad"), ModelConfig(model="cnn"), splits)
    assert spec.resize == "pad"


def test_an_experiment_is_ready_to_be_trained(splits: ImageSplits, tmp_path: Path) -> None:
    experiment = prepare(splits, options(batch_size=8, dropout=0.4), Cache(tmp_path))
    judging, batches = experiment.judging, experiment.batches
    assert (judging.summary, judging.answer.judged.name) == ("16×16", "macro-F1")
    assert judging.spec["height"] == 16 and judging.splits is splits
    assert batches.steps_per_epoch == -(-len(splits.train) // 8)
    assert batches.sizes == {"batch_size": 8}
    network = experiment.build()
    assert network.input_shape == (None, 16, 16, 3) and network.output_shape == (None, 3)
    rates = {each.rate for each in network.layers if isinstance(each, keras.layers.Dropout)}
    assert rates == {0.4}
    assert judging.fit_options(network)["judge"] is None
    assert experiment.ship(network) is network  # too few examples for a temperature
    shown, labels = next(batches.training(Start()).as_numpy_iterator())
    assert shown.shape == (8, 16, 16, 3) and labels.shape == (8, 3)
    assert not list(tmp_path.rglob("*.npy"))  # they stay in memory
    seen = np.concatenate([batch[0] for batch in batches.validation.as_numpy_iterator()])
    assert len(seen) == len(splits.validation)
    again = prepare(splits, options(batch_size=8), Cache(tmp_path)).batches
    assert np.array_equal(
        shown, next(again.training(Start()).as_numpy_iterator())[0]
    )  # not augmented


def test_what_is_asked_for_reaches_the_experiment(splits: ImageSplits, tmp_path: Path) -> None:
    values = {"augment": "light", "test_time_flip": True, "monitor": "macro_f1", "cache_mb": 0}
    experiment = prepare(splits, options(**values), Cache(tmp_path))
    assert experiment.ship(experiment.build()).name.endswith("_mirrored")
    assert experiment.judging.fit_options(experiment.build())["judge"] is not None
    assert list(tmp_path.rglob("*.npy"))
    plain = prepare(splits, options(), Cache(tmp_path / "b")).batches
    changed, usual = (
        next(batches.training(Start()).as_numpy_iterator())[0]
        for batches in (experiment.batches, plain)
    )
    assert changed.shape == usual.shape and not np.array_equal(changed, usual)


def test_weights_of_classes_reach_the_batches(splits: ImageSplits, tmp_path: Path) -> None:
    asked = options(class_weights={splits.labels[1]: 50.0})
    batches = prepare(splits, asked, Cache(tmp_path)).batches
    _, labels, weights = next(batches.training(Start()).as_numpy_iterator())
    assert weights.tolist() == [50.0 if number == 1 else 1.0 for number in labels.argmax(-1)]


def test_training_draws_from_variants_and_files_are_judged_as_on_a_phone(
    splits: ImageSplits, tmp_path: Path
) -> None:
    values = {"augment": "light", "flip": False, "translate": 0.0, "batch_size": 16}
    experiment = prepare(splits, options(**values), Cache(tmp_path))
    judging: Any = experiment.judging
    usual = {each.tobytes() for each in judging.inputs.train}
    shown, _ = next(experiment.batches.training(Start()).as_numpy_iterator())
    changed = [each.astype(np.uint8).tobytes() not in usual for each in shown]
    assert 0 < sum(changed) < 16
    phone = judging.elsewhere(labels_kept)
    assert phone.name == "resize as on a phone" and phone.inputs.shape[1:] == (16, 16, 3)
    other = prepare(splits, options(**values, seed=1), Cache(tmp_path)).judging
    assert np.array_equal(other.inputs.train, judging.inputs.train)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("model", "asked", "mixup"),
    [
        ("efficientnet_lite0", {}, 0.2),
        ("preset:folder", {}, 0.2),
        ("efficientnet_lite0", {"mixup": 0.0}, 0.0),
        ("efficientnet_lite0", {"augment": "none"}, 0.0),
        ("efficientnet_lite0", {"cutmix": 1.0}, 0.0),
        ("efficientnet_lite0", {"cutmix": 0.0}, 0.2),
        ("fast_resnet", {}, 0.0),
        ("fast_resnet", {"mixup": 0.4}, 0.4),
    ],
)
def test_pretrained_backbones_are_shown_mixtures(
    model: str, asked: dict[str, Any], mixup: float
) -> None:
    assert augmentation_of(ImageConfig(**asked), ModelConfig(model=model)).mixup == mixup


def test_a_head_is_solved_on_pictures_that_are_changed_but_not_mixed(
    splits: ImageSplits, tmp_path: Path
) -> None:
    asked = options(mixup=5.0, flip=True, augment="light", batch_size=16)
    batches = prepare(splits, asked, Cache(tmp_path)).batches
    assert batches.unmixed is not None
    usual, single = (
        next(b(Start()).as_numpy_iterator()) for b in (batches.training, batches.unmixed)
    )
    assert usual[0].shape == single[0].shape and not np.array_equal(usual[0], single[0])
    assert set(np.unique(single[1])) == {0.0, 1.0} and np.any((usual[1] > 0) & (usual[1] < 1))


def test_fine_tuning_takes_as_many_passes_as_the_architecture_says() -> None:
    assert plan_training(options(model="efficientnet_lite0")).passes > 1.2
    assert plan_training(options(model="cnn")).passes == 1.0


def test_the_data_of_a_bundle_is_prepared_as_it_was(tmp_path: Path) -> None:
    data = write_shapes(tmp_path / "shapes", per_class=10)
    asked = options(image_size="16x24", augment="strong")
    splits = read_splits(IMAGE_CLASSIFICATION, data, asked, tmp_path / "work")
    before = prepare(splits, asked, Cache(tmp_path / "a")).judging
    manifest: Any = SimpleNamespace(
        settings=describe_options(asked), input=before.spec, folder=tmp_path
    )
    again = reload(manifest, data, tmp_path / "again")
    assert (again.summary, again.spec) == ("16×24", before.spec)
    assert again.splits.fingerprint == splits.fingerprint
    assert again.splits.test.labels == splits.test.labels
    assert again.elsewhere(labels_kept).name == "resize as on a phone"  # type: ignore[attr-defined]
    network: Any = keras.Sequential()
    assert again.fit_options(network)["judge"] is None


@pytest.mark.parametrize(
    ("model", "asked", "averages"),
    [
        ("fast_resnet", {}, True),
        ("fast_resnet", {"test_time_flip": False}, False),
        ("fast_resnet", {"flip": False}, False),  # training does not show mirror images
        ("fast_resnet", {"augment": "none"}, False),
        ("mobile_cnn", {}, False),
        ("mobile_cnn", {"test_time_flip": True}, True),
    ],
)
def test_whose_answer_is_the_mean_of_both_views(
    model: str, asked: dict[str, Any], averages: bool
) -> None:
    assert averages_views(ImageConfig(**asked), ModelConfig(model=model)) is averages


def test_the_network_for_many_pictures_takes_large_orthogonal_steps() -> None:
    train = plan_training(options(model="fast_resnet")).train
    assert (train.optimizer, train.learning_rate, train.label_smoothing) == ("muon", 0.12, 0.1)
    plain = plan_training(options(model="fast_resnet", optimizer="adamw")).train
    assert (plain.optimizer, plain.learning_rate) == ("adamw", None)


def test_pictures_of_a_data_service_are_decoded_here_only_when_they_are_asked_for(
    splits: ImageSplits, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    address = "grpc://127.0.0.1:1"
    served = options(data_service=address, augment="light")
    experiment: Any = prepare(splits, served, Cache(tmp_path))
    assert f"The data service at {address} reads the training pictures" in capsys.readouterr().err
    inputs = experiment.judging.inputs
    assert isinstance(inputs.train, StreamedArray)
    assert isinstance(inputs.validation, np.ndarray)
    with pytest.raises(ConfigError, match=f"No data service answers at {address} "):
        experiment.batches.training(Start())
    for wrong in ("here", "grpc://here", "http://here:80"):
        with pytest.raises(ConfigError, match=r"ImageConfig\.data_service must be an address"):
            options(data_service=wrong)
