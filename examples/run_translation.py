"""python run_translation.py BUNDLE BEAM TEXT ... | --check: numpy, sentencepiece, LiteRT."""

import json
import sys
from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from sentencepiece import SentencePieceProcessor as Pieces

checks = "--check" in sys.argv if sys.argv[2:] else sys.exit(print(__doc__, file=sys.stderr) or 2)
bundle = max(Path(sys.argv[1]) / "bundle", Path(sys.argv[1]), key=Path.is_dir)  # RUN/bundle, or it
about = json.loads((bundle / "bundle.json").read_text("utf-8"))
spec, how = about["preprocessing"], about["answer"]
source, target = (Pieces(str(bundle / spec[each])) for each in ("source_file", "target_file"))
files = {f["name"]: f for f in about["artifacts"] if f["passed"] and f["path"].endswith(".tflite")}
divisors = (np.arange(how["max_steps"] + 1.0) ** how["length_penalty"]).astype(np.float32)


def translate(text, name, beam):  # beam 1: always the likeliest piece
    model, runtime = Interpreter(str(bundle / files[name]["path"])), files[name]["runtime"]
    encode, step = map(model.get_signature_runner, (how["encode"], how["step"]))
    takes = {each["name"]: each["inputs"] for each in runtime["signatures"]}[how["step"]]
    ids = [*source.encode(text)[: spec["source_length"] - 1], spec["end_id"]]
    row = np.array([ids + [spec["pad_id"]] * (spec["source_length"] - len(ids))], np.int32)
    first = {each["name"]: np.zeros(each["shape"], each["dtype"]) for each in takes}
    best, opened = (-np.inf, ()), [(np.float32(0), (), first | encode(**{how["source"]: row}))]
    for position in range(how["max_steps"] if len(ids) > 1 else 0):
        totals, states = np.empty((0, target.get_piece_size()), np.float32), []
        for total, ids, state in opened:
            state[how["token"]] = np.array([ids[-1] if ids else how["start_id"]], np.int32)
            state[how["position"]] = np.array(how["first_position"] + position, np.int32)
            given = step(**state)
            logits = given[how["logits"]][0] - given[how["logits"]].max()
            chances = np.maximum(logits - np.log(np.exp(logits).sum()), np.float32(how["floor"]))
            others = np.arange(len(chances)) != how["end_id"]
            chances[how["forbidden_ids"] if position + 1 < how["max_steps"] else others] = -np.inf
            totals = np.vstack([totals, total + chances])
            states.append((ids, {each: given.get(each, state[each]) for each in state}))
        opened = []
        for rank, place in enumerate(np.argsort(-totals, None, "stable")[: 2 * beam]):
            (parent, piece), total = divmod(int(place), totals.shape[1]), totals.flat[place]
            ids, state = (*states[parent][0], piece), dict(states[parent][1])
            if piece == how["end_id"] and rank < beam:
                best = max(best, (total / divisors[len(ids)], ids), key=lambda each: each[0])
            elif piece != how["end_id"] and len(opened) < beam and total > -np.inf:
                opened.append((total, ids, state))
        if not opened or best[0] >= (opened[0][0] / divisors[-1] if beam > 1 else -1e9):
            break
    return target.decode(list(best[1][:-1]))


for each in json.loads((bundle / "examples.json").read_text("utf-8"))["examples"] if checks else []:
    for name, answer in each["answers"].items():
        assert translate(each["input"], name, 1) == answer["greedy"]["text"]
        assert translate(each["input"], name, how["default_beam"]) == answer["beam"]["text"]
    print("agrees", each["input"], sep="\t")
for text in sys.argv[3:]:
    print(translate(text, list(files)[-1], int(sys.argv[2])))
