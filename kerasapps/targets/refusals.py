"""What is said of a bundle of which there is no app, and what there is instead."""

from __future__ import annotations

from typing import Final

from kerasapps.config import kinds
from kerasapps.errors import BundleError
from kerasapps.targets.app import App

_READS: Final = {
    kinds.PICTURE: "pictures",
    kinds.WORDS: "texts",
    kinds.WORDPIECES: "texts",
    kinds.SENTENCEPIECE: "texts",
    kinds.TOKENS: "texts",
    kinds.PIECES: "texts",
    kinds.ROWS: "rows of a table",
    kinds.SOUND: "sounds",
    kinds.ARRAYS: "arrays",
}
_ANSWERS: Final = {
    kinds.CLASSES: "one label",
    kinds.LABELS: "a set of labels",
    kinds.NUMBER: "a number",
    kinds.NUMBERS: "an array of numbers",
    kinds.TRANSLATION: "a translation",
    kinds.TAGS: "entities",
    kinds.SEVERAL: "several answers",
}


def no_phone_app(app: App) -> BundleError:
    """The error of a bundle of which there is no app for phones."""
    pairs = dict.fromkeys(_told(*pair) for pair in kinds.PHONE_APPS)
    return BundleError(
        f"{_of_bundle(app)} There is no app for phones of such a bundle; there are of "
        f"{_listed(list(pairs))}. {_instead(app)}"
    )


def no_page(app: App) -> BundleError:
    """The error of a bundle of which there is no page for browsers."""
    return BundleError(f"{_of_bundle(app)} There is no page of such a bundle. {_instead(app)}")


def _of_bundle(app: App) -> str:
    return f"{app.manifest.folder} answers {_told(*_kinds(app))}."


def _instead(app: App) -> str:
    if "web" in kinds.app_targets(*_kinds(app)):
        return "--target web writes a page that runs this very bundle in a browser, on a phone too."
    return (
        f"kerasapps serve has a page for it. A program of your own runs {app.model.name}: "
        "bundle.json says under `preprocessing` and `answer` what goes in and what comes out."
    )


def _kinds(app: App) -> tuple[str, str]:
    return str(app.preprocessing["kind"]), str(app.answer["kind"])


def _told(reads: str, answers: str) -> str:
    # What a newer version reads or answers has no words here yet.
    return f"{_READS.get(reads, reads)} with {_ANSWERS.get(answers, answers)}"


def _listed(parts: list[str]) -> str:
    *some, last = parts
    return f"{', '.join(some)} and {last}"
