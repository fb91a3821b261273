"""`kerasapps export BUNDLE --target …`: what is asked for, said, and goes together."""

from __future__ import annotations

from pathlib import Path

import pytest

from kerasapps.targets.export import ExportedApp
from tests.cli.calls import command

__all__ = ["command"]  # a fixture

APP = ExportedApp("web", Path("page"), "int8", 12, 10_123_456, "open it")
LINE = ("export", "run", "--target", "web", "--output", "page")


def test_an_app_is_asked_for_and_told(command) -> None:
    ended = command(*LINE, function="export_app", result=APP)
    assert ended.status == 0 and ended.arguments == (Path("run"),)
    asked = {"target": "web", "output": Path("page"), "artifact": None, "runtime": None}
    assert ended.options == asked
    assert ended.out == "App: page (12 files, 10.1 MB, runs int8)\nNext: open it\n"
    more = ("--artifact", "float16", "--runtime", "core.tgz", "--json")
    ended = command(*LINE, *more, function="export_app", result=APP)
    assert ended.options == asked | {"artifact": "float16", "runtime": Path("core.tgz")}
    assert ended.json == {**vars(APP), "output": "page"}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--target", "web"), "--target goes with --output, the folder to write the app to."),
        (("--output", "page"), "--output goes with --target, which names a kind of app."),
        (("--artifact", "int8"), "--artifact goes with --target"),
        ((*LINE[2:], "--data", "d"), "--data and --target exclude each other"),
        ((*LINE[2:], "--saved-model"), "the options of files and --target exclude each other"),
        ((*LINE[2:], "--source", "a.en"), "--output goes with --target"),
    ],
)
def test_what_does_not_go_together_is_refused(command, options, said: str) -> None:
    ended = command("export", "run", *options, function="export_bundle", result=[])
    assert ended.status == 2 and said in ended.err


def test_an_unknown_target_is_told_before_the_bundle_is_read(tmp_path: Path) -> None:
    import kerasapps

    with pytest.raises(kerasapps.ConfigError, match=r"'wep' is not known\. Did you mean 'web'"):
        kerasapps.export_app(tmp_path / "none", target="wep", output=tmp_path / "app")
