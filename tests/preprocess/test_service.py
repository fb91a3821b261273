"""Training pictures that a data service reads are those that would be read here."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

import kerasapps.preprocess.service as service_module
from kerasapps.data.images.examples import PictureExamples
from kerasapps.data.sources.places import ShardPlace
from kerasapps.errors import ConfigError, DataError
from kerasapps.preprocess.image import load_image
from kerasapps.preprocess.pipeline import told_by_readers
from kerasapps.preprocess.service import ServedPictures
from kerasapps.shards import FORMATS
from kerasapps.start import Share, Start
from tests.preprocess.test_picture_rows import COUNT, LABELS, SPEC, files, pictures, shards

__all__ = ["files", "shards"]


@pytest.fixture(scope="module")
def service() -> Iterator[str]:
    """The address of a dispatcher of this process, which has a worker."""
    parts = tf.data.experimental.service
    dispatcher = parts.DispatchServer()
    address = dispatcher.target.partition("://")[2]
    worker = parts.WorkerServer(parts.WorkerConfig(dispatcher_address=address))
    yield dispatcher.target
    del worker


def batches(places: Any, service: str, count: int, **options: Any) -> list[Any]:
    read = ServedPictures(service, places, SPEC)
    given: dict[str, Any] = {"num_classes": 3, "batch_size": 8, "seed": 2, **options}
    return [*read(np.empty(0), LABELS, **given).take(count).as_numpy_iterator()]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["files", "shards"])
def test_every_epoch_shows_every_picture(
    kind: str, service: str, request: pytest.FixtureRequest
) -> None:
    examples: PictureExamples = request.getfixturevalue(kind)
    whole = np.stack([load_image(encoded, SPEC) for encoded in pictures()]).astype(np.float32)
    shown = batches(examples.paths, service, 10)
    epochs = []
    for epoch in (shown[:5], shown[5:]):
        rows = []
        for x, y in epoch:
            assert x.dtype == np.float32 and x.shape == (8, *SPEC.shape)
            far = np.abs(x[:, np.newaxis] - whole).max((2, 3, 4))
            assert far.min(1).max() <= 1  # decoders and filters round differently
            rows += far.argmin(1).tolist()
            assert LABELS[far.argmin(1)].tolist() == y.argmax(1).tolist()
        assert set(rows) == set(range(COUNT)) and rows[-3:] == rows[:3]
        epochs.append(rows)
    assert epochs[0] != epochs[1]
    half = batches(examples.paths, service, 1, start=Start(1, 2, Share(1, 2)))
    np.testing.assert_array_equal(half[0][0], shown[7][0][4:])


@pytest.mark.slow
def test_a_picture_that_cannot_be_decoded_is_named(service: str, tmp_path: Path) -> None:
    (tmp_path / "shot.png").write_bytes(b"no picture")
    with pytest.raises(DataError, match=r"shot\.png: "), told_by_readers():
        batches([tmp_path / "shot.png"] * COUNT, service, 1)


def test_where_no_service_answers_that_is_said() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"grpc://127.0.0.1:{unused.getsockname()[1]}"
        with pytest.raises(ConfigError, match=rf"No data service answers at {address} "):
            batches([Path("a.png")] * COUNT, address, 1)


def test_a_dispatcher_without_workers_is_waited_for_with_a_word_and_not_for_ever(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(service_module, "_QUIET_SECONDS", 0.0)
    monkeypatch.setattr(service_module, "_PATIENCE_MINUTES", 0.02)
    dispatcher = tf.data.experimental.service.DispatchServer()
    place = dispatcher.target.partition("://")[2]
    with pytest.raises(ConfigError, match=rf'has had no worker .* dispatcher_address="{place}"'):
        batches([Path("a.png")] * COUNT, dispatcher.target, 1)
    assert capsys.readouterr().err.count("has no worker yet; waiting") == 1


def test_what_is_no_dispatcher_is_said() -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as other:
        Thread(target=other.serve_forever, daemon=True).start()
        address = f"grpc://127.0.0.1:{other.server_port}"
        with pytest.raises(ConfigError, match=rf"What answers at {address} is no data service"):
            batches([Path("a.png")] * COUNT, address, 1)
        other.shutdown()


def test_other_shards_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.tar"
    with FORMATS["webdataset"].write(file) as writer:
        at = writer.add({"png": pictures()[0]})
    with (
        socket.create_server(("127.0.0.1", 0)) as listening,  # as a dispatcher does
        pytest.raises(ConfigError, match=r"TFRecord shards, and .*a\.tar is neither"),
    ):
        address = f"127.0.0.1:{listening.getsockname()[1]}"
        batches([ShardPlace(file, *at, 0, "png")] * COUNT, address, 1)
