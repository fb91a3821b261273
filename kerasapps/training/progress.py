"""What a training tells while it runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from kerasapps.config.metric import Answer, Metric, short
from kerasapps.terminal.console import SafeConsole
from kerasapps.terminal.doing import duration
from kerasapps.terminal.streams import wrapped
from kerasapps.training.history import EpochRow, History
from kerasapps.wording.counted import counted

_BAR = 40  # characters of the bar, where there is room
_LEAST_BAR = 10
_ROOMY = 120  # characters of a line that has room for everything
_CLOCK = 8  # characters, with the space before it


@dataclass(frozen=True)
class Course:
    """What a training is going to do.

    Attributes:
        epochs: in all phases together; None while time or validation decides.
        steps_per_epoch: batches in an epoch.
        done: epochs that an earlier run has done.
        over: whether these were all.
        step: steps of the next epoch that it has done.

    Examples:
        >>> kerasapps.training.Course(epochs=5, steps_per_epoch=40, done=2).done
        2
    """

    epochs: int | None
    steps_per_epoch: int
    done: int
    over: bool = False
    step: int = 0


@dataclass(frozen=True)
class Moment:
    """A look at a training under way.

    Attributes:
        epoch: number of the current epoch, from 1.
        phase: name of the current phase.
        step: steps done in this epoch.
        seconds: time since this epoch began.
        loss: mean training loss of this epoch so far.
        figure: of this epoch's training so far.
        share: share of the whole training that is done, 0 to 1.
        remaining: seconds left, or None when not known yet.

    Examples:
        >>> moment = kerasapps.training.Moment(
        ...     epoch=1, phase="train", step=20, seconds=3.0, loss=0.7, figure=0.6,
        ...     share=0.5, remaining=3.0,
        ... )
        >>> moment.share
        0.5
    """

    epoch: int
    phase: str
    step: int
    seconds: float
    loss: float
    figure: float
    share: float
    remaining: float | None


class Reporter(Protocol):
    """Hears what a training does; `update` comes about twice a second.

    Examples:
        >>> class Counting(kerasapps.training.QuietReporter):
        ...     seen = 0
        ...     def epoch(self, row, *, best):
        ...         self.seen += 1
        >>> Counting().seen
        0
    """

    def begin(self, course: Course) -> None:
        """Training begins or goes on."""

    def update(self, moment: Moment) -> None:
        """Training is under way."""

    def epoch(self, row: EpochRow, *, best: bool) -> None:
        """An epoch is over, and is the best so far or not."""

    def end(self, history: History) -> None:
        """Training is over."""


class TerminalReporter:
    """A line for each epoch and one at the end; on a terminal also a live line in between.

    Args:
        answer: says what an epoch's figures are.
        console: where to write; standard error by default.

    Examples:
        >>> from kerasapps.config.metric import Answer, Metric
        >>> right = Metric(name="share right", key="right", quality="right")
        >>> reporter = kerasapps.training.TerminalReporter(
        ...     Answer(metric=right, fitted=right, judged=right)
        ... )
    """

    def __init__(self, answer: Answer, *, console: Console | None = None) -> None:
        self._answer = answer
        self._console = console or SafeConsole(stderr=True)
        self._bar: Progress | None = None
        self._task: TaskID | None = None
        self._course = Course(None, 1, 0)

    def begin(self, course: Course) -> None:
        """Open the live line where there is a terminal."""
        self._course = course
        if (course.done or course.step) and not course.over:
            place = f"epoch {course.done}"
            if course.step:
                place = f"step {course.step} of {course.steps_per_epoch} of epoch {course.done + 1}"
            self._console.print(f"Going on after {place}.", highlight=False, soft_wrap=True)
        if self._console.is_terminal:
            columns = (
                TextColumn("{task.description}"),
                BarColumn(bar_width=_BAR if self._console.width >= _ROOMY else _LEAST_BAR),
                TimeElapsedColumn(),
                TextColumn("{task.fields[detail]}"),
            )
            self._bar = Progress(*columns, console=self._console, transient=True)
            self._task = self._bar.add_task("training", total=1.0, detail="starting")
            self._bar.start()

    def update(self, moment: Moment) -> None:
        """Redraw the live line."""
        if self._bar is None or self._task is None:
            return
        rate = moment.step / moment.seconds if moment.seconds else 0.0
        description = f"{moment.phase}, epoch {self._of_total(moment.epoch)}"
        left = "" if moment.remaining is None else f"{duration(moment.remaining)} left"
        detail = [
            (f"step {moment.step}/{self._course.steps_per_epoch}", 3),
            (f"{rate:.1f} steps/s", 4),
            (left, 0),
            (f"loss {moment.loss:.4f}", 2),
            (self._figure(moment.figure), 1),
        ]
        room = self._console.width - len(description) - _LEAST_BAR - _CLOCK - 2
        self._bar.update(
            self._task,
            completed=moment.share,
            description=description,
            detail=_joined(detail, ", ", room if self._console.width < _ROOMY else None),
        )

    def epoch(self, row: EpochRow, *, best: bool) -> None:
        """Print the epoch's line."""
        figures = f"{self._figure(row.val_figure)}{self._judged(row)}{_own_metrics(row)}"
        room = self._console.width if self._console.is_terminal else None
        line = self._line(row, f"loss {row.val_loss:.4f}, {figures}", best, room)
        if figures not in line:  # of the two the loss says less
            line = self._line(row, figures, best, room)
        self._console.print(line, highlight=False, soft_wrap=True)

    def _line(self, row: EpochRow, validation: str, best: bool, room: int | None) -> str:
        """The epoch's line, with what is said of the validation split."""
        pieces = [
            (f"epoch {self._of_total(row.epoch)}", 0),
            (row.phase, 6),
            (duration(row.seconds), 4),
            (f"rate {row.learning_rate:.2g}", 7),
            (f"loss {row.loss:.4f}", 3),
            (self._figure(row.figure), 5),
            (f"validation {validation}", 1),
            ("best" if best else "", 0),
        ]
        return _joined(pieces, "  ", room)

    def end(self, history: History) -> None:
        """Close the live line and print the summary."""
        self.close()
        best, count = history.best, len(history.rows)
        over = self._course.over
        if history.is_solved:
            before = "before, " if over else ""
            text = f"Solved the head {before}in {duration(history.seconds)}: validation "
        else:
            before = "before: " if over else ""
            text = (
                f"Trained {before}{counted(count, 'epoch')} in {duration(history.seconds)} "
                f"(stopped by: {history.stopped}). Best: epoch {best.epoch}, validation "
            )
        text += (
            f"{self._figure(best.val_figure)}, loss {best.val_loss:.4f}{self._judged(best)}"
            f"{_own_metrics(best)}."
        )
        width = self._console.width if self._console.is_terminal else None
        self._console.print(wrapped(text, width), highlight=False, soft_wrap=True)

    def close(self) -> None:
        """Take the live line away, also where a training did not come to its end."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def _figure(self, figure: float) -> str:
        return _told(self._answer.fitted, figure)

    def _judged(self, row: EpochRow) -> str:
        """The judge's figure, where there is one."""
        if row.val_metric is None:
            return ""
        return f", {_told(self._answer.judged, row.val_metric)}"

    def _of_total(self, epoch: int) -> str:
        return str(epoch) if self._course.epochs is None else f"{epoch}/{self._course.epochs}"


def _own_metrics(row: EpochRow) -> str:
    """What the user's metrics say of the validation split."""
    names = [name for name in row.metrics if name.startswith("val_")]
    return "".join(f", {name[4:]} {_short(row.metrics[name])}" for name in names)


def _short(figure: float | None) -> str:
    return "–" if figure is None else short(figure)


def _joined(pieces: Sequence[tuple[str, int]], between: str, room: int | None) -> str:
    """The pieces in one line; those of the highest numbers are left out until there is room.

    Args:
        pieces: text and number; an empty text is left out.
        between: two of them.
        room: characters of the line; None: as many as it takes.
    """
    kept = [piece for piece in pieces if piece[0]]
    line = between.join(text for text, _ in kept)
    while room is not None and len(line) > room and max(number for _, number in kept):
        kept.remove(max(kept, key=lambda piece: piece[1]))
        line = between.join(text for text, _ in kept)
    return line


def _told(metric: Metric, figure: float) -> str:
    """A figure as short as a line has room for: `accuracy 97.81%`, `BLEU 31.26`, `RMSE 0.6461`."""
    if metric.in_per_cent:
        return f"{metric.name} {metric.text(figure).replace(' %', '%')}"
    return f"{metric.name} {short(figure)}{metric.unit}"
