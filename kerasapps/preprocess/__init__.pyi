from kerasapps.preprocess.augment_layer import Augment as Augment
from kerasapps.preprocess.augmentation import Augmentation as Augmentation
from kerasapps.preprocess.augmentation import augment as augment
from kerasapps.preprocess.augmentation import augment_batches as augment_batches
from kerasapps.preprocess.augmentation import resolve_augmentation as resolve_augmentation
from kerasapps.preprocess.buckets import Bucket as Bucket
from kerasapps.preprocess.buckets import plan_buckets as plan_buckets
from kerasapps.preprocess.image import ImageSpec as ImageSpec
from kerasapps.preprocess.image import choose_image_size as choose_image_size
from kerasapps.preprocess.image import load_image as load_image
from kerasapps.preprocess.image_graph import Pictures as Pictures
from kerasapps.preprocess.image_graph import decode_batch as decode_batch
from kerasapps.preprocess.pair_pipeline import pair_batches as pair_batches
from kerasapps.preprocess.pair_pipeline import pair_validation_batches as pair_validation_batches
from kerasapps.preprocess.pairs import EncodedPairs as EncodedPairs
from kerasapps.preprocess.pairs import choose_pair_lengths as choose_pair_lengths
from kerasapps.preprocess.pairs import encode_pairs as encode_pairs
from kerasapps.preprocess.pairs import pair_lengths as pair_lengths
from kerasapps.preprocess.pipeline import evaluation_batches as evaluation_batches
from kerasapps.preprocess.pipeline import training_batches as training_batches
from kerasapps.preprocess.row_graph import RowGraph as RowGraph
from kerasapps.preprocess.row_pipeline import evaluation_rows as evaluation_rows
from kerasapps.preprocess.row_pipeline import training_rows as training_rows
from kerasapps.preprocess.row_spec import RowSpec as RowSpec
from kerasapps.preprocess.rows import RowInputs as RowInputs
from kerasapps.preprocess.rows import encode_rows as encode_rows
from kerasapps.preprocess.rows import fit_rows as fit_rows
from kerasapps.preprocess.sounds.augmentation import SoundAugmentation as SoundAugmentation
from kerasapps.preprocess.sounds.augmentation import augment_sounds as augment_sounds
from kerasapps.preprocess.sounds.choose import choose_rate as choose_rate
from kerasapps.preprocess.sounds.choose import choose_seconds as choose_seconds
from kerasapps.preprocess.sounds.choose import sound_spec as sound_spec
from kerasapps.preprocess.sounds.load import load_sound as load_sound
from kerasapps.preprocess.sounds.spec import SoundSpec as SoundSpec
from kerasapps.preprocess.step_order import steps_per_epoch as steps_per_epoch
from kerasapps.preprocess.text import choose_length as choose_length
from kerasapps.preprocess.text import encode_texts as encode_texts
from kerasapps.preprocess.text import encoded_lengths as encoded_lengths
from kerasapps.preprocess.text import token_lengths as token_lengths
from kerasapps.preprocess.tokenizers.graph import tokenize_in_graph as tokenize_in_graph
from kerasapps.preprocess.tokenizers.keep import save_tokenizer as save_tokenizer
from kerasapps.preprocess.tokenizers.learn import learn_tokenizer as learn_tokenizer
from kerasapps.preprocess.tokenizers.load import load_tokenizer as load_tokenizer
from kerasapps.preprocess.tokenizers.regex import RegexTokenizer as RegexTokenizer
from kerasapps.preprocess.tokenizers.spec import Tokenizer as Tokenizer
from kerasapps.preprocess.tokenizers.spec import TokenizerSpec as TokenizerSpec
from kerasapps.preprocess.tokenizers.subword import PairTokenizer as PairTokenizer
from kerasapps.preprocess.tokenizers.subword import SubwordSpec as SubwordSpec
from kerasapps.preprocess.tokenizers.subword import load_pair_tokenizer as load_pair_tokenizer
from kerasapps.preprocess.tokenizers.subword_graph import (
    decode_targets_in_graph as decode_targets_in_graph,
)
from kerasapps.preprocess.tokenizers.subword_graph import (
    encode_sources_in_graph as encode_sources_in_graph,
)
from kerasapps.preprocess.tokenizers.subword_learn import (
    learn_pair_tokenizer as learn_pair_tokenizer,
)
from kerasapps.preprocess.tokenizers.wordpiece import WordPieceTokenizer as WordPieceTokenizer
from kerasapps.preprocess.transforms import erase as erase
from kerasapps.preprocess.transforms import flip_and_translate as flip_and_translate
from kerasapps.preprocess.transforms import jitter_color as jitter_color
from kerasapps.preprocess.transforms import warp as warp
from kerasapps.preprocess.word_vectors import load_word_vectors as load_word_vectors
from kerasapps.start import Share as Share
from kerasapps.start import Start as Start
