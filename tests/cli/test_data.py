"""The data that a command line names, and options of the tasks."""

from __future__ import annotations

import dataclasses
from types import SimpleNamespace
from typing import Annotated, Any

import pytest
import typer
from typer.testing import CliRunner

from kerasapps.cli.data import Data, named_data, with_data, with_options
from kerasapps.config.checks import option
from kerasapps.errors import ConfigError

PAIRS = {"source": "the one side", "target": "the other"}
TRIPLES = {"left": "l", "middle": "m", "right": "r"}


@dataclasses.dataclass(frozen=True, kw_only=True)
class RowConfig:
    """Fields that a command asks for."""

    target: str | None = option(None, "column", asks=("check",))
    depth_limit: int = option(3, "depth", asks=("check",), asked="how deep (default: 3)")
    strict: bool = option(False, "strictly", asks=("check",))


ASKS = dict.fromkeys(("target", "depth_limit", "strict"), RowConfig)


def task(**parts: str) -> Any:
    return SimpleNamespace(parts=parts)


def app_of(called_with: list[Any], *tasks: Any, **options: Any) -> typer.Typer:
    app = typer.Typer()

    @app.command()
    @with_data(tasks, **options)
    def run(first: str, data: Data = None, *, options: Any = None, last: int = 3) -> None:
        called_with[:] = [first, data, options, last]

    return app


def asked(*line: str, app: typer.Typer) -> Any:
    ended = CliRunner().invoke(app, [*line])
    failed = ended.exception
    return ended.exit_code if failed is None or isinstance(failed, SystemExit) else failed


def test_one_place_or_a_file_for_each_part() -> None:
    called_with: list[Any] = []
    app = app_of(called_with, task(), task(**PAIRS), asks=ASKS, help="what there is")
    assert asked("x", "here", app=app) == 0 and called_with == ["x", "here", {}, 3]
    assert asked("x", "--source", "a", "--target", "b", "--last", "4", app=app) == 0
    assert called_with == ["x", ("a", "b"), {}, 4]
    assert asked("x", "here", "--target", "price", "--depth-limit", "2", app=app) == 0
    assert called_with[1:3] == ["here", {"target": "price", "depth_limit": 2}]
    assert asked("x", "here", "--no-strict", app=app) == 0 and called_with[2] == {"strict": False}
    assert asked("x", "", app=app) == 2
    error = asked("x", app=app)
    assert str(error) == "There is no data: give DATA, or two files with --source and --target."


def test_data_without_parts_must_be_there() -> None:
    called_with: list[Any] = []
    app = app_of(called_with, task(), help="what there is")
    assert asked("x", "here", app=app) == 0 and called_with[:2] == ["x", "here"]
    assert asked("x", app=app) == 2
    assert "--source" not in CliRunner().invoke(app, ["--help"]).output


def test_help() -> None:
    app = app_of([], task(**PAIRS), task(**TRIPLES), asks=ASKS, help="what there is")
    shown = " ".join(CliRunner().invoke(app, ["--help"]).output.replace("│", " ").split())
    assert "what there is; or give --source and --target; or give --left and --middle" in shown
    for words in ("--source FILE the one side", "--right FILE r", "how deep (default: 3)"):
        assert words in shown
    assert shown.index("--right") < shown.index("--depth-limit") < shown.index("--last")
    assert shown.count("--target ") == 1 and "FILE the other; with DATA: column" in shown
    assert "default: 3]" in shown


def test_data_that_is_not_needed_keeps_its_own_option() -> None:
    called_with: list[Any] = []
    app = typer.Typer()

    @app.command()
    @with_data([task(**PAIRS)], needed=False)
    def run(data: Annotated[str | None, typer.Option("--data")] = None) -> None:
        called_with[:] = [data]

    for line, expected in (
        ([], None),
        (["--data", "d"], "d"),
        (["--source", "a", "--target", "b"], ("a", "b")),
    ):
        assert asked(*line, app=app) == 0 and called_with == [expected]


@pytest.mark.parametrize(
    ("data", "options", "expected"),
    [
        (None, {}, (None, {})),
        ("d", {"deep": 1}, ("d", {"deep": 1})),
        ("d", {"target": "c"}, ("d", {"target": "c"})),
        (None, {"target": "b", "deep": 1, "source": "a"}, (("a", "b"), {"deep": 1})),
        (None, {"right": "c", "left": "a", "middle": "b"}, (("a", "b", "c"), {})),
    ],
)
def test_what_is_named(data: str | None, options: dict[str, Any], expected: Any) -> None:
    assert named_data(data, options, [PAIRS, TRIPLES], fields=["target", "deep"]) == expected


def test_a_part_may_mean_something_else_alone() -> None:
    def named(data: str | None, **options: str) -> Any:
        return named_data(data, options, [PAIRS, TRIPLES], fields=(), alone=["target"])

    assert named(None, target="web") == (None, {"target": "web"})
    assert named("d", target="web") == ("d", {"target": "web"})
    assert named(None, target="b", source="a") == (("a", "b"), {})
    with pytest.raises(ConfigError, match="--source goes with --target"):
        named(None, source="a")


@pytest.mark.parametrize(
    ("data", "options", "message"),
    [
        (None, ["source"], "--source goes with --target: give both"),
        (None, ["target"], "--target goes with --source: give both"),
        (None, ["middle", "right"], "--middle goes with --left: give all"),
        ("data", ["source"], r"DATA \(data\) and --source exclude each other"),
        ("data", ["target"], r"DATA \(data\) and --target exclude each other"),
        ("data", ["target", "source"], r"DATA \(data\) and --source exclude each other"),
    ],
)
def test_all_else_is_refused(data: str | None, options: list[str], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        named_data(data, dict.fromkeys(options, "x"), [PAIRS, TRIPLES], fields=["deep"])


def test_options_alone() -> None:
    called_with: list[Any] = []
    app = typer.Typer()

    @app.command()
    @with_options(ASKS)
    def run(first: str, *, options: Any, last: int = 3) -> None:
        called_with[:] = [first, options, last]

    assert asked("x", app=app) == 0 and called_with == ["x", {}, 3]
    assert asked("x", "--depth-limit", "0", "--target", "t", "--strict", app=app) == 0
    assert called_with == ["x", {"depth_limit": 0, "target": "t", "strict": True}, 3]
