"""Raw data as a person names it → an audit of it, one function a kind of data."""

from __future__ import annotations

from typing import Any

from kerasapps.config import ImageConfig, LoadConfig, TextConfig, TranslationConfig
from kerasapps.data.audit import Audit
from kerasapps.data.images import steps as image_steps
from kerasapps.data.opening import Folder, audit_kind
from kerasapps.data.pairs import steps as pair_steps
from kerasapps.data.rows import steps as row_steps
from kerasapps.data.rows.config import TabularConfig
from kerasapps.data.sounds import steps as sound_steps
from kerasapps.data.sounds.config import AudioConfig
from kerasapps.data.tags import steps as tag_steps
from kerasapps.data.tags.config import TaggingConfig
from kerasapps.data.texts import steps as text_steps


def audit_images(
    data: Any,
    *,
    image: ImageConfig = ImageConfig(),
    load: LoadConfig = LoadConfig(),
    seed: int = 0,
    folder: Folder = None,
) -> Audit:
    """What `load_images` finds, as a value: also where the data cannot be used.

    Examples:
        >>> audit = kerasapps.data.audit_images("nowhere")
        >>> audit.ok, len(audit.errors)
        (False, 1)
    """
    return audit_kind(image_steps, data, options=image, load=load, seed=seed, folder=folder)


def audit_sounds(
    data: Any,
    *,
    audio: AudioConfig = AudioConfig(),
    load: LoadConfig = LoadConfig(),
    seed: int = 0,
    folder: Folder = None,
) -> Audit:
    """What `load_sounds` finds, as a value: also where the data cannot be used.

    Examples:
        >>> noise = np.random.default_rng(0).uniform(-0.5, 0.5, (20, 800))
        >>> audit = kerasapps.data.audit_sounds((noise, ["rain", "wind"] * 10, 8000))
        >>> audit.ok, audit["rates"]
        (True, {8000: 14})
    """
    return audit_kind(sound_steps, data, options=audio, load=load, seed=seed, folder=folder)


def audit_texts(
    data: Any,
    *,
    text: TextConfig = TextConfig(),
    load: LoadConfig = LoadConfig(),
    seed: int = 0,
    folder: Folder = None,
) -> Audit:
    """What `load_texts` finds, as a value: also where the data cannot be used.

    Examples:
        >>> audit = kerasapps.data.audit_texts("builtin:reviews")
        >>> sorted(audit.counts["train"])
        ['negative', 'positive']
    """
    return audit_kind(text_steps, data, options=text, load=load, seed=seed, folder=folder)


def audit_pairs(
    data: Any,
    *,
    translation: TranslationConfig = TranslationConfig(),
    load: LoadConfig = LoadConfig(),
    seed: int = 0,
    folder: Folder = None,
) -> Audit:
    """What `load_pairs` finds, as a value: also where the data cannot be used.

    Examples:
        >>> kerasapps.data.audit_pairs("builtin:phrases").ok
        True
    """
    return audit_kind(pair_steps, data, options=translation, load=load, seed=seed, folder=folder)


def audit_table(
    data: Any,
    *,
    tabular: TabularConfig = TabularConfig(),
    load: LoadConfig = LoadConfig(),
    seed: int = 0,
) -> Audit:
    """What `load_table` finds, as a value: also where the data cannot be used.

    Examples:
        >>> columns = {"age": [20 + n * 37 % 45 for n in range(60)], "job": ["cook", "smith"] * 30}
        >>> columns["rich"] = ["yes" if age > 40 else "no" for age in columns["age"]]
        >>> kerasapps.data.audit_table(columns, tabular=kerasapps.TabularConfig(target="rich")).ok
        True
    """
    return audit_kind(row_steps, data, options=tabular, load=load, seed=seed, folder=None)


def audit_tags(
    data: Any,
    *,
    tagging: TaggingConfig = TaggingConfig(),
    load: LoadConfig = LoadConfig(),
    seed: int = 0,
    folder: Folder = None,
) -> Audit:
    """What `load_tags` finds, as a value: also where the data cannot be used.

    Examples:
        >>> data = [(["Ana", "saw", f"bus {n}"], ["B-PER", "O", "O"]) for n in range(60)]
        >>> kerasapps.data.audit_tags(data)["entities"]["test"]
        {'PER': 12}
    """
    return audit_kind(tag_steps, data, options=tagging, load=load, seed=seed, folder=folder)
