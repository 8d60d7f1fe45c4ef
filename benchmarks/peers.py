"""The same decision with other means, each as one would write it who knows them well.

A peer decides from plain values, `Facts`. Which addresses that makes (D8–D10) is code that all of
them share: no engine has an opinion on it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import (
    Annotated,
    Any,
    Final,
    Generic,
    Literal,
    NamedTuple,
    TypeAlias,
    TypedDict,
    TypeVar,
    get_args,
)

import rule_engine
import zen
from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

Covered: TypeAlias = Literal[
    "manual_email",
    "unpaid_call",
    "unpaid_reminder",
    "documents_call",
    "documents_reminder",
    "formal_notice",
    "suspension_notice",
    "termination_notice",
    "mail_merge",
]
Kind: TypeAlias = Literal["client", "project", "contract"]
Rule: TypeAlias = Literal["client", "introducer", "client_and_introducer"]
FORMAL: Final = frozenset({"formal_notice", "suspension_notice", "termination_notice"})


class Facts(TypedDict):
    """What decides who is written to, as codes."""

    communication: str
    premium: bool
    option_enabled: bool
    kind: str
    """Of the record that the e-mail concerns."""
    rule: str | None
    """The rule of that record, None without introducer (D3)."""


class Request(TypedDict):
    """What the addresses are decided from: as it comes from a database or a form."""

    facts: Facts
    client_emails: tuple[str, ...]
    introducer_emails: tuple[str, ...]


class Answer(NamedTuple):
    """What `Decision` says, as codes."""

    record_kind: str
    reason: str
    rule: str
    to: str
    cc: str | None


class Mail(NamedTuple):
    """What `Recipients` says, as codes and addresses."""

    answer: Answer
    to: tuple[str, ...]
    cc: tuple[str, ...]
    notices: tuple[str, ...]


Prepared = TypeVar("Prepared")


class Peer(NamedTuple, Generic[Prepared]):
    name: str
    prepare: Callable[[Request], Prepared]
    """Makes of a request what the peer works on; engines take it as it is."""
    decide: Callable[[Prepared], Answer]
    resolve: Callable[[Prepared], Mail]


def as_it_is(request: Request) -> Request:
    return request


def addressed(
    answer: Answer, communication: str, client: tuple[str, ...], introducer: tuple[str, ...]
) -> Mail:
    """The addresses and what is amiss (D8, D9, D10)."""
    to = client if answer.to == "client" else introducer
    cc = introducer if answer.cc and to else ()
    notices = []
    if answer.to == "client" and not client:
        notices.append("no_client_address")
    if "introducer" in (answer.to, answer.cc) and not introducer:
        notices.append("no_introducer_address")
    if cc:
        known = {address.lower() for address in to}
        cc = tuple(address for address in cc if address.lower() not in known)
    if communication in FORMAL and to and answer.to == "introducer":
        reached = {address.lower() for address in to}
        if reached.isdisjoint(address.lower() for address in client):
            notices.append("client_not_addressed")
    return Mail(answer, to, cc, tuple(notices))


def with_addresses(decide: Callable[[Request], Answer]) -> Callable[[Request], Mail]:
    """The answer of an engine, and then the addresses."""

    def resolve(request: Request) -> Mail:
        communication = request["facts"]["communication"]
        client, introducer = request["client_emails"], request["introducer_emails"]
        return addressed(decide(request), communication, client, introducer)

    return resolve


def answers(kind: str) -> dict[str, Answer]:
    """The seven answers for a kind of record: by the reason, or by the rule that applies."""
    usual = ("not_premium", "option_off", "not_covered", "no_introducer")
    return {
        **{reason: Answer(kind, reason, "client", "client", None) for reason in usual},
        "client": Answer(kind, "rule_applied", "client", "client", None),
        "introducer": Answer(kind, "rule_applied", "introducer", "introducer", None),
        "client_and_introducer": Answer(
            kind, "rule_applied", "client_and_introducer", "client", "introducer"
        ),
    }


ANSWERS: Final = {kind: answers(kind) for kind in get_args(Kind)}

EXPRESSION: Final = f"""
    not premium ? "not_premium"
    : not option_enabled ? "option_off"
    : not (communication in {json.dumps(get_args(Covered))}) ? "not_covered"
    : rule == null ? "no_introducer"
    : rule
