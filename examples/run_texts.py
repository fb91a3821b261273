"""python run_texts.py BUNDLE TEXT ... | --check: texts as words; numpy and ai-edge-litert."""

import json
import re
import sys
from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter

checks = "--check" in sys.argv if sys.argv[2:] else sys.exit(print(__doc__, file=sys.stderr) or 2)
bundle = max(Path(sys.argv[1]) / "bundle", Path(sys.argv[1]), key=Path.is_dir)  # RUN/bundle, or it
about = json.loads((bundle / "bundle.json").read_text("utf-8"))
spec, how, labels = about["preprocessing"], about["answer"], about["labels"]
files = {f["name"]: f for f in about["artifacts"] if f["passed"] and f["path"].endswith(".tflite")}
answers = how.get("answers", {"": {**how, "labels": labels}})  # several by name, or one
lines = (bundle / spec["files"][0]["path"]).read_text("utf-8").splitlines()
vocabulary = {word: int(number) for word, number in map(str.split, lines)}


def prepare(text):
    words = filter(None, re.split(spec["delimiter"], text.split("\0")[0], flags=re.ASCII))
    ids = [spec["start"]["id"], *(vocabulary.get(word, spec["unknown"]["id"]) for word in words)]
    ids = ids[: spec["length"]]
    return np.array(ids + [spec["pad"]["id"]] * (spec["length"] - len(ids)), np.int32)


def run(name, inputs):  # of each answer what the file gives: scores, or a number
    given = Interpreter(str(bundle / files[name]["path"])).get_signature_runner()(**inputs)
    steps = {each: how["uint8_divisor"] if given[each].dtype == np.uint8 else 1 for each in given}
    given = {each: values[0] / steps[each] for each, values in given.items()}
    return {each: given[answers[each].get("output", next(iter(given)))] for each in answers}


def scores(ids, name):
    (takes,) = files[name]["runtime"]["signatures"][0]["inputs"]
    return run(name, {takes["name"]: ids[None]})


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
    ids = prepare(each["input"])
    assert ids.tolist() == each["prepared"]["ids"]
    for name, own in each["answers"].items():
        agree(scores(ids, name), own)
    print("agrees", each["input"], sep="\t")
for text in [] if checks else sys.argv[2:]:
    for name, given in scores(prepare(text), list(files)[-1]).items():
        names, figures = told(given, answers[name])
        said = "|".join(names), "|".join(f"{each:.6g}" for each in figures)
        print(*filter(None, [name]), *said, text, sep="\t")
