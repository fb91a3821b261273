from kerasapps.recipes.audio_classification.task import (
    train_audio_classifier as train_audio_classifier,
)
from kerasapps.recipes.bundles import join_search as join_search
from kerasapps.recipes.image_classification.task import (
    train_image_classifier as train_image_classifier,
)
from kerasapps.recipes.tabular.task import train_tabular as train_tabular
from kerasapps.recipes.tagging.task import train_tagger as train_tagger
from kerasapps.recipes.text_classification.task import (
    train_sentiment_classifier as train_sentiment_classifier,
)
from kerasapps.recipes.text_classification.task import (
    train_text_classifier as train_text_classifier,
)
from kerasapps.recipes.translation.task import train_translator as train_translator
from kerasapps.workflow.result import RecipeResult as RecipeResult
