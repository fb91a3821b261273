"""From a trained network to judged files: what is said meanwhile."""

from __future__ import annotations

from types import SimpleNamespace

from kerasapps.config import ExportConfig
from kerasapps.errors import ExportError
from kerasapps.export.artifact import Artifact
from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.workflow.ship import export_and_verify


def test_what_is_exported_is_said_before_it_is_done(tmp_path, capsys):
    said = []

    def verify(candidates, judged, *, tolerance, folder):
        said.append(capsys.readouterr().err)
        return tuple(Artifact.failed(name, "no") for name in candidates)

    def export(judged, *, config, seed, folder):
        assert folder.is_dir()
        return {
            "float32": folder / "a.tflite",
            "int8": ExportError("no such layer"),
            "saved_model": folder / "saved_model",
        }

    judging = SimpleNamespace(export=export, verify=verify, answer=CLASSES)
    found = export_and_verify(
        "judged", judging, config=ExportConfig(), seed=0, folder=tmp_path / "export"
    )
    assert [each.name for each in found] == ["float32", "int8", "saved_model"]
    assert said == ["Exporting float32, float16, dynamic, int8, saved_model …\n"]
