"""What addresses call each bundle that is served."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from kerasapps.deploy.lock import BUNDLE_FOLDER
from kerasapps.errors import ConfigError
from kerasapps.files.paths import user_path

Bundles = Path | str | Sequence[Path | str] | Mapping[str, Path | str]
"""One bundle or several, or name → bundle; a text may be NAME=BUNDLE."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_OTHER = re.compile(r"[^A-Za-z0-9._-]+")


def named_bundles(bundles: Bundles) -> dict[str, Path]:
    """Name → place of each bundle.

    Raises:
        ConfigError: if there is none, two have one name, or a name cannot stand in an address.
    """
    if isinstance(bundles, Mapping):
        pairs = [(str(name), user_path(each, what="The bundle")) for name, each in bundles.items()]
    else:
        several = [bundles] if isinstance(bundles, str | Path) else list(bundles)
        pairs = [_named(each) for each in several]
    named: dict[str, Path] = {}
    for name, path in pairs:
        if not _NAME.fullmatch(name):
            raise ConfigError(
                f"{name!r} cannot be the name of a bundle: take letters, digits, '.', '-' and '_'."
            )
        if name in named:
            raise ConfigError(f"Two bundles are called {name}: give one a name, as NAME=BUNDLE.")
        named[name] = path
    if not named:
        raise ConfigError("There is no bundle to serve.")
    return named


def _named(bundle: Path | str) -> tuple[str, Path]:
    name, sign, rest = str(bundle).partition("=")
    if sign and _NAME.fullmatch(name) and not Path(bundle).exists():
        return name, user_path(rest, what="The bundle")
    path = user_path(bundle, what="The bundle")
    whole = path.absolute()
    folder = whole.parent if whole.name == BUNDLE_FOLDER else whole
    return _OTHER.sub("-", folder.name).strip("-._")[:100] or "model", path
