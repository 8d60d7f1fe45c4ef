"""Other tools: the same answers, each as somebody would write it who knows the tool well.

A tool decides from plain values, `Facts`. The addresses that follow (D8–D10) are plain code that
all of them share, since no engine has an opinion on these.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Annotated, Any, Final, Literal, NamedTuple, TypeAlias, TypedDict, get_args

import rule_engine
import zen
from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

from partner_comms import (
    Client,
    CommissionBlock,
    Communication,
    CommunicationRule,
    Contract,
    FeatureGate,
    Introducer,
    Introduction,
    Project,
    resolve_recipients,
)

from .cases import Case, random_cases, run_decide, run_resolve
from .measuring import Effort, Result, compare

Kind: TypeAlias = Literal["client", "project", "contract"]
Rule: TypeAlias = Literal["client", "introducer", "client_and_introducer"]
Formal: TypeAlias = Literal["formal_notice", "suspension_notice", "termination_notice"]
Covered: TypeAlias = Literal[
    Formal,
    "manual_email",
    "unpaid_call",
    "unpaid_reminder",
    "documents_call",
    "documents_reminder",
    "mail_merge",
]
FORMAL: Final = frozenset(get_args(Formal))
COVERED: Final = get_args(Covered)


class Facts(TypedDict):
    """The codes that a decision is made from. Without introducer, `rule` is None (D3)."""

    communication: str
    premium: bool
    option_enabled: bool
    kind: str
    rule: str | None


class Request(TypedDict):
    """The plain values of a form or a database."""

    facts: Facts
    client_emails: tuple[str, ...]
    introducer_emails: tuple[str, ...]


class Answer(NamedTuple):
    """The codes of a `Decision`."""

    record_kind: str
    reason: str
    rule: str
    to: str
    cc: str | None


class Mail(NamedTuple):
    """The codes and addresses of `Recipients`."""

    answer: Answer
    to: tuple[str, ...]
    cc: tuple[str, ...]
    notices: tuple[str, ...]


class Peer(NamedTuple):
    name: str
    prepare: Callable[[Request], Any]
    """Checks a request and makes values of it; engines take it as it is."""
    decide: Callable[[Any], Answer]
    resolve: Callable[[Any], Mail]


# --- The library's values and plain ones ----------------------------------------------------------


def case_of(request: Request) -> Case:
    facts = request["facts"]
    gate = FeatureGate(premium=facts["premium"], option_enabled=facts["option_enabled"])
    rule, introduction = facts["rule"], None
    if rule is not None:
        introducer = Introducer(1, emails=request["introducer_emails"])
        block = CommissionBlock(rule=CommunicationRule(rule))
        introduction = Introduction(introducer=introducer, block=block)
    communication = Communication(facts["communication"])
    emails = request["client_emails"]
    if facts["kind"] == "client":
        return communication, Client(1, emails=emails, introduction=introduction), gate
    deal = Project if facts["kind"] == "project" else Contract
    client = Client(1, emails=emails, introduction=None)
    return communication, deal(1, client=client, introduction=introduction), gate


def request_of(case: Case) -> Request:
    communication, about, gate = case
    introduction = about.introduction
    return {
        "facts": {
            "communication": communication.value,
            "premium": gate.premium,
            "option_enabled": gate.option_enabled,
            "kind": about.record_kind.value,
            "rule": about.rule.value if about.rule else None,
        },
        "client_emails": (about if isinstance(about, Client) else about.client).emails,
        "introducer_emails": introduction.introducer.emails if introduction else (),
    }


def mail_of(case: Case) -> Mail:
    communication, about, gate = case
    found = resolve_recipients(communication, about, gate=gate)
    decided = found.decision
    answer = Answer(decided.record_kind, decided.reason, decided.rule, decided.to, decided.cc)
    return Mail(answer, found.to, found.cc, found.notices)


# --- What all tools share -------------------------------------------------------------------------


def addressed(
    answer: Answer, communication: str, client: tuple[str, ...], introducer: tuple[str, ...]
) -> Mail:
    """The addresses and the notices (D8, D9, D10)."""
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


PARTIES: Final = {
    "client": ("client", None),
    "introducer": ("introducer", None),
    "client_and_introducer": ("client", "introducer"),
}
USUAL: Final = ("not_premium", "option_off", "not_covered", "no_introducer")
ANSWERS: Final = {
    kind: {reason: Answer(kind, reason, "client", "client", None) for reason in USUAL}
    | {rule: Answer(kind, "rule_applied", rule, *who) for rule, who in PARTIES.items()}
    for kind in get_args(Kind)
}
"""The seven answers for a kind of record: by the reason, or by the rule that applies."""


def engine(name: str, decide: Callable[[Request], Answer]) -> Peer:
    """An engine takes a request as it is, and leaves the addresses to plain code."""

    def resolve(request: Request) -> Mail:
        communication = request["facts"]["communication"]
        client, introducer = request["client_emails"], request["introducer_emails"]
        return addressed(decide(request), communication, client, introducer)

    return Peer(name, lambda request: request, decide, resolve)


# --- pydantic -------------------------------------------------------------------------------------

# D16: a pattern, and what a pattern without look-ahead does not tell.
START = "[a-zA-Z0-9!#$%&'*+/=?^_`{|}~]"
ATOM = "[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]"
LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
ADDRESS = rf"^{START}{ATOM}*(?:\.{ATOM}+)*@{LABEL}(?:\.{LABEL})+$"
ENCODED_WORD = re.compile(r"\?[bBqQ]\?")


def distinct(emails: tuple[str, ...]) -> tuple[str, ...]:
    """Each once, in its first spelling (D9)."""
    first: dict[str, str] = {}
    for email in emails:
        if (
            email.find("@") > 64
            or (email[-1].isdigit() and email.rpartition(".")[2].isdigit())
            or ("?" in email and ENCODED_WORD.search(email))
        ):
            raise ValueError("not an address that can be sent")
        first.setdefault(email.lower(), email)
    return tuple(first.values())


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


COVERED_CODES: Final = frozenset(COVERED)


def by_plain_code(request: RequestModel) -> Answer:
    facts = request.facts
    known = ANSWERS[facts.kind]
    if not facts.premium:
        return known["not_premium"]
    if not facts.option_enabled:
        return known["option_off"]
    if facts.communication not in COVERED_CODES:
        return known["not_covered"]
    if facts.rule is None:
        return known["no_introducer"]
    return known[facts.rule]


def resolved_by_plain_code(request: RequestModel) -> Mail:
    communication, answer = request.facts.communication, by_plain_code(request)
    return addressed(answer, communication, request.client_emails, request.introducer_emails)


PYDANTIC: Final = Peer(
    "pydantic models and plain code",
    RequestModel.model_validate,
    by_plain_code,
    resolved_by_plain_code,
)


# --- zen-engine and rule-engine -------------------------------------------------------------------

EXPRESSION: Final = f"""
    not premium ? "not_premium"
    : not option_enabled ? "option_off"
    : not (communication in {json.dumps(COVERED)}) ? "not_covered"
    : rule == null ? "no_introducer"
    : rule
