"""Whole translations from a `Translator`, batched in TensorFlow: `graph` and, compiled, `compiled`.

`kerasapps.deploy.translation_search` does the same without TensorFlow, one sentence at a time.
"""
