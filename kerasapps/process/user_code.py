"""Python code of the user's: imported by its file, told from changed code, sent to processes."""

from __future__ import annotations

import ast
import functools
import hashlib
import importlib
import importlib.util
import pickle
import sys
import types
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from kerasapps.errors import ConfigError
from kerasapps.files.paths import user_path

_IMPORTING: Final[ContextVar[Path | None]] = ContextVar("importing", default=None)
_PLAIN: Final = (str, bytes, int, float, complex, type(None))


@dataclass(frozen=True)
class StoredSource:
    """What makes a network, as another process finds it.

    Attributes:
        kind: `file`: an object of a Python file; `pickle`: of a pickle that a search left for its
            own trials; `model`: a saved Keras model.
        path: of that file.
        name: of the object in a Python file.
        needs: modules, or Python files, whose import registers a model's classes.
        places: where modules are looked for, beside where this process does.
        made: of a model, whether a function made it for the data, which it then does not decide.
    """

    kind: Literal["file", "pickle", "model"]
    path: str
    name: str = ""
    needs: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    made: bool = False

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> StoredSource:
        """The source whose fields JSON kept."""
        fields: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in values.items()
        }
        return cls(**fields)

    def load(self) -> Any:
        """The object; of a model its file, once what it needs is imported."""
        if self.kind == "file":
            return object_in(Path(self.path), self.name)
        look_in(self.places)
        for need in self.needs:
            imported_file(Path(need)) if need.endswith(".py") else importlib.import_module(need)
        path = Path(self.path)
        return pickle.loads(path.read_bytes()) if self.kind == "pickle" else path


def object_in(file: Path, name: str) -> Any:
    """What a Python file calls so at its top level.

    Raises:
        ConfigError: if the file cannot be imported, or has no such name.
    """
    module = imported_file(file)
    if not hasattr(module, name):
        raise ConfigError(f"{file} has no {name!r} (at its top level).")
    return getattr(module, name)


def code_files(files: Sequence[Path | str], *, option: str) -> tuple[Path, ...]:
    """The Python files that a user names; nothing is imported.

    Args:
        files: as they were given.
        option: by which, for the message.

    Raises:
        ConfigError: naming one that is no Python file.
    """
    if isinstance(files, str | Path):
        raise ConfigError(f"{option} takes a list of Python files, got {str(files)!r}.")
    paths = tuple(user_path(each, what=option) for each in files)
    for path in paths:
        if path.suffix != ".py" or not path.is_file():
            raise ConfigError(f"{option}: {path} is no Python file.")
    return paths


def look_in(places: Iterable[str]) -> None:
    """Looks for modules in some folders too, after those in which a process does."""
    sys.path += [place for place in places if place not in sys.path]


def imported_file(file: Path) -> types.ModuleType:
    """The module of a Python file, imported once a process; its neighbours can be imported by it.

    Raises:
        ConfigError: if it cannot be imported.
    """
    file = file.resolve()
    for module in list(sys.modules.values()):
        place = getattr(module, "__file__", None)
        if place is not None and Path(place) == file:
            return module
    name = file.stem
    if name in sys.modules:
        name += "_" + hashlib.sha256(str(file).encode()).hexdigest()[:8]
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise ConfigError(f"{file} is no Python file.")
    module = importlib.util.module_from_spec(spec)
    look_in([str(file.parent)])
    sys.modules[name] = module
    token = _IMPORTING.set(file)
    try:
        spec.loader.exec_module(module)
    except ConfigError:
        del sys.modules[name]
        raise
    # It is the user's code: it may raise anything, and must not end the command as if all went well
    except (Exception, SystemExit) as error:
        del sys.modules[name]
        raise ConfigError(f"{file} cannot be imported: {type(error).__name__}: {error}") from error
    finally:
        _IMPORTING.reset(token)
    return module


def refuse_while_importing() -> None:
    """A file that is imported for its network must not train as it is imported.

    Raises:
        ConfigError: within the import of a user's file.
    """
    if file := _IMPORTING.get():
        raise _unguarded(file)


