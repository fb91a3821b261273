"""The entry to `data`: whatever holds pictures becomes audited splits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kerasapps.config import ImageConfig, LoadConfig
from kerasapps.data.audit import Audit
from kerasapps.data.examine import examine, load_splits
from kerasapps.data.images import steps
from kerasapps.data.images.examples import ImageSplits


def load_images(
    data: Any,
    *,
    config: LoadConfig,
    seed: int,
    work_dir: Path,
    image: ImageConfig = ImageConfig(),
) -> ImageSplits:
    """Audited splits of whatever holds pictures and labels.

    Args:
        data: a folder of class folders, with or without train/val/test above them; a CSV, TSV,
            JSONL or Parquet file that names pictures, or a folder with such tables; `(images,
            labels)`; a pandas DataFrame, a pyarrow Table or a list of mappings; a
            `tf.data.Dataset` of `(image, label)`; `"tfds:NAME[/config]"`; `"builtin:digits"`.
        config: split sizes and what to tolerate.
        seed: of the splits that the data does not have.
        work_dir: where pictures that are not files yet are written; nothing else is touched.
        image: which columns of a table to take.

    Raises:
        DataError: with every reason why the data cannot be used.
    """
    return load_splits(steps, data, options=image, config=config, seed=seed, work_dir=work_dir)


def audit_images(
    data: Any,
    *,
    config: LoadConfig,
    seed: int,
    work_dir: Path,
    image: ImageConfig = ImageConfig(),
) -> Audit:
    """What `load_images` finds in the same data; bad data fills `errors` and never raises."""
    return examine(steps, data, options=image, config=config, seed=seed, work_dir=work_dir)[0]
