"""Networks of the user's, as options name them; without Keras."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Self

from kerasapps.errors import ConfigError
from kerasapps.files.paths import user_path

OWN_PREFIX: Final = "own:"
REFERENCE: Final = "FILE.py:NAME"
"""How a text names a network of one's own."""
_REFERENCE: Final = re.compile(r"(?P<file>.+\.py):(?P<name>[A-Za-z_]\w*)")
_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


class OwnNetwork(str):
    """The name of a network of the user's, and what makes it.

    As a text it is `own:NAME@DIGEST`, behind which stand the values that a search's trial gives to
    `build(hp)`. So options, checkpoints and manifests have it, as they have an architecture's name.
    What makes the network is no part of the text: a name that was read builds nothing.

    Attributes:
        plain: the name without values.
        source: a `keras.Model`, a function, an object with `build(hp)`, or a
            `kerasapps.process.user_code.StoredSource` of one.
        values: hyperparameter → its value; those that it lacks have their defaults.
        hp: what `build(hp)` is called with in place of these values, such as to learn what it
            asks for; None: what holds them.
    """

    plain: str
    source: Any
    values: Mapping[str, Any]
    hp: Any

    def __new__(
        cls, plain: str, source: Any, *, values: Mapping[str, Any] = _NOTHING, hp: Any = None
    ) -> Self:
        said = ", ".join(f"{name}={value}" for name, value in values.items())
        self = super().__new__(cls, f"{plain}({said})" if said else plain)
        self.plain, self.source, self.values, self.hp = plain, source, values, hp
        return self

    def with_values(self, values: Mapping[str, Any]) -> OwnNetwork:
        """The network with other hyperparameters."""
        return OwnNetwork(self.plain, self.source, values=values)

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (self.plain, self.source, dict(self.values))

    def __deepcopy__(self, memo: Any) -> OwnNetwork:
        return self


def _again(plain: str, source: Any, values: Mapping[str, Any]) -> OwnNetwork:
    return OwnNetwork(plain, source, values=values)


def is_own(name: str) -> bool:
    """Whether a model's name is that of a network of the user's."""
    return name.startswith(OWN_PREFIX)


def own_title(name: str) -> str:
    """What the user calls it: of `own:my_net@3f2a(units=8)` it is `my_net`."""
    return name.removeprefix(OWN_PREFIX).partition("@")[0]


def split_reference(name: str) -> tuple[Path, str] | None:
    """File and name of `FILE.py:NAME`; None for another text.

    Raises:
        ConfigError: if the file cannot be meant.
    """
    found = _REFERENCE.fullmatch(name)
    if found is None:
        return None
    return user_path(found["file"], what="The file of ModelConfig.model"), found["name"]


def check_reference(file: Path, name: str, *, option: str) -> None:
    """Make sure that a Python file has the name at its top level; nothing in it is run.

    Raises:
        ConfigError: if it cannot be read, or has not.
    """
    try:
        tree = ast.parse(file.read_text(encoding="utf-8"), str(file))
    except OSError as error:
        raise ConfigError(f"{option}: {file} cannot be read: {error.strerror}.") from error
    except (SyntaxError, ValueError) as error:
        raise ConfigError(
            f"{option}: {file} is no Python file that can be read: {error}"
        ) from error
    names = [found for statement in tree.body for found in _names(statement)]
    if name not in names and "*" not in names:
        raise ConfigError(
            f"{option}: {file} has no {name!r}. At its top level stand: "
            f"{', '.join(names) or 'no names'}."
        )


def _names(statement: ast.stmt) -> list[str]:
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return [statement.name]
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return [each.asname or each.name for each in statement.names]
    return [
        node.id
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    ]
