"""tercet models"""

from __future__ import annotations

import click

from tercet.cli.common import json_option, print_json, settings_of, stdout


@click.command("models")
@json_option
def command(as_json: bool) -> None:
    """List the embedding models that can be used, by leg, and the rerankers."""
    from tercet.embedding.catalogue import catalogue

    settings = settings_of()
    legs = ("dense", "sparse", "late_interaction", "reranker")
    in_use = dict(zip(legs, (*settings.leg_models, settings.reranker), strict=True))
    models = catalogue()
    if as_json:
        print_json(
            [model._asdict() | {"in_use": model.serves(in_use[model.leg])} for model in models]
        )
        return
    from rich.table import Table

    table = Table("leg", "model", "dim", "licence", "MB", "", box=None, pad_edge=False)
    for model in models:
        mark = "in use" if model.serves(in_use[model.leg]) else ""
        dim = str(model.dim) if model.dim else ""
        table.add_row(model.leg, model.name, dim, model.licence, f"{model.megabytes:.0f}", mark)
    stdout().print(table)
