"""Which other commands ask for the options of a training, and which a search leaves alone."""

from __future__ import annotations

import dataclasses

import pytest

from kerasapps import config
from kerasapps.outputs.classes.predicting import TopLabelsConfig
from kerasapps.recipes.audio_classification.predicting import SoundPredictConfig

CONFIGS = (
    config.LoadConfig,
    config.ImageConfig,
    config.TextConfig,
    config.TranslationConfig,
    config.ModelConfig,
    config.TrainConfig,
    config.ExportConfig,
)
OF_PREDICT = (TopLabelsConfig, SoundPredictConfig)
PAIR = {"source_column", "target_column", "source_language", "target_language"}


@pytest.mark.parametrize(
    ("command", "asked"),
    [
        (
            "check",
            {
                "ImageConfig": {"image_column", "label_column", "target_kind", "target_columns"},
                "TextConfig": {
                    *("text_column", "label_column", "target_kind", "target_columns", "encoding")
                },
                "TranslationConfig": PAIR | {"encoding", "max_ratio"},
            },
        ),
        (
            "evaluate",
            {
                "LoadConfig": {"unknown_classes"},
                "ImageConfig": {"image_column", "label_column", "target_columns"},
                "TextConfig": {"text_column", "label_column", "target_columns", "encoding"},
                "TranslationConfig": PAIR | {"encoding", "beam"},
            },
        ),
        (
            "predict",
            {
                "ImageConfig": {"image_column"},
                "TextConfig": {"text_column", "encoding"},
                "TranslationConfig": {"source_column", "encoding", "beam"},
            },
        ),
    ],
)
def test_what_commands_ask_for(command: str, asked: dict[str, set[str]]) -> None:
    fields = {
        each.__name__: {f.name for f in dataclasses.fields(each) if command in f.metadata["asks"]}
        for each in CONFIGS
    }
    assert {name: options for name, options in fields.items() if options} == asked


def test_what_no_request_to_a_server_asks_for() -> None:
    asked = [
        field
        for each in (*CONFIGS, *OF_PREDICT)
        for field in dataclasses.fields(each)
        if "predict" in field.metadata["asks"]
    ]
    of_files = {field.name for field in asked if field.metadata["of_files"]}
    columns = {"image_column", "text_column", "source_column"}
    assert of_files == {"encoding", "stream", "threshold"} | columns
    assert {field.name for field in asked} - of_files == {"beam", "top_k"}


def test_what_decides_what_is_measured_is_not_searched() -> None:
    kept = {
        field.name
        for each in CONFIGS
        for field in dataclasses.fields(each)
        if not field.metadata["searched"]
    }
    assert kept == PAIR | {
        "checkpoint_minutes", "data_service", "deterministic", "devices",
        "explain_signature", "image_column", "label_column",
        "max_ratio", "monitor", "seed", "size_budget_kb", "target_columns", "target_kind",
        "tensorboard", "test_time_flip", "text_column", "time_budget",
    }  # fmt: skip
