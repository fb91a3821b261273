"""`load_bundle` as an mlflow model over the jobs of a file: a Python that has both is enough."""

import sys
import tempfile
from pathlib import Path
from typing import Any

import mlflow.pyfunc
from jobs import answer_jobs


class BundleModel(mlflow.pyfunc.PythonModel):
    """A bundle behind mlflow's interface."""

    def load_context(self, context: Any) -> None:
        import kerasapps

        artifact = Path(context.artifacts["named"]).read_text(encoding="utf-8")
        self.bundle = kerasapps.load_bundle(context.artifacts["bundle"], artifact=artifact)

    # Of types that are written here mlflow makes a schema of its own.
    def predict(self, context, model_input, params=None):  # type: ignore[no-untyped-def]
        if hasattr(self.bundle, "scores"):
            return [self.bundle.scores(each).tolist() for each in model_input]
        answers = self.bundle.predict(model_input)
        if hasattr(self.bundle, "tag"):
            return [[vars(entity) for entity in each.entities] for each in answers]
        return [each.text if hasattr(each, "text") else each.value for each in answers]


def answers(job: dict) -> list:
    """What the model gives, for which TensorFlow must not be needed."""
    with tempfile.TemporaryDirectory() as scratch:
        values = answers_of(job, Path(scratch))
    if "tensorflow" in sys.modules:
        raise ImportError("TensorFlow was imported")
    return values


def answers_of(job: dict, scratch: Path) -> list:
    """Scores, numbers, entities or translations, of the model as mlflow saved and loads it."""
    named = scratch / "artifact.txt"
    named.write_text(job["artifact"], encoding="utf-8")
    mlflow.pyfunc.save_model(
        str(scratch / "model"),
        python_model=BundleModel(),
        artifacts={"bundle": job["bundle"], "named": str(named)},
        pip_requirements=["kerasapps"],
    )
    model = mlflow.pyfunc.load_model(str(scratch / "model"))
    raws = [next(iter(each.values())) for each in job["examples"]]
    return list(model.predict(raws))


if __name__ == "__main__":
    answer_jobs(answers)
