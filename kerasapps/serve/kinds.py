"""What a request may hold, a kind of input: how it stands in JSON, and what it must be."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from kerasapps.data.images.decode import name_of, picture_size
from kerasapps.data.sounds.opened import sound_facts
from kerasapps.errors import DataError
from kerasapps.serve.config import ServeConfig
from kerasapps.serve.refusal import Refusal, invalid, too_large

Check = Callable[[Any, str, ServeConfig], Any]


@dataclass(frozen=True, eq=False)
class Kind:
    """One kind of input.

    Attributes:
        name: of one of them, as requests call it.
        plural: of several.
        schema: of one in JSON, as JSON Schema has it.
        of_json: one from JSON, the name of its field and the limits → what is answered; a
            `Refusal` if it cannot be.
        late: the same for what takes long: it is called beside the event loop.
    """

    name: str
    plural: str
    schema: Mapping[str, Any]
    of_json: Check
    late: Check = lambda value, field, config: value


def _text(value: Any, field: str, config: ServeConfig) -> str:
    if not isinstance(value, str):
        raise invalid(f"{field} must be a text, got {_said(value)}.", field=field)
    _check_length(value, field, config)
    return value


def _picture(value: Any, field: str, config: ServeConfig) -> bytes:
    return _decoded(value, field, "a picture")


def _sound(value: Any, field: str, config: ServeConfig) -> bytes:
    return _decoded(value, field, "a sound")


def _decoded(value: Any, field: str, what: str) -> bytes:
    """The encoded bytes that base64 stands for, with or without what a data URL begins with."""
    if not isinstance(value, str):
        raise invalid(f"{field} must be {what} in base64, got {_said(value)}.", field=field)
    if value.startswith("data:"):
        value = value.partition(",")[2]
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise invalid(f"{field} is no base64.", field=field) from None


def _small_picture(value: bytes, field: str, config: ServeConfig) -> bytes:
    """The bytes, once it is known how much they decode to."""
    try:
        width, height = picture_size(value)
    except DataError as error:
        problem = str(error).removeprefix(f"{name_of(value)}: ")
        message = f"{field} cannot be used: {problem}."
        raise Refusal(422, "unreadable", message, field=field) from None
    if width * height > config.max_pixels:
        raise too_large(
            f"{field} has {width} x {height} pixels, more than the {config.max_pixels:,} that are "
            "taken: scale it down.",
            field=field,
        )
    return value


def _short_sound(value: bytes, field: str, config: ServeConfig) -> bytes:
    """The bytes, once it is known how long they last."""
    try:
        facts = sound_facts(value)
    except DataError as error:
        message = f"{field} cannot be used: {error}"
        raise Refusal(422, "unreadable", message, field=field) from None
    if facts.frames > config.max_seconds * facts.rate:
        raise too_large(
            f"{field} lasts {facts.frames / facts.rate:,.0f} seconds, more than the "
            f"{config.max_seconds:,} that are taken: cut it.",
            field=field,
        )
    return value


def _row(value: Any, field: str, config: ServeConfig) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise invalid(f"{field} must be an object of columns, got {_said(value)}.", field=field)
    for name, cell in value.items():
        if isinstance(cell, list | dict):
            where = f"{field}.{name[:80]}"
            raise invalid(f"{where} must be one value, got {_said(cell)}.", field=where)
        if isinstance(cell, str):
            _check_length(cell, f"{field}.{name[:80]}", config)
    return value


def _array(value: Any, field: str, config: ServeConfig) -> Any:
    if not isinstance(value, list | dict):
        raise invalid(f"{field} must be nested lists of numbers, got {_said(value)}.", field=field)
    return value


def _check_length(text: str, field: str, config: ServeConfig) -> None:
    if len(text) > config.max_characters:
        raise too_large(
            f"{field} has {len(text):,} characters, more than the {config.max_characters:,} that "
            "are taken.",
            field=field,
        )


def _said(value: Any) -> str:
    names = {dict: "an object", list: "a list", str: "a text", bool: "a truth value"}
    return "null" if value is None else names.get(type(value), "a number")


PICTURE = Kind(
    "picture",
    "pictures",
    {
        "type": "string",
        "contentEncoding": "base64",
        "description": "an encoded picture, such as a JPEG file, in base64; a data URL too",
    },
    _picture,
    _small_picture,
)
SOUND = Kind(
    "sound",
    "sounds",
    {
        "type": "string",
        "contentEncoding": "base64",
        "description": "an encoded sound, such as a WAV or FLAC file, in base64; a data URL too",
    },
    _sound,
    _short_sound,
)
TEXT = Kind("text", "texts", {"type": "string"}, _text)
ROW = Kind(
    "row",
    "rows",
    {
        "type": "object",
        "description": "column → value",
        "additionalProperties": {"type": ["string", "number", "boolean", "null"]},
    },
    _row,
)
ARRAY = Kind(
    "array",
    "arrays",
    {"description": "nested lists of numbers, or an object of them by the names of the inputs"},
    _array,
)