def refuse_unguarded_script() -> None:
    """The script that is running must not do again what it does now when it is imported.

    Raises:
        ConfigError: if the statement that it is at does not stand under `if __name__ == …`.
    """
    frame: types.FrameType | None = sys._getframe()
    while frame is not None and not _is_script(frame):
        frame = frame.f_back
    if frame is None:
        return
    file = Path(frame.f_code.co_filename)
    try:
        statements = ast.parse(file.read_bytes()).body
    except (OSError, SyntaxError, ValueError):  # of a session or a notebook
        return
    lines = ((each, range(each.lineno, (each.end_lineno or 0) + 1)) for each in statements)
    running = [each for each, span in lines if frame.f_lineno in span]
    if running and not any(map(_is_guard, running)):
        raise _unguarded(file)


def _is_script(frame: types.FrameType) -> bool:
    return frame.f_code.co_name == "<module>" and frame.f_globals.get("__name__") == "__main__"


def _is_guard(statement: ast.stmt) -> bool:
    names = ast.walk(statement.test) if isinstance(statement, ast.If) else ()
    return any(isinstance(each, ast.Name) and each.id == "__name__" for each in names)


def _unguarded(file: Path) -> ConfigError:
    return ConfigError(
        f"{file} starts a training as it is imported, which the processes of a search do to "
        "find its network. Put the call under: if __name__ == '__main__':"
    )


def code_digest(value: Any) -> str:
    """SHA-256 of what an object does: of code, constants and values, not of layout and comments.

    Args:
        value: a function, or an object with functions. Those of the same module that it names
            count too.
    """
    text = "\n".join(_described(value, set()))
    return hashlib.sha256(text.encode()).hexdigest()


def _described(value: Any, seen: set[int]) -> Iterator[str]:
    if isinstance(value, _PLAIN):
        yield repr(value)
    elif isinstance(value, tuple | list):
        yield from _each(value, seen)
    elif isinstance(value, set | frozenset):
        yield repr(sorted(map(repr, value)))
    elif isinstance(value, dict):
        yield from _each([part for item in value.items() for part in item], seen)
    elif id(value) in seen:
        yield "again"
    else:
        seen.add(id(value))
        yield type(value).__name__
        yield from _each(_parts(value), seen)


def _each(values: Iterable[Any], seen: set[int]) -> Iterator[str]:
    for value in values:
        yield from _described(value, seen)


def _parts(value: Any) -> list[Any]:
    """What an object is made of that tells it from others of its type."""
    parts: list[Any] = [type(value).__qualname__]
    if isinstance(value, functools.partial):
        parts = [value.func, value.args, value.keywords]
    elif isinstance(value, types.MethodType):
        parts = [value.__func__, value.__self__]
    elif isinstance(value, types.FunctionType):
        parts = _of_function(value)
    elif isinstance(value, types.CodeType):
        parts = [value.co_code, value.co_names, value.co_consts]
    elif isinstance(value, type):
        functions = [each for each in vars(value).values() if isinstance(each, types.FunctionType)]
        parts = [value.__qualname__, *functions]
    elif hasattr(type(value), "build"):
        fields = {n: v for n, v in vars(value).items() if not isinstance(v, types.MethodType)}
        parts = [type(value), fields]
    return parts


def _of_function(function: types.FunctionType) -> list[Any]:
    """Its code but for the docstring, what it was made with, and what it names of its module."""
    code, doc = function.__code__, function.__doc__
    first, *constants = code.co_consts
    constants = constants if first in (doc, None) else [first, *constants]
    cells = [cell.cell_contents for cell in function.__closure__ or ()]
    named = [function.__globals__.get(name) for name in code.co_names]
    helpers = [each for each in named if _is_of(each, function.__module__)]
    made_with = [function.__defaults__, function.__kwdefaults__, cells]
    return [code.co_code, code.co_names, constants, *made_with, *helpers]


def _is_of(value: Any, module: str) -> bool:
    known = isinstance(value, (types.FunctionType, type, *_PLAIN))
    return known and getattr(value, "__module__", module) == module
