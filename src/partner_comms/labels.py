"""The words that users see, in French and in English."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final, TypeAlias

from .answers import Notice
from .errors import InvalidTypeError, described
from .models import Communication, CommunicationRule, Party, Reason, RecordKind
from .selection import ChangeOutcome, RuleFilter
from .sentences import RULES, Texts, in_locale


class UiText(StrEnum):
    """The texts of the French screens that belong to no value (S2, S3, S13, S14).

    >>> label(UiText.RULE_FILTER)
    'Destinataire des communications clients'
    """

    GATE_OPTION = "gate_option"
    RULE_SETTING = "rule_setting"
    RULE_FILTER = "rule_filter"
    CHANGE_RULE_ACTION = "change_rule_action"


Labelled: TypeAlias = (
    CommunicationRule
    | Communication
    | Party
    | RecordKind
    | Reason
    | Notice
    | RuleFilter
    | ChangeOutcome
    | UiText
)

# One table for each enum: members of two enums with the same code are equal, so that one table
# for all would mix them up.
_LABELS: Final[Mapping[type[StrEnum], Mapping[Any, Texts]]] = {
    CommunicationRule: RULES,
    Communication: {
        Communication.MANUAL_EMAIL: ("E-mail manuel", "E-mail written by hand"),
        Communication.UNPAID_CALL: ("Appel d'impayé", "Unpaid premium: first request"),
        Communication.UNPAID_REMINDER: ("Relance d'impayé", "Unpaid premium: reminder"),
        Communication.DOCUMENTS_CALL: (
            "Appel de documents attendus",
            "Expected documents: first request",
        ),
        Communication.DOCUMENTS_REMINDER: (
            "Relance de documents attendus",
            "Expected documents: reminder",
        ),
        Communication.FORMAL_NOTICE: ("Mise en demeure", "Formal notice"),
        Communication.SUSPENSION_NOTICE: ("Suspension", "Suspension notice"),
        Communication.TERMINATION_NOTICE: ("Résiliation", "Termination notice"),
        Communication.MAIL_MERGE: ("Publipostage", "Mail merge"),
        Communication.OTHER: ("Autre communication", "Other communication"),
    },
    Party: {
        Party.CLIENT: ("Client", "Client"),
        Party.INTRODUCER: ("Apporteur", "Introducer"),
    },
    RecordKind: {
        RecordKind.PRODUCT: ("Produit", "Product"),
        RecordKind.INTRODUCER: ("Fiche apporteur", "Introducer's record"),
        RecordKind.CLIENT: ("Fiche client", "Client's record"),
        RecordKind.PROJECT: ("Projet", "Project"),
        RecordKind.CONTRACT: ("Contrat", "Contract"),
    },
    Reason: {
        Reason.NOT_PREMIUM: ("Pas d'abonnement PREMIUM", "No PREMIUM subscription"),
        Reason.OPTION_OFF: ("Option désactivée", "Option off"),
        Reason.NOT_COVERED: ("Communication non concernée", "Communication not covered"),
        Reason.NO_INTRODUCER: ("Aucun apporteur", "No introducer"),
        Reason.RULE_APPLIED: ("Règle appliquée", "Rule applied"),
    },
    Notice: {
        Notice.INVALID_RULE: ("Règle inconnue", "Unknown rule"),
        Notice.AMBIGUOUS_ID: ("Identifiant en double", "Id found more than once"),
        Notice.INVALID_EMAIL: ("Adresse e-mail invalide", "Invalid e-mail address"),
        Notice.NO_CLIENT_ADDRESS: (
            "Aucune adresse e-mail pour le client",
            "No e-mail address for the client",
        ),
        Notice.NO_INTRODUCER_ADDRESS: (
            "Aucune adresse e-mail pour l'apporteur",
            "No e-mail address for the introducer",
        ),
        Notice.CLIENT_NOT_ADDRESSED: (
            "Client non destinataire : la lettre recommandée reste nécessaire",
            "Client not addressed: the registered letter is still needed",
        ),
    },
    RuleFilter: {
        RuleFilter.CLIENT: RULES[CommunicationRule.CLIENT],
        RuleFilter.INTRODUCER: RULES[CommunicationRule.INTRODUCER],
        RuleFilter.CLIENT_AND_INTRODUCER: RULES[CommunicationRule.CLIENT_AND_INTRODUCER],
        RuleFilter.NONE: ("Aucune", "None"),
    },
    ChangeOutcome: {
        ChangeOutcome.CHANGED: ("Modifié", "Changed"),
        ChangeOutcome.UNCHANGED: ("Règle déjà en place", "Has the rule already"),
        ChangeOutcome.SKIPPED: ("Ignoré : aucun apporteur", "Skipped: no introducer"),
    },
    UiText: {
        UiText.GATE_OPTION: (
            "Activer la possibilité d'inclure les apporteurs dans les communications clients",
            "Allow introducers to be included in communications to clients",
        ),
        UiText.RULE_SETTING: ("Règle de communication", "Communication rule"),
        UiText.RULE_FILTER: (
            "Destinataire des communications clients",
            "Recipient of communications to clients",
        ),
        UiText.CHANGE_RULE_ACTION: (
            "Changer le destinataire des communications clients",
            "Change the recipient of communications to clients",
        ),
    },
}


def label(member: Labelled, locale: str = "fr") -> str:
    """The words for a member of any enum of the library, in `fr` or `en`.

    The language of the locale decides: `fr-FR`, `fr_FR` and `FR` are `fr`. An unknown locale is
    refused with an `UnknownCodeError` that lists the known ones. A bare code is refused with an
    `InvalidTypeError`: two enums may share one, with other words for it.

    >>> label(CommunicationRule.CLIENT_AND_INTRODUCER)
    'Client + Apporteur'
    """
    texts = _LABELS.get(type(member))
    if texts is None:
        raise InvalidTypeError("member", described(member), "a member of one of the enums")
    return in_locale(texts[member], locale)
