"""The Open Inference Protocol, version 2, over HTTP: what it calls tensors, and our answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

import kerasapps
from kerasapps.deploy.file_bundle import FileBundle
from kerasapps.errors import BundleError, DataError
from kerasapps.serve.answer import Find, Item, Service, json_bytes
from kerasapps.serve.asking import check_count, check_name
from kerasapps.serve.body import beside, json_of, parse_json, read_body
from kerasapps.serve.kinds import ARRAY, PICTURE, ROW, SOUND
from kerasapps.serve.model import Model
from kerasapps.serve.outputs import Number, Output, outputs_of
from kerasapps.serve.refusal import malformed
from kerasapps.serve.tensors import BYTES, Tensor, datatype_of, read_tensor

if TYPE_CHECKING:
    from starlette.requests import Request

HEAD_LENGTH = "Inference-Header-Content-Length"
VERSION = "1"
# What clients send to any server of the protocol, and this one needs not heed.
_PASSED = frozenset({"binary_data_output", "priority", "timeout"})
_ONE_ANSWER = frozenset({"n_best", "top_k"})  # that tensors have no room for
_ALL = {"name", "id", "inputs", "outputs", "parameters"}


def server_values() -> dict[str, Any]:
    """What the server says of itself."""
    return {
        "name": "kerasapps",
        "version": kerasapps.__version__,
        "extensions": ["binary_tensor_data"],
    }


def model_values(model: Model) -> dict[str, Any]:
    """What a model takes and gives: either the one input of BYTES, or all others."""
    inputs = [(name, datatype, shape) for name, (datatype, shape) in _raw(model).items()]
    if model.reads is not ARRAY:
        inputs.insert(0, (model.reads.name, BYTES, ()))
    outputs = [(each.name, each.datatype, each.shape) for each in outputs_of(model)]

    def listed(tensors: Sequence[tuple[str, str, tuple[int, ...]]]) -> list[dict[str, Any]]:
        return [
            {"name": name, "datatype": datatype, "shape": [-1, *shape]}
            for name, datatype, shape in tensors
        ]

    parts = {name: list(part.labels) for name, part in model.parts.items() if part.labels}
    return {
        "name": model.name,
        "versions": [VERSION],
        "platform": "litert",
        "inputs": listed(inputs),
        "outputs": listed(outputs),
        "parameters": {
            "artifact": model.bundle.artifact,
            "labels": list(model.labels),
            **({"labels_of": parts} if parts else {}),
        },
    }


async def infer(request: Request, model: Model, service: Service) -> tuple[bytes, dict[str, str]]:
    """The answer to a request, and its headers.

    Raises:
        Refusal: if it cannot be answered.
    """
    body = await read_body(request, service.config)
    values, tail = await _head(request.headers.get(HEAD_LENGTH), body)
    for name in values:
        check_name(name, sorted(_ALL))
    identity = values.get("id")
    if identity is not None and not isinstance(identity, str):
        raise malformed("id must be a text.")
    options, as_binary = _parameters(values.get("parameters"), model)
    wanted = _wanted(values.get("outputs"), model, as_binary)
    items, find = await beside(
        len(body), _items, values.get("inputs"), tail, model, service, options
    )
    check_count(len(items), "inputs", service.config)
    answers = await service.find(model, items, find, options)
    given = [(output.tensor(output.name, answers), binary) for output, binary in wanted]
    head: dict[str, Any] = {"model_name": model.name, "model_version": VERSION}
    if identity is not None:
        head["id"] = identity
    return _written(head, given)


def _items(
    inputs: Any, tail: bytes, model: Model, service: Service, options: Mapping[str, Any]
) -> tuple[list[Item], Find]:
    """The examples of a request, and how each is answered."""
    tensors = _tensors(inputs, tail)
    prepared = _prepared(tensors, model)
    if prepared is not None:
        return prepared, _run(model)
    sent = _as_sent(tensors, model, service)
    return sent, service.reading(model, sent, _found(model, options))


def _written(
    head: Mapping[str, Any], tensors: Sequence[tuple[Tensor, bool]]
) -> tuple[bytes, dict[str, str]]:
    outputs, tails = [], []
    for tensor, binary in tensors:
        if not binary:
            outputs.append(tensor.to_json())
            continue
        tail = tensor.to_binary()
        tails.append(tail)
        outputs.append({**tensor.described(), "parameters": {"binary_data_size": len(tail)}})
    text = json_bytes({**head, "outputs": outputs})
    if not tails:
        return text, {"content-type": "application/json"}
    headers = {"content-type": "application/octet-stream", HEAD_LENGTH.lower(): str(len(text))}
    return b"".join([text, *tails]), headers


async def _head(length: str | None, body: bytes) -> tuple[dict[str, Any], bytes]:
    """The JSON of a body, and what stands behind it."""
    if length is None:
        return await json_of(body), b""
    if not length.isdecimal() or len(length) > 12 or int(length) > len(body):
        raise malformed(f"{HEAD_LENGTH} must be how many bytes of JSON the body begins with.")
    size = int(length)
    return await json_of(body[:size]), body[size:]


def _parameters(parameters: Any, model: Model) -> tuple[dict[str, Any], bool]:
    """The options of a request, and whether it wants binary tensors."""
    if parameters is None:
        return {}, False
    if not isinstance(parameters, dict):
        raise malformed("parameters must be an object.")
    known = {name: each for name, each in model.options.items() if name not in _ONE_ANSWER}
    for name in parameters:
        check_name(name, [*known, *sorted(_PASSED)])
    options = {name: known[name].of_json(parameters[name]) for name in known if name in parameters}
    return options, parameters.get("binary_data_output") is True


def _wanted(outputs: Any, model: Model, as_binary: bool) -> list[tuple[Output, bool]]:
    """The outputs to give, each with whether its tensor is to be binary."""
    known = {each.name: each for each in outputs_of(model)}
    if outputs is None or outputs == []:
        return [(each, as_binary) for each in known.values()]
    if not isinstance(outputs, list) or len(outputs) > len(known):
        raise malformed("outputs must be a list of the outputs that the model has.")
    wanted = []
    for each in outputs:
        name = each.get("name") if isinstance(each, dict) else None
        if not isinstance(name, str):
            raise malformed("Each of outputs must be an object with a name.")
        check_name(name, list(known))
        parameters = each.get("parameters") or {}
        asked = parameters.get("binary_data") if isinstance(parameters, dict) else None
        wanted.append((known[name], as_binary if asked is None else asked is True))
    return wanted


def _tensors(inputs: Any, tail: bytes) -> dict[str, Tensor]:
    if not isinstance(inputs, list) or not inputs:
        raise malformed("inputs must be a list of one tensor at least.")
    tensors, place = {}, 0
    for each in inputs:
        tensor, place = read_tensor(each, tail, place)
        if tensor.name in tensors:
            raise malformed(f"{tensor.name[:80]} is given twice.")
        tensors[tensor.name] = tensor
    if place != len(tail):
        raise malformed(f"The body holds {len(tail) - place} bytes that belong to no input.")
    return tensors


def _as_sent(tensors: Mapping[str, Tensor], model: Model, service: Service) -> list[Item]:
    """The inputs of the one tensor of BYTES."""
    kind = model.reads
    if set(tensors) != {kind.name} or kind is ARRAY:
        ways = [f"{kind.name} as BYTES"] if kind is not ARRAY else []
        ways += [", ".join(raw)] if (raw := _raw(model)) else []
        raise malformed(f"{model.name} takes {' or '.join(ways)}.")
    tensor = tensors[kind.name]
    if tensor.datatype != BYTES or len(tensor.values) != (tensor.shape or (1,))[0]:
        raise malformed(f"{kind.name} must be BYTES of shape [n] or [n, 1].")
    fields = [f"{kind.name}[{place}]" for place in range(len(tensor.values))]
    check_count(len(fields), kind.name, service.config)
    return [
        (field, _value(value, field, model, service))
        for field, value in zip(fields, tensor.values, strict=True)
    ]


def _value(value: bytes | str, field: str, model: Model, service: Service) -> Any:
    kind = model.reads
    if kind in (PICTURE, SOUND) and isinstance(value, bytes):
        return value
    if isinstance(value, bytes):
        try:
            value = value.decode("utf-8")
        except UnicodeDecodeError as error:
            raise malformed(f"{field} is not UTF-8 at byte {error.start + 1}.") from None
    given = parse_json(value.encode("utf-8", "surrogatepass")) if kind is ROW else value
    return kind.of_json(given, field, service.config)


def _raw(model: Model) -> dict[str, tuple[str, tuple[int, ...]]]:
    """Name of each input of the file itself → datatype and shape, without the batch."""
    if not isinstance(model.bundle, FileBundle):
        return {}
    tensors = model.bundle.tensors.items()
    return {name: (datatype_of(dtype), shape) for name, (dtype, shape) in tensors}


def _prepared(tensors: Mapping[str, Tensor], model: Model) -> list[Item] | None:
    """The examples where the file's own inputs are given; None where they are not."""
    raw = _raw(model)
    if not raw or set(tensors) != set(raw):
        return None
    for name, (datatype, shape) in raw.items():
        tensor = tensors[name]
        if not tensor.shape or tensor.datatype != datatype or tensor.shape[1:] != shape:
            raise malformed(f"{name} must be {datatype} of shape {[-1, *shape]}.")
        if tensor.values.dtype.kind == "f" and not np.isfinite(tensor.values).all():
            raise malformed(f"{name} holds what is no number.")
    sizes = {tensor.shape[0] for tensor in tensors.values()}
    if len(sizes) != 1:
        raise malformed("The inputs are of different numbers of examples.")
    return [
        (f"example {row}", {name: tensors[name].values[row] for name in raw})
        for row in range(sizes.pop())
    ]


def _found(model: Model, options: Mapping[str, Any]) -> Callable[[Any], Any]:
    """How an input is answered with what the outputs are made of."""
    bundle: Any = model.bundle
    if model.answers in ("classes", "labels"):
        return lambda value: bundle.scores(bundle.reader.split(value)[0])
    if model.answers == "several":
        return lambda value: bundle.outputs(bundle.reader.split(value)[0])
    return lambda value: bundle.predict(value, **options)[0]


def _run(model: Model) -> Find:
    """How an example of the file's own inputs is answered."""
    bundle: Any = model.bundle

    def run(field: str, arrays: Mapping[str, np.ndarray]) -> Any:
        try:
            values = bundle.run(arrays)
        except BundleError as error:  # ids that the network lacks: here they are the client's
            raise DataError("the model fails on these values") from error
        if model.answers == "several":
            return bundle.split(values)
        return values if model.answers != "number" else Number(float(values[0]))

    return run
