"""The public functions for packed data: a folder of shards that was audited once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kerasapps.config import LoadConfig, TrainConfig
from kerasapps.data.packed.pack_file import packed_folder
from kerasapps.data.packed.read import verify_packed
from kerasapps.errors import DataError
from kerasapps.files.paths import user_path
from kerasapps.files.room import telling_of_full_disks
from kerasapps.recipes.registry import find_task, guess_task
from kerasapps.terminal.doing import doing
from kerasapps.wording.harmless import printable
from kerasapps.workflow.packing import SHARD_MB, Pack, pack_data


@telling_of_full_disks(advice="and do the same again: it goes on with the shards that are whole")
def pack(
    data: Any,
    *,
    output: Path | str,
    task: str | None = None,
    load: LoadConfig = LoadConfig(),
    seed: int = 0,
    format: str = "tfrecord",
    shard_mb: int = SHARD_MB,
    **options: Any,
) -> Pack:
    """Packs data into shards, read, audited and split once for all trainings.

    The folder is data for every training of its kind: `train_image_classifier("packed")`. Its
    splits, labels and fingerprint are those of the data as it is, and nothing is audited again. A
    call that was killed goes on with the shards that are whole when it is made again.

    Args:
        data: pictures, texts or sentence pairs, in any form that training takes.
        output: the packed folder; what others wrote there is never touched.
        task: name of the recipe, such as "image_classification"; None: by what the data holds.
        load: split sizes and what to tolerate.
        seed: of the splits that the data does not have.
        format: "tfrecord", "arrayrecord", "webdataset" or "parquet".
        shard_mb: MiB of examples in a shard, about.
        options: fields of the task's config that say how the data is read, such as
            `label_column="kind"`.

    Returns:
        What was packed, and where.

    Raises:
        ConfigError: if the folder holds something else, or an option cannot work.
        DataError: if the data cannot be used; every reason is named.
        DependencyError: if reading the data, or the format, needs a package that is not installed.
        TrainingError: if the folder lies in the data.
        DiskFullError: if there is no room; the same call goes on later.

    Examples:
        >>> pack = kerasapps.pack("builtin:reviews", output="packed")
        >>> len(kerasapps.data.load_texts("packed").train) == pack.examples["train"]
        True
    """
    chosen = guess_task(data) if task is None else find_task(task)
    TrainConfig(seed=seed)  # one that training would refuse is refused here
    return pack_data(
        chosen,
        data,
        output=output,
        options=chosen.options(**options),
        load=load,
        seed=seed,
        format=format,
        shard_mb=shard_mb,
    )


def verify_pack(folder: Path | str) -> tuple[str, ...]:
    """What in a packed folder is not as it was packed: every byte is read, its hash compared.

    Args:
        folder: that `pack` wrote, wherever it lies now.

    Returns:
        A sentence for each file that is missing or changed; none where all is well.

    Raises:
        DataError: if it is no packed folder, or `pack.json` cannot be read.

    Examples:
        >>> pack = kerasapps.pack("builtin:reviews", output="packed")
        >>> kerasapps.verify_pack("packed")
        ()
    """
    packed = packed_folder(folder)
    if packed is None:
        shown = printable(user_path(folder, what="The folder", error=DataError))
        raise DataError(f"{shown} is no packed folder: kerasapps pack makes one (no pack.json)")
    with doing(f"Verifying {printable(packed)}"):
        return verify_packed(packed)
