"""A bundle as a server sees it: what it reads, what may be asked of it, how it answers."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from kerasapps.config.checks import field_types
from kerasapps.deploy.opening import LoadedBundle
from kerasapps.deploy.own_bundle import ARRAYS, OWN, PICTURES, TEXTS, ValueBundle
from kerasapps.deploy.runner import Bundle
from kerasapps.deploy.translator import TranslationBundle
from kerasapps.errors import ConfigError, DataError
from kerasapps.outputs.classes.predicting import TopLabelsConfig, label_answers
from kerasapps.outputs.labels.bundle import LabelBundle
from kerasapps.outputs.several.bundle import SeveralBundle
from kerasapps.outputs.tags.bundle import TagBundle
from kerasapps.serve.kinds import ARRAY, PICTURE, ROW, SOUND, TEXT, Kind
from kerasapps.serve.refusal import invalid
from kerasapps.workflow.inputs import Inputs
from kerasapps.workflow.task import Task

_KINDS = {"file": PICTURE, "sound": SOUND, "text": TEXT, "row": ROW}
_OWN_KINDS = {PICTURES: PICTURE, TEXTS: TEXT, ARRAYS: ARRAY}
_OF_CLASSES = frozenset(each.name for each in dataclasses.fields(TopLabelsConfig))

Options = Mapping[str, Any]


@dataclass(frozen=True)
class Answering:
    """How one request is answered.

    Attributes:
        find: the value of an input → its answer.
        values: an answer for JSON.
    """

    find: Callable[[Any], Any]
    values: Callable[[Any], Mapping[str, Any]]


@dataclass(frozen=True)
class Option:
    """What may be asked for beside the input.

    Attributes:
        name: of it.
        kind: type of its value.
        help: what it is.
    """

    name: str
    kind: type
    help: str

    @property
    def schema(self) -> dict[str, Any]:
        """As JSON Schema has it."""
        names = {int: "integer", float: "number", bool: "boolean"}
        return {"type": names.get(self.kind, "string"), "description": self.help}

    def of_json(self, value: Any) -> Any:
        """A value from JSON.

        Raises:
            Refusal: if it is of another type.
        """
        whole = isinstance(value, int) and not isinstance(value, bool)
        fits = {int: whole, float: whole or isinstance(value, float)}
        if not fits.get(self.kind, isinstance(value, self.kind)):
            raise self._off(value)
        return value

    def of_text(self, text: str) -> Any:
        """A value from a form or an address.

        Raises:
            Refusal: if it is none.
        """
        if self.kind not in (int, float):
            return self.of_json(text)
        try:
            plain = text.isascii() and "_" not in text and len(text) < 20
            return self.kind(text) if plain else self.of_json(text)
        except ValueError:
            raise self._off(text) from None

    def _off(self, value: Any) -> Exception:
        noun = {int: "a whole number", float: "a number"}.get(self.kind, "a text")
        return invalid(f"{self.name} must be {noun}, got {str(value)[:40]!r}.", field=self.name)


@dataclass(frozen=True, eq=False)
class Model:
    """A bundle that is served.

    Attributes:
        name: in addresses.
        bundle: with the file loaded that answers.
        reads: what it is given.
        options: what may be asked for, by name.
        answering: options that were checked → how it answers; a `ConfigError` for what it lacks.
        columns: what `predict` calls an answer, and its score.
        task: what it is for; None of a network of the user's.
    """

    name: str
    bundle: LoadedBundle
    reads: Kind
    options: Mapping[str, Option]
    answering: Callable[[Options], Answering]
    columns: tuple[str, ...] = ()
    task: Task | None = None

    @property
    def is_explained(self) -> bool:
        """Whether it can be asked why: where an answer is for a label, or a number."""
        if self.task is None or isinstance(self.bundle, TranslationBundle):
            return False
        return bool(self.task.phrases.explains)

    @property
    def answers(self) -> str:
        """What it answers with: classes, labels, a number, several, a text, entities or values."""
        if isinstance(self.bundle, Bundle):
            return "classes"
        if isinstance(self.bundle, LabelBundle):
            return "labels"
        if isinstance(self.bundle, SeveralBundle):
            return "several"
        if isinstance(self.bundle, TranslationBundle):
            return "text"
        if isinstance(self.bundle, TagBundle):
            return "entities"
        return "values" if isinstance(self.bundle, ValueBundle) else "number"

    @property
    def parts(self) -> Mapping[str, Model]:
        """Of several answers the name of each → the same model with this answer alone."""
        if not isinstance(self.bundle, SeveralBundle):
            return {}
        return {
            name: dataclasses.replace(self, bundle=part) for name, part in self.bundle.parts.items()
        }

    @property
    def labels(self) -> tuple[str, ...]:
        """Class names, where there are any."""
        return self.bundle.manifest.labels


def model_of(name: str, bundle: LoadedBundle, task: Task | None) -> Model:
    """A bundle to serve.

    Args:
        name: in addresses.
        bundle: with the file loaded that is to answer.
        task: what it is for; None for a network of the user's.
    """
    if task is None:
        return _own_model(name, bundle)
    finished = task.finished

    def answering(options: Options) -> Answering:
        answers = finished.answers(bundle, options)
        return Answering(answers.find, answers.values)

    usual = finished.answers(bundle, {})
    kind = usual.kind
    options = _options(task.asked("predict"))
    parts = bundle.parts.values() if isinstance(bundle, SeveralBundle) else (bundle,)
    if not any(isinstance(part, Bundle) for part in parts):  # only classes are ranked
        options = {name: each for name, each in options.items() if name not in _OF_CLASSES}
    return Model(name, bundle, _KINDS[kind], options, answering, usual.columns, task)


def _own_model(name: str, bundle: LoadedBundle) -> Model:
    reads = str(bundle.manifest.input["reads"])
    if bundle.manifest.task != OWN or reads not in _OWN_KINDS:
        raise ConfigError(f"{bundle.manifest.folder} is of no kind that can be served.")
    kind = _OWN_KINDS[reads]
    if not isinstance(bundle, Bundle):
        return Model(name, bundle, kind, {}, lambda options: _value_answering(bundle))

    def answering(options: Options) -> Answering:
        shown: Literal["text", "file"] = "text" if kind is TEXT else "file"
        answers = label_answers(bundle, kind=shown, gather=_nothing, options=options)
        return Answering(answers.find, answers.values)

    return Model(name, bundle, kind, _options({"top_k": TopLabelsConfig}), answering)


def _nothing(arguments: Any) -> Inputs:
    return Inputs(inputs=())


def _value_answering(bundle: LoadedBundle) -> Answering:
    def find(value: Any) -> Any:
        try:
            return bundle.predict(value if isinstance(value, str | bytes) else [value])[0]
        except ValueError as error:  # lists of different lengths, which numpy makes no array of
            raise DataError(str(error)) from None

    return Answering(find, lambda values: {"values": values.tolist()})


def _options(asked: Mapping[str, type[Any]]) -> dict[str, Option]:
    """Those of a request, of all that `predict` asks for: not what is of whole files."""
    fields = {
        name: next(each for each in dataclasses.fields(config) if each.name == name)
        for name, config in asked.items()
    }
    return {
        name: Option(name, field_types(asked[name])[name], field.metadata["asked"])
        for name, field in fields.items()
        if not field.metadata["of_files"]
    }
