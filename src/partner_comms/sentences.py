"""The sentences that explain an answer, in French and in English (D14).

They are made of the codes of an answer alone, so that they can never show an address.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from .codes import CommunicationRule, Notice, Reason, RecordKind
from .texts import (
    COPY_IS_TO,
    FOR_WHOM,
    LABELS,
    MEANT_FOR,
    NO_COPY,
    OF_RECORD,
    ON_RECORD,
    PROBLEMS,
    TO,
    TO_NOBODY,
    WHO,
    WHY,
    Texts,
    in_locale,
)


def sentence(
    record_kind: RecordKind,
    reason: Reason,
    rule: CommunicationRule | None,
    *,
    to: bool,
    cc: bool,
    notices: Collection[Notice],
    locale: str,
) -> str:
    """Who receives it, why, and what is wrong, each in a sentence of its own.

    `to` and `cc` say whether there is an address in them. `rule` is None where the stored one is
    unknown, which happens only in tables.
    """

    def say(texts: Texts, **parts: str) -> str:
        return in_locale(texts, locale).format(**parts)

    on = say(ON_RECORD[record_kind])
    wrong = "".join(say(PROBLEMS[notice], on=on) for notice in Notice if notice in notices)
    if rule is None:
        return say(TO_NOBODY) + wrong

    rule_label = say(LABELS[CommunicationRule][rule])
    why = say(WHY[reason], of=say(OF_RECORD[record_kind]), on=on, rule=rule_label)
    if not to:
        meant_for = say(MEANT_FOR, who=say(FOR_WHOM[rule.to, rule.cc]), why=why)
        return say(TO_NOBODY) + meant_for + wrong

    who = say(WHO[rule.to, rule.cc if cc else None])
    return say(TO, who=who, why=why) + wrong + _missing_copy(rule, cc, notices, say)


def _missing_copy(
    rule: CommunicationRule, cc: bool, notices: Collection[Notice], say: Callable[[Texts], str]
) -> str:
    """That the introducer gets no copy, where the rule wants one (D8, D9)."""
    if rule.cc is None or cc:
        return ""
    if set(notices) <= {Notice.SOME_EMAILS_INVALID}:
        return say(COPY_IS_TO)
    return say(NO_COPY)