"""
"""D15 in the one language that both engines read; its value is a key of `ANSWERS`."""


# --- zen-engine -----------------------------------------------------------------------------------
# Its stubs ask for a dict, which a TypedDict is, but not to mypy.

ZEN_EXPRESSION: Final = zen.compile_expression(EXPRESSION)


def by_zen_expression(request: Request) -> Answer:
    facts = request["facts"]
    return ANSWERS[facts["kind"]][ZEN_EXPRESSION.evaluate(facts)]  # type: ignore[arg-type]


ZEN_TABLE: Final = "decision_table.json"
# By key from a loader: this is the way that compiles the table once, and not at each evaluation.
ZEN_ENGINE: Final = zen.ZenEngine(
    {
        "loader": {
            "type": "static",
            "content": {ZEN_TABLE: json.loads((Path(__file__).parent / ZEN_TABLE).read_text())},
        }
    }
)


def by_zen_table(request: Request) -> Answer:
    facts = request["facts"]
    row = ZEN_ENGINE.evaluate(ZEN_TABLE, facts)["result"]  # type: ignore[arg-type]
    return Answer(facts["kind"], row["reason"], row["rule"], row["to"], row.get("cc"))


# --- rule-engine ----------------------------------------------------------------------------------

RULE: Final = rule_engine.Rule(
    EXPRESSION, context=rule_engine.Context(resolver=rule_engine.resolve_item)
)


def by_rule_engine(request: Request) -> Answer:
    facts = request["facts"]
    return ANSWERS[facts["kind"]][RULE.evaluate(facts)]


# --- pydantic models and plain code ---------------------------------------------------------------


def distinct(emails: tuple[str, ...]) -> tuple[str, ...]:
    """Each once, in its first spelling (D9)."""
    first: dict[str, str] = {}
    for email in emails:
        first.setdefault(email.lower(), email)
    return tuple(first.values())


LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
ADDRESS = rf"^[a-zA-Z0-9.!#$%&'*+/=?^_`{{|}}~-]{{1,64}}@{LABEL}(?:\.{LABEL})*$"
"""D16, but for encoded words, which a pattern without look-ahead can't refuse."""
Email = Annotated[str, StringConstraints(max_length=254, pattern=ADDRESS)]
Emails = Annotated[tuple[Email, ...], AfterValidator(distinct)]


class Model(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class FactsModel(Model):
    communication: Literal[Covered, "other"]
    premium: bool
    option_enabled: bool
    kind: Kind
    rule: Rule | None


class RequestModel(Model):
    facts: FactsModel
    client_emails: Emails
    introducer_emails: Emails


COVERED: Final = frozenset(get_args(Covered))


def by_plain_code(request: RequestModel) -> Answer:
    facts = request.facts
    known = ANSWERS[facts.kind]
    if not facts.premium:
        return known["not_premium"]
    if not facts.option_enabled:
        return known["option_off"]
    if facts.communication not in COVERED:
        return known["not_covered"]
    if facts.rule is None:
        return known["no_introducer"]
    return known[facts.rule]


def resolved_by_plain_code(request: RequestModel) -> Mail:
    communication = request.facts.communication
    return addressed(
        by_plain_code(request), communication, request.client_emails, request.introducer_emails
    )


# --- All of them ----------------------------------------------------------------------------------


def engine(name: str, decide: Callable[[Request], Answer]) -> Peer[Request]:
    return Peer(name, as_it_is, decide, with_addresses(decide))


PEERS: Final[tuple[Peer[Any], ...]] = (
    Peer(
        "pydantic models and plain code",
        RequestModel.model_validate,
        by_plain_code,
        resolved_by_plain_code,
    ),
    engine("zen-engine, a compiled expression", by_zen_expression),
    engine("zen-engine, a decision table", by_zen_table),
    engine("rule-engine, an expression", by_rule_engine),
)
