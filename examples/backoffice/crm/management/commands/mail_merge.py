"""Mail merges, about clients or about each of their deals (S5e)."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from crm.letters import MODELS, Letter
from crm.management.run_command import RunCommand
from partner_comms import Communication, RecordKind


class Command(RunCommand):
    help = "Envoie un publipostage ; $fiche, $client et $produit dans les textes sont remplacés."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        kinds = [kind.value for kind in MODELS]
        parser.add_argument("--about", choices=kinds, default=RecordKind.CLIENT.value)
        parser.add_argument("--subject", required=True)
        parser.add_argument("--text", required=True, type=Path, help="un fichier en UTF-8")

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["text"]
        try:
            text = file.read_text(encoding="utf-8")
        except OSError as error:
            raise CommandError(f"Le fichier {file} ne se lit pas : {error.strerror}.") from error
        except UnicodeDecodeError as error:
            raise CommandError(f"Le fichier {file} n'est pas en UTF-8.") from error
        letter = Letter(options["subject"], text)
        self.run(Communication.MAIL_MERGE, options, letter, RecordKind(options["about"]))
