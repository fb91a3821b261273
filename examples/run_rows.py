"""python run_rows.py BUNDLE '{"column": "cell", ...}' ... | --check: numpy and ai-edge-litert."""

import datetime
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
columns = {each["name"]: each for each in spec["columns"]}
files = {f["name"]: f for f in about["artifacts"] if f["passed"] and f["path"].endswith(".tflite")}
answers = how.get("answers", {"": {**how, "labels": labels}})  # several by name, or one
DAYS = datetime.date(1970, 1, 1).toordinal()


def parts(text, order):  # of a date; nothing of what is none
    found = re.fullmatch(spec["dates"][order], text)
    said = {name: int(part) for name, part in found.groupdict().items() if part} if found else {}
    try:
        datetime.time(said.get("hour", 0), said.get("minute", 0))
        date = datetime.date(said["year"], said["month"], said["day"]) if "year" in said else None
    except ValueError:
        return {}
    more = {"weekday": date.weekday(), "day number": date.toordinal() - DAYS} if date else {}
    return said | more


def value(row, column, scale=None, missing=False):
    cell, column = row[column], columns[column]
    text = ("" if cell is None else str(cell)).strip()[: spec["longest_cell"]]
    whole = re.fullmatch(spec["whole_number"], text)
    text = whole[1] if whole else "" if text.lower() in spec["missing_words"] else text
    if scale is None and not missing:
        yes_no = dict.fromkeys(spec["no"], 0) | dict.fromkeys(spec["yes"], 1)
        known = {each: place for place, each in enumerate(column["values"])}
        place = yes_no.get(text.lower()) if column["kind"] == "yes/no" else known.get(text)
        unknown = spec["unknown_id"] if text else spec["missing_id"]
        return unknown if place is None else spec["first_id"] + place
    is_number = re.fullmatch(spec["number"], text)
    said = {"": float(text)} if is_number else {}
    said = parts(text, column["order"]) if column["kind"] == "date" else said
    if missing:
        return float(not said)
    scale = column["scales"][scale]
    known = said.get(scale["part"])
    return scale["typical"] if known is None else np.interp(known, scale["knots"], scale["levels"])


def prepare(row):
    takes = next(iter(files.values()))["runtime"]["signatures"][0]["inputs"]
    values = {
        name: [value(row, **each) for each in spec["inputs"][name]] for name in spec["inputs"]
    }
    return {each["name"]: np.array([values[each["name"]]], each["dtype"]) for each in takes}


def scores(inputs, name):  # of each answer what the file gives: scores, or a number
    given = Interpreter(str(bundle / files[name]["path"])).get_signature_runner()(**inputs)
    steps = {each: how["uint8_divisor"] if given[each].dtype == np.uint8 else 1 for each in given}
    given = {each: values[0] / steps[each] for each, values in given.items()}
    return {each: given[answers[each].get("output", next(iter(given)))] for each in answers}


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
    inputs = prepare(each["input"])
    assert all(np.allclose(inputs[name][0], said) for name, said in each["prepared"].items())
    for name, own in each["answers"].items():
        agree(scores(inputs, name), own)
    print("agrees", each["input"], sep="\t")
for text in [] if checks else sys.argv[2:]:
    for name, given in scores(prepare(json.loads(text)), list(files)[-1]).items():
        names, figures = told(given, answers[name])
        said = "|".join(names), "|".join(f"{each:.6g}" for each in figures)
        print(*filter(None, [name]), *said, sep="\t")
