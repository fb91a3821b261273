"""Steps between tagged sentences and a training."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from kerasapps.data.load import load_tags
from kerasapps.data.tags.config import TaggingConfig
from kerasapps.data.tags.examples import TagExamples, TagSplits
from kerasapps.errors import ConfigError
from kerasapps.outputs.tags.emissions import NO_WORD
from kerasapps.recipes.tagging.encoding import encode_examples
from kerasapps.recipes.tagging.plan import plan_training
from kerasapps.recipes.tagging.task import TASK
from kerasapps.recipes.tagging.train import prepare, reload
from kerasapps.start import Share, Start
from kerasapps.workflow.cache import Cache
from kerasapps.workflow.options import describe_options, with_values
from tests.recipes.tagging.sentences import sentences


def options(**values: Any) -> Mapping[str, Any]:
    """Of a very small network."""
    return with_values(TASK.defaults, {"model": "cnn_crf", "width": 0.25, **values})


@pytest.fixture(scope="module")
def splits() -> TagSplits:
    return load_tags(sentences(60))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"model": "lstm_crf"}, "Did you mean 'bilstm_crf'"),
        ({"class_weights": "balanced"}, "class_weights is for classifiers"),
        ({"label_smoothing": 0.1}, "label_smoothing is for classifiers"),
        ({"unknown_classes": "skip"}, "unknown_classes is for classifiers"),
    ],
)
def test_what_would_do_nothing_is_refused(values: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        plan_training(options(**values))


def test_the_best_epoch_is_that_of_the_entities() -> None:
    assert plan_training(options()).is_judged
    assert not plan_training(options(monitor="loss")).is_judged


def test_an_experiment_is_ready_to_be_trained(splits: TagSplits, tmp_path: Path) -> None:
    experiment = prepare(splits, options(max_characters=6), Cache(tmp_path))
    inputs, targets = next(experiment.batches.training(Start()).as_numpy_iterator())
    rows, width = targets.shape
    assert rows == experiment.batches.sizes["batch_size"]
    assert inputs["words"].shape == (rows, width)
    assert inputs["characters"].shape == (rows, width, 6)
    np.testing.assert_array_equal(inputs["words"] != 0, targets != NO_WORD)
    assert experiment.judging.summary.endswith("length 16")
    rest = experiment.batches.training(Start(1)).as_numpy_iterator()
    whole = experiment.batches.training(Start()).as_numpy_iterator()
    for _ in range(experiment.batches.steps_per_epoch):
        next(whole)
    first = next(whole)
    np.testing.assert_array_equal(next(rest)[1], first[1])
    share = next(experiment.batches.training(Start(1, 0, Share(1, 2))).as_numpy_iterator())
    np.testing.assert_array_equal(share[0]["words"], first[0]["words"][rows // 2 :])
    count = sum(int(np.sum(y != NO_WORD)) for _, y in experiment.batches.validation)
    assert count == sum(map(len, splits.validation.sentences))
    network = experiment.build()
    fitting = experiment.judging.fit_options(network)
    assert 0 <= fitting["judge"]() <= 1
    emissions = network({name: values[:1] for name, values in inputs.items()})
    assert emissions.shape == (1, width, len(splits.labels))
    assert np.isfinite(float(fitting["criterion"].score(network(inputs), targets).loss))


def test_a_tag_that_training_lacks_is_judged_and_does_not_break_the_loss(
    splits: TagSplits, tmp_path: Path
) -> None:
    judging: Any = prepare(splits, options(), Cache(tmp_path)).judging
    strange = TagExamples([("Bob", "x", "Rome")], [("B-NEW", "O", "B-LOC")])
    encoder = judging.reading.encoder
    found = encode_examples(strange, encoder, labels=splits.labels)
    assert found.targets[0, :4].tolist() == [0, 0, splits.labels.index("B-LOC"), NO_WORD]
    test = dataclasses.replace(splits, test=strange)
    inputs = dataclasses.replace(judging.inputs, test=found)
    judged = dataclasses.replace(judging, splits=test, inputs=inputs).judge(judging.reading.build())
    assert judged.figures.per_type["NEW"].support == 1
    assert judged.figures.per_type["NEW"].recall == 0


def test_a_long_sentence_is_read_in_parts(tmp_path: Path) -> None:
    told = sentences(40)
    words, tags = ([each for pair in told for each in pair[side]] for side in (0, 1))
    long = load_tags([*told, (words, tags)])
    experiment = prepare(long, options(max_tokens=8), Cache(tmp_path))
    every: Any = experiment.judging
    parts = [getattr(every.inputs, name) for name in ("train", "validation", "test")]
    assert sum(int(part.rows.lengths.sum()) for part in parts) == 2 * len(words)
    assert all(part.targets.shape[1] == 8 for part in parts)


def test_the_data_of_a_bundle_is_prepared_as_it_was(tmp_path: Path) -> None:
    from kerasapps.workflow.reading import read_splits

    data, asked = sentences(60), options()
    splits = read_splits(TASK, data, asked, tmp_path / "work")
    experiment = prepare(splits, asked, Cache(tmp_path / "a"))
    judged: Any = SimpleNamespace(network=experiment.build())
    experiment.judging.write_files(judged, tmp_path)
    assert {"words.txt", "characters.txt", "transitions.json"} <= {
        each.name for each in tmp_path.iterdir()
    }
    manifest: Any = SimpleNamespace(
        settings=describe_options(asked),
        input=experiment.judging.spec,
        folder=tmp_path,
        file=lambda name: tmp_path / name,
    )
    again = reload(manifest, data, tmp_path / "again")
    assert (again.summary, again.spec) == (experiment.judging.summary, experiment.judging.spec)


def test_options_say_how_words_are_looked_up(splits: TagSplits, tmp_path: Path) -> None:
    asked = with_values(options(), {"lowercase": False, "vocab_size": 10})
    judging: Any = prepare(splits, asked, Cache(tmp_path)).judging
    assert judging.spec["lowercase"] is False
    assert len(judging.reading.encoder.words) == 10
    assert TaggingConfig().lowercase


def test_ids_lie_on_disk_where_there_is_no_memory_for_them(
    splits: TagSplits, tmp_path: Path
) -> None:
    memory: Any = prepare(splits, options(), Cache(tmp_path / "a")).judging
    disk: Any = prepare(splits, options(cache_mb=0), Cache(tmp_path / "b")).judging
    names = {path.name.rpartition("-")[0] for path in (tmp_path / "b" / "encoded").iterdir()}
    assert {"train_words", "train_characters", "test_words"} <= names
    for name, values in disk.inputs.train.inputs.items():
        assert isinstance(values, np.memmap)
        np.testing.assert_array_equal(values, memory.inputs.train.inputs[name])
