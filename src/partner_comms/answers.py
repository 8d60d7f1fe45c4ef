"""What the rule book answers: a decision, and the addresses that it comes to.

`rules.py` makes them; here is what they hold, and how they are said and shown.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final, NoReturn, final

from attrs import frozen

from . import sentences
from .errors import InvalidTypeError, described
from .models import CommunicationRule, Party, Reason, RecordKind, exactly

# --- Who is written to ----------------------------------------------------------------------------


@final
@frozen(kw_only=True)
class Decision:
    """Who is written to, by which rule of which record, and why (D14).

    `rule` is the one that takes effect: `CLIENT` unless `reason` is `RULE_APPLIED`. The library
    makes all the decisions there are, once: they come from `decide` and `DECISIONS`.

    >>> from partner_comms import DECISIONS
    >>> print(DECISIONS[-2].explain("en"))
    Rule “Introducer” of the contract: the recipient is the introducer.
    """

    record_kind: RecordKind
    reason: Reason
    rule: CommunicationRule
    to: Party
    cc: Party | None

    def __attrs_post_init__(self) -> None:
        exactly(RecordKind, self.record_kind, "record_kind")
        exactly(Reason, self.reason, "reason")
        exactly(CommunicationRule, self.rule, "rule")
        exactly(Party, self.to, "to")
        if self.cc is not None:
            exactly(Party, self.cc, "cc")

    def explain(self, locale: str = "fr") -> str:
        """The decision in one sentence, in `fr` or `en`; another locale is refused."""
        return _explained(self, [], locale)

    def _repr_html_(self) -> str:
        from ._html import named_values  # here and below, since only notebooks need it

        return named_values(*zip(_HEADS, _cells(self), strict=True))


_HEADS: Final = ("Record", "Reason", "Rule", "To", "Cc", "Why")


def _cells(decision: Decision) -> tuple[str, ...]:
    codes = decision.record_kind, decision.reason, decision.rule, decision.to, decision.cc or ""
    return (*codes, decision.explain("en"))


class DecisionTable(tuple[Decision, ...]):
    """A tuple, and in a notebook a table."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        from ._html import table

        return table(_HEADS, map(_cells, self))


# --- Which addresses that makes -------------------------------------------------------------------


class Notice(StrEnum):
    """What a person should know about an answer, in the order in which notices stand.

    The first three arise only in tables, where a column can hold anything.
    """

    INVALID_RULE = "invalid_rule"
    AMBIGUOUS_ID = "ambiguous_id"
    INVALID_EMAIL = "invalid_email"
    NO_CLIENT_ADDRESS = "no_client_address"
    NO_INTRODUCER_ADDRESS = "no_introducer_address"
    CLIENT_NOT_ADDRESSED = "client_not_addressed"


class Draft:
    """The slots of an answer that is still being written; giving it its class freezes it.

    Answers are made by the million, and a frozen class's own constructor takes four times as long.
    """

    __slots__ = ("__weakref__", "cc", "decision", "notices", "to")

    decision: Decision
    to: tuple[str, ...]
    cc: tuple[str, ...]
    notices: tuple[Notice, ...]


@final
@frozen(kw_only=True)
class Recipients(Draft):
    """The addresses in To and in Cc, why, and what is wrong: what `resolve_recipients` answers.

    `to` and `cc` share no address (D9), and `cc` is empty where `to` is (D8). `notices` stand in
    the order of `Notice`.

    >>> from partner_comms import Client, FeatureGate, resolve_recipients
    >>> gate = FeatureGate(premium=True, option_enabled=True)
    >>> answer = resolve_recipients("mail_merge", Client(1, introduction=None), gate=gate)
    >>> answer.is_deliverable, answer.notices
    (False, (<Notice.NO_CLIENT_ADDRESS: 'no_client_address'>,))
    """

    decision: Decision
    to: tuple[str, ...]
    cc: tuple[str, ...]
    notices: tuple[Notice, ...]

    def __attrs_post_init__(self) -> None:
        exactly(Decision, self.decision, "decision")
        for field, kind in (("to", str), ("cc", str), ("notices", Notice)):
            held = exactly(tuple, getattr(self, field), field)
            for position, one in enumerate(held):
                exactly(kind, one, f"{field}[{position}]")

    @property
    def is_deliverable(self) -> bool:
        """Whether there is anybody to write to (D8)."""
        return bool(self.to)

    def __bool__(self) -> NoReturn:
        # `if answer:` would hold where nobody is written to as well, as for any object.
        raise InvalidTypeError("bool()", described(self), "answer.is_deliverable")

    def explain(self, locale: str = "fr") -> str:
        """The answer in one sentence, in `fr` or `en`, without any address (D14)."""
        return _explained(self.decision, _facts(self), locale)

    def as_dict(self) -> dict[str, Any]:
        """The answer as plain JSON values, for the host's audit log (D14).

        The keys are `record_kind`, `reason`, `rule` (codes), `to`, `cc` (addresses) and
        `notices` (codes).
        """
        return {
            "record_kind": self.decision.record_kind.value,
            "reason": self.decision.reason.value,
            "rule": self.decision.rule.value,
            "to": list(self.to),
            "cc": list(self.cc),
            "notices": [notice.value for notice in self.notices],
        }

    def _repr_html_(self) -> str:
        from ._html import named_values

        return named_values(
            ("To", ", ".join(self.to)),
            ("Cc", ", ".join(self.cc)),
            ("Why", self.explain("en")),
            ("Notices", ", ".join(self.notices)),
        )


# --- How it is said (D14) -------------------------------------------------------------------------


def _explained(decision: Decision, facts: list[sentences.Texts], locale: str) -> str:
    addressed = decision.to, decision.cc
    return sentences.sentence(
        decision.record_kind, decision.reason, decision.rule, addressed, facts, locale
    )


def _facts(answer: Recipients) -> list[sentences.Texts]:
    """What the answer has to say beside its decision."""
    facts = [_FACTS[notice] for notice in answer.notices]
    if not answer.to:
        facts.append(sentences.NOT_SENT)
    elif answer.decision.cc and Notice.NO_INTRODUCER_ADDRESS in answer.notices:
        facts.append(sentences.NO_COPY)
    elif answer.decision.cc and not answer.cc:
        facts.append(sentences.COPY_IS_TO)
    return facts


_FACTS: Final = {
    Notice.NO_CLIENT_ADDRESS: sentences.NO_CLIENT_ADDRESS,
    Notice.NO_INTRODUCER_ADDRESS: sentences.NO_INTRODUCER_ADDRESS,
    Notice.CLIENT_NOT_ADDRESSED: sentences.CLIENT_NOT_ADDRESSED,
}
