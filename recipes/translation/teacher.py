"""A teacher's translations of the training sources, in place of those of the data."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np

from kerasapps.config.teachers import TEACHER
from kerasapps.data.pairs.examples import PairSplits
from kerasapps.data.pairs.languages import is_language
from kerasapps.decoding.compiled import Decoder
from kerasapps.deploy.manifest import KERAS_FILE, Manifest
from kerasapps.deploy.translator import bundle_tokenizer
from kerasapps.errors import ConfigError
from kerasapps.preprocess.text import add_texts
from kerasapps.recipes.translation.metrics import bleu
from kerasapps.recipes.translation.pairs import translations_of
from kerasapps.recipes.translation.task import TASK
from kerasapps.terminal.doing import Progress, doing, time_left
from kerasapps.terminal.streams import tell
from kerasapps.training.distillation import OtherTargets
from kerasapps.workflow.asked_teacher import FOLDER, tell_teacher
from kerasapps.workflow.cache import Cache
from kerasapps.workflow.compress import compress_of
from kerasapps.workflow.extension import finished_network
from kerasapps.workflow.steps import Options
from kerasapps.workflow.teacher import teacher_of

MEANINGLESS = 1.0  # BLEU
_JUDGED = 200  # sentences, or all of fewer, after which a teacher of something else is found out
_BLOCK = 256  # sentences, sorted by length and translated 64 at once
_KEPT_EVERY = 5.0  # seconds
_TOLD_EVERY = 120.0  # seconds


def taught_splits(
    splits: PairSplits, options: Options, cache: Cache
) -> tuple[PairSplits, OtherTargets | None]:
    """The pairs to train on, where a teacher was asked for with its translations as targets.

    What a teacher writes is easier to learn than what people wrote: it says the same in the same
    words. Validation and test keep the targets of the data.

    Args:
        splits: the pairs.
        options: `compress` is read, and the seed of `train`.
        cache: keeps the translations, so that a run that goes on makes none of them again.

    Raises:
        ConfigError: if the teacher translates other languages, or something else.
        BundleError: if it cannot be loaded.

    Reference: Kim and Rush 2016, "Sequence-Level Knowledge Distillation", section 3.2.
    """
    config = compress_of(options)
    if config.taught_by is None:
        return splits, None
    manifest = teacher_of(config.taught_by)
    _check_languages(manifest, splits, config.taught_by)
    tell_teacher(TASK, manifest, splits)
    train = splits.train
    found = _translations(manifest, splits, config.taught_by, cache)
    share = 1.0 if config.distill_weight is None else config.distill_weight
    # Drawn once: each pair has the same target in all epochs, also of a run that goes on.
    drawn = np.random.default_rng(options["train"].seed).random(len(train)) < share
    targets = [
        found[source] if is_taught and found[source] else target
        for source, target, is_taught in zip(train.sources, train.targets, drawn, strict=True)
    ]
    taught = dataclasses.replace(train, targets=targets)
    return dataclasses.replace(splits, train=taught), OtherTargets(manifest.files[KERAS_FILE])


def _check_languages(manifest: Manifest, splits: PairSplits, teacher: str) -> None:
    for side in ("source", "target"):
        name = f"{side}_language"
        theirs, ours = manifest.input.get(name), splits.audit[name]
        if theirs and ours and not (is_language(theirs, ours) or is_language(ours, theirs)):
            way = "from" if side == "source" else "to"
            raise ConfigError(
                f"{TEACHER} {teacher} translates {way} {theirs!r}, and these data {way} {ours!r}: "
                "a teacher of the same languages and the same direction is needed."
            )


def _translations(
    manifest: Manifest, splits: PairSplits, teacher: str, cache: Cache
) -> dict[str, str]:
    """Each source of the training split → its best translation by the teacher's beam search."""
    sources = [*dict.fromkeys(splits.train.sources)]
    references = dict(zip(splits.train.sources, splits.train.targets, strict=True))
    language = manifest.input.get("target_language")

    def judged(found: Sequence[str]) -> float:
        known = [references[source] for source in sources[: len(found)]]
        return bleu(found, known, language=language)

    def check(found: Sequence[str]) -> None:
        _refuse_nonsense(judged(found), teacher)

    digest = hashlib.sha256(manifest.sha256.encode())
    add_texts(digest, sources)
    key = digest.hexdigest()[:16]
    with cache.place(FOLDER, key) as folder, KeptTexts(folder / f"{key}.jsonl") as kept:
        found = _completed(manifest, sources, kept, check)
    empty = sum(not each for each in found)
    tell(
        f"Beside the translations of the data those of the teacher have a BLEU of "
        f"{judged(found):.2f}; {empty:,} of {len(found):,} are empty, and those of the data stay"
    )
    return dict(zip(sources, found, strict=True))


