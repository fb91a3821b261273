"""All rungs of the ladder, for the default model of each task and for one of wide ranges.

python benchmarks/ladder.py DATA [--only pictures texts …] [--epochs N]

DATA has a folder for each data set below; those that are missing are left out.
`wide` trains a small network of depthwise convolutions on flowers of 64 pixels, and makes some of
its channels two thousand times as large as others between two layers, for the same answers: what
8 bits cannot hold. Rows go to standard output, ready for RESULTS.md.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from results import describe_machine

import kerasapps
from kerasapps.config import ExportConfig, ImageConfig, TrainConfig
from kerasapps.config.metric import Metric
from kerasapps.deploy.manifest import read_manifest
from kerasapps.export.artifact import Artifact
from kerasapps.process.user_code import imported_file
from kerasapps.recipes.registry import task_of
from kerasapps.workflow.judged_files import ladder_verdict

SEED = 0
AUTO = ExportConfig(quantization=("auto",), saved_model=False, examples=False)
WIDE = Path(__file__).parents[1] / "tests" / "wide_ranges.py"


@dataclass(frozen=True)
class Case:
    """A training.

    Attributes:
        train: a `kerasapps.train_*` function.
        data: in DATA; several are aligned files.
        options: further arguments.
    """

    train: Callable[..., kerasapps.RecipeResult]
    data: tuple[str, ...]
    options: dict[str, Any]


CASES = {
    "pictures": Case(kerasapps.train_image_classifier, ("flowers",), {}),
    "texts": Case(kerasapps.train_text_classifier, ("trec/train.csv",), {}),
    "recurrent": Case(kerasapps.train_text_classifier, ("trec/train.csv",), {"model": "lstm"}),
    "rows": Case(kerasapps.train_tabular, ("wine_white/wine.csv",), {"target": "quality"}),
    "answers": Case(
        kerasapps.train_tabular,
        ("wine_white/wine.csv",),
        {"tabular": kerasapps.TabularConfig(target_columns=("quality", "alcohol"))},
    ),
    "tags": Case(kerasapps.train_tagger, ("conll2002_es/train.conll",), {}),
    "sounds": Case(kerasapps.train_audio_classifier, ("spoken_digits",), {}),
    "translation": Case(kerasapps.train_translator, ("multi30k/train.en", "multi30k/train.de"), {}),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--only", nargs="+", choices=[*CASES, "wide"], default=[*CASES, "wide"])
    parser.add_argument("--epochs", type=int, help="of each training (default: the task's own)")
    arguments = parser.parse_args()
    print(f"{describe_machine()}; seed {SEED}; `{' '.join(sys.argv)}`\n")
    print(
        "| task | model | rung | size | of float32 | figure | change | agreement | p50 | verdict |"
    )
    print("|" + "---|" * 10)
    for name in arguments.only:
        case = CASES.get(name, CASES["pictures"])
        places = tuple(str(arguments.data / each) for each in case.data)
        if not all(Path(each).exists() for each in places):
            print(f"{name}: no {', '.join(places)}", file=sys.stderr)
            continue
        train = TrainConfig(seed=SEED)
        if arguments.epochs is not None:
            train = replace(train, epochs=arguments.epochs)
        data = places if len(places) > 1 else places[0]
        with tempfile.TemporaryDirectory() as scratch:
            run = Path(scratch) / "run"
            if name == "wide":
                rows = of_wide_ranges(data, run, train)
            else:
                options = {"train": train, "export": AUTO, "output_dir": run, "quiet": True}
                rows = of_result(name, case.train(data, **options, **case.options))
        print("\n".join(rows), flush=True)


def of_result(name: str, result: kerasapps.RecipeResult) -> list[str]:
    """The rungs that a run tried."""
    model = read_manifest(result.bundle_dir).settings["model"]["model"]
    return rows_of(name, model, result.artifacts, result.metric)


def of_wide_ranges(data: Any, run: Path, train: TrainConfig) -> list[str]:
    """The rungs of a network with channels of very different ranges."""
    from kerasapps.workflow.extension import finished_network
    from kerasapps.workflow.ship import export_and_verify

    nets = imported_file(WIDE)
    result = kerasapps.train_image_classifier(
        data,
        output_dir=run,
        model=nets.separable_net,
        image=ImageConfig(image_size=64),
        train=train,
        export=ExportConfig(quantization=("float32",), saved_model=False, examples=False),
        quiet=True,
    )
    manifest = read_manifest(result.bundle_dir)
    judging = task_of(manifest).training.reload(manifest, data, run / "again")
    judged = judging.judge(nets.widened(finished_network(manifest)))
    config = replace(AUTO, max_drop=1.0)
    artifacts = export_and_verify(judged, judging, config=config, seed=SEED, folder=run / "wide")
    return rows_of("wide ranges", "separable_net", artifacts, result.metric)


def rows_of(task: str, model: str, artifacts: tuple[Artifact, ...], metric: Metric) -> list[str]:
    """A line a rung, on the validation split, and one of the file on the test split."""
    chosen = artifacts[0]
    assert chosen.ladder is not None
    whole = next(each for each in chosen.ladder.rungs if each.name == "float32")
    rungs = [(each, ladder_verdict(each, chosen)) for each in chosen.ladder.rungs]
    return [
        f"| {task} | {model} | {' | '.join(_cells(each, metric, whole))} | {verdict} |"
        for each, verdict in [*rungs, (chosen, "**on the test split**")]
    ]


def _cells(rung: Artifact, metric: Metric, whole: Artifact) -> list[str]:
    if rung.size_bytes is None or rung.metric is None:
        return [f"{rung.name} ({rung.reason})", *["–"] * 6]
    assert whole.size_bytes is not None
    return [
        rung.name,
        f"{rung.size_bytes / 1e6:.3f} MB",
        f"{rung.size_bytes / whole.size_bytes:.1%}",
        f"{metric.name} {metric.text(metric.figure(rung.metric))}",
        f"{rung.delta:+.2f}",
        f"{rung.agreement:.2%}",
        f"{rung.latency_ms:.2f} ms",
    ]


if __name__ == "__main__":
    main()
