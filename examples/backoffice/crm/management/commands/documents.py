"""Calls and reminders about expected documents, for projects and contracts (S5c, D2)."""

from argparse import ArgumentParser
from typing import Any

from crm.models import Contract, Project
from crm.runs import RunCommand
from partner_comms import Communication

CALL = (
    "Documents attendus – $produit – $fiche",
    "Bonjour,\n\nDes documents nous manquent pour le dossier $fiche ($produit) de "
    "$client. Merci de nous les envoyer.\n\nVotre cabinet",
)
REMINDER = ("Relance – " + CALL[0], CALL[1].replace("manquent", "manquent toujours"))


class Command(RunCommand):
    help = "Demande ou redemande les documents attendus."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--reminder", action="store_true", help="relance, et non premier appel")

    def handle(self, *args: Any, **options: Any) -> None:
        deals = [model.objects.filter(documents_expected=True) for model in (Project, Contract)]
        if options["reminder"]:
            self.run(Communication.DOCUMENTS_REMINDER, deals, REMINDER, options)
        else:
            self.run(Communication.DOCUMENTS_CALL, deals, CALL, options)
