"""A bundle that gives several answers, without TensorFlow."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from kerasapps.config.checks import require_whole
from kerasapps.deploy.file_bundle import FileBundle, require_fit
from kerasapps.deploy.manifest import Manifest
from kerasapps.deploy.networks import Scoring
from kerasapps.deploy.opening import Load
from kerasapps.deploy.readers import Reader
from kerasapps.deploy.runner import Bundle
from kerasapps.errors import ConfigError
from kerasapps.model_inputs import ModelInputs
from kerasapps.wording.shortened import shortened


@dataclass(frozen=True)
class SeveralPrediction(Mapping[str, Any]):
    """The answers to one input: a mapping from their names.

    Attributes:
        answers: name → what a bundle of this answer alone predicts: labels, or a number.
        truncated: whether a text was longer than the network reads; its end was ignored.
    """

    answers: Mapping[str, Any]
    truncated: bool = False

    def __getitem__(self, name: str) -> Any:
        return self.answers[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.answers)

    def __len__(self) -> int:
        return len(self.answers)


class PartBundle(Protocol):
    """A bundle of one answer, of scores that were computed before."""

    manifest: Manifest

    def prediction_of(self, outputs: np.ndarray, *, truncated: bool = False) -> Any:
        """The prediction that some outputs of the file are."""

    def plain_of(self, outputs: np.ndarray) -> Mapping[str, Any]:
        """The same as `examples.json` has an answer."""


@dataclass(frozen=True)
class PartNetwork:
    """One output of a file with several, as if the file gave it alone.

    Attributes:
        whole: the file.
        output: the name of the output.
    """

    whole: Scoring
    output: str

    @property
    def input_dtypes(self) -> Mapping[str, np.dtype[Any]]:
        """What each of the file's inputs takes."""
        return self.whole.input_dtypes

    @property
    def input_shapes(self) -> Mapping[str, tuple[int, ...]]:
        """Shape of each of its inputs, without the batch."""
        return self.whole.input_shapes

    @property
    def outputs(self) -> Mapping[str, int]:
        """The one output."""
        return {self.output: self.classes}

    @property
    def classes(self) -> int:
        """How many scores it gives."""
        return self.whole.outputs[self.output]

    @property
    def score_dtype(self) -> np.dtype[Any]:
        """What its scores are."""
        return self.whole.score_dtype

    def scores(self, example: ModelInputs) -> np.ndarray:
        """Its scores of one example."""
        return self.of(self.whole.scores(example))

    def of(self, scores: np.ndarray) -> np.ndarray:
        """Its scores among those of all outputs, `(…, all)`."""
        names = [*self.whole.outputs]
        widths = [*self.whole.outputs.values()]
        place = names.index(self.output)
        start = sum(widths[:place])
        return scores[..., start : start + widths[place]]


@dataclass(frozen=True)
class PartLoad:
    """What loads one answer of a bundle with several; see `Load`.

    Attributes:
        load: what loads the bundle.
        name: of the answer.
    """

    load: Load
    name: str

    def __call__(self, manifest: Manifest, path: Path, *, artifact: str, threads: int) -> Any:
        """A bundle that gives the answer alone."""
        whole: Any = self.load(manifest, path, artifact=artifact, threads=threads)
        return whole.part(self.name)


class SeveralBundle(FileBundle):
    """A bundle for several answers with one of its files loaded; see `FileBundle`.

    Args:
        manifest: see `FileBundle`, as all but the last.
        path: likewise.
        artifact: likewise.
        reader: likewise.
        load: likewise.
        make: what a bundle with one of the answers alone is, by what its manifest would say.
        threads: likewise.

    Attributes:
        parts: name of an answer → a bundle that gives it alone.
    """

    def __init__(
        self,
        manifest: Manifest,
        path: Path,
        *,
        artifact: str,
        reader: Reader,
        load: Load,
        make: Callable[[Manifest], Callable[..., Any]],
        threads: int = 1,
    ) -> None:
        super().__init__(
            manifest, path, artifact=artifact, reader=reader, load=load, threads=threads
        )
        self._networks = {
            name: PartNetwork(self._model, answer["output"])
            for name, answer in manifest.answer["answers"].items()
        }
        self.parts: Mapping[str, Any] = {
            name: make(own)(
                own,
                path,
                artifact=artifact,
                reader=reader,
                load=PartLoad(load, name),
                threads=threads,
                network=self._networks[name],
            )
            for name, own in self._manifests.items()
        }

    @property
    def _manifests(self) -> dict[str, Manifest]:
        """Name of an answer → what a manifest would say with it alone."""
        return {
            name: dataclasses.replace(
                self.manifest, labels=tuple(answer.get("labels", ())), answer=answer, target=name
            )
            for name, answer in self.manifest.answer["answers"].items()
        }

    @property
    def names(self) -> tuple[str, ...]:
        """Of the answers."""
        return tuple(self.parts)

    def output(self, name: str) -> str:
        """What the files call the output of an answer."""
        return self._networks[name].output

    def part(self, name: str | None) -> Any:
        """A bundle that gives one answer alone; None: the first.

        Raises:
            ConfigError: if there is no such answer.
        """
        name = self.names[0] if name is None else name
        if name not in self.parts:
            raise ConfigError(
                f"{self.manifest.folder} has no answer {name!r}. Known: {shortened(self.names)}."
            )
        return self.parts[name]

    def predict(self, inputs: Any, *, top_k: int = 3) -> list[SeveralPrediction]:
        """All answers to each input.

        Args:
            inputs: one input or several, as the bundle's reader takes them.
            top_k: labels of an answer that is one class; at most all of them are given.

        Returns:
            One prediction an input, in order: a mapping from the names of the answers.

        Raises:
            DataError: if an input cannot be read.
            ConfigError: if `top_k` is no whole number, or less than 1.
        """
        require_whole(top_k, 1, what="top_k")
        return [self._prediction(each, top_k) for each in self.reader.split(inputs)]

    def outputs(self, raw: Any) -> dict[str, np.ndarray]:
        """Name of an answer → what the file gives of it for one input, float32."""
        return self.split(self._outputs(raw))

    def split(self, scores: np.ndarray) -> dict[str, np.ndarray]:
        """The same of what `run` gave."""
        return {name: network.of(scores) for name, network in self._networks.items()}

    def _prediction(self, raw: Any, count: int) -> SeveralPrediction:
        truncated = not self.reader.reads_whole(raw)

        def predicted(name: str, outputs: np.ndarray) -> Any:
            part = self.parts[name]
            if isinstance(part, Bundle):
                return part.prediction_of(outputs, truncated=truncated, top_k=count)
            return part.prediction_of(outputs, truncated=truncated)

        answers = {name: predicted(name, each) for name, each in self.outputs(raw).items()}
        return SeveralPrediction(answers, truncated)

    def _plain_answer(self, raw: Any) -> Mapping[str, Any]:
        return {
            "answers": {
                name: self.parts[name].plain_of(outputs)
                for name, outputs in self.outputs(raw).items()
            }
        }

    def _require_answers(self, path: Path) -> None:
        """The file gives the answers that the manifest says, each with as many scores."""
        said = {
            answer["output"]: len(answer.get("labels", ())) or 1
            for answer in self.manifest.answer["answers"].values()
        }
        require_fit(path, "outputs", dict(self._model.outputs), said)
