"""Every option that tasks have, as frozen dataclasses that check their fields on creation.

The command line is generated from these classes: a field `batch_size` is the option
`--batch-size`, its default the field's, its help the field's `help`.
"""

from kerasapps.config.architectures import Architecture, Architectures, Family
from kerasapps.config.checks import choose
from kerasapps.config.cluster import ClusterConfig
from kerasapps.config.compress import CompressConfig
from kerasapps.config.data import (
    AugmentPreset,
    ImageConfig,
    LoadConfig,
    ResizePolicy,
    TextConfig,
    TokenizerKind,
    UnknownClasses,
)
from kerasapps.config.explaining import ExplainConfig
from kerasapps.config.export import ExportConfig, Quantization
from kerasapps.config.metric import Direction
from kerasapps.config.presets import PRESET_PREFIX, check_preset, preset_source
from kerasapps.config.pretrained import (
    PRETRAINED,
    PRETRAINED_PICTURES,
    PRETRAINED_TEXTS,
    Pretrained,
    offline_advice,
    pretrained_source,
)
from kerasapps.config.repeat import RepeatConfig
from kerasapps.config.robust import RobustConfig
from kerasapps.config.training import (
    AUTO,
    ModelConfig,
    Optimizer,
    Precision,
    Schedule,
    TrainConfig,
    Xla,
)
from kerasapps.config.translation import (
    Normalization,
    Positions,
    SubwordKind,
    TranslationConfig,
)
from kerasapps.config.trust import TrustConfig
from kerasapps.config.tuning import Algorithm, Role, TuneConfig
from kerasapps.config.unlabelled import UnlabelledConfig

__all__ = [
    "AUTO",
    "PRESET_PREFIX",
    "PRETRAINED",
    "PRETRAINED_PICTURES",
    "PRETRAINED_TEXTS",
    "Algorithm",
    "Architecture",
    "Architectures",
    "AugmentPreset",
    "ClusterConfig",
    "CompressConfig",
    "Direction",
    "ExplainConfig",
    "ExportConfig",
    "Family",
    "ImageConfig",
    "LoadConfig",
    "ModelConfig",
    "Normalization",
    "Optimizer",
    "Positions",
    "Precision",
    "Pretrained",
    "Quantization",
    "RepeatConfig",
    "ResizePolicy",
    "RobustConfig",
    "Role",
    "Schedule",
    "SubwordKind",
    "TextConfig",
    "TokenizerKind",
    "TrainConfig",
    "TranslationConfig",
    "TrustConfig",
    "TuneConfig",
    "UnknownClasses",
    "UnlabelledConfig",
    "Xla",
    "check_preset",
    "choose",
    "offline_advice",
    "preset_source",
    "pretrained_source",
]
