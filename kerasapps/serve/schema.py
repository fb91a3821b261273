"""What OpenAPI says of each model: what it takes, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kerasapps.deploy.runner import Bundle
from kerasapps.deploy.undecided import NONE_OF_THESE, NOT_SURE
from kerasapps.preprocess.row_spec import ColumnSpec, RowSpec
from kerasapps.serve.asking import media_types
from kerasapps.serve.config import ServeConfig
from kerasapps.serve.kinds import PICTURE, ROW, SOUND, Kind
from kerasapps.serve.model import Model
from kerasapps.serve.protocol import model_values

Schema = dict[str, Any]

SCORE = {"type": "number"}
_CUT = {"type": "boolean", "description": "whether the end of the text was not read"}
_ENTITY: Schema = {
    "type": "object",
    "required": ["text", "label", "score", "start", "end"],
    "properties": {
        "text": {"type": "string"},
        "label": {"type": "string"},
        "score": SCORE,
        "start": {"type": "integer", "description": "first character, in code points"},
        "end": {"type": "integer", "description": "behind the last character"},
    },
}
ERROR: Schema = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message"],
            "properties": {
                "code": {"type": "string", "description": "one word for programs"},
                "message": {"type": "string", "description": "one sentence for people"},
                "field": {"type": "string", "description": "what is at fault, such as texts[3]"},
            },
        }
    },
}
_PROTOCOL_ERROR: Schema = {
    "type": "object",
    "required": ["error"],
    "properties": {"error": {"type": "string"}},
}
_REFUSALS = {
    "400": "The request cannot be read",
    "401": "The key is missing or wrong",
    "408": "The request took too long to arrive",
    "413": "More than the server takes",
    "415": "The body is of a type that is not taken",
    "422": "A field is unknown, or holds what cannot be answered",
    "503": "Too many wait already; Retry-After says for how long",
}
_TENSOR: Schema = {
    "type": "object",
    "required": ["name", "datatype", "shape"],
    "properties": {
        "name": {"type": "string"},
        "datatype": {"type": "string"},
        "shape": {"type": "array", "items": {"type": "integer"}},
        "parameters": {"type": "object"},
        "data": {"type": "array", "items": {}},
    },
}


def predict_document(model: Model, config: ServeConfig) -> Schema:
    """Of `POST /predict` for a model."""
    kind = model.reads
    content: Schema = {"application/json": {"schema": _asked(model, config)}}
    for media_type in media_types(model)[1:]:
        if media_type == "multipart/form-data":
            content[media_type] = {"schema": _form(model)}
        elif kind in (PICTURE, SOUND):
            content[media_type] = {"schema": {"type": "string", "format": "binary"}}
        else:
            content[media_type] = {"schema": {"type": "string"}}
    parameters = [
        {"name": each.name, "in": "query", "required": False, "schema": each.schema}
        for each in model.options.values()
    ]
    return {
        "requestBody": {"required": True, "content": content},
        "parameters": parameters,
        "responses": responses(_answer(model), ERROR),
    }


def infer_document(model: Model) -> Schema:
    """Of `POST /v2/models/NAME/infer` for a model."""
    shown = model_values(model)
    names = [each["name"] for each in shown["inputs"]]
    asked = {
        "type": "object",
        "required": ["inputs"],
        "additionalProperties": False,
        "properties": {
            "id": {"type": "string"},
            "inputs": {
                "type": "array",
                "minItems": 1,
                "items": {**_TENSOR, "description": f"of the name {' or '.join(names)}"},
            },
            "outputs": {"type": "array", "items": {"type": "object", "required": ["name"]}},
            "parameters": {"type": "object"},
        },
    }
    answer = {
        "type": "object",
        "properties": {
            "model_name": {"type": "string"},
            "model_version": {"type": "string"},
            "id": {"type": "string"},
            "outputs": {"type": "array", "items": _TENSOR},
        },
    }
    return {
        "requestBody": {"required": True, "content": {"application/json": {"schema": asked}}},
        "responses": responses(answer, _PROTOCOL_ERROR),
    }


def model_document(model: Model, config: ServeConfig) -> Schema:
    """What a client may want to know of a model, as `GET /models` gives it."""
    values: Schema = {
        "name": model.name,
        "artifact": model.bundle.artifact,
        "reads": model.reads.name,
        "answers": model.answers,
        "options": {name: each.schema for name, each in model.options.items()},
        "labels": list(model.labels),
        "explained": model.is_explained,
        "limits": {
            "megabytes": config.max_body_mb,
            "pixels": config.max_pixels,
            "characters": config.max_characters,
            "seconds": config.max_seconds,
            "items": config.max_items,
        },
    }
    if model.answers == "text":
        values["text_field"] = model.columns[0]
    if model.parts:
        values["parts"] = {
            name: {"answers": part.answers, "labels": list(part.labels)}
            for name, part in model.parts.items()
        }
    spec = _row_spec(model)
    if spec is not None:
        values["columns"] = [
            {
                "name": each.name,
                "kind": each.kind,
                "typical": each.typical,
                "values": list(each.values),
            }
            for each in spec.columns
        ]
        values["target"] = spec.target
    return values


def _asked(model: Model, config: ServeConfig) -> Schema:
    kind, item = model.reads, _item(model)
    several = {"type": "array", "items": item, "minItems": 1, "maxItems": config.max_items}
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            kind.name: item,
            kind.plural: several,
            **{name: each.schema for name, each in model.options.items()},
        },
        "oneOf": [{"required": [kind.name]}, {"required": [kind.plural]}],
    }


def _form(model: Model) -> Schema:
    kind: Kind = model.reads
    part = (
        {"type": "string", "format": "binary"} if kind in (PICTURE, SOUND) else {"type": "string"}
    )
    options = {name: each.schema for name, each in model.options.items()}
    return {
        "type": "object",
        "required": [kind.plural],
        "properties": {kind.plural: {"type": "array", "items": part, "minItems": 1}, **options},
    }


def _item(model: Model) -> Mapping[str, Any]:
    spec = _row_spec(model)
    if spec is None:
        return model.reads.schema
    return {
        "type": "object",
        "required": list(spec.names),
        "properties": {each.name: _cell(each) for each in spec.columns},
        "additionalProperties": False,
    }


def _row_spec(model: Model) -> RowSpec | None:
    if model.reads is not ROW:
        return None
    spec: RowSpec = model.bundle.reader.spec  # type: ignore[attr-defined]
    return spec


def _cell(column: ColumnSpec) -> Schema:
    numbers = ["number", "string", "null"]
    schema: Schema = {"type": numbers if column.kind == "number" else [*numbers, "boolean"]}
    return {**schema, "description": column.kind, "examples": [column.typical]}


def _fields(model: Model) -> Mapping[str, Schema]:
    """What an answer holds."""
    scores = {"type": "array", "items": SCORE}
    labels = {"type": "array", "items": {"type": "string"}, "description": "best first"}
    other = {"type": "object", "properties": {"text": {"type": "string"}, "score": SCORE}}
    cut = {"truncated": _CUT} if model.reads.name == "text" else {}
    text, *_ = (*model.columns, "text")
    parts = {
        name: {"type": "object", "required": list(own), "properties": own}
        for name, part in model.parts.items()
        for own in [_fields(part)]
    }
    fields: Mapping[str, Mapping[str, Schema]] = {
        "classes": {**_decided(model), "labels": labels, "scores": scores, **cut},
        "labels": {
            "labels": {**labels, "description": "all that are given, best first; may be none"},
            "scores": scores,
            **cut,
        },
        "number": {"value": {"type": "number"}},
        "text": {
            text: {"type": "string"},
            "score": SCORE,
            "alternatives": {"type": "array", "items": other},
            "truncated": _CUT,
        },
        "entities": {"entities": {"type": "array", "items": _ENTITY}},
        "values": {"values": {"type": "array", "items": {}}},
        "several": {
            "answers": {"type": "object", "required": list(parts), "properties": parts},
            **cut,
        },
    }
    return fields[model.answers]


def _decided(model: Model) -> Mapping[str, Schema]:
    """What is said beside the labels where none of them may be the answer."""
    if not isinstance(model.bundle, Bundle) or model.bundle.undecided.is_empty:
        return {}
    return {
        "label": {"type": ["string", "null"], "description": "the answer, or null where none is"},
        "no_answer": {
            "enum": [NOT_SURE, NONE_OF_THESE, None],
            "description": "why there is none",
        },
    }


def _answer(model: Model) -> Schema:
    one = _fields(model)
    return {
        "type": "object",
        "required": ["model", "artifact", "predictions"],
        "properties": {
            "model": {"type": "string", "const": model.name},
            "artifact": {"type": "string"},
            "predictions": {
                "type": "array",
                "description": "one for each input, in order",
                "items": {"type": "object", "required": list(one), "properties": one},
            },
        },
    }


def responses(answer: Schema, error: Schema) -> Schema:
    """What an address answers, and how it refuses."""

    def of(schema: Schema, words: str) -> Schema:
        return {"description": words, "content": {"application/json": {"schema": schema}}}

    refused = {status: of(error, words) for status, words in _REFUSALS.items()}
    return {"200": of(answer, "The answers"), **refused}
