"""From a bundle to the folder of an app."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kerasapps.deploy.manifest import digest_of
from kerasapps.errors import ConfigError, KerasAppsError
from kerasapps.files.room import telling_of_full_disks
from kerasapps.targets.app import App
from kerasapps.targets.place import place_app
from kerasapps.targets.registry import find_target
from kerasapps.wording.harmless import printable


@dataclass(frozen=True)
class ExportedApp:
    """An app that was written.

    Attributes:
        target: which kind.
        output: its folder.
        artifact: name of the TFLite file that it runs.
        files: how many it has.
        size_bytes: of all of them.
        next_step: what to do with it.
    """

    target: str
    output: Path
    artifact: str
    files: int
    size_bytes: int
    next_step: str

    def to_dict(self) -> dict[str, Any]:
        """Plain values."""
        return {**vars(self), "output": str(self.output)}


def write_app(app: App, *, target: str, output: object) -> ExportedApp:
    """Writes an app, whole, in place of what an earlier export left there.

    Args:
        app: what it is made of.
        target: one of `TARGETS`.
        output: its folder.

    Raises:
        ConfigError: for an unknown target, or a folder that holds something else.
        BundleError: if there is no such app for the bundle.
        DependencyError: if it needs a runtime that cannot be had.
    """
    kind = find_target(target)
    manifest = app.manifest
    made_of = {
        "target": target,
        "run": app.name,
        "artifact": app.artifact["name"],
        "bundle": digest_of(manifest.files),
    }
    try:
        with telling_of_full_disks(str(output)):
            place = place_app(
                output,
                outside=manifest.folder,
                made_of=made_of,
                fill=lambda folder: kind.writer.write(app, folder),
            )
    except KerasAppsError:
        raise
    except OSError as error:
        raise ConfigError(
            f"The output folder {printable(str(output))} cannot be written: {error.strerror}. Name "
            "another one."
        ) from error
    sizes = [path.stat().st_size for path in place.rglob("*") if path.is_file()]
    return ExportedApp(
        target=target,
        output=place,
        artifact=str(app.artifact["name"]),
        files=len(sizes),
        size_bytes=sum(sizes),
        next_step=kind.next_step.format(output=shlex.quote(str(place))),
    )
