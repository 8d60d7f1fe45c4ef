"""Formal notices, suspension notices and termination notices about unpaid contracts (S5d)."""

from argparse import ArgumentParser
from typing import Any

from crm.models import Contract
from crm.runs import RunCommand
from partner_comms import Communication, label

STAGES = [communication.value for communication in Communication if communication.is_formal]
TEXT = (
    "Bonjour,\n\n{title} : la prime du contrat $fiche ($produit) de "
    "$client reste impayée. Cet e-mail vous en informe ; la lettre recommandée, que rien "
    "ne remplace, part par la poste.\n\nVotre cabinet"
)


class Command(RunCommand):
    help = "Prévient des mises en demeure, des suspensions ou des résiliations."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("stage", choices=STAGES)
        super().add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        stage = Communication(options["stage"])
        title = label(stage)
        letter = (f"{title} – $produit – contrat $fiche", TEXT.format(title=title))
        self.run(stage, [Contract.objects.filter(unpaid=True)], letter, options)
