"""Calls and reminders about unpaid premiums (S5b)."""

from argparse import ArgumentParser
from typing import Any

from crm.management.run_command import RunCommand
from partner_comms import Communication


class Command(RunCommand):
    help = "Appelle ou relance les primes impayées."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--reminder", action="store_true", help="relance, et non premier appel")

    def handle(self, *args: Any, **options: Any) -> None:
        again = options["reminder"]
        self.run(Communication.UNPAID_REMINDER if again else Communication.UNPAID_CALL, options)
