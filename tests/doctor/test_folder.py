"""The doctor: the folder that one works in."""

from __future__ import annotations

from pathlib import Path

from kerasapps.doctor.folder import folder_findings


def test_a_clone_that_hides_the_package_is_named(tmp_path: Path) -> None:
    assert folder_findings(tmp_path) == []
    (clone := tmp_path / "kerasapps").mkdir()
    (finding,) = folder_findings(tmp_path)
    assert finding.level == "note" and str(clone) in finding.value
    assert "from another folder" in finding.remedy
    (clone / "__init__.py").touch()
    assert folder_findings(tmp_path) == []
