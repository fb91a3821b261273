from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from kerasapps.config import ImageConfig
from kerasapps.errors import DataError
from kerasapps.preprocess import augmentation as augmentation_module
from kerasapps.preprocess import mixing, randaugment, transforms
from kerasapps.preprocess.augmentation import (
    PRESETS,
    Augmentation,
    augment,
    augment_batches,
    resolve_augmentation,
)
from kerasapps.preprocess.transforms import apply_affine
from tests.values import kinds_of

RNG = np.random.default_rng(0)
NOISE = RNG.integers(0, 256, (64, 12, 10, 3), dtype=np.uint8)
TARGETS = np.eye(4, dtype=np.float32)[np.arange(64) % 4]


def run(images: Any = NOISE, *, seed: int = 0, **fields: Any) -> tuple[np.ndarray, np.ndarray]:
    x, y = augment(
        tf.constant(images),
        TARGETS[: len(images)],
        seed=tf.constant([7, seed], tf.int64),
        augmentation=Augmentation(**fields),
    )
    return x.numpy(), y.numpy()


EACH = {
    "flip": True,
    "translate": 0.2,
    "rotation": 20.0,
    "zoom": 0.3,
    "color": 0.4,
    "randaugment": 2,
    "erasing": 0.8,
    "mixup": 0.5,
    "cutmix": 1.0,
}


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("field", EACH)
def test_each_changes_pictures_in_range_and_by_seed_alone(field: str, channels: int) -> None:
    images = NOISE[..., :channels]
    first, targets = run(images, **{field: EACH[field]})
    assert first.shape == images.shape and first.dtype == np.float32
    assert first.min() >= 0 and first.max() <= 255
    np.testing.assert_allclose(targets.sum(1), 1, rtol=1e-5)
    changed = (first != images).any((1, 2, 3)).mean()
    assert changed > 0.3
    again, again_targets = run(images, **{field: EACH[field]})
    np.testing.assert_array_equal(first, again)
    np.testing.assert_array_equal(targets, again_targets)
    assert (first != run(images, seed=1, **{field: EACH[field]})[0]).any()
    if field not in ("mixup", "cutmix"):
        np.testing.assert_array_equal(targets, TARGETS)
    floats = run(images.astype(np.float32), **{field: EACH[field]})[0]
    np.testing.assert_allclose(floats, first, atol=1e-3)


def test_none_changes_nothing() -> None:
    images, targets = run()
    np.testing.assert_array_equal(images, NOISE)
    np.testing.assert_array_equal(targets, TARGETS)


def test_flip_mirrors_half() -> None:
    images, _ = run(flip=True)
    flipped = [np.array_equal(*pair) for pair in zip(images, NOISE[:, :, ::-1], strict=True)]
    same = [np.array_equal(*pair) for pair in zip(images, NOISE, strict=True)]
    assert all(a != b for a, b in zip(flipped, same, strict=True))
    assert 16 <= sum(flipped) <= 48


def reflected(picture: np.ndarray, down: int, right: int) -> np.ndarray:
    padded = np.pad(picture, ((3, 3), (3, 3), (0, 0)), mode="reflect")
    height, width, _ = picture.shape
    return padded[3 + down : 3 + down + height, 3 + right : 3 + right + width]


def test_translate_shifts_by_every_amount_and_reflects() -> None:
    found = set()
    for seed in range(4):
        for out, given in zip(run(translate=0.2, seed=seed)[0], NOISE, strict=True):
            found.add(
                next(
                    (down, right)
                    for down in range(-2, 3)
                    for right in range(-2, 3)
                    if np.array_equal(out, reflected(given, down, right))
                )
            )
    assert found == {(down, right) for down in range(-2, 3) for right in range(-2, 3)}


def test_largest_translation_stays_inside() -> None:
    tiny = NOISE[:, :8, :8]
    assert set(np.unique(run(tiny, translate=0.9)[0])) <= set(np.unique(tiny))


