"""Formal notices, suspension notices and termination notices about unpaid contracts (S5d)."""

from argparse import ArgumentParser
from typing import Any

from crm.management.run_command import RunCommand
from partner_comms import Communication

STAGES = [communication.value for communication in Communication if communication.is_formal]


class Command(RunCommand):
    help = "Prévient des mises en demeure, des suspensions ou des résiliations."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("stage", choices=STAGES)
        super().add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        self.run(Communication(options["stage"]), options)