def _completed(
    manifest: Manifest,
    sources: Sequence[str],
    kept: KeptTexts,
    check: Callable[[Sequence[str]], None],
) -> list[str]:
    """The translations that are kept, and those that were missing, which are kept from now on.

    Args:
        manifest: of the teacher.
        sources: all of them.
        kept: translations of the first ones.
        check: refuses the first translations, if they make no sense.
    """
    found, missing = [*kept.texts], sources[len(kept.texts) :]
    enough = min(_JUDGED, len(sources))
    is_checked, began = len(found) >= enough, time.monotonic()
    if is_checked:
        check(found)
    told = began
    with doing(f"The teacher translates {len(missing):,} sentences", lasting=bool(missing)):
        progress = Progress("sentences", len(missing))
        for part in _translated(manifest, missing):
            found += part
            kept.add(part)
            done = len(found) - len(kept.texts)
            progress(done)
            if not is_checked and len(found) >= enough:
                check(found)
                is_checked = True
            if done < len(missing) and time.monotonic() - told > _TOLD_EVERY:  # for a log
                told = time.monotonic()
                rest = time_left(told - began, done / len(missing))
                tell(f"{done:,} of {len(missing):,} sentences are translated{rest}")
    return found


def _translated(manifest: Manifest, sources: Sequence[str]) -> Iterator[list[str]]:
    """The best translations of the teacher's beam search, block by block, in their order.

    The network translates many sentences at once, by all cores: a sentence takes half the time
    that the float32 file takes for it alone.
    """
    if not sources:
        return
    tokenizer, options = bundle_tokenizer(manifest), manifest.settings[TASK.section]
    decoder = Decoder(
        finished_network(manifest),
        beam=int(options["beam"]),
        length_penalty=float(options["length_penalty"]),
    )
    for start in range(0, len(sources), _BLOCK):
        rows = [tokenizer.encode_source(each) for each in sources[start : start + _BLOCK]]
        yield [*translations_of(decoder, tokenizer, rows)]


def _refuse_nonsense(figure: float, teacher: str) -> None:
    if figure < MEANINGLESS:
        raise ConfigError(
            f"{TEACHER} {teacher} does not translate these sentences: beside the translations of "
            f"the data its own have a BLEU of {figure:.2f}. Was it trained on the same languages, "
            "and in the same direction?"
        )


class KeptTexts:
    """Texts in a file that grows, of which a kill loses a moment's; a context manager.

    Each is a line of JSON. A last line that was cut is taken away, and written again.

    Args:
        file: of them; it is made if missing.

    Attributes:
        texts: those that were there.
    """

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._stream: BinaryIO = file.open("a+b")
        self._stream.seek(0)
        whole, end, _ = self._stream.read().rpartition(b"\n")
        self.texts: list[str] = [json.loads(line) for line in whole.split(b"\n") if end]
        self._stream.truncate(len(whole) + len(end))
        self._synced = time.monotonic()

    def __enter__(self) -> KeptTexts:
        return self

    def __exit__(self, *_: object) -> None:
        self._sync()
        self._stream.close()

    def add(self, texts: Sequence[str]) -> None:
        """Writes some more behind those that are there."""
        self._stream.write("".join(json.dumps(text) + "\n" for text in texts).encode())
        if time.monotonic() - self._synced > _KEPT_EVERY:
            self._sync()

    def _sync(self) -> None:
        self._stream.flush()
        os.fsync(self._stream.fileno())
        self._synced = time.monotonic()
