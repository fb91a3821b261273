"""A server in this process, and what tests ask it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from starlette.testclient import TestClient

import kerasapps
from kerasapps import ServeConfig

FIRST_BUNDLE = Path(__file__).parents[1] / "deploy" / "first_bundle"
QUIET: dict[str, Any] = {"log_level": "error", "threads": 2}


def client_of(bundles: Any = FIRST_BUNDLE, **limits: Any) -> TestClient:
    """What asks a server of these bundles."""
    return TestClient(kerasapps.create_app(bundles, serve=ServeConfig(**{**QUIET, **limits})))


def digit(number: int = 0, kind: str = "PNG", **options: Any) -> bytes:
    """A small grey picture, encoded."""
    pixels = np.random.default_rng(number).integers(0, 255, (9, 7), np.uint8)
    return encoded(Image.fromarray(pixels), kind, **options)


def encoded(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    """A picture as the bytes of a file."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def refused(answer: Any, status: int, code: str) -> dict[str, Any]:
    """The one object of a request that was refused, whose status and code these are."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json"
    error: dict[str, Any] = answer.json()["error"]
    assert error["code"] == code, error
    assert "Traceback" not in answer.text
    return error
