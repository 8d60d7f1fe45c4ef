"""What the runs write: a letter for each kind of communication, and the records that it concerns.

Either the client or the introducer may read it: a subject and a text say whose contract it is.
"""

from __future__ import annotations

from string import Template
from typing import Any, Final

from attrs import frozen
from django.db.models import QuerySet

from crm.models import Client, Contract, Project
from partner_comms import Communication, RecordKind, label

MODELS: Final[dict[RecordKind, type[Client | Project | Contract]]] = {
    RecordKind.CLIENT: Client,
    RecordKind.PROJECT: Project,
    RecordKind.CONTRACT: Contract,
}


class LetterError(Exception):
    """A letter that must not be sent; the text is for the user."""


class _Text(Template):
    idpattern = r"[^\W\d]\w*"  # « $prénom » is one name


@frozen
class Letter:
    """A subject and a text, in which `$fiche`, `$client` and `$produit` are replaced."""

    subject: str
    text: str

    def check(self, kind: RecordKind) -> None:
        """Refuse an unknown name, which would be sent as it is written, and an empty letter."""
        known = {"fiche", "client"} | ({"produit"} if kind is not RecordKind.CLIENT else set())
        for where, words in (("l'objet", self.subject), ("le texte", self.text)):
            if not words.strip():
                raise LetterError(f"Il manque {where}.")
            unknown = [name for name in _Text(words).get_identifiers() if name not in known]
            if unknown:
                raise LetterError(
                    f"Dans {where}, « ${unknown[0]} » n'est pas connu ; pour une fiche "
                    f"« {label(kind)} », écrivez {_listed(known)}, ou « $$ » pour le signe."
                )

    def filled(self, record: Client | Project | Contract) -> tuple[str, str]:
        """Its subject and its text for `record`."""
        words = {"fiche": record, "client": getattr(record, "client", record)}
        if not isinstance(record, Client):
            words["produit"] = record.product
        # Not `substitute`: a sign before what is no name, as in « 5 $ », is what it says.
        subject, text = (_Text(text).safe_substitute(words) for text in (self.subject, self.text))
        return " ".join(subject.split()), text  # a name can hold line breaks


def _listed(names: set[str]) -> str:
    *others, last = sorted(f"« ${name} »" for name in names)
    return f"{', '.join(others)} ou {last}"


_UNPAID = Letter(
    "Prime à régler – contrat $fiche de $client",
    "Bonjour,\n\nLa prime du contrat $fiche ($produit) de $client reste à régler.\n\nVotre cabinet",
)
_UNPAID_AGAIN = Letter(
    "Relance : prime à régler – contrat $fiche de $client",
    "Bonjour,\n\nSauf erreur de notre part, la prime du contrat $fiche ($produit) de $client "
    "n'est toujours pas réglée. Merci de faire le nécessaire.\n\nVotre cabinet",
)
_DOCUMENTS = Letter(
    "Documents attendus – dossier $fiche de $client",
    "Bonjour,\n\nIl nous manque des documents pour le dossier $fiche ($produit) de $client. "
    "Merci de nous les envoyer.\n\nVotre cabinet",
)
_DOCUMENTS_AGAIN = Letter(
    "Relance : documents attendus – dossier $fiche de $client",
    "Bonjour,\n\nIl nous manque toujours des documents pour le dossier $fiche ($produit) de "
    "$client. Merci de nous les envoyer.\n\nVotre cabinet",
)
_FORMAL_NOTICE = Letter(
    "Mise en demeure – contrat $fiche de $client",
    "Bonjour,\n\nLa prime du contrat $fiche ($produit) de $client n'est pas réglée : une mise en "
    "demeure part par lettre recommandée. Cet e-mail vous en informe et ne vaut pas lettre "
    "recommandée.\n\nVotre cabinet",
)
_SUSPENSION = Letter(
    "Suspension des garanties – contrat $fiche de $client",
    "Bonjour,\n\nLa prime du contrat $fiche ($produit) de $client n'ayant pas été réglée après la "
    "mise en demeure, ses garanties sont suspendues. Cet e-mail vous en informe et ne vaut pas "
    "lettre recommandée.\n\nVotre cabinet",
)
_TERMINATION = Letter(
    "Résiliation – contrat $fiche de $client",
    "Bonjour,\n\nLa prime du contrat $fiche ($produit) de $client n'ayant pas été réglée, le "
    "contrat est résilié. Cet e-mail vous en informe et ne vaut pas lettre recommandée.\n\n"
    "Votre cabinet",
)

LETTERS: Final[dict[Communication, Letter]] = {
    Communication.UNPAID_CALL: _UNPAID,
    Communication.UNPAID_REMINDER: _UNPAID_AGAIN,
    Communication.DOCUMENTS_CALL: _DOCUMENTS,
    Communication.DOCUMENTS_REMINDER: _DOCUMENTS_AGAIN,
    Communication.FORMAL_NOTICE: _FORMAL_NOTICE,
    Communication.SUSPENSION_NOTICE: _SUSPENSION,
    Communication.TERMINATION_NOTICE: _TERMINATION,
}
"""Of each run but the mail merge, whose letter somebody writes."""


def concerned(communication: Communication, about: RecordKind | None = None) -> list[QuerySet[Any]]:
    """The records that a run is about; `about` is the kind for a mail merge."""
    if communication is Communication.MAIL_MERGE:
        if about is None:
            raise LetterError("Un publipostage concerne des clients, des projets ou des contrats.")
        return [MODELS[about].objects.all()]
    if communication in (Communication.DOCUMENTS_CALL, Communication.DOCUMENTS_REMINDER):
        return [kind.objects.filter(documents_expected=True) for kind in (Project, Contract)]
    if communication in LETTERS:
        return [Contract.objects.filter(unpaid=True)]
    raise LetterError(f"« {label(communication)} » n'est pas un envoi à plusieurs.")
