"""`python -m narratives.training`: train a judge by a recipe, fit what lies on top of it, write the embedded folder."""

from __future__ import annotations

import argparse
import logging
import sys
from pathlib import Path

from narratives.training.recipe import read_recipe
from narratives.training.registry import data_of, describe

PACKAGE = Path(__file__).parents[1]
DEFAULT_RECIPE = Path(__file__).parent / "recipes" / "default.toml"

logger = logging.getLogger("narratives.training")


def _train(arguments: argparse.Namespace) -> None:
    from narratives.training.train import Trainer  # after --help, which should not wait for torch

    trained = Trainer(read_recipe(arguments.recipe), data=arguments.data, out=arguments.out).run()
    logger.info("model written to %s", trained)


def _export(arguments: argparse.Namespace) -> None:
    from narratives.models import load_model
    from narratives.training.base import find_base
    from narratives.training.export import export_default
    from narratives.training.temper import fit_temperatures

    recipe = read_recipe(arguments.recipe)
    temperatures = fit_temperatures(load_model(arguments.judge), recipe, arguments.data)
    export_default(
        arguments.judge,
        find_base(recipe.base),
        arguments.target,
        name=arguments.name,
        version=arguments.version,
        recipe=f"{arguments.recipe.name} {recipe.digest}",
        data=describe(data_of(recipe)),
        temperatures=temperatures,
    )
    logger.info("embedded model written to %s", arguments.target)


def _data(arguments: argparse.Namespace) -> None:
    for entry in data_of(read_recipe(arguments.recipe)):
        sys.stdout.write(f"{entry.pattern}\t{entry.name}\t{entry.licence}\t{entry.origin}\n")


def _fit(arguments: argparse.Namespace) -> None:
    from narratives.models import load_encoder, load_model
    from narratives.training import fit

    recipe = read_recipe(arguments.recipe)
    judge, three_class = load_model(arguments.judge), load_model(arguments.three_class)
    calibration = fit.calibration_rows(recipe, arguments.data)
    rows = fit.training_rows(recipe, arguments.data)
    fits = {
        "head": fit.fit_head(judge, calibration),
        "blend": fit.fit_blend(three_class, load_encoder(), rows, calibration),
    }
    names = {"model": judge.identity, "three_class": three_class.identity}
    fit.write_contest(arguments.target / "contest.toml", fits, **names, recipe=recipe)
    stance = fit.fit_stance(three_class, fit.stance_rows(arguments.data, seed=0))
    fit.write_stance(arguments.target / "stance.toml", stance, model=three_class.identity)
    logger.info("fits written to %s", arguments.target)


def main() -> None:
    """Parse the arguments and run one of train, export, fit, data."""
    parser = argparse.ArgumentParser(prog="python -m narratives.training", description=__doc__)
    commands = parser.add_subparsers(required=True)
    data = argparse.ArgumentParser(add_help=False)
    data.add_argument(
        "--data",
        type=Path,
        action="append",
        required=True,
        help="folder that the recipe's paths begin at; may be given several times",
    )

    train = commands.add_parser(
        "train", parents=[data], help="train by a recipe; run again after an interruption, it goes on"
    )
    train.add_argument("recipe", nargs="?", type=Path, default=DEFAULT_RECIPE, help="default: %(default)s")
    train.add_argument("--out", type=Path, required=True, help="folder of the checkpoint and the finished models")
    train.set_defaults(run=_train)

    export = commands.add_parser(
        "export", parents=[data], help="pack a trained judge and its encoder as the embedded model"
    )
    export.add_argument("judge", type=Path, help="folder of the trained judge")
    export.add_argument("--recipe", type=Path, default=DEFAULT_RECIPE, help="that it was trained by")
    export.add_argument("--name", default="default")
    export.add_argument("--version", required=True)
    export.add_argument("--target", type=Path, default=PACKAGE / "models" / "default")
    export.set_defaults(run=_export)

    fit = commands.add_parser("fit", parents=[data], help="calibrate p_contested and stance on top of a trained judge")
    fit.add_argument("--recipe", type=Path, default=DEFAULT_RECIPE, help="that names the calibration pairs")
    fit.add_argument("--judge", type=Path, help="folder of the judge; the embedded model if left out")
    fit.add_argument("--three-class", type=Path, required=True, help="folder of a judge that saw no disputes")
    fit.add_argument("--target", type=Path, default=PACKAGE / "contrast", help="where the fits are written")
    fit.set_defaults(run=_fit)

    listing = commands.add_parser("data", help="list the data of a recipe: paths, name, licence, origin")
    listing.add_argument("recipe", nargs="?", type=Path, default=DEFAULT_RECIPE, help="default: %(default)s")
    listing.set_defaults(run=_data)

    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    arguments.run(arguments)


if __name__ == "__main__":
    main()
