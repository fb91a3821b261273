"""`kerasapps train`: one command a recipe."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from kerasapps.cli.arguments import Json, OutputDir
from kerasapps.cli.options import with_arguments, with_configs
from kerasapps.cli.output import command
from kerasapps.cli.recipes import RECIPES, RecipeCommand
from kerasapps.config import TuneConfig

train_app = typer.Typer(help="Train a model and ship it as verified files.", no_args_is_help=True)

Tune = Annotated[
    int | None,
    typer.Option(
        min=1, help="search so many configurations first (kerasapps tune has more options)"
    ),
]


def _add(recipe: RecipeCommand) -> None:
    @train_app.command(
        recipe.name,
        help=f"Train {recipe.model}; exit status 1 if a file failed verification.\n\n"
        f"{recipe.models}",
    )
    @command
    @with_configs(*recipe.configs, **recipe.defaults)
    @with_arguments(recipe.read)
    def train(
        data: Any,
        output_dir: OutputDir = None,
        tune: Tune = None,
        json: Json = False,
        **configs: Any,
    ) -> Any:
        search = None if tune is None else TuneConfig(trials=tune)
        return recipe.train(data, output_dir=output_dir, tune=search, **configs)


for each in RECIPES:
    _add(each)