def test_rotation_and_zoom_keep_the_centre() -> None:
    disc = np.zeros((64, 31, 31, 1), np.float32)
    rows, columns = np.indices((31, 31)) - 15
    disc[:, rows**2 + columns**2 <= 64] = 200
    turned, _ = run(disc, rotation=180.0)
    assert np.abs(turned - disc).mean() < 6  # only the rim is resampled
    zoomed, _ = run(disc, zoom=0.5)
    areas = zoomed.sum((1, 2, 3)) / disc[0].sum()
    assert areas.min() < 0.6 and areas.max() > 1.6  # 0.5² to 1.5²
    assert areas.min() >= 0.25 and areas.max() <= 2.3
    line = np.zeros((64, 31, 31, 1), np.float32)
    line[:, 15] = 255
    # A horizontal line turned by at most 10 degrees stays within 15·tan(10°) = 2.6 rows.
    narrow, _ = run(line, rotation=10.0)
    assert narrow[:, 19:28, 3:28].max() < 1 and narrow[:, 13, 3:28].max() > 100


def test_affine_is_about_the_centre() -> None:
    picture = tf.constant(NOISE[:1])
    identity = tf.eye(2)[tf.newaxis]
    moved = apply_affine(picture, identity, [[2.0, 0.0]])
    np.testing.assert_allclose(moved[0, :, :-2], NOISE[0, :, 2:], atol=1e-3)
    half_turn = apply_affine(picture, -identity, [[0.0, 0.0]])
    np.testing.assert_allclose(half_turn[0], NOISE[0, ::-1, ::-1], atol=1e-3)


def test_color_is_one_change_per_picture() -> None:
    grey = np.full((64, 4, 4, 3), 100, np.uint8)
    grey[:, 2:] = 140
    images, _ = run(grey, color=0.2)
    np.testing.assert_allclose(images[..., 0], images[..., 1], atol=1e-3)  # grey stays grey
    mean = images.mean((1, 2, 3)) - 120
    assert mean.min() < -30 and mean.max() > 30 and np.abs(mean).max() <= 51.1
    contrast = (images[:, 3, 0, 0] - images[:, 0, 0, 0]) / 40
    assert contrast.min() < 0.85 and contrast.max() > 1.15
    assert contrast.min() >= 0.799 and contrast.max() <= 1.201
    red = np.tile(np.array([200, 100, 100], np.uint8), (64, 4, 4, 1))
    spread = np.ptp(run(red, color=0.2)[0][:, 0, 0], axis=-1)
    assert spread.min() < 85 and spread.max() > 115  # 100 · saturation · contrast


def test_erasing_fills_one_rectangle() -> None:
    flat = np.full((64, 40, 40, 3), 77, np.uint8)
    images, _ = run(flat, erasing=1.0)
    shares = []
    for picture in images:
        mask = (picture != 77).any(-1)
        rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
        box = mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        assert box.mean() > 0.98
        shares.append(box.size / 1600)
        if box.size > 100:
            assert picture[mask].std() > 40
    assert min(shares) < 0.1 and 0.25 < max(shares) <= 0.45
    touched = (run(flat, erasing=0.25)[0] != 77).any((1, 2, 3)).mean()
    assert 0.08 < touched < 0.45


@pytest.mark.parametrize("fields", [{"mixup": 0.4}, {"cutmix": 1.0}, {"mixup": 0.4, "cutmix": 1.0}])
def test_targets_follow_the_pixels(fields: dict[str, float]) -> None:
    # Picture i is of the constant value of its class, so that its mean tells the mixing share.
    values = np.array([0, 60, 120, 240], np.float32)
    given = np.broadcast_to((TARGETS @ values)[:, None, None, None], (64, 16, 16, 1))
    images, targets = run(given, **fields)
    np.testing.assert_allclose(images.mean((1, 2, 3)), targets @ values, atol=0.01)
    share = targets.max(1)
    assert share.min() < 0.7 and share.max() > 0.9
    constant = images.reshape(64, -1).std(1) < 1e-3
    if "cutmix" not in fields:
        assert constant.all()
    elif "mixup" in fields:
        assert 8 < (~constant).sum() < 56
    else:
        assert (~constant).sum() > 40
        assert set(np.unique(images)) <= {0, 60, 120, 240}


