"""Calls and reminders about expected documents, for projects and contracts (S5c, D2)."""

from argparse import ArgumentParser
from typing import Any

from crm.management.run_command import RunCommand
from partner_comms import Communication


class Command(RunCommand):
    help = "Demande ou redemande les documents attendus."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--reminder", action="store_true", help="relance, et non premier appel")

    def handle(self, *args: Any, **options: Any) -> None:
        again = options["reminder"]
        self.run(
            Communication.DOCUMENTS_REMINDER if again else Communication.DOCUMENTS_CALL, options
        )
