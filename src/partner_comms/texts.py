"""Every word that users see, in French and in English, to be read at a glance.

French is written here with plain spaces; `fr` sets the no-break ones.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from .codes import (
    LOCALES,
    AddressProblem,
    AnswerChange,
    ChangeOutcome,
    Code,
    Communication,
    CommunicationRule,
    Locale,
    Notice,
    Party,
    PrefillNotice,
    Reason,
    RecordKind,
    RuleFilter,
    UiText,
    as_text,
)
from .refusals import InvalidTypeError, UnknownCodeError, described

Texts: TypeAlias = tuple[str, str]
"""A text in each locale, in the order of LOCALES."""


def as_locale(locale: str, where: str = "locale") -> Locale:
    """The known locale that `locale` names: its language decides, `fr-FR` and `FR` are `fr`."""
    given = as_text(locale)
    if given is None:
        raise InvalidTypeError(where, described(locale), f"one of {', '.join(LOCALES)}")
    tag = re.fullmatch(r"([a-zA-Z]+)(?:[-_][a-zA-Z0-9]+)*", given)
    for known in LOCALES:
        if tag and tag[1].lower() == known:
            return known
    raise UnknownCodeError(where, given, LOCALES)


def in_locale(texts: Texts, locale: str) -> str:
    """The one of `texts` that is in `locale`, typeset as its language wants."""
    known = as_locale(locale)
    text = texts[LOCALES.index(known)]
    return fr(text) if known == "fr" else text


def fr(text: str) -> str:
    """French `text` with no-break spaces before : ; ! ? » and after «."""
    return re.sub(r" (?=[:;!?»])|(?<=«) ", "\N{NO-BREAK SPACE}", text)


# --- Labels ---------------------------------------------------------------------------------------

_RULES: Final = {
    CommunicationRule.CLIENT: ("Client", "Client"),
    CommunicationRule.INTRODUCER: ("Apporteur", "Introducer"),
    CommunicationRule.CLIENT_AND_INTRODUCER: ("Client + Apporteur", "Client + Introducer"),
}

# One table for each enum: members of two enums with the same code are equal, so that one table
# for all would mix them up.
LABELS: Final[Mapping[type[Code], Mapping[Any, Texts]]] = {
    CommunicationRule: _RULES,
    Communication: {
        Communication.MANUAL_EMAIL: ("E-mail manuel", "E-mail written by hand"),
        Communication.UNPAID_CALL: ("Impayé : appel", "Unpaid premium: first request"),
        Communication.UNPAID_REMINDER: ("Impayé : relance", "Unpaid premium: reminder"),
        Communication.DOCUMENTS_CALL: (
            "Documents attendus : appel",
            "Expected documents: first request",
        ),
        Communication.DOCUMENTS_REMINDER: (
            "Documents attendus : relance",
            "Expected documents: reminder",
        ),
        Communication.FORMAL_NOTICE: ("Avis de mise en demeure", "Formal notice"),
        Communication.SUSPENSION_NOTICE: ("Avis de suspension", "Suspension notice"),
        Communication.TERMINATION_NOTICE: ("Avis de résiliation", "Termination notice"),
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
        Notice.UNKNOWN_ID: ("Identifiant introuvable", "Id not found"),
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
            "Client non destinataire : cet e-mail ne vaut pas lettre recommandée",
            "Client not addressed: this e-mail does not count as the registered letter",
        ),
        Notice.SOME_EMAILS_INVALID: (
            "Adresses e-mail invalides écartées",
            "Invalid e-mail addresses left out",
        ),
    },
    RuleFilter: {
        RuleFilter.CLIENT: _RULES[CommunicationRule.CLIENT],
        RuleFilter.INTRODUCER: _RULES[CommunicationRule.INTRODUCER],
        RuleFilter.CLIENT_AND_INTRODUCER: _RULES[CommunicationRule.CLIENT_AND_INTRODUCER],
        RuleFilter.NONE: ("Aucune", "None"),
    },
    ChangeOutcome: {
        ChangeOutcome.CHANGED: ("Modifié", "Changed"),
        ChangeOutcome.UNCHANGED: ("Règle déjà en place", "Has the rule already"),
        ChangeOutcome.SKIPPED: ("Ignoré, faute d'apporteur", "Skipped: no introducer"),
    },
    PrefillNotice: {
        PrefillNotice.AMBIGUOUS_ID: ("Identifiant en double", "Id found more than once"),
        PrefillNotice.UNKNOWN_ID: ("Identifiant introuvable", "Id not found"),
        PrefillNotice.INVALID_RULE: ("Règle inconnue", "Unknown rule"),
    },
    AnswerChange: {
        AnswerChange.SAME: ("Mêmes destinataires", "Same recipients"),
        AnswerChange.REDIRECTED: ("Autre destinataire", "Another recipient"),
        AnswerChange.COPY_ADDED: ("Copie ajoutée", "Copy added"),
        AnswerChange.COPY_REMOVED: ("Copie supprimée", "Copy removed"),
        AnswerChange.COPY_CHANGED: ("Autre destinataire en copie", "Another recipient in copy"),
        AnswerChange.SILENCED: ("N'a plus de destinataire", "No recipient any more"),
        AnswerChange.RESCUED: ("A désormais un destinataire", "Has a recipient now"),
    },
    AddressProblem: {
        AddressProblem.EMPTY: ("L'adresse est vide", "The address is empty"),
        AddressProblem.TOO_LONG: (
            "L'adresse dépasse 254 caractères",
            "The address has more than 254 characters",
        ),
        AddressProblem.CONTROL_CHARACTER: (
            "L'adresse contient un saut de ligne ou un caractère de contrôle",
            "The address has a line break or a control character",
        ),
        AddressProblem.SEVERAL_ADDRESSES: (
            "Il y a plusieurs adresses : saisissez-les une par une",
            "There are several addresses: enter them one by one",
        ),
        AddressProblem.SPACE_AROUND: (
            "Il y a un espace avant ou après l'adresse",
            "There is a space before or after the address",
        ),
        AddressProblem.DISPLAY_NAME: (
            "Saisissez l'adresse seule, sans nom, guillemets ni parenthèses",
            "Enter the address alone, without name, quotes or brackets",
        ),
        AddressProblem.NO_AT: ("Il manque le signe @", "The @ sign is missing"),
        AddressProblem.SEVERAL_AT: (
            "Il y a plusieurs signes @",
            "There is more than one @ sign",
        ),
        AddressProblem.WHITE_SPACE: (
            "L'adresse contient un espace",
            "The address has a space in it",
        ),
        AddressProblem.LOCAL_PART_EMPTY: (
            "Il manque le nom avant le signe @",
            "The name before the @ sign is missing",
        ),
        AddressProblem.LOCAL_PART_NOT_ASCII: (
            "Les lettres accentuées ne sont pas admises avant le signe @",
            "Accented letters are not allowed before the @ sign",
        ),
        AddressProblem.LOCAL_PART_CHARACTER: (
            "Il y a un caractère interdit avant le signe @",
            "There is a character that is not allowed before the @ sign",
        ),
        AddressProblem.LOCAL_PART_DOT: (
            "Avant le signe @, il y a un point au début, à la fin ou deux de suite",
            "Before the @ sign there is a dot at the start, at the end or two in a row",
        ),
        AddressProblem.LOCAL_PART_HYPHEN: (
            "L'adresse commence par un tiret",
            "The address begins with a hyphen",
        ),
        AddressProblem.LOCAL_PART_TOO_LONG: (
            "Il y a plus de 64 caractères avant le signe @",
            "There are more than 64 characters before the @ sign",
        ),
        AddressProblem.ENCODED_WORD: (
            "L'adresse contient un mot codé, interdit dans un en-tête",
            "The address has an encoded word, which headers do not allow",
        ),
        AddressProblem.DOMAIN_EMPTY: (
            "Il manque le domaine après le signe @",
            "The domain after the @ sign is missing",
        ),
        AddressProblem.DOMAIN_NOT_ASCII: (
            "Le domaine contient des lettres accentuées : saisissez sa forme ASCII (xn--…), "
            "selon IDNA 2008",
            "The domain has accented letters: enter its ASCII form (xn--…), by IDNA 2008",
        ),
        AddressProblem.DOMAIN_CHARACTER: (
            "Le domaine contient un caractère interdit : seuls les lettres, les chiffres, "
            "le tiret et le point sont admis",
            "The domain has a character that is not allowed: only letters, digits, hyphens and "
            "dots are",
        ),
        AddressProblem.DOMAIN_DOT: (
            "Le domaine commence ou finit par un point, ou en contient deux de suite",
            "The domain begins or ends with a dot, or has two in a row",
        ),
        AddressProblem.DOMAIN_HYPHEN: (
            "Une partie du domaine commence ou finit par un tiret",
            "A part of the domain begins or ends with a hyphen",
        ),
        AddressProblem.DOMAIN_LABEL_TOO_LONG: (
            "Une partie du domaine dépasse 63 caractères",
            "A part of the domain has more than 63 characters",
        ),
        AddressProblem.DOMAIN_ONE_LABEL: (
            "Le domaine est incomplet : il manque la fin, comme « .fr »",
            "The domain is incomplete: the end is missing, such as “.fr”",
        ),
        AddressProblem.DOMAIN_ALL_DIGITS: (
            "Le domaine finit par un nombre : saisissez un nom de domaine",
            "The domain ends in a number: enter a domain name",
        ),
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

# --- Sentences ------------------------------------------------------------------------------------
# Who receives it, why, and what is wrong.

TO: Final = ("Destinataire : {who}{why}.", "To: {who}{why}.")
TO_NOBODY: Final = (
    "Aucun destinataire : l'e-mail ne peut pas partir.",
    "To: nobody, so the e-mail cannot be sent.",
)
MEANT_FOR: Final = (" Il était destiné {who}{why}.", " It was meant for {who}{why}.")

WHO: Final = {
    (Party.CLIENT, None): ("le client", "the client"),
    (Party.INTRODUCER, None): ("l'apporteur", "the introducer"),
    (Party.CLIENT, Party.INTRODUCER): (
        "le client, avec l'apporteur en copie",
        "the client, with the introducer in copy",
    ),
}
FOR_WHOM: Final = {
    (Party.CLIENT, None): ("au client", "the client"),
    (Party.INTRODUCER, None): ("à l'apporteur", "the introducer"),
    (Party.CLIENT, Party.INTRODUCER): (
        "au client, avec l'apporteur en copie",
        "the client, with the introducer in copy",
    ),
}

WHY: Final = {
    Reason.NOT_PREMIUM: (
        ", car la règle {of} est sans effet en l'absence d'abonnement PREMIUM",
        ", because the rule {of} has no effect without a PREMIUM subscription",
    ),
    Reason.OPTION_OFF: (
        ", car la règle {of} est sans effet tant que l'option est désactivée",
        ", because the rule {of} has no effect while the option is off",
    ),
    Reason.NOT_COVERED: (
        ", car la règle {of} ne concerne pas cette communication",
        ", because the rule {of} does not govern this communication",
    ),
    Reason.NO_INTRODUCER: (
        ", car aucun apporteur n'est renseigné {on}",
        ", because no introducer is set {on}",
    ),
    Reason.RULE_APPLIED: (" (règle « {rule} » {of})", " (rule “{rule}” {of})"),
}
OF_RECORD: Final = {
    RecordKind.CLIENT: ("de la fiche client", "of the client's record"),
    RecordKind.PROJECT: ("du projet", "of the project"),
    RecordKind.CONTRACT: ("du contrat", "of the contract"),
}
ON_RECORD: Final = {
    RecordKind.CLIENT: ("sur la fiche client", "on the client's record"),
    RecordKind.PROJECT: ("sur le projet", "on the project"),
    RecordKind.CONTRACT: ("sur le contrat", "on the contract"),
}

NO_COPY: Final = (" Aucune copie ne part.", " No copy goes out.")
COPY_IS_TO: Final = (
    " L'apporteur n'est pas en copie, car son adresse est déjà celle du client.",
    " The introducer is not in copy, because the client has the same address.",
)
PROBLEMS: Final = {
    Notice.INVALID_RULE: (
        " La règle enregistrée {on} est inconnue.",
        " The rule stored {on} is unknown.",
    ),
    Notice.AMBIGUOUS_ID: (
        " Un identifiant figure plusieurs fois dans une table.",
        " An id is in a table more than once.",
    ),
    Notice.UNKNOWN_ID: (
        " Un identifiant est introuvable dans sa table.",
        " An id was not found in its table.",
    ),
    Notice.INVALID_EMAIL: (
        " Une adresse e-mail est invalide.",
        " An e-mail address is invalid.",
    ),
    Notice.NO_CLIENT_ADDRESS: (
        " Le client n'a pas d'adresse e-mail.",
        " The client has no e-mail address.",
    ),
    Notice.NO_INTRODUCER_ADDRESS: (
        " L'apporteur n'a pas d'adresse e-mail.",
        " The introducer has no e-mail address.",
    ),
    Notice.CLIENT_NOT_ADDRESSED: (
        " Le client ne reçoit pas cet e-mail, qui ne vaut pas lettre recommandée.",
        " The client does not get this e-mail, which does not count as the registered letter.",
    ),
    Notice.SOME_EMAILS_INVALID: (
        " Des adresses e-mail invalides ont été écartées.",
        " Some e-mail addresses are invalid and were left out.",
    ),
}
