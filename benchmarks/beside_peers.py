"""The library beside the peers: a thousand cases while the gate is open, the most work for all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from random import Random
from typing import Any

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
    decide,
    resolve_recipients,
)

from .measuring import Result, interleaved, ratios
from .peers import PEERS, Answer, Mail, Peer, Request
from .scalar import CASES, Case, random_cases, run_decide, run_resolve


def case_of(request: Request) -> Case:
    """The library's values made of plain ones, as a host makes them."""
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


def decided(case: Case) -> Answer:
    """What `decide` answers, in the form of the peers, to be compared."""
    communication, about, gate = case
    found = decide(communication, about, gate=gate)
    return Answer(found.record_kind, found.reason, found.rule, found.to, found.cc)


def resolved(case: Case) -> Mail:
    """What `resolve_recipients` answers, in the form of the peers, to be compared."""
    communication, about, gate = case
    found = resolve_recipients(communication, about, gate=gate)
    return Mail(decided(case), found.to, found.cc, found.notices)


# --- The loops ------------------------------------------------------------------------------------


def run_from_request(requests: list[Request]) -> None:
    for request in requests:
        communication, about, gate = case_of(request)
        resolve_recipients(communication, about, gate=gate)


def loop(function: Callable[[Any], object], prepared: list[Any]) -> Callable[[], None]:
    def run() -> None:
        for each in prepared:
            function(each)

    return run


def from_request(peer: Peer[Any]) -> Callable[[Request], object]:
    prepare, resolve = peer.prepare, peer.resolve
    return lambda request: resolve(prepare(request))


# --- The results ----------------------------------------------------------------------------------


def results(quick: bool) -> Iterator[Result]:
    gate = FeatureGate(premium=True, option_enabled=True)
    cases = random_cases(Random(1), [gate])[: 50 if quick else CASES]
    requests = [request_of(case) for case in cases]
    prepared = {peer: [peer.prepare(request) for request in requests] for peer in PEERS}
    tables = {
        "decide": (
            partial(run_decide, cases),
            {peer.name: loop(peer.decide, prepared[peer]) for peer in PEERS},
        ),
        "resolve_recipients": (
            partial(run_resolve, cases),
            {peer.name: loop(peer.resolve, prepared[peer]) for peer in PEERS},
        ),
        "from plain values": (
            partial(run_from_request, requests),
            {peer.name: loop(from_request(peer), requests) for peer in PEERS},
        ),
    }
    for table, (ours, peers) in tables.items():
        times = interleaved({"ours": ours, **peers}, 2 if quick else 100)
        microseconds = [1e6 * each / len(cases) for each in times["ours"]]
        yield Result("scale", table, microseconds)
        for name in peers:
            yield Result(table, name, ratios(times[name], times["ours"]))
