"""`kerasapps tune`: a search before the training, on one machine or several."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

import kerasapps
from kerasapps.cli.arguments import Json, OutputDir
from kerasapps.cli.options import with_arguments, with_configs
from kerasapps.cli.output import command, start_tensorflow
from kerasapps.cli.recipes import RECIPES, RecipeCommand
from kerasapps.config import TuneConfig
from kerasapps.terminal import write_line

tune_app = typer.Typer(
    help="Search for better options, then train with them and ship verified files.",
    no_args_is_help=True,
)


def _add(recipe: RecipeCommand) -> None:
    @tune_app.command(
        recipe.name,
        help=f"Search the options of {recipe.model}, then train and ship the best; exit status 1 "
        f"if a file failed verification.\n\n{recipe.models}",
    )
    @command
    @with_configs(TuneConfig, *recipe.configs, **recipe.defaults)
    @with_arguments(recipe.read)
    def tune(
        data: Any,
        output_dir: OutputDir = None,
        json: Json = False,
        *,
        tune: TuneConfig,
        **configs: Any,
    ) -> Any:
        if tune.role == "worker":
            return _join(recipe, data, output_dir, tune=tune, **configs)
        return recipe.train(data, output_dir=output_dir, tune=tune, **configs)


def _join(recipe: RecipeCommand, data: Any, work_dir: Path | None, **options: Any) -> Any:
    """A worker's part in the search of another machine."""
    start_tensorflow()
    trials = kerasapps.join_search(recipe.task, data, work_dir=work_dir, **options)
    message = f"The search is over. Trials done here: {trials}."
    return {"trials": trials}, lambda: write_line(message)


for each in RECIPES:
    _add(each)
