"""What is installed here, what is wrong with it, and how to mend it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from kerasapps.doctor.finding import Finding
from kerasapps.doctor.folder import folder_findings
from kerasapps.doctor.machine import machine_findings
from kerasapps.doctor.parts import (
    PARTS,
    backend_findings,
    clashes,
    installed_versions,
    part_finding,
    python_finding,
)
from kerasapps.doctor.pretrained import pretrained_findings
from kerasapps.process.imports import try_imports


def examine() -> tuple[Finding, ...]:
    """Everything about this installation and machine that kerasapps depends on.

    The parts are imported in a process of their own, so that a broken one, even one that
    crashes the interpreter, becomes a finding. Takes as long as those imports: some seconds.
    """
    versions = installed_versions()
    results = try_imports(
        [module for name, (_, module) in PARTS.items() if versions[name] is not None]
    )
    return (
        python_finding(sys.version_info[:2]),
        *(part_finding(name, versions[name], results) for name in PARTS),
        *clashes(versions, os.environ),
        *backend_findings(results),
        *pretrained_findings(),
        *machine_findings(results),
        *folder_findings(Path.cwd()),
    )
