"""Raw data as a person names it → splits and an audit, one function a kind of data."""

from __future__ import annotations

from typing import Any

from kerasapps.config import ImageConfig, LoadConfig, TextConfig, TranslationConfig
from kerasapps.data.images import steps as image_steps
from kerasapps.data.images.examples import ImageSplits
from kerasapps.data.opening import Folder, load_kind
from kerasapps.data.pairs import steps as pair_steps
from kerasapps.data.pairs.examples import PairSplits
from kerasapps.data.rows import steps as row_steps
from kerasapps.data.rows.config import TabularConfig
from kerasapps.data.rows.examples import RowSplits
from kerasapps.data.sounds import steps as sound_steps
from kerasapps.data.sounds.config import AudioConfig
from kerasapps.data.sounds.examples import SoundSplits
from kerasapps.data.tags import steps as tag_steps
from kerasapps.data.tags.config import TaggingConfig
from kerasapps.data.tags.examples import TagSplits
from kerasapps.data.texts import steps as text_steps
from kerasapps.data.texts.examples import TextSplits


def load_images(
    data: Any,
    *,
    image: ImageConfig = ImageConfig(),
    load: LoadConfig = LoadConfig(),
    seed: int = 0,
    folder: Folder = None,
) -> ImageSplits:
    """Pictures of classes, looked into one by one, without copies across splits, and split.

    Args:
        data: what `train_image_classifier` takes, such as a folder with a folder a class, a table
            of files, arrays or a data set.
        image: the columns of a table to take.
        load: split sizes and what to tolerate.
        seed: of the splits that the data does not have.
        folder: where pictures are written that are not files; see `Folder`.

    Returns:
        `train`, `validation` and `test`, each with the `paths` of encoded pictures and their
        `labels`, int; the classes' names in `labels`; and the `audit`.

    Raises:
        DataError: with every reason why the data cannot be used.
        DependencyError: if reading it needs a package that is not installed.

    Examples:
        >>> for name in ("cat", "dog"):
        ...     for number in range(6):
        ...         file = Path("pictures", name, f"{number}.png")
        ...         file.parent.mkdir(parents=True, exist_ok=True)
        ...         pixels = np.random.default_rng([number, name == "dog"]).random((8, 8, 3)) * 255
        ...         keras.utils.save_img(file, pixels, scale=False)
        >>> splits = kerasapps.data.load_images("pictures")
        >>> splits.labels, len(splits.train)
        (('cat', 'dog'), 8)
    """
    return load_kind(image_steps, data, options=image, load=load, seed=seed, folder=folder)


def load_sounds(
    data: Any,
    *,
    audio: AudioConfig = AudioConfig(),
    load: LoadConfig = LoadConfig(),
    seed: int = 0,
    folder: Folder = None,
) -> SoundSplits:
    """Sounds of classes, listened to one by one, without copies across splits, and split.

    Args:
        data: a folder with a folder a class, a table of files or of parts of them, `(sounds,
            labels, rate)`, or a data set.
        audio: the columns of a table to take, who speaks, which classes are pooled, and noise.
        load: split sizes and what to tolerate.
        seed: of the splits that the data does not have.
        folder: where sounds are written that are not files; see `Folder`.

    Returns:
        `train`, `validation` and `test`, each with `clips`, `labels`, int64 `(n,)`, `seconds` and
        `groups`; the classes' names in `labels`; and the `audit`.

    Raises:
        DataError: with every reason why the data cannot be used.
        DependencyError: if reading it needs a package that is not installed.

    Examples:
        >>> noise = np.random.default_rng(0).uniform(-0.5, 0.5, (20, 800))
        >>> splits = kerasapps.data.load_sounds((noise, ["rain", "wind"] * 10, 8000))
        >>> splits.labels, len(splits.train)
        (('rain', 'wind'), 14)
    """
    return load_kind(sound_steps, data, options=audio, load=load, seed=seed, folder=folder)


