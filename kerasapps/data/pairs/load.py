"""The entry to `data` for translation: whatever holds sentence pairs becomes audited splits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kerasapps.config import LoadConfig, TranslationConfig
from kerasapps.data.audit import Audit
from kerasapps.data.examine import examine, load_splits
from kerasapps.data.pairs import steps
from kerasapps.data.pairs.examples import PairSplits


def load_pairs(
    data: Any,
    *,
    config: LoadConfig,
    translation: TranslationConfig,
    seed: int,
    work_dir: Path,
) -> PairSplits:
    """Audited splits of whatever holds texts and their translations.

    Args:
        data: `(source file, target file)` whose lines belong together; a folder with train.en,
            train.de, val.en and so on, or with train, validation and test tables; a TSV, CSV, JSONL
            or Parquet file; a TMX file; a list of `(source, target)`; `(sources, targets)`; a list
            of mappings; a pandas DataFrame; a pyarrow Table; a `tf.data.Dataset` of
            `(string, string)`; `"tfds:NAME[/config]"`; `"builtin:phrases"`. Files may be packed
            with gzip.
        config: split sizes and what to tolerate.
        translation: which languages and columns to take, and when the sides differ too much.
        seed: of the splits that the data does not have.
        work_dir: where the texts are written, once, as UTF-8; nothing else is touched. The splits
            read from there as long as they are used.

    Raises:
        DataError: with every reason why the data cannot be used.
        DependencyError: if reading the data needs a package that is not installed.
    """
    return load_splits(
        steps, data, options=translation, config=config, seed=seed, work_dir=work_dir
    )


def audit_pairs(
    data: Any,
    *,
    config: LoadConfig,
    translation: TranslationConfig,
    seed: int,
    work_dir: Path,
) -> Audit:
    """What `load_pairs` finds in the same data; bad data fills `errors` and never raises."""
    audit, _ = examine(
        steps, data, options=translation, config=config, seed=seed, work_dir=work_dir
    )
    return audit