def test_the_presets_strengths() -> None:
    assert list(PRESETS) == ["none", "light", "strong"]
    assert vars(PRESETS["none"]) == vars(Augmentation()) == {
        "flip": False, "translate": 0, "rotation": 0, "zoom": 0, "color": 0,
        "randaugment": 0, "erasing": 0, "mixup": 0, "cutmix": 0, "resampling": False, "jpeg": 0,
    }  # fmt: skip
    light = {"flip": True, "translate": 0.1, "resampling": True, "jpeg": 50}
    assert vars(PRESETS["light"]) == vars(Augmentation()) | light
    assert vars(PRESETS["strong"]) == {
        "flip": True, "translate": 0.1, "rotation": 0, "zoom": 0.1, "color": 0,
        "randaugment": 2, "erasing": 0.25, "mixup": 0.2, "cutmix": 1.0,
        "resampling": True, "jpeg": 30,
    }  # fmt: skip


def test_each_part_has_a_seed_of_its_own_and_they_follow_one_another() -> None:
    """Else what is erased would depend on the colour, and MixUp's share on the operations."""
    seed = tf.constant([7, 0], tf.int64)
    seeds = transforms.split_seed(seed, 5)
    warped = transforms.warp(NOISE, seeds[0], flip=True, translate=0.2, rotation=20.0, zoom=0.3)
    pixels = randaugment.randaugment(warped, seeds[1], operations=2)
    images = transforms.jitter_color(tf.cast(pixels, tf.float32), seeds[2], strength=0.4)
    images = transforms.erase(images, seeds[3], probability=0.8)
    images, targets = mixing.mix(images, tf.constant(TARGETS), seeds[4], mixup=0.5, cutmix=1.0)
    found, found_targets = run(**EACH)
    np.testing.assert_array_equal(found, images)
    np.testing.assert_array_equal(found_targets, targets)
    moved = transforms.flip_and_translate(NOISE, seeds[0], flip=False, translate=0.2)
    np.testing.assert_array_equal(run(translate=0.2)[0], moved)
    turned = transforms.warp(NOISE, seeds[0], flip=False, translate=0.0, rotation=20.0, zoom=0.0)
    np.testing.assert_array_equal(run(rotation=20.0)[0], turned)


def test_what_is_off_is_not_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    parts = {
        (transforms, "warp"): {"rotation", "zoom"},
        (transforms, "flip_and_translate"): {"flip", "translate"},
        (randaugment, "randaugment"): {"randaugment"},
        (transforms, "jitter_color"): {"color"},
        (transforms, "erase"): {"erasing"},
        (mixing, "mix"): {"mixup", "cutmix"},
    }
    for (module, name), fields in parts.items():
        with monkeypatch.context() as patch:
            patch.setattr(module, name, lambda *_, **__: pytest.fail("computed"))
            run(NOISE[:2], **{field: EACH[field] for field in EACH if field not in fields})
            for field in fields:
                with pytest.raises(pytest.fail.Exception):
                    run(NOISE[:2], **{field: EACH[field]})


def test_presets_and_overrides() -> None:
    assert resolve_augmentation(ImageConfig(augment="none")) == Augmentation()
    assert resolve_augmentation(ImageConfig()) == PRESETS["light"]
    strong = resolve_augmentation(ImageConfig(augment="strong", flip=False, mixup=0, rotation=5))
    assert (strong.flip, strong.mixup, strong.rotation) == (False, 0, 5)
    assert strong.randaugment == PRESETS["strong"].randaugment > 0
    images, targets = augment(
        NOISE,
        TARGETS,
        seed=[1, 2],
        augmentation=resolve_augmentation(ImageConfig(augment="strong")),
    )
    assert images.shape == NOISE.shape and targets.shape == TARGETS.shape


