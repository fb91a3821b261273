"""C22: rectangles, runs without a test split, tables of many classes.

One run with both options, and what is printed of it; sizes that cannot be; audits of many classes.
"""

from __future__ import annotations

import functools
import random
from collections.abc import Callable, Iterator
from pathlib import Path

from hostile_cases import RIGHT, Case, Ending, Verdict, judge
from hostile_workshop import Workshop

import kerasapps
from kerasapps.config import ExportConfig, ImageConfig, LoadConfig, ModelConfig, TrainConfig
from kerasapps.data.classes import class_figures

BAD_SIZES = ("96x", "x96", "96x64x3", "7x96", "96x1025", "0", "", "1e2", (96,) * 3, 96.0, True)


def cases(workshop: Workshop, draw: random.Random, variants: int) -> Iterator[Case]:
    """The run first; the rest costs nothing."""
    run = functools.cache(lambda: unproven_run(workshop, draw))
    yield Case("a rectangle without a test split", lambda: unproven(run()))
    yield Case("its own data", lambda: own_data(run(), workshop))
    yield Case("fresh data", lambda: fresh_data(run(), workshop))
    random_sizes = [f"{draw.randint(1025, 99999)}x{draw.randint(8, 1024)}" for _ in range(variants)]
    for size in (*BAD_SIZES, *random_sizes):
        yield Case(f"size {size!r}", refused_size(size))
    for _ in range(variants):
        height, width = draw.randint(8, 1024), draw.randint(8, 1024)
        yield Case(f"size {height}x{width}", accepted_size(height, width))
        classes = draw.randint(31, 2000)
        yield Case(f"{classes} classes", many_classes(classes, draw))


def unproven_run(workshop: Workshop, draw: random.Random) -> kerasapps.RecipeResult:
    """A small training."""
    return kerasapps.train_image_classifier(
        workshop.shapes,
        output_dir=workshop.fresh("unproven") / "run",
        load=LoadConfig(test_split=0),
        model=ModelConfig(model="cnn", width=0.25),
        image=ImageConfig(image_size=f"{draw.randint(16, 40)}x48", augment="none"),
        train=TrainConfig(epochs=4, learning_rate=3e-3),
        export=ExportConfig(quantization=("int8",), saved_model=False, tolerance=100),
    )


def unproven(result: kerasapps.RecipeResult) -> Verdict:
    """It must say that nothing is proven, everywhere."""
    bundle = kerasapps.load_bundle(result.bundle_dir)
    page = (result.bundle_dir / "report.html").read_text(encoding="utf-8")
    faults = {
        "headline": not result.headline.startswith("Validation accuracy"),
        "judged_on": result.judged_on != "validation",
        "manifest": bundle.manifest.data["examples"]["test"] != 0,
        "report": "unproven" not in page or "same test split" in page,
        "size": bundle.manifest.input["width"] != 48 or bundle.manifest.input["height"] == 48,
    }
    wrong = [name for name, is_wrong in faults.items() if is_wrong]
    return Verdict(Ending.WRONG, ", ".join(wrong)) if wrong else RIGHT


def own_data(result: kerasapps.RecipeResult, workshop: Workshop) -> Verdict:
    """Nothing was held out, so nothing can be judged."""
    return judge(
        lambda: kerasapps.evaluate_bundle(result.bundle_dir, workshop.shapes),
        refusal=("trained on", "other pictures"),
    )


def fresh_data(result: kerasapps.RecipeResult, workshop: Workshop) -> Verdict:
    """Other data is judged as ever."""
    from tests.shapes import write_shapes

    fresh: Path = write_shapes(workshop.fresh() / "shapes", per_class=4, first=9000)
    return judge(
        lambda: kerasapps.evaluate_bundle(result.bundle_dir, fresh).examples,
        right=lambda found: found == 12,
        refusal=None,
    )


def refused_size(size: object) -> Callable[[], Verdict]:
    """Not a size."""
    return lambda: judge(
        lambda: ImageConfig(image_size=size),  # type: ignore[arg-type]
        refusal=("image_size", "96x64"),
    )


def accepted_size(height: int, width: int) -> Callable[[], Verdict]:
    """A size, written in three ways."""
    forms = (f"{height}x{width}", f"{height}X{width}", (height, width))
    return lambda: judge(
        lambda: {ImageConfig(image_size=form).size for form in forms},  # type: ignore[arg-type]
        right=lambda found: found == {(height, width)},
        refusal=None,
    )


def many_classes(classes: int, draw: random.Random) -> Callable[[], Verdict]:
    """A table of at most 30 of them, and how many more there are."""
    counts = {f"class {number}": draw.randint(1, 999) for number in range(classes)}
    splits = {"train": counts, "validation": {}, "test": {}}
    return lambda: judge(
        lambda: class_figures(splits, noun="Texts")[0].said,
        right=lambda text: text.count("\nclass ") == 30 and f"{classes - 30:,} classes" in text,
        refusal=None,
    )
