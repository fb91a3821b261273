"""python run_tags.py BUNDLE TEXT ... | --check: entities of texts; numpy and ai-edge-litert."""

import json
import re
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
said = [(bundle / each["path"]).read_bytes().decode().split("\n")[:-1] for each in spec["files"]]
known = [{entry: spec.get("first_id", 0) + n for n, entry in enumerate(lines)} for lines in said]
STOPS = set(".!?;…。\uff01\uff1f")  # behind which a sentence mostly ends
CLASSES = {"L": "L", "Pc": "L", "N": "N", "M": "M", "Z": "S", "Cc": "S", "Cf": "S"}
CLASS_OF = dict.fromkeys(".,:/", "D") | {"\u200d": "Z"} | dict.fromkeys("\xad\u200c", "M")
MARKS = ((0x1F3FB, 0x1F400), (0xE0020, 0xE0080))  # skin tones, and the tags of flags
DENSE = ((0xE00, 0xF00), (0x1000, 0x10A0), (0x1780, 0x1800), (0x3040, 0x3100), (0x31F0, 0x3200))
DENSE += ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00), (0x20000, 0x40000))
CJK = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00), (0x20000, 0x2A6E0))
CJK += ((0x2A700, 0x2CEB0), (0x2F800, 0x2FA20))
WORD = "[^S](?:[MZ]|(?<=Z)[^S]|(?<=[LNM])[LN]|(?<=[LNM])J(?=[LN])|(?<=[LNM]J)[LN]"
WORD = re.compile(WORD + "|(?<=N)D(?=N)|(?<=ND)N)*")


def among(character, runs):
    return any(first <= ord(character) < behind for first, behind in runs)


def class_of(character):  # as `bundles.md` has them
    kind = category(character)
    if character in spec["joiners"]:
        return "J"
    if character in CLASS_OF or among(character, MARKS):
        return CLASS_OF.get(character, "M")
    is_dense = kind[0] == "L" and among(character, DENSE)
    return "I" if is_dense else CLASSES.get(kind, CLASSES.get(kind[0], "O"))


def split(text):  # the places of each word: of its first character, and behind its last
    return [found.span() for found in WORD.finditer("".join(map(class_of, text)))]


def parts(words):  # which are read at once; one ends behind a sentence in its second half, if any
    first, length = 0, spec["length"]
    while len(words) - first > length:
        ends = range(first + length, first + length // 2, -1)
        behind = next((end for end in ends if words[end - 1] in STOPS), ends[0])
        yield words[first:behind]
        first = behind
    if len(words) > first:
        yield words[first:]


def fold(character):  # how a word is looked up
    lower = character.lower() if spec["lowercase"] else character
    lower = lower if len(lower) == 1 else character
    return "0" if spec["digits"] and category(character) == "Nd" else lower


def clean(character):  # for pieces: marks and ideographs become words of their own
    if character not in "\t\n\r" and (category(character) in ("Cc", "Cf") or character == "\ufffd"):
        return ""
    forms = normalize("NFD", character.lower()) if spec["lowercase"] else character
    forms = [form for form in forms if category(form) != "Mn" or not spec["strip_accents"]]
    marks = [form for form in forms if form in punctuation or category(form)[0] == "P"]
    is_word = among(character, CJK)
    return "".join(f" {form} " if is_word or form in marks else form for form in forms)


def cut(word, before=""):  # the longest piece that begins the word, then the same of the rest
    for end in range(len(word), 0, -1):
        if before + word[:end] in known[0]:
            return [known[0][before + word[:end]], *cut(word[end:], spec["continuing_prefix"])]
    return [None] if word else []


def pieces(word):
    ids = []
    for each in "".join(map(clean, word)).split():
        found = cut(each) if len(each) <= spec["longest_word"] else [None]
        ids += [spec["unknown"]["id"]] if None in found else found
    return ids[: spec["most_pieces"]] or [spec["unknown"]["id"]]


def prepare(words):  # of one part
    first = np.zeros(spec["length"], np.int32)
    if spec["kind"] == "tokens":
        letters = np.zeros((spec["length"], spec["word_length"]), np.int32)
        for place, word in enumerate(words):
            first[place] = known[0].get("".join(map(fold, word)), spec["unknown_id"])
            head, tail = -(-spec["word_length"] // 2), spec["word_length"] // 2
            read = word[:head] + word[max(head, len(word) - tail) :]  # both ends of a long word
            letters[place, : len(read)] = [known[1].get(c, spec["unknown_id"]) for c in read]
        return {"words": first, "characters": letters}
    ids, most = [spec["start"]["id"]], spec["pieces"] - 1
    for place, word in enumerate(words):
        if len(ids) < most:
            first[place] = len(ids)
            ids += pieces(word)
    ids = [*ids[:most], spec["end"]["id"]]
    return {"ids": np.array(ids + [0] * (spec["pieces"] - len(ids)), np.int32), "first": first}


def emissions(words, name):  # a score for each word of one part and each tag
    run = Interpreter(str(bundle / files[name]["path"])).get_signature_runner()
    (given,) = run(**{each: array[None] for each, array in prepare(words).items()}).values()
    return given[0, : len(words)]


def best(scores):  # the tags of the largest sum: Viterbi's algorithm
    moves = json.loads((bundle / how["transitions_file"]).read_text("utf-8"))
    start, between, end = (np.float32(moves[name]) for name in ("start", "between", "end"))
    sums, came = start + scores[0].astype(float), []
    for row in scores[1:]:
        steps = sums[:, None] + between
        came.append(steps.argmax(axis=0))
        sums = steps.max(axis=0) + row
    path = [(sums + end).argmax()]
    for before in reversed(came):
        path.append(before[path[-1]])
    return [labels[tag] for tag in reversed(path)]


def tags(text, name):  # one a word
    words = [text[start:end] for start, end in split(text)]
    return [tag for part in parts(words) for tag in best(emissions(part, name))]


def entities(text, found):
    marked = []
    for (start, end), tag in zip(split(text), found, strict=True):
        if tag.startswith("B-"):
            marked.append([tag[2:], start, end])
        elif tag != "O":
            marked[-1][2] = end
    return marked


for each in json.loads((bundle / "examples.json").read_text("utf-8"))["examples"] if checks else []:
    text, prepared = each["input"], each["prepared"]
    words = [text[start:end] for start, end in split(text)]
    assert words == prepared["tokens"] and [s for s, _ in split(text)] == prepared["starts"]
    for name, array in prepare(next(parts(words))).items() if words else []:
        rows = array[: len(prepared[name])]
        assert rows.tolist() == prepared[name] and not array[len(rows) :].any()
    for name, answer in each["answers"].items():
        assert tags(text, name) == answer["tags"]
        marked = [[mark["label"], mark["start"], mark["end"]] for mark in answer["entities"]]
        assert entities(text, answer["tags"]) == marked
    print("agrees", text, sep="\t")
for text in [] if checks else sys.argv[2:]:
    for label, start, end in entities(text, tags(text, list(files)[-1])):
        print(label, text[start:end], start, end, sep="\t")
