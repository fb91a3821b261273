"""A small model with and without a teacher: size, figure and latency.

    python benchmarks/distill.py DATA [--only pictures tags] [--epochs N] [--minutes M] \\
        [--teacher-minutes M] [--seeds 0 1 2] [--temperature T] [--weight W]

DATA has a folder for each data set below; those that are missing are left out. The teacher of each
seed is trained on the same splits; its own row comes first. Rows go to standard output, ready for
RESULTS.md.
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from results import describe_machine

import kerasapps
from kerasapps.config import (
    CompressConfig,
    ExportConfig,
    ImageConfig,
    ModelConfig,
    TrainConfig,
    TranslationConfig,
)


@dataclass(frozen=True)
class Case:
    """A data set, and who teaches whom.

    Attributes:
        train: a `kerasapps.train_*` function.
        data: in DATA.
        teacher: the large model.
        student: the small one.
        options: of both trainings.
        teacher_options: of the teacher's alone.
        teacher_epochs: of the teacher, whatever the students have.
        small: the form of the small file; translators and recurrent networks have `dynamic`.
    """

    train: Callable[..., kerasapps.RecipeResult]
    data: str
    teacher: ModelConfig
    student: ModelConfig
    options: Mapping[str, Any] = field(default_factory=dict)
    teacher_options: Mapping[str, Any] = field(default_factory=dict)
    teacher_epochs: int | None = None
    small: Any = "int8"


CASES = {
    "pictures": Case(
        kerasapps.train_image_classifier,
        "cifar10",
        ModelConfig(model="fast_resnet"),
        ModelConfig(model="cnn", width=0.25),
    ),
    "flowers": Case(
        kerasapps.train_image_classifier,
        "flowers",
        ModelConfig(model="mobile_cnn"),
        ModelConfig(model="cnn", width=0.5),
        {"image": ImageConfig(image_size=64)},
    ),
    "photos": Case(
        kerasapps.train_image_classifier,
        "flowers",
        ModelConfig(model="efficientnet_lite0"),
        ModelConfig(model="cnn", width=0.5),
        {"image": ImageConfig(image_size=64)},
        {"image": ImageConfig(image_size=128)},
        teacher_epochs=8,
    ),
    "sounds": Case(
        kerasapps.train_audio_classifier,
        "spoken_digits",
        ModelConfig(model="ds_cnn"),
        ModelConfig(model="ds_cnn", width=0.25, depth=0.5),
    ),
    "texts": Case(
        kerasapps.train_text_classifier,
        "sst2/train.tsv",
        ModelConfig(model="lstm_attention"),
        ModelConfig(model="bag_of_embeddings", width=0.5),
    ),
    "questions": Case(
        kerasapps.train_text_classifier,
        "trec/train.csv",
        ModelConfig(model="text_cnn"),
        ModelConfig(model="bag_of_embeddings", width=0.5),
    ),
    "rows": Case(
        kerasapps.train_tabular,
        "adult",
        ModelConfig(model="mlp", width=2),
        ModelConfig(model="mlp", width=0.125),
    ),
    "numbers": Case(
        kerasapps.train_tabular,
        "wine_white/wine.csv",
        ModelConfig(model="mlp", width=2),
        ModelConfig(model="mlp", width=0.125),
        {"tabular": kerasapps.TabularConfig(target="quality", target_kind="number")},
    ),
    "tags": Case(
        kerasapps.train_tagger,
        "conll2002_es",
        ModelConfig(model="bilstm_crf"),
        ModelConfig(model="cnn_crf", width=0.25, depth=0.5),
        small="dynamic",
    ),
    "translation": Case(
        kerasapps.train_translator,
        "multi30k",
        ModelConfig(model="transformer"),
        ModelConfig(model="transformer", width=0.5, depth=0.5),
        {"translation": TranslationConfig(batch_tokens=2048)},
        small="dynamic",
    ),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--only", nargs="+", choices=CASES, default=[*CASES])
    parser.add_argument("--epochs", type=int, help="of each training (default: the task's own)")
    parser.add_argument("--minutes", type=float, help="of each training, at most")
    parser.add_argument("--teacher-minutes", type=float, help="of the teacher's, at most")
    parser.add_argument("--temperature", type=float, help="of the answers that are learnt")
    parser.add_argument("--weight", type=float, help="of the teacher")
    parser.add_argument("--seeds", nargs="+", type=int, default=[0])
    arguments = parser.parse_args()
    print(f"{describe_machine()}; `{' '.join(sys.argv)}`\n")
    print("| data | model | seed | figure | float32 KB | small KB | float32 ms | small ms |")
    print("|---|---|---|---|---|---|---|---|")
    for name in arguments.only:
        if (arguments.data / CASES[name].data).exists():
            for row in rows_of(CASES[name], arguments):
                print(row, flush=True)


def rows_of(case: Case, arguments: argparse.Namespace) -> Iterator[str]:
    """The teacher, then the student of each seed alone and taught.

    The seed of the splits is that of the teacher's: what it saw must not be what judges.
    """
    with tempfile.TemporaryDirectory() as scratch:
        for seed in arguments.seeds:
            teacher = Path(scratch) / f"teacher{seed}"
            taught = CompressConfig(
                teacher=str(teacher),
                distill_temperature=arguments.temperature,
                distill_weight=arguments.weight,
            )
            train = TrainConfig(epochs=arguments.epochs, time_budget=arguments.minutes, seed=seed)
            first = dataclasses.replace(
                train,
                epochs=case.teacher_epochs or train.epochs,
                time_budget=arguments.teacher_minutes or arguments.minutes,
            )
            own = {**case.options, **case.teacher_options}
            runs = [
                ("teacher", case.teacher, first, CompressConfig(), own),
                ("alone", case.student, train, CompressConfig(), case.options),
                ("taught", case.student, train, taught, case.options),
            ]
            for name, model, training, compress, options in runs:
                result = case.train(
                    arguments.data / case.data,
                    output_dir=Path(scratch) / f"{name}{seed}",
                    model=model,
                    train=training,
                    compress=compress,
                    export=ExportConfig(
                        quantization=("float32", case.small), saved_model=False, tolerance=100
                    ),
                    quiet=True,
                    **options,
                )
                yield _row(case, f"{name}: {model.model} × {model.width:g}", seed, result)


def _row(case: Case, name: str, seed: int, result: kerasapps.RecipeResult) -> str:
    metric = result.metric
    figure = metric.text(metric.figure(metric.share(result.metrics)))
    files: dict[str, Any] = {each.name: each for each in result.artifacts}
    sizes = [f"{files[each].size_bytes / 1000:,.0f}" for each in ("float32", case.small)]
    times = [f"{files[each].latency_ms:.2f}" for each in ("float32", case.small)]
    return "| " + " | ".join([case.data, name, str(seed), figure, *sizes, *times]) + " |"


if __name__ == "__main__":
    main()
