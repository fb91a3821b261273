"""Data of each kind, audited and split, with what options have where a test says nothing."""

from __future__ import annotations

from typing import Any

from kerasapps.config import ImageConfig, TextConfig, TranslationConfig
from kerasapps.data.audit import Audit
from kerasapps.data.examine import examine, load_splits
from kerasapps.data.images import steps as image_steps
from kerasapps.data.images.examples import ImageSplits
from kerasapps.data.pairs import steps as pair_steps
from kerasapps.data.pairs.examples import PairSplits
from kerasapps.data.rows import steps as row_steps
from kerasapps.data.rows.config import TabularConfig
from kerasapps.data.rows.examples import RowSplits
from kerasapps.data.tags import steps as tag_steps
from kerasapps.data.tags.config import TaggingConfig
from kerasapps.data.tags.examples import TagSplits
from kerasapps.data.texts import steps as text_steps
from kerasapps.data.texts.examples import TextSplits


def load_images(data: Any, *, image: ImageConfig = ImageConfig(), **way: Any) -> ImageSplits:
    """The splits; `way` is `config`, `seed` and `work_dir`."""
    return load_splits(image_steps, data, options=image, **way)


def audit_images(data: Any, *, image: ImageConfig = ImageConfig(), **way: Any) -> Audit:
    """What is found in the same data."""
    return examine(image_steps, data, options=image, **way)[0]


def load_texts(data: Any, *, text: TextConfig = TextConfig(), **way: Any) -> TextSplits:
    """The splits of texts."""
    return load_splits(text_steps, data, options=text, **way)


def audit_texts(data: Any, *, text: TextConfig = TextConfig(), **way: Any) -> Audit:
    """What is found in the same data."""
    return examine(text_steps, data, options=text, **way)[0]


def load_pairs(
    data: Any, *, translation: TranslationConfig = TranslationConfig(), **way: Any
) -> PairSplits:
    """The splits of sentence pairs."""
    return load_splits(pair_steps, data, options=translation, **way)


def audit_pairs(
    data: Any, *, translation: TranslationConfig = TranslationConfig(), **way: Any
) -> Audit:
    """What is found in the same data."""
    return examine(pair_steps, data, options=translation, **way)[0]


def load_rows(data: Any, *, tabular: TabularConfig = TabularConfig(), **way: Any) -> RowSplits:
    """The splits of table rows."""
    return load_splits(row_steps, data, options=tabular, **way)


def audit_rows(data: Any, *, tabular: TabularConfig = TabularConfig(), **way: Any) -> Audit:
    """What is found in the same data."""
    return examine(row_steps, data, options=tabular, **way)[0]


def load_tags(data: Any, *, tagging: TaggingConfig = TaggingConfig(), **way: Any) -> TagSplits:
    """The splits of sentences with tags."""
    return load_splits(tag_steps, data, options=tagging, **way)


def audit_tags(data: Any, *, tagging: TaggingConfig = TaggingConfig(), **way: Any) -> Audit:
    """What is found in the same data."""
    return examine(tag_steps, data, options=tagging, **way)[0]
