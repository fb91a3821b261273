"""Programs in a process that finds what a light installation has, and no other package."""

from __future__ import annotations

import configparser
import functools
import importlib.metadata
import subprocess
import sys
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
_HIDING = """
import sys
class _Light:
    def __init__(self, packages, finders):
        self.packages, self.finders = {{*packages, *sys.stdlib_module_names}}, finders
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top not in self.packages and not top.startswith("_sysconfigdata"):
            return None
        found = (finder.find_spec(name, path, target) for finder in self.finders)
        return next((spec for spec in found if spec is not None), None)
sys.meta_path[:] = [_Light({packages}, list(sys.meta_path))]
"""


def run_light(program: str, *arguments: str | Path) -> str:
    """What a program prints that needs nothing but `pip install kerasapps`.

    Args:
        program: Python.
        arguments: its `sys.argv[1:]`.
    """
    hiding = _HIDING.format(packages=sorted(light_packages()))
    command = [sys.executable, "-c", hiding + program, *map(str, arguments)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def requirements(extra: str | None = None) -> list[Requirement]:
    """What the base asks for, or one of the extras."""
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    lines = setup["options"]["install_requires"]
    if extra is not None:
        lines = setup["options.extras_require"][extra]
    return [Requirement(line) for line in lines.splitlines() if line and not line.startswith("#")]


@functools.cache
def light_packages() -> frozenset[str]:
    """Modules of the base's requirements, and of all that these require in turn; and ours."""
    needed: dict[str, importlib.metadata.Distribution] = {}
    wanted = requirements()
    while wanted:
        requirement = wanted.pop()
        applies = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
        if applies and requirement.name not in needed:
            distribution = importlib.metadata.distribution(requirement.name)
            needed[requirement.name] = distribution
            wanted += map(Requirement, distribution.requires or ())
    files = (file for each in needed.values() for file in each.files or ())
    return frozenset({"kerasapps", *(file.parts[0].partition(".")[0] for file in files)})
