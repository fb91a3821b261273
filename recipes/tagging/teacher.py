"""What a teacher says of the tags of each word, and how a network learns it."""

from __future__ import annotations

import dataclasses
import hashlib
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from kerasapps.config.compress import TEMPERATURE, WEIGHT
from kerasapps.config.teachers import TEACHER
from kerasapps.data.tags.examples import TagSplits
from kerasapps.decoding.viterbi import IMPOSSIBLE, Transitions
from kerasapps.deploy.manifest import KERAS_FILE
from kerasapps.layers.chain import chain_divergence
from kerasapps.models.tagger_common import crf_of
from kerasapps.outputs.tags.bundle import TagBundle
from kerasapps.outputs.tags.emissions import TagRows
from kerasapps.preprocess.text import add_texts
from kerasapps.process.all_cores import ask_all
from kerasapps.recipes.tagging.criterion import are_words
from kerasapps.recipes.tagging.swaps import NOWHERE
from kerasapps.recipes.tagging.task import TASK
from kerasapps.recipes.teaching_labels import label_places
from kerasapps.terminal.doing import doing
from kerasapps.training.criterion import Criterion, Score
from kerasapps.workflow.asked_teacher import exactest_bundle, remembered, tell_teacher
from kerasapps.workflow.cache import Cache
from kerasapps.workflow.compress import compress_of
from kerasapps.workflow.steps import Options
from kerasapps.workflow.teacher import teacher_of


@dataclass(frozen=True, eq=False)
class TagLessons:
    """A teacher's scores of the tags of all training words, and how much they count.

    Attributes:
        emissions: float32 `(words, tags)`, sentence behind sentence, in the network's order of
            tags.
        transitions: of the teacher, likewise.
        temperature: divides the scores of both.
        weight: share of the teacher's part in the loss; the tags of the data have the rest.
        digest: tells the teacher from others.
    """

    emissions: NDArray[np.float32]
    transitions: Transitions
    temperature: float
    weight: float
    digest: str

    def beside(
        self,
        rows: TagRows,
        targets: NDArray[np.int32],
        source: NDArray[np.int64],
        place: NDArray[np.int64],
    ) -> NDArray[np.float32]:
        """Targets of a batch with the teacher's scores behind each.

        Args:
            rows: all rows of the training split.
            targets: numbers of tags, `(batch, width)`.
            source: the row that each word was taken from, of the same shape.
            place: in that row; `NOWHERE` where no word is.

        Returns:
            float32, `(batch, width, 1 + tags)`.
        """
        ends = np.cumsum(rows.rows.lengths)
        taught = self.emissions[(ends - rows.rows.lengths)[source] + np.maximum(place, 0)]
        taught[place == NOWHERE] = 0
        return np.concatenate([targets[..., None], taught], axis=-1, dtype=np.float32)

    def applied(self, criterion: Criterion, network: keras.Model) -> Criterion:
        """The criterion with the teacher's part; validation is scored as without one.

        Args:
            criterion: of tags.
            network: has a chain over them.
        """
        chain: Any = crf_of(network)

        def score(
            emissions: Any, targets: Any, weight: Any | None = None, /, *, smoothing: float = 0.0
        ) -> Score:
            tags, taught = _parted(targets)
            plain = criterion.score(emissions, tags, weight, smoothing=smoothing)
            if taught is None:
                return plain
            losses = self._divergence(chain, emissions, taught, are_words(tags))
            losses = losses if weight is None else losses * weight
            share = self.weight
            total = (1 - share) * plain.sums[0] + share * tf.reduce_sum(losses)
            return Score(
                (1 - share) * plain.loss + share * tf.reduce_mean(losses),
                tf.stack([total, plain.sums[1], plain.sums[2]]),
                plain.count,
            )

        return dataclasses.replace(
            criterion,
            score=score,
            answers=lambda emissions, targets: criterion.answers(emissions, _parted(targets)[0]),
            counted=lambda targets: criterion.counted(_parted(targets)[0]),
        )

    def _divergence(self, chain: Any, emissions: Any, taught: Any, real: Any) -> Any:
        """Of each sentence; the square of the temperature keeps gradients as large."""
        temperature = self.temperature
        return temperature**2 * chain_divergence(
            tf.cast(emissions, tf.float32) / temperature,
            chain.scores(temperature),
            taught / temperature,
            softened(self.transitions, temperature),
            real,
        )


def _parted(targets: Any) -> tuple[Any, Any | None]:
    """The tags of the data, and the teacher's scores where they stand behind them."""
    if targets.shape.rank == 2:
        return targets, None
    return tf.cast(targets[..., 0], tf.int32), targets[..., 1:]


def softened(transitions: Transitions, temperature: float) -> tuple[Any, Any, Any]:
    """Scores of tags beside each other, divided; what cannot be stays impossible."""

    def divided(scores: NDArray[np.float32]) -> NDArray[np.float32]:
        possible = scores > IMPOSSIBLE / 2
        return np.where(possible, scores / temperature, IMPOSSIBLE).astype(np.float32)

    return divided(transitions.start), divided(transitions.between), divided(transitions.end)


def lessons_of(splits: TagSplits, options: Options, cache: Cache) -> TagLessons | None:
    """What the teacher says of the training sentences; None where nobody asked for one.

    It reads words by itself, so its vocabulary and pieces may be others than the network's.

    Args:
        splits: the sentences.
        options: `compress` is read.
        cache: keeps what the teacher answered, so that a run that goes on need not ask again.

    Raises:
        ConfigError: if the teacher has other tags.
        BundleError: if it cannot be loaded.
    """
    config = compress_of(options)
    if config.taught_by is None:
        return None
    manifest = teacher_of(config.taught_by)
    places = label_places(manifest.labels, splits.labels, f"{TEACHER} {config.taught_by}")
    tell_teacher(TASK, manifest, splits)
    bundle: Any = exactest_bundle(TASK, manifest)
    digest = hashlib.sha256(manifest.sha256.encode())
    for words in splits.train.sentences:
        add_texts(digest, words)
        digest.update(b"\n")
    known = remembered(lambda: _asked(bundle, splits), digest.hexdigest()[:16], cache)
    moves = bundle.transitions
    return TagLessons(
        known[:, places],
        Transitions(moves.start[places], moves.between[np.ix_(places, places)], moves.end[places]),
        temperature=config.distill_temperature or TEMPERATURE,
        weight=WEIGHT if config.distill_weight is None else config.distill_weight,
        digest=manifest.files[KERAS_FILE],
    )


def _asked(bundle: TagBundle, splits: TagSplits) -> NDArray[np.float32]:
    """The teacher's scores of all training words, in its own order of tags."""
    sentences = splits.train.sentences
    with doing(f"Asking the teacher {len(sentences):,} {TASK.noun}"):
        return np.concatenate(ask_all(bundle.emissions, sentences)).astype(np.float32)
