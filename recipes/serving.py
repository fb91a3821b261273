"""The public functions that put bundles of any task behind HTTP."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from kerasapps.deploy.own_bundle import OWN
from kerasapps.process.quiet import silence
from kerasapps.recipes.bundles import load_bundle
from kerasapps.recipes.registry import task_of
from kerasapps.serve.config import ServeConfig
from kerasapps.serve.names import Bundles, named_bundles

if TYPE_CHECKING:
    from fastapi import FastAPI


def create_app(
    bundles: Bundles, *, artifact: str | None = None, serve: ServeConfig = ServeConfig()
) -> FastAPI:
    """An ASGI application that answers with bundles, without TensorFlow.

    Args:
        bundles: one, several, or name → bundle; see `serve_bundles`.
        artifact: name of the TFLite file of each; by default the smallest kind.
        serve: limits, and the key that a client must give.

    Returns:
        A FastAPI application, to be run by any ASGI server or to be part of another one.

    Raises:
        BundleError: if a bundle cannot be used.
        ConfigError: if a bundle has no name that an address can have, or two have one.
        DependencyError: if what a server needs is not installed.
    """
    from kerasapps.serve.server import require_packages

    require_packages()
    from kerasapps.serve.app import make_app
    from kerasapps.serve.model import model_of

    models = {}
    for name, path in named_bundles(bundles).items():
        loaded = load_bundle(path, artifact)
        task = None if loaded.manifest.task == OWN else task_of(loaded.manifest)
        models[name] = model_of(name, loaded, task)
    return make_app(models, serve)


def serve_bundles(
    bundles: Bundles, *, artifact: str | None = None, serve: ServeConfig = ServeConfig()
) -> None:
    """Answers over HTTP with bundles until it is told to stop, by Ctrl-C or SIGTERM.

    Args:
        bundles: one, several, or name → bundle; a text may be NAME=BUNDLE. The first one answers
            at `/predict`, each at `/models/NAME/predict` and `/v2/models/NAME/infer`.
        artifact: name of the TFLite file of each; by default the smallest kind.
        serve: where, by how many processes, and how much.

    Raises:
        BundleError: if a bundle cannot be used.
        ConfigError: if nobody can listen there, or for names that cannot be.
        DependencyError: if what a server needs is not installed.
    """
    from kerasapps.serve.server import run_server

    with silence():  # of the interpreter's delegates
        app = create_app(bundles, artifact=artifact, serve=serve)
    # Several processes make their own, of bundles that were seen to be whole.
    again = partial(create_app, bundles, artifact=artifact, serve=serve)
    run_server(again if serve.workers > 1 else lambda: app, [*named_bundles(bundles)], serve)
