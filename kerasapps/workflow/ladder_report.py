"""What a report says of the files that were tried before one was chosen."""

from __future__ import annotations

from collections.abc import Sequence

from kerasapps.config.metric import Metric
from kerasapps.evaluation import formats
from kerasapps.evaluation.sections import Section, Table, plain_section
from kerasapps.export.artifact import Artifact, Ladder
from kerasapps.workflow.judged_files import ladder_title, ladder_verdict

_LEAD = (
    "Each form of the network was made and run by its own runtime. The smallest that keeps the "
    "limits is taken, of those within 2 % of it the fastest; it must then pass on the test split "
    "like every file that ships, or the next is taken."
)


def ladder_section(artifacts: Sequence[Artifact], *, metric: Metric) -> Section | None:
    """All rungs and what became of them; None where files were asked for by name.

    Args:
        artifacts: of the bundle.
        metric: by what files are compared.
    """
    chosen = next((each for each in artifacts if each.ladder is not None), None)
    if chosen is None or chosen.ladder is None:
        return None
    return plain_section(
        "ladder",
        link="Ladder",
        heading="Choice of the file",
        lead=f"{_LEAD} {_outcome(chosen)}",
        tables=[_table(chosen, chosen.ladder, metric)],
    )


def _outcome(chosen: Artifact) -> str:
    if not chosen.passed:
        return f"None was taken: {chosen.reason}."
    return f"Taken: {chosen.name}{f' ({chosen.note})' if chosen.note else ''}."


def _table(chosen: Artifact, ladder: Ladder, metric: Metric) -> Table:
    name = metric.name[:1].upper() + metric.name[1:]
    return Table(
        heading=ladder_title(ladder, metric),
        columns=("Rung", "Size", name, "Change", "Agreement", "ms", "Verdict", "Why"),
        rows=[
            (
                rung.name,
                formats.file_size(rung.size_bytes),
                None if rung.metric is None else formats.figure(metric.figure(rung.metric), metric),
                formats.points(rung.delta),
                formats.share(rung.agreement),
                formats.milliseconds(rung.latency_ms),
                ladder_verdict(rung, chosen),
                rung.reason or rung.note,
            )
            for rung in ladder.rungs
        ],
    )
