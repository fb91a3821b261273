"""What OpenAPI says of asking a model of pictures why."""

from __future__ import annotations

from kerasapps.serve.config import ServeConfig
from kerasapps.serve.explaining import asked_model
from kerasapps.serve.model import Model
from kerasapps.serve.schema import ERROR, SCORE, Schema, predict_document, responses


def explain_document(model: Model, config: ServeConfig) -> Schema:
    """Of `POST /explain` for a model of pictures."""
    asked = predict_document(asked_model(model), config)
    place = {"type": "integer", "description": "pixels"}
    fields: Schema = {
        "label": {"type": "string", "description": "empty where the answer is a number"},
        "score": SCORE,
        "method": {"type": "string"},
        "width": place,
        "height": place,
        "box": {
            "type": ["object", "null"],
            "description": "around the strongest fifth",
            "properties": {name: place for name in ("left", "top", "right", "bottom")},
        },
        "grid": {
            "type": "array",
            "description": "means over a coarse grid, 0 to 1, a row each",
            "items": {"type": "array", "items": SCORE},
        },
        "overlay": {"type": "string", "description": "the picture with the map, as a data URL"},
    }
    answer: Schema = {
        "type": "object",
        "required": ["model", "artifact", "explanation"],
        "properties": {
            "model": {"type": "string", "const": model.name},
            "artifact": {"type": "string"},
            "explanation": {"type": "object", "required": list(fields), "properties": fields},
        },
    }
    return {**asked, "responses": responses(answer, ERROR)}
