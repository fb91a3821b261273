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
    installation_finding,
    installed_versions,
    part_finding,
    parts_looked_at,
    python_finding,
)
from kerasapps.doctor.pretrained import pretrained_findings
from kerasapps.process.imports import try_imports
from kerasapps.process.training_stack import is_light


def examine() -> tuple[Finding, ...]:
    """Everything about this installation and machine that kerasapps depends on.

    The parts are imported in a process of their own, so that a broken one, even one that
    crashes the interpreter, becomes a finding. Takes as long as those imports: some seconds.
    """
    versions, light = installed_versions(), is_light()
    names = parts_looked_at(versions, light=light)
    results = try_imports([PARTS[name][1] for name in names if versions[name] is not None])
    return (
        python_finding(sys.version_info[:2]),
        installation_finding(versions, light=light),
        *(part_finding(name, versions[name], results) for name in names),
        *clashes(versions, os.environ),
        *backend_findings(results),
        *pretrained_findings(),
        *machine_findings(results),
        *folder_findings(Path.cwd()),
    )
