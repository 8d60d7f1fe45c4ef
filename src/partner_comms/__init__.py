"""Who receives an e-mail to a client: the client, the introducer, or both.

>>> from partner_comms import Client, FeatureGate, resolve_recipients
>>> gate = FeatureGate(premium=True, option_enabled=True)
>>> martin = Client("C1", emails="martin@example.org", introduction=None)
>>> resolve_recipients("mail_merge", about=martin, gate=gate).to
('martin@example.org',)
"""

from .answers import Decision, Notice, Recipients
from .errors import (
    EmptyIdError,
    FeatureClosedError,
    InvalidEmailError,
    InvalidTypeError,
    NoIntroducerError,
    PartnerCommsError,
    UnknownCodeError,
)
from .labels import UiText, label
from .models import (
    Client,
    CommissionBlock,
    Communication,
    CommunicationRule,
    Contract,
    Deal,
    FeatureGate,
    Identifier,
    Introducer,
    Introduction,
    Party,
    Product,
    Project,
    Reason,
    RecordKind,
    is_email_address,
)
from .prefill import Prefill, prefill_introduction
from .rules import DECISIONS, decide, resolve_recipients
from .selection import (
    ChangeOutcome,
    RuleChange,
    RuleFilter,
    change_rule,
    filter_by_rule,
    with_rule,
)

__all__ = [
    "DECISIONS",
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
    "InvalidEmailError",
    "InvalidTypeError",
    "NoIntroducerError",
    "Notice",
    "PartnerCommsError",
    "Party",
    "Prefill",
    "Product",
    "Project",
    "Reason",
    "Recipients",
    "RecordKind",
    "RuleChange",
    "RuleFilter",
    "UiText",
    "UnknownCodeError",
    "change_rule",
    "decide",
    "filter_by_rule",
    "is_email_address",
    "label",
    "prefill_introduction",
    "resolve_recipients",
    "with_rule",
]
