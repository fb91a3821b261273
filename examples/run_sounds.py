"""python run_sounds.py BUNDLE SOUND ... | --check: needs numpy, soundfile, soxr, ai-edge-litert."""

import json
import sys
from pathlib import Path

import numpy as np
import soundfile
import soxr
from ai_edge_litert.interpreter import Interpreter

checks = "--check" in sys.argv if sys.argv[2:] else sys.exit(print(__doc__, file=sys.stderr) or 2)
bundle = max(Path(sys.argv[1]) / "bundle", Path(sys.argv[1]), key=Path.is_dir)  # RUN/bundle, or it
about = json.loads((bundle / "bundle.json").read_text("utf-8"))
spec, how, labels = about["preprocessing"], about["answer"], about["labels"]
files = {f["name"]: f for f in about["artifacts"] if f["passed"] and f["path"].endswith(".tflite")}
answers = how.get("answers", {"": {**how, "labels": labels}})  # several by name, or one


def prepare(path):  # a row a clip; of a sound of more than two clips windows that overlap by half
    facts, clip = soundfile.info(path), spec["samples"] / spec["rate"]
    if facts.duration <= 2 * clip:
        return fit(read(path))[None]
    hop, total = max(1, round(spec["samples"] / 2)), int(facts.duration * spec["rate"])
    starts = range(0, hop * (1 - (spec["samples"] - total) // hop), hop)
    parts = [read(path, start / spec["rate"], start / spec["rate"] + clip) for start in starts]
    return np.stack([np.pad(part, (0, spec["samples"]))[: spec["samples"]] for part in parts])


def read(path, start=0.0, end=None):  # one channel at the rate of the network
    with soundfile.SoundFile(path) as sound:
        sound.seek(round(start * sound.samplerate))
        left = sound.frames - sound.tell()
        count = left if end is None else min(left, round(end * sound.samplerate) - sound.tell())
        mono = sound.read(count, "float32", always_2d=True).mean(axis=1)
    if sound.samplerate != spec["rate"]:
        mono = soxr.resample(mono, sound.samplerate, spec["rate"], quality="HQ")
    return np.clip(mono, -1, 1)


def fit(mono):  # the middle or the start of what is longer, silence around what is shorter
    spare = spec["samples"] - len(mono)
    before = abs(spare) // 2 if spec["fit"] == "centre" else 0
    return np.pad(mono, (before, spare - before)) if spare > 0 else mono[before:][: spec["samples"]]


def run(name, inputs):  # of each answer what the file gives: scores, or a number
    given = Interpreter(str(bundle / files[name]["path"])).get_signature_runner()(**inputs)
    steps = {each: how["uint8_divisor"] if given[each].dtype == np.uint8 else 1 for each in given}
    given = {each: values[0] / steps[each] for each, values in given.items()}
    return {each: given[answers[each].get("output", next(iter(given)))] for each in answers}


def scores(clips, name):  # of all clips on average
    (takes,) = files[name]["runtime"]["signatures"][0]["inputs"]
    given = [run(name, {takes["name"]: clip[None]}) for clip in clips]
    return {each: np.mean([scores[each] for scores in given], axis=0) for each in answers}


def told(given, how):  # the label and its score; of a set, all that reach theirs; or "", a number
    places, labels = [given.argmax()], how.get("labels")
    if how["kind"] == "labels":
        order, least = np.argsort(-given, kind="stable"), np.float32(how["thresholds"])
        places = [place for place in order if given[place] >= least[place]]
    return [labels[each] for each in places] if labels else [""], given[places].tolist()


def agree(given, said):  # with the bundle's own answers
    for name, how in answers.items():
        names, figures = told(given[name], how)
        own = said["answers"][name] if name else said
        assert names == own.get("labels", [own.get("label", "")])
        figure = own.get("value", own.get("score"))
        assert figure is None or abs(figures[0] - figure) < 0.01 * max(1, abs(figure))


for each in json.loads((bundle / "examples.json").read_text("utf-8"))["examples"] if checks else []:
    clips, said = prepare(bundle / each["input"]), each["prepared"]
    assert clips.shape[1] == said["samples"] and abs(abs(clips).max() - said["peak"]) < 0.001
    assert abs(np.sqrt(np.mean(np.square(clips, dtype=np.float64))) - said["rms"]) < 0.0001
    for name, own in each["answers"].items():
        agree(scores(clips, name), own)
    print("agrees", each["input"], sep="\t")
for path in [] if checks else sys.argv[2:]:
    for name, given in scores(prepare(path), list(files)[-1]).items():
        names, figures = told(given, answers[name])
        said = "|".join(names), "|".join(f"{each:.6g}" for each in figures)
        print(*filter(None, [name]), *said, path, sep="\t")
