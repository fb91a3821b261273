"""From a request to what is asked: JSON, a form with files, or one picture or text as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kerasapps.config.checks import choose
from kerasapps.errors import ConfigError
from kerasapps.serve.body import beside, chunks_of, parse_json, read_body
from kerasapps.serve.config import ServeConfig
from kerasapps.serve.kinds import PICTURE, SOUND, TEXT
from kerasapps.serve.model import Model, Option
from kerasapps.serve.refusal import Refusal, given_twice, invalid, malformed, too_large

if TYPE_CHECKING:
    from starlette.requests import Request

_FORM = "multipart/form-data"
_JSON = "application/json"
_BYTES = "application/octet-stream"
_FIELDS = "application/x-www-form-urlencoded"
_FILES = {PICTURE: "image/", SOUND: "audio/"}
"""What is sent as a file → how its types begin."""
_OF_CURL = (
    "; curl -d says that type of any body where it is told no other: add "
    f"-H 'Content-Type: {_JSON}', or what the body is"
)


@dataclass(frozen=True)
class Asked:
    """What one request asks.

    Attributes:
        items: the inputs, each with the name of its field.
        options: what is asked for besides.
    """

    items: Sequence[tuple[str, Any]]
    options: Mapping[str, Any]


def media_types(model: Model) -> tuple[str, ...]:
    """What the body of a request may be."""
    more = {
        PICTURE: (_FORM, "image/*", _BYTES),
        SOUND: (_FORM, "audio/*", _BYTES),
        TEXT: (_FORM, "text/plain"),
    }
    return (_JSON, *more.get(model.reads, ()))


async def read_asked(request: Request, model: Model, config: ServeConfig) -> Asked:
    """What a request asks of a model.

    Raises:
        Refusal: if that cannot be read, is more than is taken, or is not for this model.
    """
    options = _options(dict(_once_each(request.query_params.multi_items())), model)
    kind, _, parameters = request.headers.get("content-type", "").partition(";")
    kind = kind.strip().lower()
    if kind == _JSON:
        body = await read_body(request, config)
        items, more = await beside(len(body), _of_json, body, model, config)
    elif kind == _FORM and model.reads in (PICTURE, SOUND, TEXT):
        _require_utf8(parameters)
        items, more = await _of_form(request, model, config)
    elif model.reads in _FILES and (kind.startswith(_FILES[model.reads]) or kind == _BYTES):
        items, more = [("body", await _something(request, config))], {}
    elif model.reads is TEXT and kind == "text/plain":
        _require_utf8(parameters)
        text = _utf8(await _something(request, config))
        items, more = [("body", TEXT.of_json(text, "body", config))], {}
    else:
        known = ", ".join(media_types(model))
        what = f"a body of type {kind[:80]!r}" if kind else "a body without Content-Type"
        advice = _OF_CURL if kind == _FIELDS else ""
        message = f"{model.name} does not take {what}: send {known}{advice}."
        raise Refusal(415, "unsupported", message)
    twice = [name for name in more if name in options]
    if twice:
        raise invalid(f"{twice[0]} is given twice.", field=twice[0])
    return Asked(items, {**options, **more})


def check_count(count: int, what: str, config: ServeConfig) -> None:
    """One input at least, and no more than may be.

    Raises:
        Refusal: otherwise.
    """
    if not count:
        raise invalid(f"{what} holds nothing to answer.", field=what)
    if count > config.max_items:
        raise too_large(
            f"{what} holds {count:,}, more than the {config.max_items} that a request may have.",
            field=what,
        )


def check_name(name: str, known: Sequence[str]) -> None:
    """A field that there is.

    Raises:
        Refusal: otherwise, with the nearest.
    """
    try:
        choose(name[:80], known, what="The field")  # the nearest of millions of characters
    except ConfigError as error:
        raise invalid(str(error)[:400], field=name[:80]) from None


def _of_json(
    body: bytes, model: Model, config: ServeConfig
) -> tuple[list[tuple[str, Any]], dict[str, Any]]:
    values, kind = parse_json(body), model.reads
    for name in values:
        check_name(name, (kind.name, kind.plural, *model.options))
    if (kind.name in values) == (kind.plural in values):
        raise invalid(f"Give either {kind.name} or {kind.plural}.", field=kind.name)
    many = values.get(kind.plural)
    if kind.plural in values:
        if not isinstance(many, list):
            raise invalid(f"{kind.plural} must be a list.", field=kind.plural)
        check_count(len(many), kind.plural, config)
        named = [(f"{kind.plural}[{place}]", each) for place, each in enumerate(many)]
    else:
        named = [(kind.name, values[kind.name])]
    items = [(field, kind.of_json(value, field, config)) for field, value in named]
    options = {
        name: option.of_json(values[name])
        for name, option in model.options.items()
        if values.get(name) is not None
    }
    return items, options


def _options(texts: Mapping[str, str], model: Model) -> dict[str, Any]:
    for name in texts:
        check_name(name, tuple(model.options))
    options: Mapping[str, Option] = model.options
    return {name: options[name].of_text(text) for name, text in texts.items()}


def _once_each(pairs: Sequence[tuple[str, str]]) -> Sequence[tuple[str, str]]:
    name = given_twice(name for name, _ in pairs)[:80]
    if name:
        raise invalid(f"{name} is given twice.", field=name)
    return pairs


async def _of_form(
    request: Request, model: Model, config: ServeConfig
) -> tuple[list[tuple[str, Any]], dict[str, Any]]:
    """The files of a form, or its texts; its other fields are options."""
    from starlette.datastructures import Headers, UploadFile
    from starlette.formparsers import MultiPartException, MultiPartParser

    class InMemory(MultiPartParser):
        spool_max_size = config.max_bytes + 1  # no file is written

    most = config.max_items + len(model.options) + 1
    # As Latin-1 each byte is a character, and none is lost where they are no UTF-8.
    parser = InMemory(
        Headers({"content-type": f"{request.headers['content-type']}; charset=latin-1"}),
        chunks_of(request, config),
        max_files=most,
        max_fields=most,
        max_part_size=config.max_bytes,
    )
    try:
        form = await parser.parse()
    except MultiPartException as error:
        many = "Too many" in error.message
        raise (too_large if many else malformed)(f"The form: {error.message[:200]}") from None
    except (KeyError, ValueError, UnicodeError):  # no boundary, or a head that is none
        raise malformed("The form cannot be read: it is no multipart/form-data.") from None
    parts = form.multi_items()
    kind = model.reads
    names = (kind.name, kind.plural) if kind is TEXT else ()
    items: list[tuple[str, Any]] = []
    fields: list[tuple[str, str]] = []
    for name, value in parts:
        field = f"{kind.plural}[{len(items)}]"
        if isinstance(value, UploadFile):
            if kind not in _FILES:
                raise invalid(f"{name[:80]} must be a text, not a file.", field=name[:80])
            items.append((field, value.file.read()))
        elif name in names:
            items.append((field, kind.of_json(_field(value, field), field, config)))
        else:
            fields.append((_field(name, "The name of a field"), _field(value, "A field")))
    if kind in _FILES and any(name in (kind.name, kind.plural) for name, _ in fields):
        raise invalid(f"A {kind.name} must be sent as a file.", field=kind.name)
    check_count(len(items), kind.plural, config)
    return items, _options(dict(_once_each(fields)), model)


async def _something(request: Request, config: ServeConfig) -> bytes:
    body = await read_body(request, config)
    if not body:
        raise malformed("The body is empty.")
    return body


def _require_utf8(parameters: str) -> None:
    """The parameters of a media type name no other encoding.

    Raises:
        Refusal: otherwise.
    """
    for each in parameters.lower().split(";"):
        name, _, value = each.partition("=")
        charset = value.strip().strip('"')
        if name.strip() == "charset" and charset not in ("utf-8", "utf8", "us-ascii"):
            raise Refusal(415, "unsupported", "Texts are taken in UTF-8 only.")


def _field(latin: str, what: str) -> str:
    """A name or value of a form, which was read as Latin-1."""
    try:
        return latin.encode("latin-1").decode("utf-8")
    except UnicodeError:
        raise malformed(f"{what[:80]} is not UTF-8.") from None


def _utf8(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise malformed(f"The text is not UTF-8 at byte {error.start + 1}.") from None
