"""Calls and reminders about unpaid premiums (S5b)."""

from argparse import ArgumentParser
from typing import Any

from crm.models import Contract
from crm.runs import RunCommand
from partner_comms import Communication

CALL = (
    "Votre prime – $produit – contrat $fiche",
    "Bonjour,\n\nLa prime du contrat $fiche ($produit) de $client reste à régler.\n\nVotre cabinet",
)
REMINDER = (
    "Relance – " + CALL[0],
    CALL[1].replace("reste", "n'est toujours pas parvenue et reste"),
)


class Command(RunCommand):
    help = "Appelle ou relance les primes impayées."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--reminder", action="store_true", help="relance, et non premier appel")

    def handle(self, *args: Any, **options: Any) -> None:
        unpaid = Contract.objects.filter(unpaid=True)
        if options["reminder"]:
            self.run(Communication.UNPAID_REMINDER, [unpaid], REMINDER, options)
        else:
            self.run(Communication.UNPAID_CALL, [unpaid], CALL, options)
