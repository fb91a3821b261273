"""Why a client cannot take a file, in words that several share; empty where it can."""

from __future__ import annotations

from benchmarks.clients.case import Case

OTHER_FILES = ("no TFLite file", "no ONNX file", "no SavedModel", "no Keras model")


def no_tflite(case: Case) -> str:
    """It runs TFLite files."""
    return "" if case.is_tflite else "no TFLite file"


def no_explanation(case: Case) -> str:
    """It runs TFLite files of bundles that explain themselves."""
    if not case.is_tflite or case.manifest.preprocessing:
        return no_tflite(case)
    return "a bundle of schema 1 does not explain itself: export it again"
