"""From a trained network to judged files: what is said meanwhile, and what they say of it."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import SimpleNamespace

from kerasapps.config import ExportConfig
from kerasapps.errors import ExportError
from kerasapps.export.artifact import Artifact
from kerasapps.outputs.classes.answer import CLASSES
from kerasapps.workflow import ship
from kerasapps.workflow.ship import export_and_verify
from tests.export.metadata.reading import files_in

AUTO = ExportConfig(quantization=("auto",))
FILE = Path(__file__).parents[1] / "deploy" / "first_bundle" / "model_int8.tflite"


def test_what_is_exported_is_said_before_it_is_done(tmp_path, capsys):
    said = []

    def verify(candidates, judged, *, tolerance, folder):
        said.append(capsys.readouterr().err)
        # What is judged is what ships, so it must say all of itself by now.
        assert files_in(candidates["float32"]) == {"labels.txt": b"a\nb\n"}
        return tuple(Artifact.failed(name, "no") for name in candidates)

    def export(judged, *, config, seed, folder):
        assert folder.is_dir()
        shutil.copyfile(FILE, folder / "a.tflite")
        (folder / "saved_model").mkdir()
        (folder / "c.onnx").write_bytes(b"another kind")
        return {
            "float32": folder / "a.tflite",
            "int8": ExportError("no such layer"),
            "onnx": folder / "c.onnx",
            "saved_model": folder / "saved_model",
        }

    judging = SimpleNamespace(
        export=export,
        verify=verify,
        answer=CLASSES,
        preprocessing={"kind": "rows"},
        answering=lambda judged: {"kind": "classes"},
        splits=SimpleNamespace(labels=("a", "b")),
        write_files=lambda judged, folder: None,
    )
    found = export_and_verify(
        "judged", judging, config=ExportConfig(), seed=0, folder=tmp_path / "export"
    )
    assert [each.name for each in found] == ["float32", "int8", "onnx", "saved_model"]
    assert said == ["Exporting float32, float16, dynamic, int8, saved_model …\n"]


def test_what_fails_beside_the_chosen_file_is_withheld(tmp_path, monkeypatch):
    def climb(judged, judging, *, folder, **options):
        chosen, saved = folder / "model_int4.tflite", folder / "saved_model"
        figures = (10, 0.9, 0.0, 1.0, 1.0, 1.0, 1.0)
        failed = Artifact("saved_model", saved, *figures, passed=False, reason="loses 3 points")
        return Artifact("int4", chosen, *figures, passed=True), failed

    monkeypatch.setattr(ship, "climb", climb)
    judging = SimpleNamespace(
        preprocessing={"kind": "rows"},
        answering=lambda judged: {"kind": "classes"},
        splits=SimpleNamespace(labels=("a", "b")),
        write_files=lambda judged, folder: None,
    )
    chosen, saved = export_and_verify(
        "judged", judging, config=AUTO, seed=0, folder=tmp_path / "export"
    )
    assert chosen.path is not None and chosen.passed
    assert (saved.path, saved.reason) == (None, "loses 3 points")