def test_all_together_in_a_graph_of_unknown_batch_size() -> None:
    both = Augmentation(**EACH)

    @tf.function(
        input_signature=[
            tf.TensorSpec((None, 12, 10, 3), tf.uint8),
            tf.TensorSpec((None, 4), tf.float32),
        ]
    )
    def graph(x: Any, y: Any) -> Any:
        return augment(x, y, seed=tf.constant([3, 4], tf.int64), augmentation=both)

    for count in (1, 5):
        x, y = graph(NOISE[:count], TARGETS[:count])
        eager_x, eager_y = augment(NOISE[:count], TARGETS[:count], seed=[3, 4], augmentation=both)
        np.testing.assert_allclose(x, eager_x, atol=1.01)
        np.testing.assert_allclose(y, eager_y, atol=1e-5)


def test_kinds_of_values() -> None:
    assert kinds_of(augmentation_module) == {"Augmentation": "frozen, by name"}


def batches_of(**options: Any) -> list[tuple[np.ndarray, ...]]:
    data = tf.data.Dataset.from_tensor_slices((NOISE, np.arange(64))).batch(16)
    changed = augment_batches(data, Augmentation(flip=True, translate=0.2), **options)
    return list(changed.as_numpy_iterator())


def test_batches_go_on_from_any_of_them_and_keep_their_targets() -> None:
    whole = batches_of(seed=1)
    np.testing.assert_array_equal(np.concatenate([y for _, y in whole]), np.arange(64))
    assert (whole[0][0] != batches_of(seed=2)[0][0]).any()
    data = tf.data.Dataset.from_tensor_slices((NOISE[32:], np.arange(32))).batch(16)
    rest = augment_batches(data, Augmentation(flip=True, translate=0.2), seed=1, first=2)
    np.testing.assert_array_equal(next(iter(rest))[0], whole[2][0])


def test_batches_of_mixed_pictures_have_mixed_targets() -> None:
    data = tf.data.Dataset.from_tensor_slices((NOISE, TARGETS)).batch(64)
    ((_, targets),) = augment_batches(data, Augmentation(mixup=1.0), seed=0)
    assert 0 < np.asarray(targets).max(axis=1).min() < 1


def test_a_preset_is_named_and_pictures_may_come_alone() -> None:
    data = tf.data.Dataset.from_tensor_slices(NOISE[:4]).batch(4)
    options = {"seed": 1}
    (alone,) = augment_batches(data, "light", **options)
    ((named, labels),) = augment_batches(
        data.map(lambda pictures: (pictures, [0, 1, 2, 3])), PRESETS["light"], **options
    )
    np.testing.assert_array_equal(alone, named)
    assert labels.numpy().tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("element", "said"),
    [
        ((NOISE[0], 1), r"shape \(12, 10, 3\): a batch"),
        ({"image": NOISE[:4]}, 'each\\["image"\\]'),
        ((NOISE[:4], [0, 1, 2, 3]), r"tf\.one_hot"),
        ((NOISE[:4], [[0], [1], [2], [3]]), r"tf\.one_hot"),
        (NOISE[:4], "mix targets too"),
        (([b"PNG"], TARGETS[:1]), r"shape \(1,\)"),
    ],
)
def test_what_cannot_be_changed_is_refused_before(element: Any, said: str) -> None:
    data = tf.data.Dataset.from_tensors(element)
    with pytest.raises(DataError, match=said):
        augment_batches(data, "strong", seed=0)


def test_class_numbers_are_never_mixed() -> None:
    with pytest.raises(DataError, match="unmixed"):
        augment(NOISE[:4], np.arange(4), seed=(0, 0), augmentation=Augmentation(mixup=0.2))
