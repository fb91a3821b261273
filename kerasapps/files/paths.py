"""Paths as users write them: `~` is a home folder, and what cannot be meant is refused by name.

Every path that an option, an argument or a caller names becomes a `Path` here, before anything is
compared with it or made of it.
"""

from __future__ import annotations

import difflib
import errno
import os
import re
from pathlib import Path
from urllib.parse import unquote

from kerasapps.errors import ConfigError, KerasAppsError

_URL = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)
_SHOWN = 200  # characters of a path that is too long


def user_path(value: object, *, what: str, error: type[KerasAppsError] = ConfigError) -> Path:
    """The path that a user wrote, with `~` and `~name` as home folders.

    A local URL (`file:///home/me/a%20b`) is the path in it. A name that begins with `~` and another
    character is that file where there is one.

    Args:
        value: a text, bytes as the system has them, or an `os.PathLike`.
        what: names the option or argument in an error.
        error: its class.

    Raises:
        KerasAppsError: of the class `error`, if it is empty, no path, another URL, has blanks
            around it and leads to nothing, begins with the home folder of nobody, is longer than a
            path can be, or leads through what may not be looked at.
    """
    if not isinstance(value, str | bytes | os.PathLike):
        raise error(f"{what} is a {type(value).__name__}: give a path, as a text or a Path.")
    text = without_scheme(os.fsdecode(value))
    if not text.strip():
        raise error(f"{what} is empty: give a path (. is the current folder).")
    if "\0" in text:
        raise error(f"{what} has a null character, which no path has.")
    if is_url(text):
        raise error(f"{what} is a URL, {text}: give a local path; download what it leads to.")
    path = _at_home(text, what, error)
    _refuse_unreachable(path, what, error)
    if text != text.strip() and not os.path.lexists(path):
        raise error(
            f"{what} is {text!r}, with blanks around it, and there is nothing of that name: leave "
            "them out."
        )
    return path


def file_place(value: object, *, what: str) -> Path:
    """Where a user wants a file written; the folders above it are made.

    Args:
        value: as of `user_path`.
        what: likewise.

    Raises:
        ConfigError: as `user_path`, and if no file can be written there.
    """
    path = user_path(value, what=what)
    if path.is_dir() or not path.name:
        raise ConfigError(f"{what} is {path}, a folder: give the name of a file in it.")
    _make_folder(real_path(path).parent, path, what)
    if path.exists() and not os.access(path, os.W_OK):
        raise ConfigError(f"{what} is {path}, which may not be written: name another place.")
    return path


def folder_place(value: object, *, what: str) -> Path:
    """Where a user wants a folder written; the folders above it are made, itself not.

    Args:
        value: as of `user_path`.
        what: likewise.

    Raises:
        ConfigError: as `user_path`, and if no folder can be written there.
    """
    path = user_path(value, what=what)
    if path.exists() and not path.is_dir():
        raise ConfigError(f"{what} is {path}, a file: name a folder.")
    _make_folder(real_path(path).parent, path, what)
    return path


def near_paths(path: Path) -> list[Path]:
    """What stands beside a path that leads to nothing and may have been meant, the nearest first.

    Raises:
        OSError: if its folder cannot be read.
    """
    names = [item.name for item in path.parent.iterdir() if not item.name.startswith(".")]
    near = difflib.get_close_matches(path.name, names, n=3)
    # A suffix that many files share makes no name like another.
    return [path.parent / name for name in near if _has_such_stem(path, Path(name))]


def _has_such_stem(path: Path, other: Path) -> bool:
    return bool(difflib.get_close_matches(path.stem, [other.stem]))


def real_path(path: Path) -> Path:
    """The path without links; what a link leads to that leads to itself stays as it is."""
    return Path(os.path.realpath(path))  # Path.resolve raises for those


def is_named(data: str) -> bool:
    """Whether the text names data that is no path."""
    return data.startswith(("builtin:", "tfds:"))


def without_scheme(text: str) -> str:
    """The path of a local file that is named as a URL, `file:///a%20b.png`; else the text."""
    if not text.lower().startswith("file://"):
        return text
    return unquote(text[len("file://") :].removeprefix("localhost"))


def is_url(text: str) -> bool:
    """Whether the text is the address of something that is no local file."""
    return bool(_URL.match(text))


def _refuse_unreachable(path: Path, what: str, error: type[KerasAppsError]) -> None:
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return  # nothing there, or not in this system's encoding: whoever opens it tells
    except OSError as problem:
        if problem.errno == errno.ELOOP:
            return  # a link to itself, which is a name like any other
        shown = text if len(text := str(path)) <= _SHOWN else f"{text[:_SHOWN]}…"
        raise error(f"{what} is {shown}, which cannot be used: {problem.strerror}.") from problem


def _make_folder(folder: Path, path: Path, what: str) -> None:
    """The folder above what is to be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        where = problem.filename or folder
        raise ConfigError(
            f"{what} is {path}, and {where} cannot be made: {problem.strerror}. Name another place."
        ) from problem
    if not os.access(folder, os.W_OK | os.X_OK):
        raise ConfigError(f"{what} is {path}, and {folder} may not be written: name another place.")


def _at_home(text: str, what: str, error: type[KerasAppsError]) -> Path:
    """The path with the home folder that it begins with."""
    if not text.startswith("~"):
        return Path(text)
    user, separator, rest = text.partition("/")
    if user != "~" and os.path.lexists(text):
        return Path(text)
    home = Path(os.path.expanduser(user))  # noqa: PTH111 — Path.expanduser raises for nobody
    if not home.is_absolute():
        known = "this system has no home folder for you" if user == "~" else "there is no such user"
        raise error(f"{what} is {text}, and {known}: write the whole path, or ./{text} for a file.")
    if not home.is_dir():
        raise error(f"{what} is {text}, and {user} is {home}, which is no folder.")
    return home / rest.lstrip("/") if separator else home
