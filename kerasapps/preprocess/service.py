"""Training pictures that other machines read and decode: TensorFlow's data service.

All of it is made of TensorFlow's own operations, as a worker of the service has no code of ours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf

from kerasapps.cluster.services import SCHEME, answering
from kerasapps.data.sources.places import Place, ShardPlace
from kerasapps.errors import ConfigError, DataError
from kerasapps.preprocess.image import ImageSpec
from kerasapps.preprocess.image_graph import decode_batch
from kerasapps.preprocess.pipeline import BatchTransform, changed_batches
from kerasapps.preprocess.row_reading import values_of
from kerasapps.preprocess.service_health import followed, workers_of
from kerasapps.preprocess.step_order import steps_per_epoch
from kerasapps.shards import format_of
from kerasapps.start import Start
from kerasapps.terminal.waiting import wait_for

_QUIET_SECONDS = 3.0  # of waiting for workers, before that is said
_PATIENCE_MINUTES = 10.0  # until a dispatcher without workers is an error
_PAUSE_SECONDS = 0.5
_HEADER = 12  # bytes of a TFRecord before its content
_MOST_BYTES = 1 << 30  # of all that is sent of examples; a graph has twice as many at most


@dataclass(frozen=True)
class ServedPictures:
    """Training pictures as the data service reads them, in place of `training_batches`.

    A step's batch is decided by the seed and the step, but with several workers it may come before
    that of an earlier step. Rows are shuffled over the whole split, as TensorFlow does it.

    Attributes:
        service: the dispatcher's address, `grpc://HOST:PORT`.
        places: of the encoded pictures, files or records of TFRecord shards, by names that the
            workers know too.
        spec: what the model takes.
    """

    service: str
    places: Sequence[Place]
    spec: ImageSpec

    def __call__(
        self,
        inputs: np.ndarray,
        labels: Sequence[int] | np.ndarray,
        *,
        num_classes: int | None = None,
        batch_size: int,
        seed: int,
        transform: BatchTransform | None = None,
        start: Start = Start(),
        class_weights: Mapping[int, float] | Sequence[float] | None = None,
        lengths: np.ndarray | None = None,
        variants: np.ndarray | None = None,
    ) -> tf.data.Dataset:
        """Endless batches, see `training_batches`; `inputs`, `lengths`, `variants` are not read.

        Raises:
            ConfigError: if no service answers, no worker comes, or it cannot read the pictures.
        """
        address = answering(self.service, field="data_service")
        read_files = _file_reader(self.places)
        _wait_for_workers(address)
        count, steps = len(self.places), steps_per_epoch(len(self.places), batch_size)
        first, end = start.share.bounds(batch_size)
        targets = tf.constant(values_of(labels))

        def read(step: Any) -> tuple[Any, Any, Any]:
            place = (step % steps) * batch_size + tf.range(first, end, dtype=tf.int64)
            draw = tf.stack([tf.constant(seed, tf.int64), step // steps])
            rows = tf.random.experimental.index_shuffle(place % count, draw, count - 1)
            names, encoded = read_files(rows)
            decoded = decode_batch(encoded, self.spec)
            with tf.control_dependencies([_refusal(names, decoded.errors)]):
                x = tf.ensure_shape(decoded.inputs, (end - first, *self.spec.shape))
            # Bytes travel in a quarter of the room.
            return tf.cast(x, tf.uint8), tf.gather(targets, rows), step

        # Each number goes to one worker.
        batches = tf.data.Dataset.range(start.number(steps), np.iinfo(np.int64).max).map(read)
        served = batches.prefetch(2).apply(
            tf.data.experimental.service.distribute(
                processing_mode=tf.data.experimental.service.ShardingPolicy.DYNAMIC,
                service=address,
            )
        )
        return changed_batches(
            followed(served, address),
            num_classes=num_classes,
            seed=start.share.seed(seed),
            transform=transform,
            class_weights=class_weights,
        )


def _wait_for_workers(address: str) -> None:
    """Until the dispatcher has a worker; says once that it waits.

    TensorFlow itself waits without a word and without an end.

    Raises:
        ConfigError: if none comes, or what answers is no dispatcher.
    """
    place = address.removeprefix(SCHEME)
    start = f'start one with dispatcher_address="{place}", or leave out --data-service'
    wait_for(
        lambda: not workers_of(place),
        patience=60 * _PATIENCE_MINUTES,
        quiet=_QUIET_SECONDS,
        pause=_PAUSE_SECONDS,
        told=lambda _: (
            f"The data service at {address} has no worker yet; waiting for one: {start}."
        ),
        refused=lambda _: ConfigError(
            f"The data service at {address} has had no worker for {_PATIENCE_MINUTES:g} "
            f"minutes: {start}."
        ),
    )


def _file_reader(places: Sequence[Place]) -> Any:
    """A graph function from rows to the names of their pictures and the encoded pictures.

    Raises:
        ConfigError: if a picture lies where no operation of TensorFlow reads it.
    """
    shards = [place for place in places if isinstance(place, ShardPlace)]
    _refuse_others(shards, len(places))
    if not shards:
        names = _sent([str(place.absolute()) for place in places])  # type: ignore[union-attr]
        return lambda rows: _each(
            lambda name: (name, tf.io.read_file(name)), tf.gather(names, rows)
        )
    files = {file: number for number, file in enumerate(dict.fromkeys(s.file for s in shards))}
    names = _sent([str(file.absolute()) for file in files])
    sizes = tf.constant([file.stat().st_size for file in files], tf.int64)
    spans = _sent(
        np.array([[files[s.file], s.offset + _HEADER, s.length, s.number] for s in shards])
    )
    field = shards[0].field

    def record(span: Any) -> tuple[Any, Any]:
        file, offset, length, number = tf.unstack(span, 4)
        name = names[file]
        # A data set of one record is how TensorFlow reads a part of a file.
        content = tf.data.FixedLengthRecordDataset(
            name,
            record_bytes=length,
            header_bytes=offset,
            footer_bytes=sizes[file] - offset - length,
            buffer_size=length,
        ).get_single_element()
        wanted = {field: tf.io.FixedLenFeature([], tf.string)}
        title = tf.strings.join([name, ", example ", tf.strings.as_string(number)])
        return title, tf.io.parse_single_example(content, wanted)[field]

    return lambda rows: _each(record, tf.gather(spans, rows))


def _refuse_others(shards: Sequence[ShardPlace], count: int) -> None:
    if not shards:
        return
    for file in dict.fromkeys(shard.file for shard in shards):
        kind = format_of(file)
        if kind is None or kind.name != "tfrecord":
            raise ConfigError(
                f"The data service reads files of pictures and TFRecord shards, and {file} is "
                "neither: leave out --data-service, or pack the data (kerasapps pack)."
            )
    if len(shards) != count or len({shard.field for shard in shards}) != 1:
        raise ConfigError(
            "The data service reads files of pictures, or TFRecord shards with one field of "
            "pictures: leave out --data-service."
        )


def _sent(values: Any) -> Any:
    """Values as a constant of the graph that goes to the workers.

    Raises:
        ConfigError: if there are too many.
    """
    array = np.asarray(values)
    size = sum(map(len, values)) if array.dtype.kind == "U" else array.nbytes
    if size > _MOST_BYTES:
        raise ConfigError(
            f"The data service would be sent {size:,} bytes of where {len(values):,} pictures lie, "
            "more than it takes: leave out --data-service."
        )
    return tf.constant(values if array.dtype.kind == "U" else array)


def _each(read: Any, parts: Any) -> Any:
    """What a graph function gives for each of some rows, stacked."""
    rows = tf.data.Dataset.from_tensor_slices(parts)
    count = tf.shape(parts, out_type=tf.int64)[0]
    return rows.map(read, tf.data.AUTOTUNE, deterministic=True).batch(count).get_single_element()


def _refusal(names: Any, errors: Any) -> Any:
    """Fails where a picture was refused, with words that `told_by_readers` knows."""
    bad = tf.not_equal(errors, b"")
    first = tf.strings.reduce_join(
        tf.strings.join([names, ": ", errors])[:, tf.newaxis], axis=1, separator=""
    )
    first = tf.boolean_mask(first, bad)[:1]
    said = tf.strings.join([f"{DataError.__name__}: ", tf.strings.reduce_join(first)])
    return tf.debugging.Assert(tf.logical_not(tf.reduce_any(bad)), [said])
