"""All clients, in the order of the page."""

from __future__ import annotations

from benchmarks.clients.each import (
    compiled_model,
    interpreter,
    keras_model,
    kotlin,
    light,
    litert_js,
    mediapipe,
    mlflow,
    onnx,
    saved_model,
    server,
    strangers,
    web_page,
)

CLIENTS = (
    *keras_model.CLIENTS,
    *interpreter.CLIENTS,
    *compiled_model.CLIENTS,
    *mediapipe.CLIENTS,
    *litert_js.CLIENTS,
    *web_page.CLIENTS,
    *kotlin.CLIENTS,
    *strangers.CLIENTS,
    *light.CLIENTS,
    *server.CLIENTS,
    *onnx.CLIENTS,
    *mlflow.CLIENTS,
    *saved_model.CLIENTS,
)
