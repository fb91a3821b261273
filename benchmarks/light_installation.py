"""The light installation, made anew: its size, what it answers, how soon, and wheels for ARM.

    python benchmarks/light_installation.py BUNDLES [--wheels] [--record]

BUNDLES is a folder of runs or bundles, best one of each kind. A wheel of this tree is built and
installed as users do it, into an empty environment. There every TFLite file of every bundle
answers an input, and must answer as in this installation, bit by bit. Then `kerasapps predict` is
started in both installations in turn. pip needs the network.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
STARTS = 7  # of each command, after one that is not counted
OF_THE_ENVIRONMENT = ("pip", "setuptools", "pkg_resources", "_distutils_hack", "distutils-")
ARM = [f"manylinux{version}_aarch64" for version in ("_2_28", "_2_27", "_2_24", "_2_17", "2014")]
# Users have compiled files, which count and make the start quick.
USUAL = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
SENTENCE = "A man rides a bicycle."
ANSWERING = """
import json, sys, tempfile
from pathlib import Path
import kerasapps
found = {}
for folder in sys.argv[1:]:
    manifest = kerasapps.load_bundle(folder).manifest
    for artifact in manifest.artifacts:
        if artifact["path"] and artifact["path"].endswith(".tflite"):
            bundle = kerasapps.load_bundle(folder, artifact["name"])
            with tempfile.TemporaryDirectory() as scratch:
                if hasattr(bundle, "reader"):
                    value = bundle.reader.raw_example(Path(scratch))
                else:
                    value = "A man rides a bicycle."
                (answer,) = bundle.predict([value])
            found[f"{folder} {artifact['name']}"] = repr(answer)
assert not {"tensorflow", "keras"} & set(sys.modules)
print(json.dumps(found))
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("bundles", type=Path)
    parser.add_argument("--wheels", action="store_true", help="look for wheels for aarch64, too")
    parser.add_argument("--record", action="store_true", help="add the figures to RESULTS.md")
    arguments = parser.parse_args()
    folders = sorted({file.parent for file in arguments.bundles.rglob("bundle.json")})
    with tempfile.TemporaryDirectory(prefix="light-") as scratch:
        python = install(Path(scratch))
        megabytes = size_of_packages(python) / 1e6
        answers = answered(python, folders)
        other = answered(Path(sys.executable), folders)
        differing = [name for name in other if answers.get(name) != other[name]]
        rows = [
            {"what": "site-packages without pip and setuptools", "light": f"{megabytes:.0f} MB"},
            {"what": f"files of {len(folders)} bundles that answer", "light": len(answers)},
            {"what": "answers that differ from the whole installation's", "light": len(differing)},
        ]
        table = [each | {"whole": ""} for each in rows] + list(started(python, folders))
        show("The light installation", table, record=arguments.record)
        if arguments.wheels:
            show("Wheels for aarch64", list(wheels(python, Path(scratch))), record=False)
    sys.exit(f"These answers differ: {differing}" if differing else 0)


def install(folder: Path) -> Path:
    """The Python of an empty environment with a wheel of this tree and what it asks for."""
    run(sys.executable, "-m", "venv", folder / "venv")
    python = folder / "venv" / "bin" / "python"
    pip = (python, "-m", "pip", "--quiet", "--disable-pip-version-check")
    run(*pip, "wheel", "--no-deps", "--wheel-dir", folder, ROOT)
    run(*pip, "install", *folder.glob("kerasapps-*.whl"))
    return python


def run(*command: object) -> str:
    done = subprocess.run(
        [str(each) for each in command],
        capture_output=True,
        text=True,
        check=False,
        env=USUAL,
    )
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))[:200]} failed:\n{done.stderr[-2000:]}")
    return done.stdout


def size_of_packages(python: Path) -> int:
    """Bytes on the disk of all that is installed but what an empty environment has."""
    (site,) = (python.parent.parent / "lib").glob("python*/site-packages")
    return sum(
        file.lstat().st_blocks * 512
        for file in site.rglob("*")
        if not file.relative_to(site).parts[0].startswith(OF_THE_ENVIRONMENT)
    )


def answered(python: Path, folders: Sequence[Path]) -> Mapping[str, str]:
    """Bundle and artifact → what it answers to an input of its kind."""
    answers: dict[str, str] = json.loads(
        run(python, "-P", "-c", ANSWERING, *folders).splitlines()[-1]
    )
    return answers


def started(light: Path, folders: Sequence[Path]) -> Iterator[Mapping[str, object]]:
    """From the start of `kerasapps predict` to its end, and its memory, in turn in both."""
    for folder in folders:
        spec = json.loads((folder / "bundle.json").read_text(encoding="utf-8"))["input"]
        if "columns" in spec:
            continue  # rows want a file of their own
        with tempfile.TemporaryDirectory() as scratch:
            value = picture(Path(scratch)) if "height" in spec else SENTENCE
            found: dict[Path, list[tuple[float, float]]] = {light: [], Path(sys.executable): []}
            for _ in range(STARTS + 1):
                for python, runs in found.items():
                    program = "from kerasapps.cli import main; main()"
                    runs.append(timed([python, "-P", "-c", program, "predict", folder, value]))
        middle = [
            [statistics.median(each) for each in zip(*runs[1:], strict=True)]
            for runs in found.values()
        ]
        shown = [f"{seconds:.2f} s, {memory:.0f} MB" for seconds, memory in middle]
        what = f"predict {folder.parent.name}, median of {STARTS} starts, peak memory"
        yield {"what": what, "light": shown[0], "whole": shown[1]}


def picture(folder: Path) -> Path:
    from PIL import Image

    Image.linear_gradient("L").convert("RGB").save(folder / "picture.png")
    return folder / "picture.png"


def timed(command: Sequence[object]) -> tuple[float, float]:
    """Seconds that a process takes, and its peak memory in MB."""
    started = time.perf_counter()
    process = subprocess.Popen(
        [str(each) for each in command],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=USUAL,
    )
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if status:
        sys.exit(f"{command[-2]} gave no answer: {said.decode()[-2000:]}")
    return time.perf_counter() - started, usage.ru_maxrss * 1024 / 1e6


def wheels(python: Path, scratch: Path) -> Iterator[Mapping[str, object]]:
    """For each distribution that is installed, the wheel that pip finds for ARM."""
    listing = json.loads(run(python, "-m", "pip", "list", "--format", "json"))
    platforms = [part for name in ARM for part in ("--platform", name)]
    for each in listing:
        if each["name"] in ("pip", "setuptools", "kerasapps"):
            continue
        target = scratch / "wheels" / each["name"]
        pip = (python, "-m", "pip", "--quiet", "--disable-pip-version-check", "download")
        wanted = f"{each['name']}=={each['version']}"
        run(*pip, *platforms, "--only-binary=:all:", "--no-deps", "--dest", target, wanted)
        (file,) = target.iterdir()
        size = f"{file.stat().st_size / 1e6:.2f} MB"
        yield {"distribution": wanted, "wheel": file.name, "size": size}


def show(title: str, rows: Sequence[Mapping[str, object]], *, record: bool) -> None:
    if record:
        from results import record as recorded

        print(recorded(title, rows))
        return
    columns = list(rows[0])
    print(f"{title}\n\n| {' | '.join(columns)} |\n|{'---|' * len(columns)}")
    for row in rows:
        print(f"| {' | '.join(str(row[column]) for column in columns)} |")
    print()


if __name__ == "__main__":
    main()
