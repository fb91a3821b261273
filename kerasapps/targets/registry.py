"""Every kind of app there is, by name: a module writes each."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Protocol, cast

from kerasapps.config import choose
from kerasapps.targets.app import App


class Writer(Protocol):
    """The module of a kind of app."""

    def write(self, app: App, folder: Path) -> None:
        """Fills an empty folder with the whole app.

        Args:
            app: what it is made of.
            folder: nothing outside of it is written.

        Raises:
            BundleError: if there is no app of this kind for such a bundle.
            ConfigError: if the runtime that the user names is none.
            DependencyError: if a runtime is needed and cannot be had.
        """


@dataclass(frozen=True, kw_only=True)
class Target:
    """A kind of app.

    Attributes:
        makes: what it is, in words.
        module: whole name of the module that writes it, a `Writer`.
        next_step: what the user does with it; `{output}` is the folder.
    """

    makes: str
    module: str
    next_step: str

    @property
    def writer(self) -> Writer:
        """The module; imported when it is asked for."""
        return cast(Writer, importlib.import_module(self.module))


TARGETS: Mapping[str, Target] = MappingProxyType(
    {
        "android": Target(
            makes="a project of Android Studio",
            module="kerasapps.targets.android.write",
            next_step="open {output} in Android Studio, and run it on a phone",
        ),
        "ios": Target(
            makes="a project of Xcode",
            module="kerasapps.targets.ios.write",
            next_step="open {output}/App.xcodeproj in Xcode, and run it on an iPhone",
        ),
        "web": Target(
            makes="a page that runs the model in the browser",
            module="kerasapps.targets.web.write",
            next_step="python -m http.server --directory {output} 8000, then open "
            "http://localhost:8000",
        ),
    }
)


def find_target(name: str) -> Target:
    """The target of a name.

    Raises:
        ConfigError: for another name, with the nearest one.
    """
    return TARGETS[choose(name, TARGETS, what="The target")]
