"""How `predict` asks of sounds: what files are answered with, or what is heard in a stream."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from kerasapps.config.checks import check_options, config_with, option
from kerasapps.data.sounds.columns import SOUND_NAMES, sound_choice, sound_column
from kerasapps.data.sounds.config import AudioConfig
from kerasapps.data.sounds.folder import SOUNDS
from kerasapps.data.sources.columns import Wanted
from kerasapps.data.sources.sound_formats import is_sound_file
from kerasapps.errors import ConfigError
from kerasapps.outputs.classes.predicting import TopLabelsConfig, label_answers
from kerasapps.recipes.answering import AnyBundle, show_answers
from kerasapps.recipes.audio_classification.bundle import SoundBundle
from kerasapps.workflow.answers import Answers
from kerasapps.workflow.bulk.files import FileKind, feed_of_files
from kerasapps.workflow.bulk.named_files import file_kind
from kerasapps.workflow.input_files import gather_files

if TYPE_CHECKING:
    from kerasapps.recipes.audio_classification.bundle import Heard, SoundPrediction


_SHOWN = 100  # parts of a long file


@dataclass(frozen=True, kw_only=True)
class SoundPredictConfig(TopLabelsConfig):
    """What `predict` asks a classifier of sounds for."""

    stream: bool = option(
        False,
        "sounds: what is heard in the file, and when, in place of one label for it",
        asks=("predict",),
        of_files=True,
    )
    threshold: float | None = option(
        None,
        "with --stream: the score from which on something is heard (default: the bundle's)",
        low=0,
        high=1,
        asks=("predict",),
        of_files=True,
    )

    def __post_init__(self) -> None:
        check_options(self)


def sound_answers(bundle: AnyBundle, options: Mapping[str, Any]) -> Answers:
    """How sounds are answered; `options` are those of `predict` that were given.

    Raises:
        ConfigError: for an option that is of no use beside another, or to what is answered.
    """
    shown = _sound_answers(bundle, options)
    stream = partial(feed_of_files, files=sound_files(options.get("sound_column")))
    return dataclasses.replace(shown, stream=stream, in_lists=True)


def sound_files(named: str | None) -> FileKind:
    """Sounds; `named` is the user's `sound_column`."""
    return file_kind(
        "sound",
        SOUNDS,
        Wanted("sound", "sound_column", named, SOUND_NAMES),
        is_header=sound_choice(AudioConfig(), are_files=lambda _: False).is_header,
        column_of=sound_column,
    )


def _sound_answers(bundle: AnyBundle, options: Mapping[str, Any]) -> Answers:
    config = config_with(SoundPredictConfig, options)
    gather = partial(gather_files, noun="sound", is_one=is_sound_file)
    if not isinstance(bundle, SoundBundle):
        if config.stream or config.threshold is not None:
            raise ConfigError(
                f"--stream and --threshold are of classes; {bundle.manifest.folder} answers with "
                f"{bundle.manifest.answer['kind']}: leave them out."
            )
        return show_answers(bundle, kind="sound", gather=gather, options=options)
    if not config.stream:
        if config.threshold is not None:
            raise ConfigError("--threshold is for --stream: give both, or leave it out.")
        labels = label_answers(bundle, kind="sound", gather=gather, options=options)
        return dataclasses.replace(
            labels, lines=lambda value, found: [*labels.lines(value, found), *_windows(found)]
        )
    if "top_k" in options:
        raise ConfigError("--stream gives what is heard, one label each: leave --top-k out.")
    return Answers(
        kind="sound",
        gather=gather,
        find=lambda value: bundle.listen(value, threshold=config.threshold),
        lines=lambda value, heard: [f"{value}: {_count(heard)}", *map(_line, heard.detections)],
        values=asdict,
        columns=("label", "score", "start", "end"),
        cells=lambda heard: [
            cell for each in heard.detections for cell in (each.label, *map(_plain, _numbers(each)))
        ],
    )


def _windows(found: SoundPrediction) -> list[str]:
    """The parts of a long file, a line each; of hours the first."""
    lines = [
        f"{each.start:.2f} to {each.end:.2f} s: {each.label} {each.score:.1%}"
        for each in found.windows[:_SHOWN]
    ]
    more = len(found.windows) - len(lines)
    if more:
        lines.append(f"… {more:,} more (--json has all, and --stream says what is heard when)")
    return lines


def _count(heard: Heard) -> str:
    return "nothing heard" if not heard.detections else f"{len(heard.detections)} heard"


def _line(each: Any) -> str:
    return f"{each.start:.2f} to {each.end:.2f} s: {each.label} {each.score:.1%}"


def _numbers(each: Any) -> tuple[float, float, float]:
    return each.score, each.start, each.end


def _plain(number: float) -> str:
    return f"{number:.6g}"
