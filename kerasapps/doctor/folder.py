"""The folder that one works in: whether Python finds this package from there."""

from __future__ import annotations

from pathlib import Path

from kerasapps.doctor.finding import Finding

_NAME = "kerasapps"


def folder_findings(folder: Path) -> list[Finding]:
    """A note where a folder called as the package is comes before an editable installation of it.

    Python takes a folder without `__init__.py` beside a script for a package with nothing in it;
    where an editable installation lies it would look later.

    Args:
        folder: the current one.
    """
    clone = folder / _NAME
    if not clone.is_dir() or (clone / "__init__.py").exists():
        return []
    return [
        Finding(
            "Folder",
            f"{clone} hides the package {_NAME} from Python here",
            "note",
            "Run scripts and python -m from another folder, rename that one, or install without "
            f"-e: pip install {clone}",
        )
    ]
