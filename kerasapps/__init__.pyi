from kerasapps import data as data
from kerasapps import decoding as decoding
from kerasapps import evaluation as evaluation
from kerasapps import export as export
from kerasapps import layers as layers
from kerasapps import models as models
from kerasapps import preprocess as preprocess
from kerasapps import training as training
from kerasapps import tuning as tuning
from kerasapps.config import ClusterConfig as ClusterConfig
from kerasapps.config import CompressConfig as CompressConfig
from kerasapps.config import ExplainConfig as ExplainConfig
from kerasapps.config import ExportConfig as ExportConfig
from kerasapps.config import ImageConfig as ImageConfig
from kerasapps.config import LoadConfig as LoadConfig
from kerasapps.config import ModelConfig as ModelConfig
from kerasapps.config import RepeatConfig as RepeatConfig
from kerasapps.config import RobustConfig as RobustConfig
from kerasapps.config import TextConfig as TextConfig
from kerasapps.config import TrainConfig as TrainConfig
from kerasapps.config import TranslationConfig as TranslationConfig
from kerasapps.config import TrustConfig as TrustConfig
from kerasapps.config import TuneConfig as TuneConfig
from kerasapps.config import UnlabelledConfig as UnlabelledConfig
from kerasapps.data.rows.config import TabularConfig as TabularConfig
from kerasapps.data.sounds.config import AudioConfig as AudioConfig
from kerasapps.data.tags.config import TaggingConfig as TaggingConfig
from kerasapps.deploy.runner import Bundle as Bundle
from kerasapps.deploy.runner import Prediction as Prediction
from kerasapps.deploy.translator import Translation as Translation
from kerasapps.deploy.translator import TranslationBundle as TranslationBundle
from kerasapps.errors import BundleError as BundleError
from kerasapps.errors import ConfigError as ConfigError
from kerasapps.errors import DataError as DataError
from kerasapps.errors import DependencyError as DependencyError
from kerasapps.errors import DiskFullError as DiskFullError
from kerasapps.errors import ExportError as ExportError
from kerasapps.errors import KerasAppsError as KerasAppsError
from kerasapps.errors import TrainingError as TrainingError
from kerasapps.outputs.labels.bundle import LabelBundle as LabelBundle
from kerasapps.outputs.labels.bundle import LabelsPrediction as LabelsPrediction
from kerasapps.outputs.numbers.bundle import NumberBundle as NumberBundle
from kerasapps.outputs.numbers.bundle import NumberPrediction as NumberPrediction
from kerasapps.outputs.several.bundle import SeveralBundle as SeveralBundle
from kerasapps.outputs.several.bundle import SeveralPrediction as SeveralPrediction
from kerasapps.outputs.tags.bundle import Entity as Entity
from kerasapps.outputs.tags.bundle import TagBundle as TagBundle
from kerasapps.outputs.tags.bundle import Tagged as Tagged
from kerasapps.recipes.audio_classification.bundle import SoundBundle as SoundBundle
from kerasapps.recipes.audio_classification.bundle import SoundPrediction as SoundPrediction
from kerasapps.recipes.audio_classification.explain import SoundExplanation as SoundExplanation
from kerasapps.recipes.audio_classification.task import (
    train_audio_classifier as train_audio_classifier,
)
from kerasapps.recipes.bulk import predict_bundle as predict_bundle
from kerasapps.recipes.bundles import benchmark_bundle as benchmark_bundle
from kerasapps.recipes.bundles import evaluate_bundle as evaluate_bundle
from kerasapps.recipes.bundles import export_app as export_app
from kerasapps.recipes.bundles import export_bundle as export_bundle
from kerasapps.recipes.bundles import join_search as join_search
from kerasapps.recipes.bundles import load_bundle as load_bundle
from kerasapps.recipes.checking import check_data as check_data
from kerasapps.recipes.explaining import explain_bundle as explain_bundle
from kerasapps.recipes.explaining import explain_text as explain_text
from kerasapps.recipes.image_classification.explain import (
    PictureExplanation as PictureExplanation,
)
from kerasapps.recipes.image_classification.task import (
    train_image_classifier as train_image_classifier,
)
from kerasapps.recipes.packing import pack as pack
from kerasapps.recipes.packing import verify_pack as verify_pack
from kerasapps.recipes.serving import create_app as create_app
from kerasapps.recipes.serving import serve_bundles as serve_bundles
from kerasapps.recipes.tabular.explain import RowExplanation as RowExplanation
from kerasapps.recipes.tabular.task import train_tabular as train_tabular
from kerasapps.recipes.tagging.task import train_tagger as train_tagger
from kerasapps.recipes.text_classification.explain import Explanation as Explanation
from kerasapps.recipes.text_classification.task import (
    train_sentiment_classifier as train_sentiment_classifier,
)
from kerasapps.recipes.text_classification.task import (
    train_text_classifier as train_text_classifier,
)
from kerasapps.recipes.translation.alignment import Alignment as Alignment
from kerasapps.recipes.translation.task import train_translator as train_translator
from kerasapps.serve.config import ServeConfig as ServeConfig
from kerasapps.targets.export import ExportedApp as ExportedApp
from kerasapps.workflow.bulk.run import Answered as Answered
from kerasapps.workflow.deep.check import DeepCheck as DeepCheck
from kerasapps.workflow.packing import Pack as Pack
from kerasapps.workflow.result import RecipeResult as RecipeResult

__version__: str
