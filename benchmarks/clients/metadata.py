"""Whether a file answers to the bit what it answers without its metadata, in each runtime."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import flatbuffers
from ai_edge_litert import schema_py_generated as schema

from benchmarks.clients.answers import Failure, compare
from benchmarks.clients.case import Case
from benchmarks.clients.client import Client
from benchmarks.clients.matrix import Cell

NAME = b"TFLITE_METADATA"
IDENTIFIER = b"TFL3"
STEP = 4  # of the examples, from one to the next: a bit that changes does so soon


def has_metadata(content: bytes) -> bool:
    """Whether a TFLite file says what it is."""
    model = schema.Model.GetRootAs(content)
    return any(model.Metadata(place).Name() == NAME for place in range(model.MetadataLength()))


def without_metadata(content: bytes) -> bytes:
    """The same file without the entry, its buffer and the files that are packed behind it."""
    model = schema.ModelT.InitFromPackedBuf(content)
    kept, dropped = [], []
    for entry in model.metadata or []:
        (dropped if bytes(entry.name) == NAME else kept).append(entry)
    model.metadata = kept
    for entry in dropped:
        model.buffers[entry.buffer] = schema.BufferT()
    builder = flatbuffers.Builder(len(content))
    builder.Finish(model.Pack(builder), IDENTIFIER)
    return bytes(builder.Output())


def compared(client: Client, cases: Sequence[Case], scratch: Path) -> Iterator[Cell]:
    """A cell for each file with metadata that the client takes, beside the same file without.

    Args:
        client: a runtime that needs no metadata.
        cases: of any files.
        scratch: a folder for the files without.
    """
    if client.missing():
        return
    some = [replace(case, examples=case.examples[::STEP]) for case in cases]
    fitting = [case for case in some if case.is_tflite and not client.cannot(case)]
    marked = [case for case in fitting if has_metadata(case.file.read_bytes())]
    plain = [
        replace(case, other=_written(case, scratch / f"{number}.tflite"))
        for number, case in enumerate(marked)
    ]
    pairs = zip(marked, client.answers(marked), client.answers(plain), strict=True)
    for case, with_it, without in pairs:
        place = {"client": client.name, "bundle": case.bundle, "artifact": case.artifact}
        failures = [each.reason for each in (with_it, without) if isinstance(each, Failure)]
        if isinstance(with_it, Failure) or isinstance(without, Failure):
            yield Cell(**place, reason=f"fails: {failures[0]}", failed=True)
            continue
        same = compare(with_it, without)
        yield Cell(**place, compared=same, failed=not same.same_bits)


def _written(case: Case, file: Path) -> Path:
    file.write_bytes(without_metadata(case.file.read_bytes()))
    return file
