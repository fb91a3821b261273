"""What is done with any network that gives several answers, from its start to its report."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Self, cast

import keras
import numpy as np

from kerasapps import models
from kerasapps.config.metric import Answer
from kerasapps.deploy.feeds import BERT_INPUTS
from kerasapps.evaluation.report import TaskReport
from kerasapps.evaluation.usage import Usage
from kerasapps.export.network import keeping_temperature
from kerasapps.models.outputs import answering
from kerasapps.outputs.files import Compared, FileJudging
from kerasapps.outputs.reading import Reading
from kerasapps.outputs.several.agreement import ComparedPart, compare_several
from kerasapps.outputs.several.answer import SEVERAL, explain_several, output_names, score_of
from kerasapps.outputs.several.criterion import several_criterion, without_uncertainty
from kerasapps.outputs.several.figures import AnswerFigures, SeveralMetrics
from kerasapps.outputs.several.part import Part, PartJudging
from kerasapps.outputs.several.report import several_report
from kerasapps.workflow.judging import Judged
from kerasapps.workflow.samples import Sample, spread


@dataclass(frozen=True)
class SeveralJudging(FileJudging):
    """Examples with several answers each as model inputs; a `workflow.judging.Judging`.

    Attributes:
        splits: the audited examples.
        inputs: the same as model inputs.
        reading: how raw examples become model inputs.
        judgings: name of each answer, in the order of the network's outputs → what judges it.
        each_epoch: whether every epoch ends with the mean score of the validation split.
    """

    reading: Reading
    judgings: Mapping[str, PartJudging]
    each_epoch: bool = False
    answer: ClassVar[Answer] = SEVERAL

    @functools.cached_property
    def parts(self) -> tuple[Part, ...]:
        """The answers, in the order of the network's outputs."""
        inputs = self.inputs.train
        names = set(inputs) if isinstance(inputs, Mapping) else {"input"}
        outputs = output_names(
            [*self.judgings], taken=names | BERT_INPUTS | set(self.reading.takes)
        )
        parts, start = [], 0
        for name, judging in self.judgings.items():
            stop = start + (len(judging.splits.labels) or 1)
            parts.append(Part(name, outputs[name], slice(start, stop), judging))
            start = stop
        return tuple(parts)

    @property
    def ordered(self) -> list[Part]:
        """The same in the order of the files' outputs, which is that of their names."""
        return sorted(self.parts, key=lambda part: part.output)

    def answering(self, judged: Judged) -> Mapping[str, Any]:
        """What each output means."""
        return explain_several(
            {part.name: part.judging.answering(self._of(judged, part)) for part in self.parts},
            outputs={part.name: part.output for part in self.parts},
            labels={part.name: part.judging.splits.labels for part in self.parts},
        )

    def start(self, network: keras.Model) -> None:
        """Sets what a fresh network takes from the training split."""
        models.adapt(network, self.inputs.train)

    def fit_options(self, network: keras.Model) -> Mapping[str, Any]:
        """What is minimised, the pretrained part, and a judge where every epoch has one."""
        return {
            "criterion": several_criterion(network, self.parts),
            "backbone": models.backbone(network),
            "judge": self.epoch_judge(network) if self.each_epoch else None,
        }

    def epoch_judge(self, network: keras.Model) -> Callable[[], float]:
        """Mean score of the validation split, 0 to 1, by the weights of the day."""
        answers = [part.answered(network) for part in self.parts]
        answer = answering(keras.Model(network.input, keras.ops.concatenate(answers, axis=-1)))

        def score(part: Part, given: np.ndarray) -> float:
            known = part.judging.splits.validation
            share = part.judging.measured(known.labels, given[:, part.columns])
            return score_of(part.answer.metric, share, spread=part.spread_of(known))

        def judge() -> float:
            given = answer(self.inputs.validation)
            return float(np.mean([score(part, given) for part in self.parts]))

        return judge

    def temperatures(self, network: keras.Model) -> Sequence[float]:
        """What each output is to be divided by: those of one answer by the same number."""
        each = [part.judging.temperatures(part.alone(network)) for part in self.parts]
        return [
            number
            for part, (number,) in zip(self.parts, each, strict=True)
            for _ in range(part.width)
        ]

    def on_validation(self) -> Self:
        """The same with the validation split in the test split's place, for each answer too."""
        judgings = {name: each.on_validation() for name, each in self.judgings.items()}
        return dataclasses.replace(super().on_validation(), judgings=judgings)

    def judge(self, network: keras.Model) -> Judged:
        """A network with the answers and figures of each part on the test split."""
        each = {part.name: part.judging.judge(part.alone(network)) for part in self.parts}
        figures = SeveralMetrics.of(
            [
                AnswerFigures(
                    part.name,
                    part.answer.metric,
                    score_of(part.answer.metric, each[part.name].metric, spread=part.spread),
                    each[part.name].figures,
                )
                for part in self.parts
            ],
            examples=len(self.splits.test),
        )
        headline = f"{self.splits.judged_on.capitalize()} mean score {figures.mean_score:.2%}"
        parts = [f"  {name}: {judged.told}" for name, judged in each.items()]
        return Judged(network, each, figures, figures.mean_score, headline, parts=parts)

    def answering_network(self, network: keras.Model) -> keras.Model:
        """A network that gives each answer by its output's name."""
        answers = {part.output: part.answered(network) for part in self.ordered}
        return keras.Model(network.input, answers, name="answering")

    def served(self, judged: Judged) -> Callable[[Any], Mapping[str, Any]]:
        """Outputs by name → what a SavedModel answers: what each answer has, behind its name."""
        each = {part.output: part.judging.served(self._of(judged, part)) for part in self.ordered}

        def serve(outputs: Mapping[str, Any]) -> dict[str, Any]:
            return {
                f"{output}_{name}": values
                for output, answer in each.items()
                for name, values in answer(outputs[output]).items()
            }

        return serve

    def compared(self, judged: Judged) -> Compared:
        """The mean score, and answer by answer."""
        parts, start = [], 0
        for part in self.ordered:
            columns = slice(start, start + part.width)
            compared = part.judging.compared(self._of(judged, part))
            parts.append(ComparedPart(part.name, part.output, columns, part.spread, compared))
            start = columns.stop
        return compare_several(parts)

    def exported(self, network: keras.Model) -> keras.Model:
        """All but the variances that were learnt beside."""
        return keeping_temperature(network, without_uncertainty)

    def report(self, judged: Judged) -> TaskReport:
        """What a report says of each answer."""
        wide = ", ".join(f"{part.output} [1, {part.width}]" for part in self.ordered)
        return several_report(
            cast(SeveralMetrics, judged.figures),
            [(part, part.judging.report(self._of(judged, part))) for part in self.parts],
            judged_on=self.splits.judged_on,
            audit=self.reading.audit(self.splits),
            usage=Usage(
                asked=self.reading.asked(self.splits),
                shown="dict(answer)",
                gives=f"by name {wide}, float32, each as answer in bundle.json says",
                by_name=True,
            ),
        )

    def samples(self, examples: Any, folder: Path) -> Sequence[Sample]:
        """A few examples of a split, of many answers, as they travel with a bundle."""
        rows = spread(np.lexsort(np.asarray(examples.labels).T[::-1]))
        return self.reading.samples(examples, rows, folder)

    def write_files(self, judged: Judged, folder: Path) -> None:
        """Writes what a phone needs beside the model."""
        self.reading.write_files(folder)

    def write_models(self, judged: Judged, folder: Path) -> None:
        """There are no others."""

    @staticmethod
    def _of(judged: Judged, part: Part) -> Judged:
        each: Mapping[str, Judged] = judged.answers
        return each[part.name]
