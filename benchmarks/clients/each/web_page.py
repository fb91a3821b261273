"""The page that `kerasapps export --target web` writes, in Chromium, given what users give it."""

from __future__ import annotations

import base64
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

import kerasapps
from benchmarks.clients import browser, elsewhere, places
from benchmarks.clients.answers import Answer, Failure, Raw, Told
from benchmarks.clients.case import Case
from benchmarks.clients.client import Answers, Client
from benchmarks.clients.each.litert_js import missing
from benchmarks.clients.reasons import no_explanation
from kerasapps.config import kinds
from kerasapps.targets.web.litert import VERSION

RUNTIME = "litert"
OWN = "own"
"""Instead of examples: those that the page has, of which it tells how many it answers as Python."""


def cannot(case: Case) -> str:
    """There are pages of all but tags."""
    if reason := no_explanation(case):
        return reason
    has_page = "web" in kinds.app_targets(case.reads, case.answers)
    return "" if has_page else "there is no page of such bundles"


def answers(cases: Sequence[Case]) -> Iterator[Answers]:
    """What each case's examples give, each asked of a page of its own."""
    with tempfile.TemporaryDirectory() as scratch:
        sites: list[Path | Failure] = []
        for number, case in enumerate(cases):
            try:
                output = Path(scratch) / f"site{number}"
                sites.append(export(case.folder, output, artifact=case.artifact))
            except kerasapps.KerasAppsError as error:
                sites.append(Failure(str(error)))
        _share_runtime([site for site in sites if isinstance(site, Path)])
        written = [(s, case) for s, case in zip(sites, cases, strict=True) if isinstance(s, Path)]
        asked = ask([site for site, _ in written], [case.examples for _, case in written])
        for site in sites:
            yield next(asked) if isinstance(site, Path) else site


def _share_runtime(sites: Sequence[Path]) -> None:
    """One copy of the runtime for all sites: it is 19 MB, the same in each."""
    for site in sites[1:]:
        shutil.rmtree(site / RUNTIME)
        (site / RUNTIME).symlink_to(sites[0] / RUNTIME)


def run(bundle: Path, examples: Sequence[Raw], *, artifact: str | None = None) -> list[Answer]:
    """What the page of a bundle answers: scores, numbers or translations.

    Args:
        bundle: the bundle.
        examples: files of pictures or sounds, texts, or rows.
        artifact: name of the file that it runs; by default the one that `load_bundle` takes.

    Raises:
        RuntimeError: if it does not answer.
    """
    with tempfile.TemporaryDirectory() as scratch:
        site = export(bundle, Path(scratch) / "site", artifact=artifact)
        (answered,) = ask([site], [examples])
    if isinstance(answered, Failure):
        raise RuntimeError(answered.reason)
    return list(answered)


def export(bundle: Path, output: Path, *, artifact: str | None = None) -> Path:
    """The page of a bundle, with the runtime that npm put here."""
    runtime = places.node_modules()
    return kerasapps.export_app(
        bundle, target="web", output=output, artifact=artifact, runtime=runtime
    ).output


def ask(sites: Sequence[Path], examples: Sequence[Sequence[Raw] | str]) -> Iterator[Any]:
    """What pages answer, each to its own examples."""
    folders = {f"site{number}": site for number, site in enumerate(sites)}
    jobs = [
        {"site": f"/{name}/", "examples": asked if asked == OWN else [*map(_told, asked)]}
        for name, asked in zip(folders, examples, strict=True)
    ]
    values = browser.answered("web_page.html", jobs, files={}, folders=folders)
    yield from elsewhere.read(values, by=[_read] * len(jobs))


def _told(raw: Raw) -> Mapping[str, Any]:
    if isinstance(raw, Path):
        return {"file": base64.b64encode(raw.read_bytes()).decode()}
    return elsewhere.told(raw)


def _read(posted: Any) -> Any:
    if isinstance(posted, Mapping):
        return posted
    return [_answer(each) for each in posted]


def _answer(told: Any) -> Answer:
    if isinstance(told, Mapping):
        return Told(tuple(told["names"]), np.array(told["scores"], np.float32))
    answer: Answer = np.array(told, np.float32) if isinstance(told, list) else told
    return answer


CLIENTS = (
    Client(
        name="the page of `--target web`, Chromium",
        version=lambda: f"LiteRT.js {VERSION}",
        missing=missing,
        cannot=cannot,
        answers=answers,
    ),
)
