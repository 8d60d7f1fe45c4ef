"""Mail merges, about clients or about each of their deals (S5e)."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from crm.models import Client, Contract, Project
from crm.runs import RunCommand
from partner_comms import Communication

MODELS: dict[str, type[Client | Project | Contract]] = {
    "client": Client,
    "project": Project,
    "contract": Contract,
}


class Command(RunCommand):
    help = "Envoie un publipostage ; $fiche, $client et $produit dans les textes sont remplacés."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--about", choices=MODELS, default="client")
        parser.add_argument("--subject", required=True)
        parser.add_argument("--text", required=True, type=Path, help="un fichier")

    def handle(self, *args: Any, **options: Any) -> None:
        records = MODELS[options["about"]].objects.all()
        letter = (options["subject"], options["text"].read_text(encoding="utf-8"))
        self.run(Communication.MAIL_MERGE, [records], letter, options)
