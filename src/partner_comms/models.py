"""What things are: the gate, and the records with their commission blocks.

Every value is checked where it is made, by the converters of `checks.py` and `addresses.py`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar, Literal, final

from attrs import field, frozen

from .addresses import as_emails
from .checks import as_id, as_name, as_option_enabled, as_premium, as_rule, exactly
from .codes import CommunicationRule, Reason, RecordKind
from .errors import FeatureClosedError, Identifier
from .refusals import wrong_type
from .values import shown

# --- The gate -------------------------------------------------------------------------------------


@final
@frozen(kw_only=True)
class FeatureGate:
    """Whether the broker has the feature: the subscription (S1) and the option (S2).

    A gate is true where it is open.

    >>> gate = FeatureGate(premium=True, option_enabled=False)
    >>> gate.is_open, gate.reason
    (False, <Reason.OPTION_OFF: 'option_off'>)
    """

    __repr__ = shown

    premium: bool = field(converter=as_premium)
    option_enabled: bool = field(converter=as_option_enabled)

    @property
    def reason(self) -> Reason | None:
        """Why it is closed, the first reason of D15; None where it is open."""
        if not self.premium:
            return Reason.NOT_PREMIUM
        if not self.option_enabled:
            return Reason.OPTION_OFF
        return None

    @property
    def is_open(self) -> bool:
        """Whether the broker has both the subscription (S1) and the option (S2)."""
        return self.premium and self.option_enabled

    def __bool__(self) -> bool:
        return self.is_open

    def require_open(self) -> None:
        """Raise `FeatureClosedError`, with the first reason of D15, where it is closed (D7).

        For hosts that filter and change in their own database.

        >>> FeatureGate(premium=True, option_enabled=True).require_open()
        """
        if (reason := self.reason) is not None:
            raise FeatureClosedError(reason)


def as_gate(value: FeatureGate) -> FeatureGate:
    """`value`, which is a gate and no look-alike (D19)."""
    return value if type(value) is FeatureGate else exactly(FeatureGate, value, "gate")


# --- The records ----------------------------------------------------------------------------------


@final
@frozen(kw_only=True)
class CommissionBlock:
    """The part of a record that holds the communication rule and the commission terms (S3).

    `terms` are the host's own, any value that does not change, carried along and never read (D4).
    They count for equality and not for the hash, since hosts keep dicts there.

    >>> CommissionBlock(rule="introducer").rule
    <CommunicationRule.INTRODUCER: 'introducer'>
    """

    __repr__ = shown

    rule: CommunicationRule = field(default=CommunicationRule.CLIENT, converter=as_rule)
    terms: Any = field(default=None, hash=False)


def as_block(value: CommissionBlock) -> CommissionBlock:
    return value if type(value) is CommissionBlock else exactly(CommissionBlock, value, "block")


def as_introducer(value: Introducer) -> Introducer:
    return value if type(value) is Introducer else exactly(Introducer, value, "introducer")


def as_client(value: Client) -> Client:
    return value if type(value) is Client else exactly(Client, value, "client")


def as_introduction(value: Introduction | None) -> Introduction | None:
    if value is None or type(value) is Introduction:
        return value
    expected = "an Introduction, or None if the record has no introducer"
    raise wrong_type("introduction", value, expected, Introduction)


_DEFAULT_BLOCK = CommissionBlock()
"""The default of S4, shared: blocks do not change."""


@final
@frozen
class Introducer:
    """The intermediary who brought the business, with the block that S11 copies.

    >>> Introducer("A7", name="Cabinet Durand", emails="contact@durand.example").emails
    ('contact@durand.example',)
    """

    __repr__ = shown

    record_kind: ClassVar[Literal[RecordKind.INTRODUCER]] = RecordKind.INTRODUCER

    id: Identifier = field(converter=as_id)
    name: str = field(default="", kw_only=True, converter=as_name)
    emails: tuple[str, ...] = field(default=(), kw_only=True, converter=as_emails)
    block: CommissionBlock = field(default=_DEFAULT_BLOCK, kw_only=True, converter=as_block)


@final
@frozen(kw_only=True)
class Introduction:
    """Who introduced a record, and on which block.

    >>> Introduction(introducer=Introducer(7)).block.rule
    <CommunicationRule.CLIENT: 'client'>
    """

    __repr__ = shown

    introducer: Introducer = field(converter=as_introducer)
    block: CommissionBlock = field(default=_DEFAULT_BLOCK, converter=as_block)


@final
@frozen
class Client:
    """The policyholder, or one to be; `introduction` names the preferred introducer, or is None.

    `emails` takes one address, a list or a tuple, each checked (D16) and kept once (D9).

    >>> Client(1, emails=["a@example.org", "A@EXAMPLE.ORG"], introduction=None).emails
    ('a@example.org',)
    """

    __repr__ = shown

    record_kind: ClassVar[Literal[RecordKind.CLIENT]] = RecordKind.CLIENT

    id: Identifier = field(converter=as_id)
    name: str = field(default="", kw_only=True, converter=as_name)
    emails: tuple[str, ...] = field(default=(), kw_only=True, converter=as_emails)
    introduction: Introduction | None = field(kw_only=True, converter=as_introduction)

    @property
    def rule(self) -> CommunicationRule | None:
        """The rule on the client's record, None where no introducer is set (D3)."""
        return None if self.introduction is None else self.introduction.block.rule


@frozen
class Deal(ABC):
    """A project or a contract: what both have. Only these two can be made.

    `record_kind` says which of the two it is.

    >>> isinstance(Contract("K1", client=Client(1, introduction=None), introduction=None), Deal)
    True
    """

    __repr__ = shown

    id: Identifier = field(converter=as_id)
    client: Client = field(kw_only=True, converter=as_client)
    introduction: Introduction | None = field(kw_only=True, converter=as_introduction)

    @property
    @abstractmethod
    def record_kind(self) -> Literal[RecordKind.PROJECT, RecordKind.CONTRACT]: ...

    @property
    def rule(self) -> CommunicationRule | None:
        """The deal's own rule, None where no introducer is set (D3)."""
        return None if self.introduction is None else self.introduction.block.rule


@final
@frozen(eq=False, repr=False)
class Project(Deal):
    """A contract in the making (D2).

    >>> Project("P1", client=Client(1, introduction=None), introduction=None).rule is None
    True
    """

    record_kind: ClassVar[Literal[RecordKind.PROJECT]] = RecordKind.PROJECT


@final
@frozen(eq=False, repr=False)
class Contract(Deal):
    """A contract of a client, with its own introduction, or None (D1).

    >>> Contract("K1", client=Client(1, introduction=None), introduction=None).rule is None
    True
    """

    record_kind: ClassVar[Literal[RecordKind.CONTRACT]] = RecordKind.CONTRACT


@final
@frozen
class Product:
    """The template that a contract is made from: its block is kept, and never routes (D6).

    >>> Product("auto").block.rule
    <CommunicationRule.CLIENT: 'client'>
    """

    __repr__ = shown

    record_kind: ClassVar[Literal[RecordKind.PRODUCT]] = RecordKind.PRODUCT

    id: Identifier = field(converter=as_id)
    name: str = field(default="", kw_only=True, converter=as_name)
    block: CommissionBlock = field(default=_DEFAULT_BLOCK, kw_only=True, converter=as_block)
