"""MediaPipe's classifiers over the jobs of a file: run by a Python that has `mediapipe` alone."""

from pathlib import Path

import numpy as np
from jobs import answer_jobs


def answers(job: dict) -> list:
    """Categories of each example, `[[name, score], …]`."""
    from mediapipe.tasks import python
    from mediapipe.tasks.python import audio, text, vision

    base = python.BaseOptions(model_asset_path=job["file"])
    if "texts" in job:
        options = text.TextClassifierOptions(base_options=base)
        with text.TextClassifier.create_from_options(options) as classifier:
            return [categories(classifier.classify(each)) for each in job["texts"]]
    if "sounds" in job:
        listening = audio.AudioClassifierOptions(base_options=base)
        with audio.AudioClassifier.create_from_options(listening) as classifier:
            sounds = [sound(file, job["rate"]) for file in sorted(Path(job["sounds"]).iterdir())]
            return [categories(*classifier.classify(each)) for each in sounds]
    options = vision.ImageClassifierOptions(base_options=base)
    with vision.ImageClassifier.create_from_options(options) as classifier:
        files = sorted(Path(job["pictures"]).iterdir())
        return [categories(classifier.classify(picture(file))) for file in files]


def picture(file: Path) -> object:
    """RGB pixels as MediaPipe takes them."""
    import mediapipe

    pixels = np.ascontiguousarray(np.load(file))
    return mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=pixels)


def sound(file: Path, rate: int) -> object:
    """Samples as MediaPipe takes them."""
    from mediapipe.tasks.python.components.containers import AudioData

    return AudioData.create_from_array(np.load(file), rate)


def categories(result: object) -> list:
    """Of the one head that the file has."""
    (head,) = result.classifications
    return [[each.category_name, each.score] for each in head.categories]


if __name__ == "__main__":
    answer_jobs(answers)
