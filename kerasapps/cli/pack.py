"""`kerasapps pack`: data in shards, audited and split once, for any task that can."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from kerasapps.cli.arguments import Json, path_argument
from kerasapps.cli.check import OF_DECODED, guess_or_named, refuse_foreign
from kerasapps.cli.data import Data, with_data
from kerasapps.cli.examples import examples
from kerasapps.cli.options import with_configs
from kerasapps.cli.output import lasting_command
from kerasapps.cli.tasks import listed, typed
from kerasapps.config import LoadConfig
from kerasapps.recipes.registry import TASKS, asked_options
from kerasapps.terminal.streams import write_line
from kerasapps.wording.counted import counted

pack_app = typer.Typer()
_PACKED = [task for task in TASKS.values() if task.packs]


@pack_app.command(
    epilog=examples(
        "pack photos --output packed",
        "train image-classification packed",
        "pack reviews.csv --output packed --label-column stars --format parquet",
        "pack --source train.en --target train.de --output packed",
    )
)
@lasting_command
@with_configs(LoadConfig, without=OF_DECODED)
@with_data(
    TASKS.values(),
    asks=asked_options("check", tasks=_PACKED),
    help=listed([task.noun for task in _PACKED]),
)
def pack(
    data: Data = None,
    *,
    output: Annotated[
        Path,
        typer.Option(
            parser=path_argument, metavar="PATH", help="the packed folder; give it as DATA to train"
        ),
    ],
    task: Annotated[
        str | None,
        typer.Option(help=f"{listed([*map(typed, _PACKED)])} (default: by what the data holds)"),
    ] = None,
    options: Mapping[str, Any],
    seed: Annotated[int, typer.Option(help="seed of the splits")] = 0,
    format: Annotated[
        str, typer.Option(help="tfrecord, arrayrecord, webdataset or parquet")
    ] = "tfrecord",
    shard_mb: Annotated[int, typer.Option(min=1, help="MiB of examples in a shard, about")] = 128,
    json: Json = False,
    load: LoadConfig,
) -> Any:
    """Pack data into shards, audited and split once; the same command goes on after a stop."""
    import kerasapps
    from kerasapps.evaluation.formats import file_size

    chosen = guess_or_named(data, options, task)
    refuse_foreign(chosen, task, data, options)
    packed = kerasapps.pack(
        data,
        output=output,
        task=chosen.name,
        load=load,
        seed=seed,
        format=format,
        shard_mb=shard_mb,
        **options,
    )
    total = sum(packed.examples.values())
    parts = ", ".join(f"{count:,} {split}" for split, count in packed.examples.items())

    def show() -> None:
        write_line(f"Packed: {counted(total, packed.kind)} ({parts})")
        write_line(f"Shards: {packed.shards:,}, {file_size(packed.bytes)}, {packed.format}")
        write_line(f"Folder: {packed.folder}")
        place = shlex.quote(str(packed.folder))
        write_line(f"Train on it: kerasapps train {typed(chosen)} {place}")

    return packed.to_dict(), show
