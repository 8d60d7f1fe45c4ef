"""Who receives an e-mail to a client: the client, the introducer, or both.

>>> from partner_comms import Client, FeatureGate, resolve_recipients
>>> gate = FeatureGate(premium=True, option_enabled=True)
>>> martin = Client("C1", emails="martin@example.org", introduction=None)
>>> resolve_recipients("mail_merge", about=martin, gate=gate).to
('martin@example.org',)
"""

from .addresses import SortedAddresses, is_email_address, sort_addresses
from .answers import Decision, Recipients, RecipientsDict, explain_entry
from .codes import (
    LOCALES,
    AddressProblem,
    AnswerChange,
    ChangeOutcome,
    Communication,
    CommunicationRule,
    Notice,
    Party,
    PrefillNotice,
    Reason,
    RecordKind,
    RuleFilter,
    UiText,
)
from .errors import (
    EmptyIdError,
    FeatureClosedError,
    Identifier,
    InvalidAnswerError,
    InvalidDataError,
    InvalidEmailError,
    InvalidTypeError,
    NoIntroducerError,
    NoRecipientError,
    PartnerCommsError,
    UnknownCodeError,
)
from .labels import choices, label
from .models import (
    Client,
    CommissionBlock,
    Contract,
    Deal,
    FeatureGate,
    Introducer,
    Introduction,
    Product,
    Project,
)
from .prefill import Prefill, prefill_introduction
from .rules import DECISIONS, decide, resolve_recipients
from .selection import RuleChange, change_rule, filter_by_rule, with_rule

__all__ = [
    "DECISIONS",
    "LOCALES",
    "AddressProblem",
    "AnswerChange",
    "ChangeOutcome",
    "Client",
    "CommissionBlock",
    "Communication",
    "CommunicationRule",
    "Contract",
    "Deal",
    "Decision",
    "EmptyIdError",
    "FeatureClosedError",
    "FeatureGate",
    "Identifier",
    "Introducer",
    "Introduction",
    "InvalidAnswerError",
    "InvalidDataError",
    "InvalidEmailError",
    "InvalidTypeError",
    "NoIntroducerError",
    "NoRecipientError",
    "Notice",
    "PartnerCommsError",
    "Party",
    "Prefill",
    "PrefillNotice",
    "Product",
    "Project",
    "Reason",
    "Recipients",
    "RecipientsDict",
    "RecordKind",
    "RuleChange",
    "RuleFilter",
    "SortedAddresses",
    "UiText",
    "UnknownCodeError",
    "change_rule",
    "choices",
    "decide",
    "explain_entry",
    "filter_by_rule",
    "is_email_address",
    "label",
    "prefill_introduction",
    "resolve_recipients",
    "sort_addresses",
    "with_rule",
]
