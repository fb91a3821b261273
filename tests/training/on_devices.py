"""A short training on several devices or in several processes, to be compared with one's.

Run as `python -m tests.training.on_devices '{"kind": "conv", "folder": …}'`; TensorFlow has to be
told of devices before it computes anything, hence processes of its own.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kerasapps.cluster import Cluster
from kerasapps.config import TrainConfig
from kerasapps.errors import KerasAppsError
from kerasapps.layers import FusedBatchNorm
from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.outputs.classes.criterion import CLASS_CRITERION
from kerasapps.recipes.translation.answer import TRANSLATIONS
from kerasapps.recipes.translation.criterion import TOKEN_CRITERION
from kerasapps.start import Start
from kerasapps.training import seed_everything
from kerasapps.training.adversarial import Attack, PixelSpace
from kerasapps.training.head import Head
from kerasapps.training.hooks import NO_HOOKS, Hooks
from kerasapps.training.in_phases import fit_in_phases
from kerasapps.training.join import join_team
from kerasapps.training.length import Length
from kerasapps.training.replicas import Replicas
from kerasapps.training.runtime import choose_runtime
from tests.training.small import COUNT, SIZE, Silent, make_examples

ROWS, STEPS, WORDS = 18, 20, 11
FEW = 7
"""Examples of validation; the last of them are fewer than devices."""


def dense() -> keras.Model:
    """Flat pixels, hidden units, logits."""
    return keras.Sequential(
        [
            keras.Input((SIZE, SIZE, 3)),
            keras.layers.Rescaling(1 / 64, -2),
            keras.layers.Flatten(),
            keras.layers.Dense(16, activation="relu"),
            keras.layers.Dense(COUNT, name="logits"),
        ]
    )


def conv() -> keras.Model:
    """Convolutions with batch normalization, and regularization of the network's own."""
    inputs = keras.Input((SIZE, SIZE, 3))
    x = keras.layers.Rescaling(1 / 64, -2)(inputs)
    kinds = (keras.layers.Conv2D(8, 3, use_bias=False), keras.layers.DepthwiseConv2D(3))
    norms = (keras.layers.BatchNormalization(), FusedBatchNorm())  # Keras' own, and ours
    for kind, norm in zip(kinds, norms, strict=True):
        kind.use_bias = False
        x = keras.layers.ReLU()(norm(kind(x)))
    x = keras.layers.GlobalAveragePooling2D()(x)
    logits = keras.layers.Dense(COUNT, kernel_regularizer=keras.regularizers.L2(1e-3))(x)
    return keras.Model(inputs, logits)


def recurrent() -> keras.Model:
    """An LSTM over the rows of a picture, and attention among them."""
    inputs = keras.Input((SIZE, SIZE, 3))
    x = keras.layers.Reshape((SIZE, 3 * SIZE))(keras.layers.Rescaling(1 / 64, -2)(inputs))
    x = keras.layers.LSTM(8, return_sequences=True)(x)
    x = keras.layers.MultiHeadAttention(2, 4)(x, x)
    return keras.Model(inputs, keras.layers.Dense(COUNT)(keras.layers.Flatten()(x)))


def pieces() -> keras.Model:
    """From pieces to pieces, with a table of vectors."""
    inputs = keras.Input((None,), dtype="int32")
    x = keras.layers.Embedding(WORDS, 8)(inputs)
    return keras.Model(inputs, keras.layers.Dense(WORDS)(x))


def pretrained() -> keras.Model:
    """A backbone, whose head is solved before it is fine-tuned."""
    pictures = keras.Input((SIZE, SIZE, 3))
    x = keras.layers.BatchNormalization()(keras.layers.Conv2D(8, 3)(pictures))
    x = keras.layers.Conv2D(8, 3)(keras.layers.ReLU()(x))
    backbone = keras.Model(pictures, x, name="backbone")
    inputs = keras.Input((SIZE, SIZE, 3))
    x = backbone(keras.layers.Rescaling(1 / 64, -2)(inputs))
    x = keras.layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, keras.layers.Dense(COUNT, name="logits", dtype="float32")(x))


class Meddler(keras.callbacks.Callback):
    """Halves the rate after every step, predicts, changes weights, ends the training early.

    It ends it after a step of the second epoch, which none takes a step further.
    """

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self._epoch = epoch

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        rate = keras.ops.convert_to_numpy(self.model.optimizer.learning_rate)
        self.model.optimizer.learning_rate = float(rate) / 2
        self.model.stop_training = self._epoch == 1 and batch == 1

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self.model.predict(np.zeros((3, SIZE, SIZE, 3), np.float32), verbose=0)
        self.model.set_weights([weight * 0.5 for weight in self.model.get_weights()])


def pictures_of(start: Start) -> tf.data.Dataset:
    """Endless weighted batches of one order."""
    images, labels = make_examples(STEPS * ROWS, seed=0)
    weights = np.random.default_rng(1).uniform(0.2, 2, len(labels)).astype(np.float32)
    return _batches((images, labels, weights), start)


def pieces_of(start: Start) -> tf.data.Dataset:
    """Endless batches of sequences whose lengths differ, so that devices have unlike many."""
    random = np.random.default_rng(0)
    ids = random.integers(1, WORDS, (STEPS * ROWS, 6)).astype(np.int32)
    ids[np.arange(6) >= random.integers(1, 7, len(ids))[:, None]] = 0
    return _batches((ids, (ids * 3) % WORDS), start)


