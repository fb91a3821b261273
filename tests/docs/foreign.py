"""Commands of other programs, checked as far as that goes without running them."""

from __future__ import annotations

import configparser
import functools
import importlib.util
import re
from collections.abc import Iterable

from packaging.requirements import Requirement

from tests.docs.pages import ROOT
from tests.docs.shell import Call

UNCHECKED = {"openssl", "ssh", "srun", "pre-commit"}


def check_foreign(call: Call) -> None:
    """Makes sure that a target, an extra, a package or a module that a call names is there."""
    arguments = list(call.arguments)
    if call.program == "make":
        missing = set(arguments) - make_targets()
        assert not missing, f"{call}: the Makefile has no {missing}"
    elif call.program == "pip":
        _check_pip(call, arguments)
    elif call.program in ("python", "python3"):
        assert arguments[:1] == ["-m"], call
        module, *rest = arguments[1:]
        assert importlib.util.find_spec(module) is not None, call
        if module == "pip":
            _check_pip(call, rest)
        elif module == "pytest":
            # With options of plugins: those that `make test` has.
            line = f"$(BIN)/{call}\n"
            assert line in (ROOT / "Makefile").read_text("utf-8"), call
    else:
        assert call.program in UNCHECKED, call


def make_targets() -> set[str]:
    """Those of the Makefile that are not files."""
    text = (ROOT / "Makefile").read_text("utf-8")
    targets = re.findall(r"^([\w-]+):", text, re.MULTILINE)
    return set(targets)


def _check_pip(call: Call, arguments: list[str]) -> None:
    from pip._internal.commands import create_command

    assert arguments[:1] == ["install"], call
    try:
        options, asked = create_command("install").parse_args(arguments[1:])
    except SystemExit:
        raise AssertionError(f"{call}: pip has no such options") from None
    for each in (*asked, *(f"kerasapps{path.removeprefix('.')}" for path in options.editables)):
        requirement = Requirement(each)
        if requirement.name == "kerasapps":
            assert requirement.extras <= extras(), call
        else:
            assert requirement.name in packages(), call


@functools.cache
def _setup() -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    return parser


def extras() -> set[str]:
    """What may stand in `kerasapps[…]`."""
    return set(_setup()["options.extras_require"])


def packages() -> set[str]:
    """All that kerasapps and its extras depend on."""
    setup = _setup()
    lists: Iterable[str] = (
        setup["options"]["install_requires"],
        *setup["options.extras_require"].values(),
    )
    lines = (line for each in lists for line in each.splitlines())
    return {Requirement(line).name for line in lines if line and not line.startswith("#")}
