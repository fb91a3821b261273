"""Services that options name are asked for before any work."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

import kerasapps
from kerasapps.cluster.services import answering, require_services
from kerasapps.config import ImageConfig, TrainConfig
from kerasapps.errors import ConfigError


def unused_address() -> str:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{unused.getsockname()[1]}"


def test_who_answers_is_found_with_and_without_a_scheme() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = f"127.0.0.1:{listening.getsockname()[1]}"
        assert answering(address, field="data_service") == f"grpc://{address}"
        image = ImageConfig(data_service=f"grpc://{address}")
        require_services({"image": image, "train": TrainConfig()})


@pytest.mark.parametrize("address", ["127.0.0.1:99999", "no.such.host.invalid:80", None])
def test_who_does_not_answer_is_named(address: str | None) -> None:
    address = address or unused_address()
    with pytest.raises(
        ConfigError, match=rf"^No data service answers at {address} \(.*--data-serv"
    ):
        answering(address, field="data_service")


def test_a_dead_service_is_refused_before_data_are_read(tmp_path: Path) -> None:
    image = ImageConfig(data_service=unused_address())
    for tune in (None, kerasapps.TuneConfig(trials=2)):
        with pytest.raises(ConfigError, match="No data service answers at"):
            kerasapps.train_image_classifier(
                tmp_path / "none", image=image, output_dir=tmp_path / "run", tune=tune
            )
    assert not [*tmp_path.iterdir()]