def few_of(start: Start) -> tf.data.Dataset:
    """Endless batches of two pictures, which no graph knows to be so few."""
    return pictures_of(start).unbatch().batch(2)


def _batches(arrays: Any, start: Start) -> tf.data.Dataset:
    done = start.epoch * STEPS // 2 + start.step
    order = [(done + step) % STEPS for step in range(STEPS)]
    rows = np.concatenate([start.share.of(np.arange(ROWS)) + ROWS * step for step in order])
    data = tf.data.Dataset.from_tensor_slices(tuple(each[rows] for each in arrays))
    return data.batch(len(rows) // STEPS, drop_remainder=True).repeat()


ATTACK = Attack(PixelSpace(0.05), seed=3, steps=2, taught=2, warm_up=1)
NETWORKS: dict[str, tuple[Callable[[], keras.Model], Any, Any, Any]] = {
    "dense": (dense, pictures_of, CLASSES, CLASS_CRITERION),
    "conv": (conv, pictures_of, CLASSES, CLASS_CRITERION),
    "few": (conv, few_of, CLASSES, CLASS_CRITERION),
    "attacked": (conv, pictures_of, CLASSES, replace(CLASS_CRITERION, attack=ATTACK)),
    "recurrent": (recurrent, pictures_of, CLASSES, CLASS_CRITERION),
    "pretrained": (pretrained, pictures_of, CLASSES, CLASS_CRITERION),
    "pieces": (pieces, pieces_of, TRANSLATIONS, TOKEN_CRITERION),
}


def train(
    kind: str,
    folder: Path,
    *,
    devices: str = "auto",
    cluster: Cluster | None = None,
    slow: float = 0.0,
    meddles: bool = False,
    **options: Any,
) -> None:
    """Trains, and the chief writes weights and figures beside the checkpoint.

    Args:
        kind: of `NETWORKS`.
        folder: of the training; the results are in `KIND.npz` and `KIND.json`.
        devices: see `TrainConfig.devices`.
        cluster: whose processes train together.
        slow: seconds that an epoch takes longer, so that a test can interfere.
        meddles: whether there are a metric and a callback of the user's.
        options: of `TrainConfig`.
    """
    make, batches, answer, criterion = NETWORKS[kind]
    config = TrainConfig(
        **{"epochs": 2, "xla": "off", "precision": "float32", "seed": 3, **options},
        devices=devices,
    )
    team = join_team(cluster, config=config)
    seed_everything(config)
    runtime = choose_runtime("dense", config, team)
    keras.utils.clear_session(free_memory=False)
    with runtime.scope():
        model = make()
    judged = batches(Start()).unbatch().take(FEW).batch(FEW - 1)

    def judge() -> float:
        print("an epoch is over", flush=True)
        time.sleep(slow)
        return 0.5

    hooks = NO_HOOKS
    if meddles:
        hooks = Hooks(metrics=[keras.metrics.AUC(name="auc")], callbacks=[Meddler()])
    more = {}
    if kind == "pretrained":
        once = batches(Start()).take(STEPS)
        head = Head(model.get_layer("logits"), STEPS * ROWS, FEW, False)
        more = {"backbone": model.get_layer("backbone"), "head": head, "unchanged": once}
    history = fit_in_phases(
        model,
        batches=batches,
        validation=judged.map(lambda *batch: batch[:2]),
        steps_per_epoch=STEPS // 2,
        config=config,
        runtime=runtime,
        folder=folder,
        settings={"kind": kind},
        length=Length(usual=2, most=2, patience=2),
        answer=answer,
        criterion=criterion,
        reporter=Silent(),
        judge=judge,
        hooks=hooks,
        **more,
    )
    if team.is_chief:
        np.savez(folder / f"{kind}.npz", *model.get_weights())
        rows = [row.to_dict("figure") | {"seconds": 0.0} for row in history.rows]
        (folder / f"{kind}.json").write_text(json.dumps(rows))
    team.leave()


def masks(folder: Path, *, devices: str = "auto", cluster: Cluster | None = None) -> None:
    """What dropout leaves of ones in two steps, on each device of this process."""
    team = join_team(cluster, config=TrainConfig(devices=devices))
    keras.utils.set_random_seed(3)
    with team.strategy.scope():
        model = keras.Sequential([keras.Input((32,)), keras.layers.Dropout(0.5)])
    with Replicas(team.strategy, team).learning(model):
        for _ in range(2):
            kept = team.strategy.run(lambda: model(tf.ones((1, 32)), training=True))
            for each in team.strategy.experimental_local_results(kept):
                print("".join(str(int(value > 0)) for value in each.numpy()[0]), flush=True)
    team.leave()


def main(asked: dict[str, Any]) -> int:
    """One training or several, as they are asked for."""
    if "peers" in asked:
        asked["cluster"] = Cluster(tuple(asked.pop("peers")), asked.pop("index"))
    folder = Path(asked.pop("folder"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        for kind in asked.pop("kinds"):
            if kind == "masks":
                masks(folder, **asked)
            else:
                train(kind, folder / kind, **asked)
    except KerasAppsError as error:
        print(f"{type(error).__name__}: {error}", flush=True)
        return 1
    return 0


if __name__ == "__main__":
    # Not through the interpreter's end, in which TensorFlow waits for peers that have gone.
    code = main(json.loads(sys.argv[1]))
    sys.stdout.flush()
    os._exit(code)
