"""An app's folder: what is not ours stays, and what is there is whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from kerasapps.deploy.exchange import retired
from kerasapps.deploy.lock import hold
from kerasapps.errors import ConfigError
from kerasapps.targets.place import RECORD, place_app


def write(output: Path, content: str = "one", *, bundle: str = "bundle") -> Path:
    def fill(folder: Path) -> None:
        (folder / "inner").mkdir()
        (folder / "inner" / "page.txt").write_text(content)

    outside = output.parent / bundle
    return place_app(output, outside=outside, made_of={"target": "web"}, fill=fill)


def test_an_app_takes_the_place_of_nothing_an_empty_folder_and_an_older_app(tmp_path: Path) -> None:
    output = tmp_path / "above" / "app"
    for content in ("one", "two"):
        assert write(output, content) == output
        assert (output / "inner" / "page.txt").read_text() == content
        assert sorted(path.name for path in output.rglob("*")) == ["inner", RECORD, "page.txt"]
    assert [path.name for path in output.parent.iterdir()] == ["app"]  # nothing is left beside it
    empty = tmp_path / "empty"
    empty.mkdir()
    write(empty)
    assert (empty / RECORD).is_file()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda app: (app / "mine.txt").touch(), r"mine\.txt was added after the export: move"),
        (lambda app: (app / "inner" / "page.txt").write_text("mine"), r"page\.txt was changed"),
        (lambda app: (app / RECORD).unlink(), "is not empty, and no export wrote what is in it"),
        (lambda app: (app / RECORD).write_text("[]"), "no export wrote"),
        (lambda app: (app / "link").symlink_to(app.parent), "link was added after the export"),
    ],
)
def test_what_the_user_made_is_refused_and_stays(tmp_path: Path, change, said: str) -> None:
    app = write(tmp_path / "app")
    change(app)
    before = {path: path.is_file() and path.read_text() for path in app.rglob("*")}
    with pytest.raises(ConfigError, match=said):
        write(app, "two")
    assert {path: path.is_file() and path.read_text() for path in app.rglob("*")} == before


def test_an_app_that_cannot_be_written_leaves_the_one_that_is_there(tmp_path: Path) -> None:
    app = write(tmp_path / "app")

    def fail(folder: Path) -> None:
        (folder / "half").touch()
        raise ValueError

    with pytest.raises(ValueError):
        place_app(app, outside=tmp_path / "bundle", made_of={"target": "web"}, fill=fail)
    assert (app / "inner" / "page.txt").read_text() == "one"
    assert [path.name for path in tmp_path.iterdir()] == ["app"]


def test_a_bundle_and_an_app_do_not_lie_in_each_other(tmp_path: Path) -> None:
    for output in (tmp_path / "bundle", tmp_path / "bundle" / "app"):
        with pytest.raises(ConfigError, match="lie in each other"):
            place_app(output, outside=tmp_path / "bundle", made_of={}, fill=lambda folder: None)
    with pytest.raises(ConfigError, match="lie in each other"):
        place_app(tmp_path, outside=tmp_path / "bundle", made_of={}, fill=lambda folder: None)


def test_one_process_at_a_time_writes_to_a_folder(tmp_path: Path) -> None:
    with (
        hold(tmp_path / ".app.lock"),
        pytest.raises(ConfigError, match="Another process writes to the output folder"),
    ):
        write(tmp_path / "app")


def test_what_is_put_there_while_an_app_is_written_stays(tmp_path: Path) -> None:
    output = tmp_path / "app"

    def fill(folder: Path) -> None:
        output.mkdir()
        (output / "mine.txt").touch()

    with pytest.raises(ConfigError, match="is not empty, and no export wrote"):
        place_app(output, outside=tmp_path / "bundle", made_of={"target": "web"}, fill=fill)
    assert [path.name for path in output.iterdir()] == ["mine.txt"]


def test_an_exchange_that_was_cut_off_is_undone_first(tmp_path: Path) -> None:
    output = tmp_path / "app"
    write(output)
    (output / "inner" / "page.txt").write_text("mine")
    output.rename(retired(output))  # as a process leaves it that is killed between two renames
    with pytest.raises(ConfigError, match=r"page\.txt was changed"):
        write(output, "two")
    assert (output / "inner" / "page.txt").read_text() == "mine"
