"""The sentences that explain an answer, in French and in English (D14).

They are made of the codes of an answer alone, so that they can never show an address.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, Literal, TypeAlias

from .errors import InvalidTypeError, UnknownCodeError, described
from .models import CommunicationRule, Party, Reason, RecordKind

Locale: TypeAlias = Literal["fr", "en"]
LOCALES: Final[tuple[Locale, ...]] = ("fr", "en")

Texts: TypeAlias = tuple[str, str]
"""A text in each locale, in the order of LOCALES."""

_TAG = r"([a-zA-Z]+)(?:[-_][a-zA-Z0-9]+)*"


def as_locale(locale: str) -> Locale:
    """The known locale that `locale` names: its language decides, `fr-FR` and `FR` are `fr`."""
    if not isinstance(locale, str):
        raise InvalidTypeError("locale", described(locale), f"one of {', '.join(LOCALES)}")
    tag = re.fullmatch(_TAG, locale)
    for known in LOCALES:
        if tag and tag[1].lower() == known:
            return known
    raise UnknownCodeError("locale", locale, LOCALES)


def in_locale(texts: Texts, locale: str) -> str:
    """The one of `texts` that is in `locale`."""
    return texts[LOCALES.index(as_locale(locale))]


# --- The parts ------------------------------------------------------------------------------------

RULES: Final[dict[CommunicationRule, Texts]] = {
    CommunicationRule.CLIENT: ("Client", "Client"),
    CommunicationRule.INTRODUCER: ("Apporteur", "Introducer"),
    CommunicationRule.CLIENT_AND_INTRODUCER: ("Client + Apporteur", "Client + Introducer"),
}

_APPLIED: Final[dict[RecordKind, Texts]] = {
    RecordKind.CLIENT: ("Règle « {} » de la fiche client", "Rule “{}” of the client's record"),
    RecordKind.PROJECT: ("Règle « {} » du projet", "Rule “{}” of the project"),
    RecordKind.CONTRACT: ("Règle « {} » du contrat", "Rule “{}” of the contract"),
}

_BY_DEFAULT: Final[dict[RecordKind, Texts]] = {
    RecordKind.CLIENT: (
        "Règle « {} » d'office pour la fiche client",
        "Rule “{}” by default for the client's record",
    ),
    RecordKind.PROJECT: (
        "Règle « {} » d'office pour le projet",
        "Rule “{}” by default for the project",
    ),
    RecordKind.CONTRACT: (
        "Règle « {} » d'office pour le contrat",
        "Rule “{}” by default for the contract",
    ),
}

_BECAUSE: Final[dict[Reason, Texts]] = {
    Reason.NOT_PREMIUM: (
        ", en l'absence d'abonnement PREMIUM",
        ", for want of a PREMIUM subscription",
    ),
    Reason.OPTION_OFF: (
        ", l'option d'inclure les apporteurs étant désactivée",
        ", since the option to include introducers is off",
    ),
    Reason.NOT_COVERED: (
        ", cette communication ne suivant aucune règle",
        ", since no rule governs this communication",
    ),
    Reason.NO_INTRODUCER: (
        ", où aucun apporteur n'est renseigné",
        ", where no introducer is set",
    ),
}

_ADDRESSED: Final[dict[tuple[Party, Party | None], Texts]] = {
    (Party.CLIENT, None): (
        " : le destinataire est le client",
        ": the recipient is the client",
    ),
    (Party.INTRODUCER, None): (
        " : le destinataire est l'apporteur",
        ": the recipient is the introducer",
    ),
    (Party.CLIENT, Party.INTRODUCER): (
        " : le destinataire est le client, avec l'apporteur en copie",
        ": the recipient is the client, with the introducer in copy",
    ),
}

NO_CLIENT_ADDRESS: Final[Texts] = (
    " ; le client n'a pas d'adresse e-mail",
    "; the client has no e-mail address",
)
NO_INTRODUCER_ADDRESS: Final[Texts] = (
    " ; l'apporteur n'a pas d'adresse e-mail",
    "; the introducer has no e-mail address",
)
CLIENT_NOT_ADDRESSED: Final[Texts] = (
    " ; le client ne reçoit pas cet e-mail, et la lettre recommandée à l'assuré reste nécessaire",
    "; the client does not get it, and the registered letter to the insured is still needed",
)
NOT_SENT: Final[Texts] = (
    " ; aucun e-mail ne peut partir",
    "; no e-mail can be sent",
)
NO_COPY: Final[Texts] = (
    " ; l'e-mail part sans copie",
    "; the e-mail goes out without a copy",
)
COPY_IS_TO: Final[Texts] = (
    " ; l'apporteur est joint à une adresse du client, et aucune copie ne part en plus",
    "; the introducer is reached at an address of the client, so no further copy goes out",
)


# --- The sentence ---------------------------------------------------------------------------------


def sentence(
    record_kind: RecordKind,
    reason: Reason,
    rule: CommunicationRule,
    addressed: tuple[Party, Party | None],
    facts: Sequence[Texts],
    locale: str,
) -> str:
    """One sentence: which rule, of which record, why, who is written to, and the facts beside."""
    heads = _APPLIED if reason is Reason.RULE_APPLIED else _BY_DEFAULT
    because = () if reason is Reason.RULE_APPLIED else (_BECAUSE[reason],)
    parts = (heads[record_kind], *because, _ADDRESSED[addressed], *facts)
    text = "".join(in_locale(part, locale) for part in parts)
    return text.format(in_locale(RULES[rule], locale)) + "."
