"""Raw data as a person names it → splits and an audit, one function a kind of data."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from kerasapps.config import ImageConfig, LoadConfig, TextConfig, TranslationConfig
from kerasapps.data.audit import Audit
from kerasapps.data.examine import Kind, examine, load_splits
from kerasapps.data.images import steps as image_steps
from kerasapps.data.images.examples import ImageSplits
from kerasapps.data.pairs import steps as pair_steps
from kerasapps.data.pairs.examples import PairSplits
from kerasapps.data.rows import steps as row_steps
from kerasapps.data.rows.config import TabularConfig
from kerasapps.data.rows.examples import RowSplits
from kerasapps.data.splits import Splits
from kerasapps.data.texts import steps as text_steps
from kerasapps.data.texts.examples import TextSplits
from kerasapps.files.paths import folder_place

Folder = str | os.PathLike[str] | None
"""Where examples go that are not files yet; None: a temporary folder, gone with the process."""


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
    return _load(image_steps, data, options=image, load=load, seed=seed, folder=folder)


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
    return _load(text_steps, data, options=text, load=load, seed=seed, folder=folder)


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
    return _load(pair_steps, data, options=translation, load=load, seed=seed, folder=folder)


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
    return _load(row_steps, data, options=tabular, load=load, seed=seed, folder=None)


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
    return _audit(image_steps, data, options=image, load=load, seed=seed, folder=folder)


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
    return _audit(text_steps, data, options=text, load=load, seed=seed, folder=folder)


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
    return _audit(pair_steps, data, options=translation, load=load, seed=seed, folder=folder)


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
    return _audit(row_steps, data, options=tabular, load=load, seed=seed, folder=None)


def _load(
    kind: Kind[Any, Any, Any, Any, Any],
    data: Any,
    *,
    options: Any,
    load: LoadConfig,
    seed: int,
    folder: Folder,
) -> Splits[Any]:
    work = _work_folder(folder)
    return load_splits(kind, data, options=options, config=load, seed=seed, work_dir=work)


def _audit(
    kind: Kind[Any, Any, Any, Any, Any],
    data: Any,
    *,
    options: Any,
    load: LoadConfig,
    seed: int,
    folder: Folder,
) -> Audit:
    work = _work_folder(folder)
    return examine(kind, data, options=options, config=load, seed=seed, work_dir=work)[0]


def _work_folder(folder: Folder) -> Path:
    if folder is not None:
        return folder_place(folder, what="folder")
    temporary = Path(tempfile.mkdtemp(prefix="kerasapps-"))
    # Examples read from it whenever they are asked, so it lives as long as they can.
    atexit.register(shutil.rmtree, temporary, ignore_errors=True)
    return temporary
