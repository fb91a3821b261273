"""python run_pictures.py BUNDLE PICTURE ... | --check: needs numpy, Pillow and ai-edge-litert."""

import json
import sys
from hashlib import sha256
from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from PIL import Image, ImageOps

checks = "--check" in sys.argv if sys.argv[2:] else sys.exit(print(__doc__, file=sys.stderr) or 2)
bundle = max(Path(sys.argv[1]) / "bundle", Path(sys.argv[1]), key=Path.is_dir)  # RUN/bundle, or it
about = json.loads((bundle / "bundle.json").read_text("utf-8"))
spec, how, labels = about["preprocessing"], about["answer"], about["labels"]
files = {f["name"]: f for f in about["artifacts"] if f["passed"] and f["path"].endswith(".tflite")}
answers = how.get("answers", {"": {**how, "labels": labels}})  # several by name, or one


def prepare(path):
    picture = ImageOps.exif_transpose(Image.open(path))
    if picture.mode.startswith("I"):  # grey of 16 bits: its high byte
        picture = Image.fromarray((np.array(picture, int) >> 8).astype(np.uint8))
    if picture.has_transparency_data:
        ground = Image.new("RGBA", picture.size, (*spec["transparent_on"], 255))
        picture = Image.alpha_composite(ground, picture.convert("RGBA"))
    picture = picture if picture.mode in "L1" else picture.convert("RGB")
    picture = picture.convert("RGB" if spec["channels"] == "rgb" else "L")
    have, want = np.array(picture.size), np.array([spec["width"], spec["height"]])
    if spec["resize"] == "pad":
        inner = np.maximum(1, np.round(have * (want / have).min())).astype(int)
        frame = Image.new(picture.mode, tuple(want))  # black, as `padding` says
        frame.paste(resize(picture, inner, (0, 0, *have)), tuple((want - inner) // 2))
        return np.array(frame)
    cut = want * (have / want).min() if spec["resize"] == "crop" else have
    start = np.maximum(0, (have - cut) / 2)
    return np.array(resize(picture, want, (*start, *np.minimum(start + cut, have))))


def resize(image, size, box):  # in each row, then in each column; both round to whole levels
    image = image.resize((size[0], image.height), Image.BILINEAR, (box[0], 0, box[2], image.height))
    return image.resize(tuple(size), Image.BILINEAR, (0, box[1], size[0], box[3]))


def run(name, inputs):  # of each answer what the file gives: scores, or a number
    given = Interpreter(str(bundle / files[name]["path"])).get_signature_runner()(**inputs)
    steps = {each: how["uint8_divisor"] if given[each].dtype == np.uint8 else 1 for each in given}
    given = {each: values[0] / steps[each] for each, values in given.items()}
    return {each: given[answers[each].get("output", next(iter(given)))] for each in answers}


def scores(pixels, name):
    (takes,) = files[name]["runtime"]["signatures"][0]["inputs"]
    batch = np.broadcast_to(np.atleast_3d(pixels), takes["shape"]).astype(takes["dtype"])
    return run(name, {takes["name"]: batch})


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
    pixels = prepare(bundle / each["input"])
    assert sha256(pixels.tobytes()).hexdigest() == each["prepared"]["pixels_sha256"]
    for name, own in each["answers"].items():
        agree(scores(pixels, name), own)
    print("agrees", each["input"], sep="\t")
for path in [] if checks else sys.argv[2:]:
    for name, given in scores(prepare(path), list(files)[-1]).items():
        names, figures = told(given, answers[name])
        said = "|".join(names), "|".join(f"{each:.6g}" for each in figures)
        print(*filter(None, [name]), *said, path, sep="\t")
