"""What 10,000, 100,000 and a million examples cost before the first step of training.

    python benchmarks/scaling.py [--kinds KIND …] [--counts N …] [--folder DIR] [--record]

Synthetic examples are written first, none of them twice: pictures of 8 by 8 pixels as PNG files in
class folders, in TFRecord shards, or packed; texts of 12 words; pairs of such texts. Then, each in
a process of its own, one after the other:

- audit: what `kerasapps check` does. Its seconds; those of processors, whatever else runs; and the
  most memory that the process had, without the processes that help it.
- first step: `train_…` from its call to the end of the first step of the smallest model, with the
  libraries' loading and `--cache-mb 0 --no-disk-cache`.

The bytes an example are what memory grows by between two rows.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import struct
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

COUNTS = (10_000, 100_000, 1_000_000)
FILES_TO = 100_000  # pictures as files: more take no other way, but a file system's patience
CLASSES = 10
SHARD = 50_000  # pictures in a shard
WORDS, VOCABULARY = 12, 20_000
SIDE = 8


def main() -> int:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kinds", nargs="+", choices=[*MAKERS], default=[*MAKERS])
    parser.add_argument("--counts", nargs="+", type=int, default=COUNTS)
    parser.add_argument("--folder", type=Path, help="where the examples are kept for another time")
    parser.add_argument("--no-step", action="store_true", help="audits only")
    parser.add_argument("--record", action="store_true", help="append the table to RESULTS.md")
    parser.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child is not None:
        run_child(*arguments.child)
        return 0
    with tempfile.TemporaryDirectory(prefix="kerasapps-") as scratch:
        folder = arguments.folder or Path(scratch)
        rows = []
        for kind in arguments.kinds:
            for count in arguments.counts:
                if kind == "picture files" and count > FILES_TO:
                    continue
                rows.append(measure(kind, count, folder, step=not arguments.no_step))
                print(rows[-1], flush=True)
    if arguments.record:
        from results import record

        print(record("A million examples before the first step", rows))
    return 0


def measure(kind: str, count: int, folder: Path, *, step: bool) -> dict[str, object]:
    """One row of the table."""
    data = folder / f"{kind.replace(' ', '_')}_{count}"
    if not data.exists():
        partial = data.with_name(f"{data.name}.partial")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        MAKERS[kind](partial, count)
        partial.rename(data)
    audit = in_child("audit", kind, data)
    row: dict[str, object] = {
        "examples": f"{count:,} {kind}",
        "audit": f"{audit['seconds']:.1f} s",
        "audit, of processors": f"{audit['processor']:.1f} s",
        "most memory": f"{audit['memory'] / 1e6:.0f} MB",
    }
    if step:
        first = in_child("step", kind, data)
        row["first step after"] = f"{first['seconds']:.1f} s"
        row["step, of processors"] = f"{first['processor']:.1f} s"
        row["memory then"] = f"{first['memory'] / 1e6:.0f} MB"
    return row | {"n": f"{count:,}", "seed": 0}


def in_child(what: str, kind: str, data: Path) -> dict[str, float]:
    """What a process of its own measures."""
    line = [sys.executable, __file__, "--child", what, kind, str(data)]
    ended = subprocess.run(line, capture_output=True, check=False, text=True)
    if ended.returncode:
        raise RuntimeError(ended.stderr[-2000:])
    figures: dict[str, float] = json.loads(ended.stdout.splitlines()[-1])
    return figures


def run_child(what: str, kind: str, data: str) -> None:
    """Measure, and print what was."""
    source = source_of(kind, Path(data))
    {"audit": audit, "step": first_step}[what](kind, source)


def audit(kind: str, source: str) -> None:
    """Read, look into and split the examples."""
    import kerasapps

    load = {
        "picture files": kerasapps.data.load_images,
        "picture shards": kerasapps.data.load_images,
        "packed pictures": kerasapps.data.load_images,
        "texts": kerasapps.data.load_texts,
        "pairs": kerasapps.data.load_pairs,
    }[kind]
    began = time.perf_counter()
    splits: Any = load(source)
    seconds = time.perf_counter() - began
    assert len(splits.train) > 0.6 * splits.audit.total
    tell(seconds)


def first_step(kind: str, source: str) -> None:
    """Train until the first step is over."""
    began = time.perf_counter()
    import keras

    import kerasapps

    class End(keras.callbacks.Callback):
        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            tell(time.perf_counter() - began)
            sys.stdout.flush()
            os._exit(0)

    with tempfile.TemporaryDirectory(prefix="kerasapps-") as scratch:
        common: dict[str, Any] = {
            "output_dir": Path(scratch, "run"),
            "train": kerasapps.TrainConfig(epochs=1),
            "load": kerasapps.LoadConfig(cache_mb=0, disk_cache=False),
            "callbacks": [End()],
            "quiet": True,
        }
        if "picture" in kind:
            image = kerasapps.ImageConfig(image_size=(16, 16), augment="none")
            kerasapps.train_image_classifier(source, model="mlp", image=image, **common)
        elif kind == "texts":
            kerasapps.train_text_classifier(source, model="bag_of_embeddings", **common)
        else:
            kerasapps.train_translator(source, model="transformer_small", **common)


def tell(seconds: float) -> None:
    """Print figures for the process that waits for them."""
    own, helper = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    figures = {
        "seconds": seconds,
        "processor": own.ru_utime + own.ru_stime + helper.ru_utime + helper.ru_stime,
        "memory": most_memory(),
    }
    print(json.dumps(figures))


def most_memory() -> float:
    """Bytes that this process had at most; rusage counts those of who began it, too."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return 1024 * float(line.split()[1])


