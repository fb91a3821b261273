"""python run_wordpieces.py BUNDLE TEXT ... | --check: BERT's; numpy and ai-edge-litert."""

import json
import sys
from pathlib import Path
from string import punctuation
from unicodedata import category, normalize

import numpy as np
from ai_edge_litert.interpreter import Interpreter

checks = "--check" in sys.argv if sys.argv[2:] else sys.exit(print(__doc__, file=sys.stderr) or 2)
bundle = max(Path(sys.argv[1]) / "bundle", Path(sys.argv[1]), key=Path.is_dir)  # RUN/bundle, or it
about = json.loads((bundle / "bundle.json").read_text("utf-8"))
spec, how, labels = about["preprocessing"], about["answer"], about["labels"]
files = {f["name"]: f for f in about["artifacts"] if f["passed"] and f["path"].endswith(".tflite")}
answers = how.get("answers", {"": {**how, "labels": labels}})  # several by name, or one
tokens = (bundle / spec["files"][0]["path"]).read_text("utf-8").removesuffix("\n").split("\n")
vocabulary = {token: number for number, token in enumerate(tokens)}
CJK = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00), (0x20000, 0x2A6E0))
CJK += ((0x2A700, 0x2CEB0), (0x2F800, 0x2FA20))


def clean(character):  # marks and ideographs become words of their own
    if character not in "\t\n\r" and (category(character) in ("Cc", "Cf") or character == "\ufffd"):
        return ""
    is_word = any(first <= ord(character) < behind for first, behind in CJK)
    parts = normalize("NFD", character.lower()) if spec["lowercase"] else character
    parts = [part for part in parts if category(part) != "Mn" or not spec["strip_accents"]]
    marks = [part for part in parts if part in punctuation or category(part)[0] == "P"]
    return "".join(f" {part} " if is_word or part in marks else part for part in parts)


def cut(word, before=""):  # the longest piece that begins the word, then the same of the rest
    for end in range(len(word), 0, -1):
        if before + word[:end] in vocabulary:
            return [vocabulary[before + word[:end]], *cut(word[end:], spec["continuing_prefix"])]
    return [None] if word else []


def prepare(text):
    ids = [spec["start"]["id"]]
    for word in "".join(map(clean, text)).split():
        found = cut(word) if len(word) <= spec["longest_word"] else [None]
        ids += [spec["unknown"]["id"]] if None in found else found
    ids = [*ids[: spec["length"] - 1], spec["end"]["id"]]
    return np.array(ids + [spec["pad"]["id"]] * (spec["length"] - len(ids)), np.int32)


def run(name, inputs):  # of each answer what the file gives: scores, or a number
    given = Interpreter(str(bundle / files[name]["path"])).get_signature_runner()(**inputs)
    steps = {each: how["uint8_divisor"] if given[each].dtype == np.uint8 else 1 for each in given}
    given = {each: values[0] / steps[each] for each, values in given.items()}
    return {each: given[answers[each].get("output", next(iter(given)))] for each in answers}


def scores(ids, name):
    mask = (ids != spec["pad"]["id"]).astype(np.int32)
    forms = {"ids": ids, "1 where not pad": mask, "0": 0 * ids}
    takes = [each["name"] for each in files[name]["runtime"]["signatures"][0]["inputs"]]
    return run(name, {each: forms[spec["inputs"].get(each, "ids")][None] for each in takes})


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
