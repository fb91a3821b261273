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
lines = (bundle / spec["files"][0]["path"]).read_text("utf-8").splitlines()
vocabulary = {word: int(number) for word, number in map(str.split, lines)}


def prepare(text):
    words = filter(None, re.split(spec["delimiter"], text.split("\0")[0], flags=re.ASCII))
    ids = [spec["start"]["id"], *(vocabulary.get(word, spec["unknown"]["id"]) for word in words)]
    ids = ids[: spec["length"]]
    return np.array(ids + [spec["pad"]["id"]] * (spec["length"] - len(ids)), np.int32)


def scores(ids, name):
    model, runtime = Interpreter(str(bundle / files[name]["path"])), files[name]["runtime"]
    (takes,) = runtime["signatures"][0]["inputs"]
    (given,) = model.get_signature_runner()(**{takes["name"]: ids[None]}).values()
    return given[0] / (how["uint8_divisor"] if given.dtype == np.uint8 else 1)


def told(given):  # the label and its score; of a set, all that reach theirs; or "" and a number
    places = [given.argmax()]
    if how["kind"] == "labels":
        order, least = np.argsort(-given, kind="stable"), np.float32(how["thresholds"])
        places = [place for place in order if given[place] >= least[place]]
    return [labels[each] for each in places] if labels else [""], given[places].tolist()


for each in json.loads((bundle / "examples.json").read_text("utf-8"))["examples"] if checks else []:
    ids = prepare(each["input"])
    assert ids.tolist() == each["prepared"]["ids"]
    for name, said in each["answers"].items():
        names, figures = told(scores(ids, name))
        assert names == said.get("labels", [said.get("label", "")])
        figure = said.get("value", said.get("score"))
        assert figure is None or abs(figures[0] - figure) < 0.01 * max(1, abs(figure))
    print("agrees", each["input"], sep="\t")
for text in [] if checks else sys.argv[2:]:
    names, figures = told(scores(prepare(text), list(files)[-1]))
    print("|".join(names), "|".join(f"{each:.6g}" for each in figures), text, sep="\t")
