"""The report's section on how to use a bundle: lines to copy, made for this very bundle."""

from __future__ import annotations

import itertools
import json
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from kerasapps.evaluation.sections import TEMPLATES, Section, render

_LONGEST = 60  # characters of an input on a line
_LOOKED_AT = 1000  # texts of which one is taken
_APPS = {
    "android": "an app around it, in Kotlin",
    "ios": "an app around it, in Swift",
    "web": "a page around it, which runs in the browser",
}


_ONE = """\
interpreter.allocate_tensors()
(takes,), (gives,) = interpreter.get_input_details(), interpreter.get_output_details()
interpreter.set_tensor(takes["index"], {value})
interpreter.invoke()
print(interpreter.get_tensor(gives["index"]))"""
_ONE_BY_NAME = """\
answer = interpreter.get_signature_runner()
((name, takes),) = answer.get_input_details().items()
for output, values in answer(**{{name: {value}}}).items():
    print(output, values)"""
"""How an interpreter is asked for the one thing that a file gives, and for several."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a bundle is asked, as it is written.

    Attributes:
        typed: an input on the command line, quoted for a shell; "" where that knows no such bundle.
        data: more data whose answers are known, likewise.
        explained: what `explain` takes, likewise; "" where nothing is explained.
        imported: what `python` needs.
        python: an input as an expression of Python.
        takes: what a TFLite file takes, as the end of a sentence.
        imports: of the next one.
        value: an expression for the array that a TFLite file takes, of the type `takes["dtype"]`;
            "" where only the bundle can make it.
        served: arguments of the SavedModel's signature.
        serving: of the SavedModel: packages that must be imported before it is loaded.
    """

    typed: str = ""
    data: str = ""
    explained: str = ""
    imported: str = ""
    python: str
    takes: str
    imports: str = ""
    value: str = ""
    served: str
    serving: str = ""


@dataclass(frozen=True, kw_only=True)
class Usage:
    """How a bundle of a task is used.

    Attributes:
        asked: what it is asked.
        shown: what Python prints of an answer, which is called `answer`.
        gives: what a TFLite file gives, as the end of a sentence.
        by_name: whether it gives several things, each under its name.
    """

    asked: Asked
    shown: str
    gives: str
    by_name: bool = False


@dataclass(frozen=True, kw_only=True)
class ShippedFiles:
    """What of a bundle is used.

    Attributes:
        run: the folder that commands take: the run's, or the bundle itself.
        bundle: the bundle.
        artifact: name of the TFLite file that is used where none is named; "" if there is none.
        scores: the type of its scores, where it gives such.
        saved_model: whether there is one.
        onnx: the ONNX file's path, of a translator the first one's; None without.
        apps: the kinds of app there are around such a bundle, as `--target` names them.
    """

    run: PurePath
    bundle: PurePath
    artifact: str = ""
    scores: str | None = None
    saved_model: bool = False
    onnx: PurePath | None = None
    apps: tuple[str, ...] = ()

    @property
    def tflite(self) -> str:
        """The TFLite file's name."""
        return f"model_{self.artifact}.tflite"


@dataclass(frozen=True, kw_only=True)
class UseBlock:
    """Lines to copy, and what is to be known of them."""

    heading: str
    code: str
    said: str = ""


def use_section(usage: Usage | None, files: ShippedFiles) -> Section | None:
    """How a bundle is used; None where nobody says so, or it has no file that can be.

    Args:
        usage: of the task.
        files: of the bundle.
    """
    if usage is None or not (files.artifact or files.saved_model or files.onnx):
        return None
    blocks = []
    if files.artifact:
        blocks += [_commands(usage, files)] if usage.asked.typed else []
        blocks += [_python(usage, files), _tflite(usage, files)]
    if files.onnx is not None:
        blocks.append(_onnx(files.onnx))
    if files.saved_model:
        blocks.append(_server(usage.asked, files))
    html = render(TEMPLATES / "use.html.j2", blocks=blocks)
    return Section(name="use", link="Use it", heading="Use it", html=html)