def load_texts(
    data: Any,
    *,
    text: TextConfig = TextConfig(),
    load: LoadConfig = LoadConfig(),
    seed: int = 0,
    folder: Folder = None,
) -> TextSplits:
    """Texts of classes, cleaned, without copies across splits, and split.

    Args:
        data: what `train_text_classifier` takes, such as a table with a text and a label column.
        text: the columns to take, and the encoding.
        load: split sizes and what to tolerate.
        seed: of the splits that the data does not have.
        folder: where the texts are kept, of which one at a time is in memory; see `Folder`.

    Returns:
        `train`, `validation` and `test`, each with `texts` and `labels`, int32 `(n,)`; the
        classes' names in `labels`; and the `audit`.

    Raises:
        DataError: with every reason why the data cannot be used.
        DependencyError: if reading it needs a package that is not installed.

    Examples:
        >>> splits = kerasapps.data.load_texts("builtin:reviews")
        >>> splits.labels
        ('negative', 'positive')
        >>> len(splits.train.texts) == len(splits.train.labels)
        True
    """
    return load_kind(text_steps, data, options=text, load=load, seed=seed, folder=folder)


def load_pairs(
    data: Any,
    *,
    translation: TranslationConfig = TranslationConfig(),
    load: LoadConfig = LoadConfig(),
    seed: int = 0,
    folder: Folder = None,
) -> PairSplits:
    """Sentence pairs, cleaned, without leaks between splits, and split.

    Args:
        data: what `train_translator` takes, such as two files aligned line by line.
        translation: the columns and languages to take.
        load: split sizes and what to tolerate.
        seed: of the splits that the data does not have.
        folder: where the pairs are kept, of which one at a time is in memory; see `Folder`.

    Returns:
        `train`, `validation` and `test`, each with `sources` and `targets`; and the `audit`.

    Raises:
        DataError: with every reason why the data cannot be used.
        DependencyError: if reading it needs a package that is not installed.

    Examples:
        >>> splits = kerasapps.data.load_pairs("builtin:phrases")
        >>> splits.train.sources[0] != splits.train.targets[0]
        True
    """
    return load_kind(pair_steps, data, options=translation, load=load, seed=seed, folder=folder)


def load_table(
    data: Any,
    *,
    tabular: TabularConfig = TabularConfig(),
    load: LoadConfig = LoadConfig(),
    seed: int = 0,
) -> RowSplits:
    """Rows of a table, each column read as numbers, categories or dates, and split.

    Args:
        data: what `train_tabular` takes, such as a CSV file or a mapping of columns.
        tabular: the target, and how columns are read where a guess would be wrong.
        load: split sizes and what to tolerate.
        seed: of the splits that the data does not have.

    Returns:
        `train`, `validation` and `test`, each with `columns` by name, `readings` and `labels`:
        int32 `(n,)` class numbers, or float64 `(n,)`; the classes' names in `labels`; and the
        `audit`.

    Raises:
        DataError: with every reason why the data cannot be used.
        DependencyError: if reading it needs a package that is not installed.

    Examples:
        >>> columns = {"age": [20 + n * 37 % 45 for n in range(60)], "job": ["cook", "smith"] * 30}
        >>> columns["rich"] = ["yes" if age > 40 else "no" for age in columns["age"]]
        >>> options = kerasapps.TabularConfig(target="rich")
        >>> splits = kerasapps.data.load_table(columns, tabular=options)
        >>> splits.labels, sorted(splits.train.columns)
        (('no', 'yes'), ['age', 'job'])
    """
    return load_kind(row_steps, data, options=tabular, load=load, seed=seed, folder=None)


def load_tags(
    data: Any,
    *,
    tagging: TaggingConfig = TaggingConfig(),
    load: LoadConfig = LoadConfig(),
    seed: int = 0,
    folder: Folder = None,
) -> TagSplits:
    """Sentences whose words have tags, from files, folders or memory, as training gets them.

    Args:
        data: what `train_tagger` takes: a CoNLL file, a folder of such, a file with tokens and
            tags or with texts and entities, a list of `(tokens, tags)`, and so on.
        tagging: columns, scheme and encoding.
        load: split sizes and what to tolerate.
        seed: of the splits that the data does not have.
        folder: where the words are written; the splits read from there. None: a temporary one.

    Returns:
        `train`, `validation` and `test`, each with `sentences`, `tags` in IOB2 and `origins`; the
        tags' names in `labels`; and the `audit`.

    Raises:
        DataError: with every reason why the data cannot be used.
        DependencyError: if reading it needs a package that is not installed.

    Examples:
        >>> data = [(["Ana", "saw", f"bus {n}"], ["B-PER", "O", "O"]) for n in range(60)]
        >>> splits = kerasapps.data.load_tags(data)
        >>> splits.labels, splits.test.tags[0]
        (('O', 'B-PER', 'I-PER'), ('B-PER', 'O', 'O'))
    """
    return load_kind(tag_steps, data, options=tagging, load=load, seed=seed, folder=folder)