"""
"""D15 in the one language that both engines read; its value is a key of `ANSWERS`."""

ZEN_EXPRESSION: Final = zen.compile_expression(EXPRESSION)
RULE: Final = rule_engine.Rule(
    EXPRESSION, context=rule_engine.Context(resolver=rule_engine.resolve_item)
)


def by_zen_expression(request: Request) -> Answer:
    facts = request["facts"]
    # The stubs ask for a dict, which a TypedDict is, but not to mypy.
    return ANSWERS[facts["kind"]][ZEN_EXPRESSION.evaluate(facts)]  # type: ignore[arg-type]


def by_rule_engine(request: Request) -> Answer:
    facts = request["facts"]
    return ANSWERS[facts["kind"]][RULE.evaluate(facts)]


# A key of `ANSWERS` and what must hold for it; the first row that fits wins.
ZEN_ROWS: Final = {
    "not_premium": {"premium": "false"},
    "option_off": {"option_enabled": "false"},
    "not_covered": {"communication": f"not in {json.dumps(COVERED)}"},
    "no_introducer": {"rule": "null"},
    **{rule: {"rule": json.dumps(rule)} for rule in get_args(Rule)},
}


def zen_engine() -> zen.ZenEngine:
    """By key from a loader, which compiles the table once and not at each evaluation."""
    given = dict.fromkeys(("premium", "option_enabled", "communication", "rule"), "")
    rows = [
        {"_id": key, **given, **tests, "key": json.dumps(key)} for key, tests in ZEN_ROWS.items()
    ]
    table = {
        "hitPolicy": "first",
        "inputs": [{"id": name, "name": name, "field": name} for name in given],
        "outputs": [{"id": "key", "name": "key", "field": "key"}],
        "rules": rows,
    }
    nodes = [
        {"id": "facts", "name": "facts", "type": "inputNode"},
        {"id": "table", "name": "table", "type": "decisionTableNode", "content": table},
        {"id": "answer", "name": "answer", "type": "outputNode"},
    ]
    edges = [
        {"id": f"{source}_{target}", "type": "edge", "sourceId": source, "targetId": target}
        for source, target in (("facts", "table"), ("table", "answer"))
    ]
    content = {"table": {"nodes": nodes, "edges": edges}}
    return zen.ZenEngine({"loader": {"type": "static", "content": content}})


ZEN_ENGINE: Final = zen_engine()


def by_zen_table(request: Request) -> Answer:
    facts = request["facts"]
    found = ZEN_ENGINE.evaluate("table", facts)["result"]  # type: ignore[arg-type]
    return ANSWERS[facts["kind"]][found["key"]]


PEERS: Final = (
    PYDANTIC,
    engine("zen-engine, a compiled expression", by_zen_expression),
    engine("zen-engine, a decision table", by_zen_table),
    engine("rule-engine, an expression", by_rule_engine),
)


# --- Measuring ------------------------------------------------------------------------------------


def run_plain_values(requests: list[Request]) -> None:
    """The library's records are built, asked once and thrown away."""
    for request in requests:
        communication, about, gate = case_of(request)
        resolve_recipients(communication, about, gate=gate)


def run(function: Callable[[Any], object], prepared: list[Any]) -> None:
    for each in prepared:
        function(each)


def from_plain_values(peer: Peer) -> Callable[[Request], Mail]:
    return lambda request: peer.resolve(peer.prepare(request))


def results(effort: Effort) -> Iterator[Result]:
    """How many times as long as the library each takes."""
    cases = random_cases()
    requests = list(map(request_of, cases))
    resolve = partial(run_resolve, cases)
    for peer in PEERS:
        prepared = list(map(peer.prepare, requests))
        for table, theirs, ours in (
            ("decide", partial(run, peer.decide, prepared), partial(run_decide, cases)),
            ("resolve_recipients", partial(run, peer.resolve, prepared), resolve),
            (
                "from plain values",
                partial(run, from_plain_values(peer), requests),
                partial(run_plain_values, requests),
            ),
        ):
            yield compare(table, peer.name, theirs, ours, effort, calls=len(cases))
