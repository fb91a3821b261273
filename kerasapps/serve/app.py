"""The application: which address is answered by what."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from importlib import resources
from typing import Any

from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException

import kerasapps
from kerasapps.serve.answer import Service, json_bytes
from kerasapps.serve.asking import read_asked
from kerasapps.serve.config import ServeConfig
from kerasapps.serve.explaining import asked_model
from kerasapps.serve.guard import Guard
from kerasapps.serve.log import Log
from kerasapps.serve.metrics import CONTENT_TYPE, Metrics
from kerasapps.serve.model import Model
from kerasapps.serve.protocol import VERSION, infer, model_values, server_values
from kerasapps.serve.refusal import Refusal
from kerasapps.serve.schema import infer_document, model_document, predict_document
from kerasapps.serve.why_schema import explain_document

Answer = Callable[[Request], Awaitable[Response]]

_PAGE = {
    "/": ("index.html", "text/html"),
    "/page.css": ("page.css", "text/css"),
    "/page.js": ("page.js", "text/javascript"),
}
# The page loads nothing of others, and stands in no page of others.
_SAFE = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' blob: data:; media-src blob:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_NOTHING = "There is nothing at this address. GET /openapi.json lists those that there are."


def make_app(models: Mapping[str, Model], config: ServeConfig) -> FastAPI:
    """An ASGI application that answers with models.

    Args:
        models: by their names; the first answers at `/predict`.
        config: the limits, and the key.
    """
    service = Service(models, config=config, metrics=Metrics())

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        service.engine.stop()

    app = FastAPI(
        title="kerasapps",
        version=kerasapps.__version__,
        summary="Bundles of kerasapps over HTTP",
        docs_url=None,  # these pages load scripts of others
        redoc_url=None,
        redirect_slashes=False,  # where to is said with the host that the client names
        lifespan=lifespan,
    )
    _add_page(app)
    _add_facts(app, service)
    _add_predict(app, service)
    _add_explain(app, service)
    _add_protocol(app, service)
    app.add_exception_handler(HTTPException, _refuse)
    app.add_middleware(Guard, service=service, log=Log(config.log_level))
    return app


def _add_page(app: FastAPI) -> None:
    folder = resources.files("kerasapps.serve") / "page"
    for path, (name, kind) in _PAGE.items():
        content = (folder / name).read_bytes()

        async def page(content: bytes = content, kind: str = kind) -> Response:
            return Response(content, media_type=f"{kind}; charset=utf-8", headers=_SAFE)

        app.add_api_route(path, _plain(page), methods=["GET", "HEAD"], include_in_schema=False)


def _plain(page: Callable[[], Awaitable[Response]]) -> Answer:
    async def answer(request: Request) -> Response:
        return await page()

    return answer


def _add_facts(app: FastAPI, service: Service) -> None:
    @app.get("/health", summary="Whether it is alive", tags=["health"])
    @app.get("/health/live", summary="Whether it is alive", tags=["health"])
    @app.get("/health/ready", summary="Whether it can answer", tags=["health"])
    async def health(request: Request) -> Response:
        return _json({"live": True, "ready": True})

    @app.get("/metrics", summary="Counters for Prometheus", tags=["health"])
    async def metrics(request: Request) -> Response:
        return Response(service.metrics.text(), headers={"Content-Type": CONTENT_TYPE})

    @app.get("/models", summary="What is served", tags=["predict"])
    async def models(request: Request) -> Response:
        each = [model_document(model, service.config) for model in service.models.values()]
        return _json({"models": each})


def _add_predict(app: FastAPI, service: Service) -> None:
    """`/predict` for the first model, and an address for each."""
    for place, model in enumerate(service.models.values()):

        async def answer(request: Request, model: Model) -> Response:
            asked = await read_asked(request, model, service.config)
            body = await service.predictions(model, asked.items, asked.options)
            return Response(body, media_type="application/json")

        document = predict_document(model, service.config)
        _add_asked(
            app,
            model,
            "predict",
            partial(answer, model=model),
            is_first=not place,
            summary=f"Ask {model.name}",
            document=document,
        )

    @app.post("/models/{name}/predict", include_in_schema=False)
    async def unknown(request: Request, name: str) -> Response:
        service.model(name)
        raise AssertionError(name)  # those that are known have addresses of their own


def _add_explain(app: FastAPI, service: Service) -> None:
    """`/explain`, for models that can say why."""
    for place, model in enumerate(service.models.values()):
        if not model.is_explained:
            continue

        async def answer(request: Request, model: Model) -> Response:
            asked = await read_asked(request, asked_model(model), service.config)
            body = await service.explanation(model, asked.items, asked.options)
            return Response(body, media_type="application/json")

        document = explain_document(model, service.config)
        _add_asked(
            app,
            model,
            "explain",
            partial(answer, model=model),
            is_first=not place,
            summary=f"Ask {model.name} why",
            document=document,
        )


def _add_asked(
    app: FastAPI,
    model: Model,
    what: str,
    answer: Callable[..., Awaitable[Response]],
    *,
    is_first: bool,
    summary: str,
    document: dict[str, Any],
) -> None:
    """The address at which a model is asked for something, and the short one of the first model."""
    for path in [f"/models/{model.name}/{what}", *([f"/{what}"] if is_first else [])]:
        app.add_api_route(
            path,
            _named(answer, f"{what} with {model.name} at {path}"),
            methods=["POST"],
            summary=summary,
            tags=["predict"],
            openapi_extra=document,
            response_class=Response,
        )


def _named(answer: Callable[..., Awaitable[Response]], name: str) -> Answer:
    """A function that FastAPI can look at, and tell from others."""

    async def named(request: Request) -> Response:
        return await answer(request)

    named.__name__ = "".join(each if each.isalnum() else "_" for each in name)
    return named


def _add_protocol(app: FastAPI, service: Service) -> None:
    """The Open Inference Protocol."""
    tags: list[Any] = ["Open Inference Protocol"]

    @app.get("/v2", summary="The server", tags=tags)
    async def server(request: Request) -> Response:
        return _json(server_values())

    @app.get("/v2/health/live", summary="Whether it is alive", tags=tags)
    @app.get("/v2/health/ready", summary="Whether it can answer", tags=tags)
    async def health(request: Request) -> Response:
        return _json({})

    for model in service.models.values():  # before what any name fits
        app.add_api_route(
            f"/v2/models/{model.name}/infer",
            _named(partial(_infer, model=model, service=service), f"infer with {model.name}"),
            methods=["POST"],
            summary=f"Ask {model.name}",
            tags=tags,
            openapi_extra=infer_document(model),
            response_class=Response,
        )
    for version in ("", "/versions/{version}"):
        _add_version(app, service, f"/v2/models/{{name}}{version}", tags)


def _add_version(app: FastAPI, service: Service, path: str, tags: list[Any]) -> None:
    """A model by any name, at an address with its version or without."""

    @app.get(path, summary="A model", tags=tags)
    async def metadata(request: Request) -> Response:
        return _json(model_values(_of_path(request, service)))

    @app.get(f"{path}/ready", summary="Whether it can answer", tags=tags)
    async def ready(request: Request) -> Response:
        return _json({"name": _of_path(request, service).name, "ready": True})

    @app.post(f"{path}/infer", include_in_schema=False)
    async def ask(request: Request) -> Response:
        return await _infer(request, _of_path(request, service), service)


async def _infer(request: Request, model: Model, service: Service) -> Response:
    body, headers = await infer(request, model, service)
    return Response(body, headers=headers)


def _of_path(request: Request, service: Service) -> Model:
    """The model that an address names.

    Raises:
        Refusal: if there is none, or not of that version.
    """
    model = service.model(request.path_params["name"])
    if request.path_params.get("version", VERSION) != VERSION:
        raise Refusal(404, "unknown", f"{model.name} has the version {VERSION} only.")
    return model


async def _refuse(request: Request, error: Exception) -> Response:
    """What the router refuses."""
    assert isinstance(error, HTTPException)
    allowed = (error.headers or {}).get("Allow", "another method")
    messages = {404: _NOTHING, 405: f"This address takes {allowed} only."}
    message = messages.get(error.status_code, str(error.detail)[:200])
    code = {404: "unknown", 405: "method"}.get(error.status_code, "malformed")
    raise Refusal(error.status_code, code, message, headers=error.headers)


def _json(values: Any) -> Response:
    return Response(json_bytes(values), media_type="application/json")