def sample_text(texts: Sequence[str]) -> str:
    """The first of some texts that is short and begins with a letter, else a text that is none."""
    fitting = (
        text
        for text in itertools.islice(texts, _LOOKED_AT)
        if len(text) <= _LONGEST and text[:1].isalpha() and text.isprintable()
    )
    return next(fitting, "A text of yours.")


def literal(text: str) -> str:
    """A text in Python, between double quotes."""
    return json.dumps(text, ensure_ascii=False)  # whose strings are Python's too


def wrapped(parts: Sequence[str], braces: Sequence[str]) -> str:
    """Parts with commas between braces: on a line, or where that is too long on a line each."""
    opening, closing = braces
    line = f"{opening}{', '.join(parts)}{closing}"
    if len(line) <= _LONGEST:
        return line
    lines = "".join(f"    {part},\n" for part in parts)
    return f"{opening}\n{lines}{closing}"


def _commands(usage: Usage, files: ShippedFiles) -> UseBlock:
    asked, run = usage.asked, shlex.quote(files.run.as_posix())
    explained = ("# why this answer", f"kerasapps explain {run} {asked.explained}")
    lines = [
        "# an answer; needs no TensorFlow",
        f"kerasapps predict {run} {asked.typed}",
        *(explained if asked.explained else ()),
        "# how good it is on other data",
        f"kerasapps evaluate {run} {asked.data}",
        "# how fast it is on this machine",
        f"kerasapps benchmark {run}",
        "# a page to try it, and answers over HTTP; needs kerasapps[serve]",
        f"kerasapps serve {run}",
        *_app_lines(files.apps, run),
    ]
    return UseBlock(heading="On the command line", code="\n".join(lines))


def _app_lines(apps: Sequence[str], run: str) -> list[str]:
    """How an app is made; none where there is none of such a bundle."""
    if not apps:
        return []
    first, *others = apps
    too = f"; there {'is' if len(others) == 1 else 'are'} {' and '.join(others)}, too"
    return [
        f"# {_APPS[first]}{too if others else ''}",
        f"kerasapps export {run} --target {first} --output app",
    ]


def _python(usage: Usage, files: ShippedFiles) -> UseBlock:
    asked = usage.asked
    imports = "\n".join([*filter(None, [asked.imported]), "from kerasapps import load_bundle"])
    code = f"""\
{imports}

bundle = load_bundle({literal(files.run.as_posix())}, artifact={literal(files.artifact)})
answer = bundle.predict({asked.python})[0]
print({usage.shown})"""
    return UseBlock(heading="In Python, without TensorFlow", code=code)


def _tflite(usage: Usage, files: ShippedFiles) -> UseBlock:
    asked = usage.asked
    steps = " They count in steps of 1/256: divide by 256." if files.scores == "uint8" else ""
    run = _ONE_BY_NAME if usage.by_name else _ONE
    code = f"""\
import numpy as np
from ai_edge_litert.interpreter import Interpreter
{asked.imports}

interpreter = Interpreter({literal((files.bundle / files.tflite).as_posix())})
{run.format(value=asked.value)}"""
    return UseBlock(
        heading="On a phone, or wherever LiteRT runs",
        said=f"{files.tflite} takes {asked.takes}, and gives {usage.gives}.{steps} "
        "It needs builtin operations only.",
        code=code if asked.value else "",
    )


def _onnx(file: PurePath) -> UseBlock:
    code = f"""\
import onnxruntime

session = onnxruntime.InferenceSession({literal(file.as_posix())})
for each in (*session.get_inputs(), *session.get_outputs()):
    print(each.name, each.type, each.shape)"""
    return UseBlock(
        heading="Wherever onnxruntime runs",
        said=f"{file.name} takes and gives what a TFLite file does, with numbers in float32 and in "
        "batches of any size.",
        code=code,
    )


def _server(asked: Asked, files: ShippedFiles) -> UseBlock:
    folder = literal((files.bundle / "saved_model").as_posix())
    code = f"""\
import tensorflow as tf
{asked.serving}
serve = tf.saved_model.load({folder}).signatures["serving_default"]
print(serve({asked.served}))"""
    return UseBlock(heading="On a server, with TensorFlow", code=code)
