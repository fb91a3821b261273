"""The papers of a bundle: what happened, what was measured, what to look at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from kerasapps.config import PRETRAINED
from kerasapps.config.export import ONNX
from kerasapps.config.kinds import app_targets
from kerasapps.config.own import OwnNetwork, own_title
from kerasapps.data.audit import TABLED, Audit, Finding
from kerasapps.data.splits import SPLITS
from kerasapps.deploy.formats import ONNX_SUFFIX
from kerasapps.deploy.lock import BUNDLE_FOLDER
from kerasapps.deploy.opening import PREFERENCE
from kerasapps.deploy.translator_file import ENCODE
from kerasapps.evaluation.report import Report, write_report
from kerasapps.evaluation.robustness import Robustness
from kerasapps.evaluation.sections import Table
from kerasapps.evaluation.shown_search import ShownSearch
from kerasapps.evaluation.usage import ShippedFiles, use_section
from kerasapps.export.artifact import Artifact
from kerasapps.export.bundle import BundleContent, versions
from kerasapps.process.user_code import StoredSource
from kerasapps.training import History, Runtime
from kerasapps.training.head import FEWEST_TO_JUDGE
from kerasapps.workflow.benchmarked import charts_of_files
from kerasapps.workflow.ensemble.figures import Ensemble
from kerasapps.workflow.folds.figures import CrossValidated
from kerasapps.workflow.judging import Judged, Judging
from kerasapps.workflow.ladder_report import ladder_section
from kerasapps.workflow.report_rows import history_row, reference_row, report_row
from kerasapps.workflow.result import Choice
from kerasapps.workflow.self_training.section import KEY as UNLABELLED
from kerasapps.workflow.self_training.section import told_of
from kerasapps.workflow.settings import ASKED, CHOSEN
from kerasapps.workflow.task import Task
from kerasapps.workflow.trained_contents import write_trained_contents
from kerasapps.workflow.tried import choice_section
from kerasapps.workflow.validation_role import has_thresholds, validation_role
from kerasapps.workflow.worked_examples import write_examples

ROBUSTNESS: Final = "robustness"
"""Of a bundle's figures: those under attacks and noise."""
COMMAND: Final = "command"
"""Of an environment: the command line that asks for the run."""


def describe_bundle(
    task: Task,
    judged: Judged,
    judging: Judging,
    *,
    history: History,
    settings: Mapping[str, Any],
    environment: Mapping[str, Any],
    place: Path,
    examples: bool,
    choice: Choice | None = None,
    search: ShownSearch | None = None,
    folds: CrossValidated | None = None,
    robustness: Robustness | None = None,
    ensemble: Ensemble | None = None,
) -> BundleContent:
    """Everything that a bundle says of itself; the report is drawn when the artifacts are known.

    Args:
        task: what was made.
        judged: the network as it ships, and how it did.
        judging: the data, and what its task does with it.
        history: of the training.
        settings: of the run.
        environment: see `environment_of`.
        place: where the bundle will stand, as it was given.
        examples: whether some of the data travel with it.
        choice: how the model was chosen, if it was.
        search: what the report shows of the search before it.
        folds: the cross-validation before it.
        robustness: how what ships did under attacks and noise, where that was measured.
        ensemble: what networks it is the mean of, or learnt from.
    """
    splits, answering = judging.splits, judging.answering(judged)
    measures = has_thresholds(answering)
    apps = app_targets(judging.preprocessing["kind"], answering["kind"])

    def write_documents(folder: Path, artifacts: Sequence[Artifact]) -> None:
        judging.write_files(judged, folder)
        judging.write_models(judged, folder)
        write_trained_contents(splits, folder)
        history.write_csv(folder / "history.csv")
        metric = judging.answer.metric
        said = judging.report(judged)
        shown = {name: value for name, value in environment.items() if name != COMMAND}
        if examples:
            told = write_examples(task, judged, judging, artifacts, folder, settings=settings)
            shown |= {"examples in the bundle": told} if told else {}
        report = Report(
            title=settings["run"],
            task=task.name.replace("_", " "),
            answer=judging.answer,
            task_report=said,
            history=[history_row(row, judging.answer) for row in history.rows],
            settings=_groups(settings),
            artifacts=[
                reference_row(judged, metric=metric),
                *(report_row(each, metric=metric) for each in artifacts),
            ],
            charts=charts_of_files(artifacts, metric=metric, reference=judged.metric),
            environment=shown,
            command=environment.get(COMMAND, ""),
            choice=choice_section(choice, judging.answer),
            ladder=ladder_section(artifacts, metric=metric),
            use=use_section(said.usage, shipped_files(place, artifacts, apps=apps)),
            search=search,
            folds=None if folds is None else folds.section(),
            robustness=None
            if robustness is None
            else robustness.section(judging.answer, judged_on=splits.judged_on, noun=task.noun),
            ensemble=None if ensemble is None else ensemble.section(),
            judged_on=splits.judged_on,
            validation=validation_role(
                history,
                chose_model=choice is not None and bool(choice.tried),
                searched=search is not None,
                pooled=splits.judged_on == "test"
                and len(splits.validation) < FEWEST_TO_JUDGE
                and not measures,
                chose_thresholds=measures,
                chose_file=any(each.ladder is not None for each in artifacts),
                apart=ensemble is not None and ensemble.kept_apart,
            ),
        )
        write_report(folder / "report.html", report=report)

    counts, unlabelled = {name: len(getattr(splits, name)) for name in SPLITS}, told_of(splits)
    counts["train"] -= 0 if splits.pseudo is None else splits.pseudo.count
    if splits.judged_on != "test":
        counts["test"] = 0
    return BundleContent(
        task=task.name,
        labels=splits.labels,
        input=judging.spec,
        preprocessing=judging.preprocessing,
        answer=answering,
        metrics=all_figures(judged, robustness),
        data={
            "source": settings["data"],
            "fingerprint": splits.fingerprint,
            "examples": counts,
            **({} if unlabelled is None else {UNLABELLED: unlabelled}),
        },
        settings=settings,
        history=history.as_dict(),
        environment=environment,
        model=judged.network,
        write_documents=write_documents,
        folds=None if folds is None else folds.to_dict(),
        ensemble=None if ensemble is None else ensemble.to_dict(),
    )


