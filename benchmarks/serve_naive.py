"""The server that one writes first: FastAPI around `model.predict`; what ours is compared with.

    python benchmarks/serve_naive.py PORT NAME=BUNDLE…

Each bundle's Keras model answers at `/NAME`: a picture as the body, or JSON with a text.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import uvicorn
from fastapi import FastAPI, Request

import kerasapps
from kerasapps.deploy.readers import PictureReader


def main() -> None:
    """Serves until it is ended."""
    port, *bundles = sys.argv[1:]
    app = FastAPI()
    for each in bundles:
        name, _, place = each.partition("=")
        _add(app, name, Path(place))
    uvicorn.run(app, port=int(port), log_level="error")


def _add(app: FastAPI, name: str, place: Path) -> None:
    bundle: Any = kerasapps.load_bundle(place, "float32")
    model = keras.saving.load_model(bundle.manifest.folder / "model.keras", compile=False)
    answer = _answering(model, bundle.labels)

    if isinstance(bundle.reader, PictureReader):
        from PIL import Image

        size = (bundle.reader.spec.width, bundle.reader.spec.height)

        @app.post(f"/{name}")
        async def ask_picture(request: Request) -> dict[str, Any]:
            image = Image.open(io.BytesIO(await request.body())).convert("RGB").resize(size)
            return await _in_thread(answer, np.asarray(image))

        return

    @app.post(f"/{name}")
    def ask_text(values: dict[str, str]) -> dict[str, Any]:
        return answer(bundle.reader.read(values["text"]))


def _answering(model: Any, labels: tuple[str, ...]) -> Callable[[np.ndarray], dict[str, Any]]:
    def answer(example: np.ndarray) -> dict[str, Any]:
        scores = model.predict(example[None], verbose=0)[0]
        return {"label": labels[int(np.argmax(scores))], "scores": scores.tolist()}

    return answer


async def _in_thread(answer: Callable[[np.ndarray], Any], example: np.ndarray) -> Any:
    from starlette.concurrency import run_in_threadpool

    return await run_in_threadpool(answer, example)


if __name__ == "__main__":
    main()
