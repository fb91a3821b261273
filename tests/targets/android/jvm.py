"""The app's Kotlin on this machine's Java: all of it is compiled, the plain part is run."""

from __future__ import annotations

import functools
import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
TEMPLATE = HERE.parents[2] / "kerasapps/targets/android/template"
CODE = TEMPLATE / "app/src/main/java/kerasapps"
VARIABLE = "KERASAPPS_KOTLINC"

_MAIN = "org.jetbrains.kotlin.cli.jvm.K2JVMCompiler"
_QUICK = ("-XX:TieredStopAtLevel=1", "-Xshare:auto", "-Xmx1g")  # more is never won back

Job = Mapping[str, Any]
"""What `Check.kt` is to do: `job`, `folder`, `inputs` and what that kind of job needs."""


@dataclass(frozen=True)
class Kotlin:
    """A Java machine and the archives of Kotlin's compiler (npm's `kotlin-compiler`)."""

    java: str
    archives: Path

    def compile(self, folder: Path) -> Path:
        """All of the app and `Check.kt`, which calls its plain part; a warning is an error.

        Args:
            folder: empty; what Android and LiteRT would bring is written there.

        Returns:
            The archive.
        """
        _write_platform(folder)
        archive = folder / "app.jar"
        sources = (CODE, HERE / "Check.kt", folder / "kotlin", folder / "java")
        line = [self.java, *_QUICK, "-cp", f"{self.archives}/*", _MAIN, "-no-reflect", "-Werror"]
        _run([*line, "-d", str(archive), *map(str, sources)])
        return archive

    def run(self, archive: Path, jobs: Sequence[Job], folder: Path) -> Iterator[Any]:
        """The answers to all inputs of all jobs, one after another."""
        asked, answered = folder / "jobs.json", folder / "answers.txt"
        asked.write_text(json.dumps(jobs), encoding="ascii")
        classes = os.pathsep.join([str(archive), str(self.archives / "kotlin-stdlib.jar")])
        _run([self.java, "-cp", classes, "kerasapps.check.CheckKt", str(asked), str(answered)])
        for line in answered.read_text(encoding="ascii").splitlines():
            yield json.loads(line)


@functools.cache
def find_kotlin() -> Kotlin | str:
    """What compiles Kotlin here, or why nothing does.

    Looked for where `KERASAPPS_KOTLINC` says (the package's folder), then in `node_modules` of
    `build/clients`, where `make clients` puts it, of this folder and of those above.
    """
    java = shutil.which("java")
    if java is None:
        return "Java is missing (Debian: default-jre-headless)"
    named = os.environ.get(VARIABLE)
    above = (HERE.parents[2] / "build/clients", HERE, *HERE.parents)
    places = [Path(named)] if named else [each / "node_modules/kotlin-compiler" for each in above]
    for place in places:
        if (place / "lib/kotlin-compiler.jar").is_file():
            return Kotlin(java, place / "lib")
    return f"Kotlin's compiler is missing: npm install kotlin-compiler, or name it in {VARIABLE}"


def _write_platform(folder: Path) -> None:
    _, *parts = (HERE / "platform.txt").read_text(encoding="utf-8").split("\n=== ")
    for part in parts:
        name, _, code = part.partition("\n")
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(code, encoding="utf-8")


def _run(line: Sequence[str]) -> None:
    ended = subprocess.run(line, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise RuntimeError(ended.stdout + ended.stderr)
