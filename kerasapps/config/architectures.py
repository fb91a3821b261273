"""The architectures' names, known without importing any of them.

The registries of `kerasapps.models` hold exactly these.
"""

from __future__ import annotations

from dataclasses import dataclass

from kerasapps.config.checks import choose
from kerasapps.config.presets import PRESET_PREFIX, check_preset


@dataclass(frozen=True)
class Architectures:
    """What `ModelConfig.model` may be for a task.

    Attributes:
        names: of those trained from scratch.
        presets: whether pretrained ones can be had too.
    """

    names: tuple[str, ...]
    presets: bool = True

    @property
    def choices(self) -> tuple[str, ...]:
        """The names, and how to ask for a pretrained one."""
        return (*self.names, f"{PRESET_PREFIX}NAME_OR_PATH") if self.presets else self.names

    def check(self, name: str, *, option: str = "ModelConfig.model") -> None:
        """Make sure that there is such an architecture; no preset is loaded for it.

        Args:
            name: as it was given.
            option: where, for the message.

        Raises:
            ConfigError: for an unknown name, with the nearest one, or a preset that there is not.
        """
        if not (self.presets and name.startswith(PRESET_PREFIX)):
            choose(name, self.choices, what=option)
            return
        check_preset(name, option=option)


IMAGE_ARCHITECTURES = Architectures(
    (
        "alexnet", "cnn", "densenet", "fast_resnet", "inception", "mlp", "mobile_cnn", "resnet",
        "vgg", "vit",
    )
)  # fmt: skip
TEXT_ARCHITECTURES = Architectures(
    (
        "bag_of_embeddings", "bag_of_ngrams", "bilstm", "cnn_lstm", "gru", "lstm", "lstm_attention",
        "rnn", "text_cnn", "transformer",
    )
)  # fmt: skip
TRANSLATION_ARCHITECTURES = Architectures(
    ("lstm_attention", "lstm_luong", "transformer", "transformer_base", "transformer_small"),
    presets=False,
)
