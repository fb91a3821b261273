"""What OpenAPI says of asking a model why."""

from __future__ import annotations

from typing import Any, Final

from kerasapps.serve.config import ServeConfig
from kerasapps.serve.explaining import asked_model
from kerasapps.serve.kinds import PICTURE, ROW, SOUND, TEXT, Kind
from kerasapps.serve.model import Model
from kerasapps.serve.schema import ERROR, SCORE, Schema, predict_document, responses

_NUMBER: Final = {"type": "number"}
_TEXT: Final = {"type": "string"}
_PLACE: Final = {"type": "integer", "description": "pixels"}
_WEIGHT: Final = {"type": "number", "description": "what the answer loses without it"}
_LABEL: Final = {"type": "string", "description": "empty where the answer is a number"}


def _list_of(items: Schema, description: str) -> Schema:
    return {"type": "array", "description": description, "items": items}


def _object_of(**fields: Any) -> Schema:
    return {"type": "object", "required": list(fields), "properties": fields}


_PICTURE: Final = {
    "label": _LABEL,
    "width": _PLACE,
    "height": _PLACE,
    "box": {
        "type": ["object", "null"],
        "description": "around the strongest fifth",
        "properties": {name: _PLACE for name in ("left", "top", "right", "bottom")},
    },
    "grid": _list_of(_list_of(SCORE, "a row"), "means over a coarse grid, 0 to 1, a row each"),
    "overlay": {"type": "string", "description": "the picture with the map, as a data URL"},
}
_WORD: Final = _object_of(
    word=_TEXT, start={"type": "integer", "description": "characters before it"}, weight=_WEIGHT
)
_FIELDS: Final[dict[Kind, Schema]] = {
    PICTURE: _PICTURE,
    TEXT: {
        "text": _TEXT,
        "label": _LABEL,
        "words": _list_of(_WORD, "in the order of the text"),
        "truncated": {"type": "boolean", "description": "longer than the model reads"},
    },
    ROW: {
        "target": {"type": "string", "description": "the column that is answered"},
        "answer": {"type": "string", "description": "the class explained, or the number"},
        "is_number": {"type": "boolean"},
        "columns": _list_of(
            _object_of(column=_TEXT, value=_TEXT, typical=_TEXT, weight=_WEIGHT),
            "the strongest first; the typical value is what stands in its place",
        ),
    },
    SOUND: {
        "label": _LABEL,
        "seconds": _list_of(_NUMBER, "edges of the pieces of time"),
        "hertz": _list_of(_NUMBER, "edges of the bands of pitch"),
        "weights": _list_of(_list_of(_WEIGHT, "a band"), "the lowest band first"),
        "picture": {"type": "string", "description": "the marked spectrogram, as a data URL"},
    },
}


def explain_document(model: Model, config: ServeConfig) -> Schema:
    """Of `POST /explain` for a model that can say why."""
    asked = predict_document(asked_model(model), config)
    score = {"type": "number", "description": "its probability, or the number"}
    fields = {**_FIELDS[model.reads], "score": score, "method": _TEXT}
    answer = _object_of(
        model={"type": "string", "const": model.name},
        artifact=_TEXT,
        explanation=_object_of(**fields),
    )
    return {**asked, "responses": responses(answer, ERROR)}