def source_of(kind: str, data: Path) -> str:
    """What a user would name."""
    names = {
        "packed pictures": "packed",
        "picture shards": "train-*.tfrecord",
        "texts": "texts.csv",
        "pairs": "pairs.csv",
    }
    return str(data / names[kind]) if kind in names else str(data)


def pictures(count: int) -> Iterator[bytes]:
    """Different PNG pictures, quickly made."""
    for block in range(0, count, 1000):
        size = min(1000, count - block)
        pixels = np.random.default_rng([0, block]).integers(
            0, 256, (size, SIDE, 3 * SIDE), np.uint8
        )
        filtered = np.pad(pixels, [(0, 0), (0, 0), (1, 0)])  # a line begins with its filter
        yield from (png(each.tobytes()) for each in filtered)


def png(lines: bytes) -> bytes:
    """The file of a picture of `SIDE` by `SIDE` pixels in colour."""
    head = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(lines, 1)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(part)) + kind + part + struct.pack(">I", zlib.crc32(kind + part))
        for kind, part in parts
    )


def make_files(folder: Path, count: int) -> None:
    """A folder a class."""
    for number, encoded in enumerate(pictures(count)):
        inner = folder / f"class {number % CLASSES}"
        inner.mkdir(parents=True, exist_ok=True)
        (inner / f"{number:08d}.png").write_bytes(encoded)


def make_shards(folder: Path, count: int) -> None:
    """TFRecord shards of encoded pictures and class names."""
    from kerasapps.shards import FORMATS

    shards = -(-count // SHARD)
    encoded = pictures(count)
    for shard in range(shards):
        numbers = range(shard * SHARD, min(count, (shard + 1) * SHARD))
        name = folder / f"train-{shard:05d}-of-{shards:05d}.tfrecord"
        with FORMATS["tfrecord"].write(name) as writer:
            for number in numbers:
                writer.add({"image": next(encoded), "label": f"class {number % CLASSES}"})


def make_packed(folder: Path, count: int) -> None:
    """The same shards packed, as `kerasapps pack` does it."""
    import kerasapps

    make_shards(folder, count)
    kerasapps.pack(str(folder / "train-*.tfrecord"), output=folder / "packed")
    for shard in folder.glob("train-*.tfrecord"):
        shard.unlink()


def sentences(count: int, seed: int) -> Iterator[str]:
    """Different sentences of random words; common words are more frequent."""
    for block in range(0, count, 1000):
        rng = np.random.default_rng([seed, block])
        words = (VOCABULARY * rng.random((1000, WORDS)) ** 3).astype(int)
        for number, row in enumerate(words[: count - block], start=block):
            yield f"n{number} " + " ".join(f"w{word}" for word in row)


def make_texts(folder: Path, count: int) -> None:
    """A table of texts and classes."""
    with (folder / "texts.csv").open("w", encoding="utf-8") as file:
        file.write("text,label\n")
        file.writelines(
            f"{text},class {number % CLASSES}\n"
            for number, text in enumerate(sentences(count, seed=1))
        )


def make_pairs(folder: Path, count: int) -> None:
    """A table of sentences in two languages."""
    both = zip(sentences(count, seed=1), sentences(count, seed=2), strict=True)
    with (folder / "pairs.csv").open("w", encoding="utf-8") as file:
        file.write("source,target\n")
        file.writelines(f"{one},{other}\n" for one, other in both)


MAKERS: dict[str, Callable[[Path, int], None]] = {
    "picture files": make_files,
    "picture shards": make_shards,
    "packed pictures": make_packed,
    "texts": make_texts,
    "pairs": make_pairs,
}

if __name__ == "__main__":
    sys.exit(main())
