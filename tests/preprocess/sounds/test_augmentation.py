from __future__ import annotations

import numpy as np
import pytest

from kerasapps.preprocess import SoundAugmentation, augment_sounds
from kerasapps.preprocess.sounds.augmentation import SOUND_PRESETS, noise_bank

RATE = 1000


def clicks(count: int = 64) -> np.ndarray:
    sounds = np.zeros((count, 400), np.float32)
    sounds[:, 200] = 1
    return sounds


def change(
    sounds: np.ndarray, targets: np.ndarray | None = None, *, seed: int = 0, **strengths: float
) -> tuple[np.ndarray, np.ndarray]:
    targets = np.eye(len(sounds), dtype=np.float32) if targets is None else targets
    noise = np.ones(1000, np.float32)
    changed = augment_sounds(
        sounds,
        targets,
        seed=(seed, 0),
        augmentation=SoundAugmentation(**strengths),
        rate=RATE,
        noise=noise,
    )
    return np.asarray(changed[0]), np.asarray(changed[1])


@pytest.mark.parametrize("strengths", [vars(each) for each in SOUND_PRESETS.values()])
def test_the_seed_decides_all(strengths: dict[str, float]) -> None:
    sounds = np.random.default_rng(0).normal(size=(4, 400)).astype(np.float32)
    one, again, other = (change(sounds, seed=seed, **strengths)[0] for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, again)
    assert np.isfinite(one).all() and one.shape == sounds.shape
    same = not any(strengths.values())
    assert np.array_equal(one, other) == same == np.array_equal(one, sounds)


def test_shifts_are_of_whole_samples_up_to_the_most() -> None:
    changed, _ = change(clicks(), shift=0.05)
    places = changed.argmax(axis=1)
    assert (changed.max(axis=1) == 1).all() and ((changed != 0).sum(axis=1) == 1).all()
    assert 150 <= places.min() < 170 and 230 < places.max() <= 250


def test_what_is_moved_out_is_lost_and_silence_comes_in() -> None:
    sounds = np.ones((32, 400), np.float32)
    changed, _ = change(sounds, shift=0.1)
    assert set(np.unique(changed)) == {0.0, 1.0}
    assert 300 <= changed.sum(axis=1).min() < 330


def test_speed_changes_the_pitch() -> None:
    """A tone of 20 periods then has 20 times the speed."""
    tone = np.sin(2 * np.pi * 0.05 * np.arange(400))[None].repeat(64, axis=0).astype(np.float32)
    changed, _ = change(tone, speed=0.2)
    crossings = (np.diff(np.signbit(changed[:, 60:340])) != 0).sum(axis=1) / 2 / 280 / 0.05
    assert 0.8 < crossings.min() < 0.9 and 1.12 < crossings.max() < 1.22


def test_gain_is_in_decibels() -> None:
    changed, _ = change(clicks(200), gain=6.0)
    decibels = 20 * np.log10(changed.max(axis=1))
    assert -6 <= decibels.min() < -5 and 5 < decibels.max() <= 6


def test_noise_is_so_far_below_some_of_the_sounds() -> None:
    level = 0.1  # of the sounds; that of the noise is 1
    sounds = np.tile(np.array([level, -level], np.float32), (800, 200))
    changed, _ = change(sounds, noise=0.25)
    added = (changed - sounds)[:, 0]
    assert 0.2 < (added != 0).mean() < 0.3
    below = -20 * np.log10(added[added != 0] / level)
    assert 5 <= below.min() < 7 and 38 < below.max() <= 40


def test_mixed_sounds_have_mixed_targets() -> None:
    sounds = np.eye(8, 400, dtype=np.float32)
    changed, targets = change(sounds, mixup=1.0)
    np.testing.assert_allclose(changed[:, :8], targets, atol=1e-6)
    np.testing.assert_allclose(targets.sum(axis=1), 1, atol=1e-6)
    assert (np.sort(targets)[:, -1] < 0.95).any()


def test_recordings_are_the_noise_or_three_colours_are() -> None:
    bank = noise_bank([np.full(30, 0.5), np.full(50, -0.5)], rate=RATE, samples=60)
    assert bank.shape == (120,) and bank.dtype == np.float32 and (bank[:30] == 0.5).all()
    made = noise_bank([], rate=RATE, samples=400)
    parts = made.reshape(3, -1)
    np.testing.assert_allclose(parts.std(axis=1), 1, atol=1e-3)
    # The redder, the more alike neighbours are.
    alike = [np.corrcoef(part[1:], part[:-1])[0, 1] for part in parts]
    assert abs(alike[0]) < 0.05 and 0.3 < alike[1] < alike[2]
