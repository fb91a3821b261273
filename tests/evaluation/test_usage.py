"""Lines to copy: which there are, and that they are quoted."""

from __future__ import annotations

import dataclasses
from pathlib import PurePosixPath

import pytest

from kerasapps.evaluation import usage as usage_module
from kerasapps.evaluation.usage import (
    Asked,
    ShippedFiles,
    Usage,
    sample_text,
    use_section,
    wrapped,
)
from tests.evaluation.pages import code_of, parsed_section, text_of
from tests.values import kinds_of

ASKED = Asked(
    typed="'a b'", data="more/", python="'a b'", takes="a text", served="tf.constant(['a b'])"
)
USAGE = Usage(asked=ASKED, shown="answer.label", gives="scores")
RUN = PurePosixPath("my runs/it's")
FILES = ShippedFiles(
    run=RUN,
    bundle=RUN / "bundle",
    artifact="int8",
    saved_model=True,
    apps=("android", "ios", "web"),
)


def page_of(files: ShippedFiles = FILES, **changes):
    """The section, parsed."""
    usage = dataclasses.replace(USAGE, asked=dataclasses.replace(ASKED, **changes))
    return parsed_section(use_section(usage, files))


def headings(root):
    return [each.text for each in root.iter("h3")]


def test_there_are_lines_for_each_way_to_use_a_bundle():
    root = page_of()
    assert headings(root) == [
        "On the command line",
        "In Python, without TensorFlow",
        "On a phone, or wherever LiteRT runs",
        "On a server, with TensorFlow",
    ]
    commands, python, server = code_of(root)
    run = "'my runs/it'\"'\"'s'"
    assert [line for line in commands.splitlines() if not line.startswith("#")] == [
        f"kerasapps predict {run} 'a b'",
        f"kerasapps evaluate {run} more/",
        f"kerasapps benchmark {run}",
        f"kerasapps serve {run}",
        f"kerasapps export {run} --target android --output app",
    ]
    assert f"\nkerasapps explain {run} 7\n" in code_of(page_of(explained="7"))[0]
    for code in (python, server):
        compile(code, "lines", "exec")
    assert 'load_bundle("my runs/it\'s", artifact="int8")' in python
    assert 'saved_model.load("my runs/it\'s/bundle/saved_model")' in server
    assert "import others\n" in code_of(page_of(serving="import others"))[2]


def test_only_apps_that_there_are_are_told():
    told = {
        apps: code_of(page_of(dataclasses.replace(FILES, apps=apps)))[0]
        for apps in [(), ("web",), FILES.apps]
    }
    assert "--target" not in told[()]
    assert "runs in the browser\nkerasapps export" in told[("web",)]
    assert "--target web --output app" in told[("web",)]
    assert "in Kotlin; there are ios and web, too\n" in told[FILES.apps]


def test_a_tflite_file_is_told_in_words_and_run_where_lines_can():
    assert "model_int8.tflite takes a text, and gives scores." in text_of(page_of())
    assert "divide by 256" not in text_of(page_of())
    steps = dataclasses.replace(FILES, scores="uint8")
    assert "divide by 256" in text_of(page_of(steps))
    lines = code_of(page_of(imports="x = 1", value="np.zeros(x)"))[2]
    compile(lines, "lines", "exec")
    assert 'Interpreter("my runs/it\'s/bundle/model_int8.tflite")' in lines


def test_what_there_is_no_file_for_is_left_out():
    alone = dataclasses.replace(FILES, artifact="")
    assert headings(page_of(alone)) == ["On a server, with TensorFlow"]
    assert len(headings(page_of(dataclasses.replace(FILES, saved_model=False)))) == 3
    nothing = dataclasses.replace(alone, saved_model=False)
    assert use_section(USAGE, nothing) is None and use_section(None, FILES) is None


@pytest.mark.parametrize(
    ("texts", "taken"),
    [
        (["-x", "two\nlines", "x" * 61, "short one", "other"], "short one"),
        (["1", ""], "A text of yours."),
        ([], "A text of yours."),
    ],
)
def test_a_text_is_taken_that_fits_a_line(texts, taken):
    assert sample_text(texts) == taken


def test_long_parts_have_a_line_each():
    assert wrapped(["'a': 1", "'b': 2"], "{}") == "{'a': 1, 'b': 2}"
    parts = [f"'{'x' * 30}': {number}" for number in range(2)]
    assert wrapped(parts, "{}") == f"{{\n    {parts[0]},\n    {parts[1]},\n}}"


def test_kinds_of_values():
    assert set(kinds_of(usage_module).values()) == {"frozen, by name"}
