"""What an app says of the model that it runs: how good it is, and what it does not do."""

from __future__ import annotations

from kerasapps.config import kinds
from kerasapps.targets.app import App

_READS = {
    kinds.PICTURE: "Any picture gets an answer, also one of nothing that it was trained on.",
    kinds.WORDS: "Any text gets an answer, also one about nothing that it was trained on.",
    kinds.WORDPIECES: "Any text gets an answer, also one about nothing that it was trained on.",
    kinds.SENTENCEPIECE: "Any text gets a translation, also one of another language or kind.",
    kinds.SOUND: "Any sound gets an answer, also one of nothing that it was trained on.",
    kinds.ROWS: "Any row gets an answer, also one unlike all that it was trained on.",
}


def figures_of(app: App) -> list[tuple[str, str]]:
    """Name and value of what is known of the file, for people."""
    size = app.model.stat().st_size / 1e6
    figures = [("File", f"{app.model.name}, {size:.2f} MB")]
    artifact, metric = app.artifact, app.metric
    held_out = _held_out(app)
    if metric is not None and artifact.get("metric") is not None:
        value = metric.text(metric.figure(artifact["metric"]))
        figures.append((metric.name[:1].upper() + metric.name[1:], f"{value} {held_out}"))
    if artifact.get("agreement") is not None:
        share = f"{100 * artifact['agreement']:.1f} %"
        figures.append(("Agreement", f"{share} with the model before it was converted"))
    if not artifact["passed"]:
        figures.append(("Verification", f"failed: {artifact.get('reason') or 'no reason given'}"))
    return figures


def limits_of(app: App) -> list[str]:
    """What a reader must not expect, a sentence each."""
    spec = app.preprocessing
    limits = [_READS[spec["kind"]]] if spec["kind"] in _READS else []
    decides = app.answer.keys() & {"thresholds", "unknown", "unknown_label"}
    if app.answer["kind"] == kinds.CLASSES and decides:
        limits = ["Where no class has the score that it takes, the app says so, with no answer."]
    if "length" in spec:
        limits.append(f"Of a text {spec['length']} tokens are read; what is beyond is ignored.")
    if "source_length" in spec:
        limits.append(
            f"A text is read as one sentence of at most {spec['source_length']} pieces, and a "
            f"translation has at most {spec['target_length']}; what is beyond is ignored."
        )
    if "resize" in spec:
        size = f"{spec['width']} × {spec['height']} pixels"
        way = {
            "stretch": f"stretched to {size}",
            "crop": f"cut in the centre, and seen at {size}",
            "pad": f"seen whole at {size}, with black beside it",
        }[spec["resize"]]
        limits.append(f"A picture is {way}: small things in it may be lost.")
    if "columns" in spec:
        limits.append(
            "A number that cannot be read counts as missing, a value that training did "
            "not have as unknown."
        )
    # What is noted of files for pictures is of apps that resize otherwise.
    if app.artifact.get("note") and spec["kind"] != kinds.PICTURE:
        limits.append(str(app.artifact["note"]))
    return limits


def _held_out(app: App) -> str:
    counts = app.manifest.data.get("examples", {})
    split = "test" if counts.get("test", 1) else "validation"
    count = counts.get(split)
    return "on held-out examples" if count is None else f"on {count:,} held-out examples"
