"""From what users have to what a file takes, and from what it gives to answers, kind by kind.

Of most kinds an example is one input of the file. A long sound is several windows whose scores are
averaged, a long text with tags several parts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from benchmarks.clients.answers import Answer, Raw, Told
from benchmarks.clients.arrays import scaled
from kerasapps.config import kinds
from kerasapps.data.tags.schemes import entities_of
from kerasapps.decoding.viterbi import viterbi
from kerasapps.deploy.manifest import Manifest
from kerasapps.outputs.tags.answer import TRANSITIONS_FILE
from kerasapps.outputs.tags.transitions_file import read_transitions
from kerasapps.outputs.tags.windows import windows_in


def kind_of_input(manifest: Manifest) -> str:
    """What a bundle reads: as it says itself, or, before schema 2, as its fields show."""
    if manifest.preprocessing:
        return str(manifest.preprocessing["kind"])
    fields: Mapping[str, Any] = manifest.input
    if "height" in fields:
        return "picture"
    if "columns" in fields:
        return "rows"
    return {"regex": "words", "wordpiece": "wordpieces"}.get(fields.get("kind"), "sentencepiece")


def kind_of_answer(manifest: Manifest) -> str:
    """What a bundle answers: as it says itself, or, before schema 2, as its labels show."""
    if manifest.answer:
        return str(manifest.answer["kind"])
    if kind_of_input(manifest) == kinds.SENTENCEPIECE:
        return kinds.TRANSLATION
    return kinds.CLASSES if manifest.labels else kinds.NUMBER


def inputs_of(bundle: Any, raw: Raw) -> list[Any]:
    """What a file takes of one example, one after another, each without its batch.

    Args:
        bundle: as `load_bundle` gives it.
        raw: the example.
    """
    kind = kind_of_answer(bundle.manifest)
    if kind == kinds.TRANSLATION:
        return [bundle.tokenizer.encode_source(raw)]
    if kind == kinds.TAGS:
        return [bundle.reader.encode(words) for words in _parts(bundle, raw)]
    if hasattr(bundle.reader, "parts"):
        return [window.samples for window in bundle.reader.parts(raw)]
    return [bundle.reader.read(raw)]


def answer_of(bundle: Any, raw: Raw, outputs: Sequence[np.ndarray]) -> Answer:
    """What an example is answered with.

    Args:
        bundle: as `load_bundle` gives it.
        raw: the example.
        outputs: what a file gives for each of its inputs, without the batch.
    """
    kind = kind_of_answer(bundle.manifest)
    values = [scaled(output) for output in outputs]
    if kind == kinds.TAGS:
        return _entities(bundle, raw, values)
    scores: np.ndarray = np.mean(values, axis=0) if len(values) > 1 else values[0]
    return answer_of_scores(bundle.manifest, scores)


def answer_of_scores(manifest: Manifest, scores: np.ndarray) -> Answer:
    """A number, scores, or the set that they give, of one score a label.

    Args:
        manifest: of a bundle of these.
        scores: float32 `(labels,)`, or one number of any shape.
    """
    kind = kind_of_answer(manifest)
    if kind == kinds.NUMBER:
        return float(np.ravel(scores)[0])
    if kind == kinds.LABELS:
        reached = scores >= np.array(manifest.answer["thresholds"], np.float32)
        pairs = zip(manifest.labels, reached, strict=True)
        return Told(tuple(label for label, is_given in pairs if is_given), scores)
    return scores


def set_of(manifest: Manifest, told: Sequence[str], scores: Mapping[str, float] | None) -> Told:
    """A set that a client tells by names.

    Args:
        manifest: of a bundle of sets.
        told: the labels of the set, in any order.
        scores: label → score, of all; None where they are not told.
    """
    names = tuple(label for label in manifest.labels if label in told)
    if len(names) != len(told):
        raise ValueError(f"the client names labels that the bundle lacks: {sorted(told)}")
    every = [scores[label] for label in manifest.labels] if scores is not None else None
    return Told(names, None if every is None else np.array(every, np.float32))


def entities_told(entities: Sequence[Mapping[str, Any]]) -> Told:
    """Entities that a client tells with their places."""
    return Told(tuple(f"{each['label']} {each['start']}:{each['end']}" for each in entities))


def entities_from_tags(
    tags: Sequence[str], starts: Sequence[int], ends: Sequence[int], scores: np.ndarray | None
) -> Told:
    """The entities of a text whose words have tags.

    Args:
        tags: IOB2, one a word.
        starts: first character of each word.
        ends: the character behind each word.
        scores: of all tags, `(words, tags)`, if they are known.
    """
    spans = entities_of(tags)
    names = (f"{each.label} {starts[each.start]}:{ends[each.end - 1]}" for each in spans)
    return Told(tuple(names), scores)


def _parts(bundle: Any, text: Raw) -> list[Sequence[str]]:
    words = [token.text for token in bundle.reader.tokens(text)]
    return [words[first:end] for first, end in windows_in(words, bundle.reader.length)]


def _entities(bundle: Any, text: Raw, values: Sequence[np.ndarray]) -> Told:
    manifest, tokens, parts = bundle.manifest, bundle.reader.tokens(text), _parts(bundle, text)
    transitions = read_transitions(manifest.file(TRANSITIONS_FILE), tags=len(manifest.labels))
    rows = _of_words(parts, values)
    tags = [manifest.labels[tag] for each in rows for tag in viterbi(each, transitions)]
    starts, ends = [each.start for each in tokens], [each.end for each in tokens]
    return entities_from_tags(tags, starts, ends, _joined(rows))


def _of_words(parts: Sequence[Sequence[str]], values: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Scores of each part's words, without those of what fills it up."""
    return [value[: len(words)] for value, words in zip(values, parts, strict=True)]


def _joined(rows: Sequence[np.ndarray]) -> np.ndarray | None:
    return np.concatenate(rows) if rows else None


def expected_answer(bundle: Any, raw: Raw, beam: int | None) -> Answer:
    """What `load_bundle` answers.

    Args:
        bundle: as it gives it.
        raw: the example.
        beam: of a translator; None: the bundle's own.
    """
    kind = kind_of_answer(bundle.manifest)
    if kind == kinds.TRANSLATION:
        return str(bundle.predict(raw, beam=beam)[0].text)
    if kind == kinds.NUMBER:
        return float(bundle.value(raw))
    if kind == kinds.TAGS:
        told = entities_told([vars(each) for each in bundle.predict(raw)[0].entities])
        outputs = [bundle.run(each) for each in inputs_of(bundle, raw)]
        return Told(told.names, _joined(_of_words(_parts(bundle, raw), outputs)))
    if kind == kinds.LABELS:
        given = bundle.predict(raw)[0]
        return set_of(bundle.manifest, given.labels, given.all_scores)
    return np.asarray(bundle.scores(raw), np.float32)