def all_figures(judged: Judged, robustness: Robustness | None) -> dict[str, Any]:
    """A task's figures, with those under attacks and noise, where there are such."""
    figures = judged.figures.to_dict()
    return figures if robustness is None else {**figures, ROBUSTNESS: robustness.to_dict()}


def environment_of(runtime: Runtime, *, model: str, command: str = "") -> dict[str, Any]:
    """Versions, how the model was trained, and the weights that it began with, if it has such.

    Args:
        runtime: of the training.
        model: the architecture's name.
        command: the command line that asks for the run; "" leaves it out.
    """
    known = PRETRAINED.get(model)
    weights: dict[str, Any] = {} if known is None else {"pretrained": known.notice}
    if isinstance(model, OwnNetwork):
        weights = {"network": f"the user's own: {own_title(model)}{_origin(model)}"}
    asked = {COMMAND: command} if command else {}
    return versions() | {"training": str(runtime)} | weights | asked


def shipped_files(
    place: Path, artifacts: Sequence[Artifact], *, apps: tuple[str, ...] = ()
) -> ShippedFiles:
    """What of a bundle is used: the files that passed.

    Args:
        place: the bundle.
        artifacts: all that were judged.
        apps: the kinds of app there are around such a bundle.
    """
    passed = {each.name: each for each in artifacts if each.passed and each.path is not None}
    name = next((name for name in PREFERENCE if name in passed), "")
    return ShippedFiles(
        run=place.parent if place.name == BUNDLE_FOLDER else place,
        bundle=place,
        artifact=name,
        scores=passed[name].scores if name else None,
        saved_model="saved_model" in passed,
        onnx=_first_file(place, passed[ONNX].path) if ONNX in passed else None,
        apps=apps,
    )


def _first_file(place: Path, path: Path | None) -> Path | None:
    """Where an ONNX file will stand; of a translator the one that reads."""
    if path is None:
        return None
    return place / path if path.suffix else place / path / f"{ENCODE}{ONNX_SUFFIX}"


def _origin(own: OwnNetwork) -> str:
    """The file that it came from, where there is one."""
    file = own.source.path if isinstance(own.source, StoredSource) else ""
    return f" of {file}" if file else ""


def audit_tables(audit: Audit, *, more: Iterable[Table] = ()) -> list[Table]:
    """The tables of an audit and what it said; those with nothing in them are left out.

    Args:
        audit: of data of any kind.
        more: what a task adds to the figures.
    """
    tables = (
        *map(_table, audit.figures),
        *more,
        *map(_table, audit.findings),
        _table(_told("Read as", (*audit.guesses, *audit.notes))),
        _table(_told("Warnings", audit.warnings)),
    )
    return [table for table in tables if table.heading and table.rows]


def _table(finding: Finding) -> Table:
    """A finding as a table; of items with the number of all in its heading."""
    heading, note, items = finding.heading, finding.note, finding.items
    if items is not None:
        heading = heading and f"{heading} ({items.total})"
        note += f" The first {TABLED} of {items.total} are listed." * (items.total > TABLED)
    return Table(heading=heading, rows=finding.rows, columns=finding.columns, note=note)


def _told(heading: str, lines: tuple[str, ...]) -> Finding:
    rows = tuple((line,) for line in lines[:TABLED])
    return Finding(key=heading, value=lines, heading=heading, rows=rows)


def _groups(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings with the plain values first, as a group of their own.

    What was asked for before the rest was found stands in the manifest alone; the choice of the
    model has a section of its own.
    """
    shown = {name: value for name, value in settings.items() if name not in (ASKED, CHOSEN)}
    plain = {name: value for name, value in shown.items() if not isinstance(value, Mapping)}
    return {"run": plain} | {n: v for n, v in shown.items() if isinstance(v, Mapping)}
