"""A finished run that is asked for more epochs, or for more time, and goes on."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kerasapps.config.own import is_own
from kerasapps.deploy.manifest import KERAS_FILE, Manifest, read_manifest
from kerasapps.errors import BundleError, TrainingError
from kerasapps.terminal.streams import tell
from kerasapps.training.checkpoint import changed_settings
from kerasapps.workflow.settings import NETWORK, REPEAT, identity_of

if TYPE_CHECKING:
    import keras

    from kerasapps.training.finished import Finished

_GROW = ("epochs", "time_budget")
_OF_THE_END = ("schedule", "early_stopping")  # which follow from the length, once that is asked for


def goes_on(manifest: Manifest, settings: Mapping[str, Any]) -> bool:
    """Whether a run is a finished one, trained longer: more epochs, more minutes or both.

    A run whose end validation decided had no length, so that any that it has not had is longer.

    Args:
        manifest: of the finished run's bundle.
        settings: of the run.
    """
    before, now = identity_of(manifest.settings), identity_of(settings)
    if any(name in each for name in ("tune", REPEAT) for each in (before, now)):
        return False
    if (before.get("compress") or {}).get("prune_share") is not None:
        return False  # what it would go on from is no longer whole
    was = {name: before["train"].get(name) for name in _GROW}  # older manifests may lack one
    was_open = was["epochs"] is None and was["time_budget"] is None
    changing = (*_GROW, *_OF_THE_END) if was_open else _GROW
    # An option that was not there yet is one that nobody set.
    if changed_settings(_without(before, changing), _without(now, changing)):
        return False
    changed = [name for name in _GROW if was[name] != now["train"][name]]
    if not changed or not _is_left(manifest, now["train"]):
        return False
    if was_open:
        return True
    # Other than a number of epochs, a budget is no number where there is none.
    budgets = was["time_budget"], now["train"]["time_budget"]
    return "time_budget" not in changed or (None not in budgets and budgets[1] > budgets[0])


def _without(settings: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """The settings but for options of the training that may have changed."""
    plain: dict[str, Any] = json.loads(json.dumps(settings))
    train = plain.get("train", {})
    return {**plain, "train": {name: train[name] for name in train if name not in names}}


def _is_left(manifest: Manifest, train: Mapping[str, Any]) -> bool:
    """Whether there are epochs, and minutes, that the finished run has not had."""
    epochs, minutes = train["epochs"], train["time_budget"]
    history = manifest.history
    if minutes is not None and 60 * minutes <= history["seconds"]:
        return False
    return minutes is not None if epochs is None else epochs > len(history["rows"])


def finished_training(
    bundle_dir: Path, settings: Mapping[str, Any], *, fingerprint: str
) -> Finished | None:
    """What the run goes on from; None where its bundle is missing or that of another run.

    None too of a head that was solved. To solve it takes seconds, and it may have learnt from the
    validation split, which is to judge the epochs that would follow.

    Args:
        bundle_dir: where the bundle of a finished run may stand.
        settings: of the run.
        fingerprint: of its data.

    Raises:
        TrainingError: if the data changed since.
        BundleError: if the network cannot be loaded.
    """
    from kerasapps.training import History
    from kerasapps.training.finished import Finished

    if not bundle_dir.exists():
        return None
    manifest = read_manifest(bundle_dir)
    if not goes_on(manifest, settings):
        return None
    if manifest.data["fingerprint"] != fingerprint:
        raise TrainingError(
            f"The data changed since {bundle_dir} was trained, so its model cannot be trained "
            "longer: what is held out now may have been trained on. Choose another output folder."
        )
    history = History.from_dict(manifest.history)
    if history.is_solved:
        return None
    network = manifest.settings.get(NETWORK)
    return Finished(history, finished_network(manifest).get_weights(), network)


def refuse_other_network(finished: Finished, settings: Mapping[str, str]) -> None:
    """A network of the user's that is trained longer must be the one that was trained.

    Args:
        finished: the training to go on from.
        settings: `network_settings` of the network.

    Raises:
        TrainingError: if its configuration is another.
    """
    if finished.network != settings.get(NETWORK):
        raise TrainingError(
            "The network is not the one that was trained: its configuration changed since. Choose "
            "another output folder for it."
        )


def finished_network(manifest: Manifest) -> keras.Model:
    """The trained network of a bundle.

    Raises:
        BundleError: if Keras cannot load it.
    """
    import keras

    import kerasapps.models  # noqa: F401  # the layers that it may be made of
    from kerasapps.models.own_copies import missing_class

    file = manifest.file(KERAS_FILE)
    try:
        return keras.saving.load_model(file, compile=False)
    except Exception as error:
        if is_own(manifest.settings["model"]["model"]) and "Could not locate" in str(error):
            raise BundleError(
                f"{file} has a layer of your own that nobody registered in this process: "
                f"{missing_class(error)}. Name the file that registers it, with "
                "@keras.saving.register_keras_serializable(): kerasapps export --code FILE.py, or "
                'kerasapps.export_bundle(…, code=["FILE.py"]).'
            ) from error
        # Whatever Keras raises, this is not the file that the manifest speaks of.
        raise BundleError(f"{file} cannot be loaded by Keras: {error}") from error


def tell_extension(finished: Finished) -> None:
    """Says what a longer training goes on from, and that it is not one at a stretch."""
    history = finished.history
    tell(
        f"Going on from the finished model: its best epoch was {history.best_epoch} of "
        f"{len(history.rows)}. The learning rate goes on where the longer schedule is by now, "
        "higher than it had fallen to, and the optimizer begins afresh; patience counts from here. "
        "The best of all epochs is kept. For a training at a stretch choose another output folder."
    )
