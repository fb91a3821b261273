"""Triton's HTTP client over the jobs of a file: run by a Python that has `tritonclient` alone."""

import json
from pathlib import Path

import numpy as np
from jobs import answer_jobs
from tritonclient.http import InferenceServerClient, InferInput

BATCH = 25


def answers(job: dict) -> list:
    """The values of one output, an entry an example."""
    client = InferenceServerClient(job["url"])
    metadata = client.get_model_metadata(job["model"])
    name = metadata["inputs"][0]["name"]
    values: list = []
    for first in range(0, len(job["examples"]), BATCH):
        batch = [encoded(each) for each in job["examples"][first : first + BATCH]]
        tensor = InferInput(name, [len(batch)], "BYTES")
        tensor.set_data_from_numpy(np.array(batch, np.object_))
        output = client.infer(job["model"], [tensor]).as_numpy(job["output"])
        values += [each.decode() if isinstance(each, bytes) else each for each in output.tolist()]
    client.close()
    return values


def encoded(example: dict) -> bytes:
    """A picture's or a sound's file, a text in UTF-8, or a row as JSON."""
    if "file" in example:
        return Path(example["file"]).read_bytes()
    if "row" in example:
        return json.dumps(example["row"]).encode()
    return str(example["text"]).encode()


if __name__ == "__main__":
    answer_jobs(answers)
