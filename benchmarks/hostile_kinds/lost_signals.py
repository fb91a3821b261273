"""A9: signals that the tokenizer drops.

Texts of random words whose label only a sign, an ending or a case tells; and pairs of texts that
nothing else tells apart.
"""

from __future__ import annotations

import contextlib
import io
import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from hostile_cases import RIGHT, Case, Ending, Verdict
from hostile_workshop import Workshop

import kerasapps
from kerasapps.config import ExportConfig, LoadConfig, ModelConfig, TextConfig, TrainConfig
from kerasapps.recipes.text_classification.tokens import choose_tokenizer
from kerasapps.workflow.cache import Cache
from tests.data.loading import audit_texts, load_texts

KNOWN = (("😀", "😡"), (":)", ":("), ("I code C#", "I code C"), ("!", "?"), ("OK", "ok"))
SIGNS = "😀😡👍👎🎉💩♥☠→←↑↓★☆✓✗+-*/=<>€$£#@%&~^|!?;:…§°±×÷"
WORDS = tuple(f"{a}{b}" for a in ("lo", "mi", "ta", "ve", "ku") for b in ("ra", "ne", "si", "do"))


def cases(workshop: Workshop, draw: random.Random, variants: int) -> Iterator[Case]:
    """The known signals and random ones: chosen for, warned of, audited; one is trained."""
    drawn = [tuple(draw.sample(SIGNS, draw.randint(2, 4))) for _ in range(variants)]
    drawn += [tuple("".join(draw.sample(SIGNS, 3)) for _ in range(2)) for _ in range(variants)]
    for signs in (*KNOWN, *drawn):
        texts, labels = marked(signs, draw)
        yield Case(f"chosen for {signs}", chosen(workshop, texts, labels, signs))
        yield Case(f"warned of {signs}", warned(workshop, texts, labels))
        yield Case(f"audited {signs}", audited(workshop, texts, signs))
    yield Case("words alone", quiet(workshop, *marked(("good :)", "bad :("), draw)))
    yield Case("trained on emoji", trained(workshop, *marked(("😀", "😡"), draw)))


def marked(signs: Sequence[str], draw: random.Random) -> tuple[list[str], list[str]]:
    """300 texts of random words with the sign of their label."""
    places = [draw.randrange(len(signs)) for _ in range(300)]
    texts = [" ".join([*draw.choices(WORDS, k=8), signs[place]]) for place in places]
    return texts, [f"class {place}" for place in places]


def take(workshop: Workshop, data: Any, **options: Any) -> tuple[Any, str]:
    """The tokenizer that a run takes, and what it says of it."""
    folder, text, said = workshop.fresh(), TextConfig(**options), io.StringIO()
    splits = load_texts(data, config=LoadConfig(), text=text, seed=0, work_dir=folder / "texts")
    with contextlib.redirect_stderr(said):
        tokenizer = choose_tokenizer(
            text, ModelConfig(model="bag_of_ngrams"), splits, Cache(folder)
        )
    return tokenizer, said.getvalue()


def chosen(
    workshop: Workshop, texts: list[str], labels: list[str], signs: Sequence[str]
) -> Callable[[], Verdict]:
    """The tokenizer must tell the signs apart, and why it was taken must be said."""

    def run() -> Verdict:
        tokenizer, said = take(workshop, (texts, labels))
        seen = {tuple(tokenizer.encode_ids(sign)) for sign in signs}
        if len(seen) < len(signs):
            return Verdict(Ending.WRONG, f"{tokenizer.spec} makes {signs} one")
        return RIGHT if "tell" in said else Verdict(Ending.WRONG, f"said {said!r}")

    return run


def warned(workshop: Workshop, texts: list[str], labels: list[str]) -> Callable[[], Verdict]:
    """With the tokenizer that drops it, the signal must be named."""

    def run() -> Verdict:
        _, said = take(workshop, (texts, labels), tokenizer="regex", lowercase=True)
        return RIGHT if "Warning" in said else Verdict(Ending.WRONG, f"said {said!r}")

    return run


def audited(workshop: Workshop, texts: list[str], signs: Sequence[str]) -> Callable[[], Verdict]:
    """Two texts that only the signs tell apart are no conflict; the same text twice is one."""

    def run() -> Verdict:
        pair = [f"one text {signs[0]}", f"one text {signs[1]}"]
        found = [conflicts(workshop, texts, pair), conflicts(workshop, texts, pair[:1] * 2)]
        return RIGHT if found == [0, 1] else Verdict(Ending.WRONG, f"conflicts: {found}")

    return run


def conflicts(workshop: Workshop, texts: list[str], pair: list[str]) -> int:
    """Conflicts of texts of one label each and two of different labels."""
    labels = [f"class {number % 2}" for number in range(len(texts))]
    data = ([*dict.fromkeys(texts), *pair], [*labels[: len(set(texts))], "class 0", "class 1"])
    audit = audit_texts(
        data, config=LoadConfig(), text=TextConfig(), seed=0, work_dir=workshop.fresh()
    )
    return audit["conflicts"].total


def quiet(workshop: Workshop, texts: list[str], labels: list[str]) -> Callable[[], Verdict]:
    """Where words tell labels apart, nothing needs to be said."""

    def run() -> Verdict:
        tokenizer, said = take(workshop, (texts, labels))
        fine = tokenizer.spec.kind == "regex" and not said
        return RIGHT if fine else Verdict(Ending.WRONG, f"{tokenizer.spec.kind}: {said!r}")

    return run


def trained(workshop: Workshop, texts: list[str], labels: list[str]) -> Callable[[], Verdict]:
    """The whole recipe must reach what the signs allow."""

    def run() -> Verdict:
        folder: Path = workshop.fresh("emoji")
        result = kerasapps.train_sentiment_classifier(
            (texts, labels),
            output_dir=folder / "run",
            train=TrainConfig(epochs=12),
            export=ExportConfig(quantization=("dynamic",), saved_model=False),
        )
        accuracy = result.metrics["accuracy"]
        return RIGHT if accuracy > 0.97 else Verdict(Ending.WRONG, f"accuracy {accuracy:.2f}")

    return run
