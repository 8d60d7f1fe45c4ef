"""What `benchmarks/` measures beside the library gives the same answers, on every case."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from benchmarks.beside_peers import case_of, decided, request_of, resolved
from benchmarks.peers import PEERS, Peer, Request
from partner_comms import Communication
from tests.oracles.cases import CLIENT_EMAILS, INTRODUCER_EMAILS, RULES

KINDS = ("client", "project", "contract")
BOTH = (True, False)
REQUESTS: list[Request] = [
    {
        "facts": {
            "communication": communication.value,
            "premium": premium,
            "option_enabled": option_enabled,
            "kind": kind,
            "rule": rule,
        },
        "client_emails": client,
        "introducer_emails": introducer if rule else (),
    }
    for communication, premium, option_enabled, kind, rule, client, introducer in product(
        Communication, BOTH, BOTH, KINDS, RULES, CLIENT_EMAILS, INTRODUCER_EMAILS
    )
]
"""Every case there is, as in the test against the oracle."""


@pytest.mark.parametrize("peer", PEERS, ids=[peer.name for peer in PEERS])
def test_a_peer_answers_as_the_library_does(peer: Peer[Any]) -> None:
    for request in REQUESTS:
        prepared = peer.prepare(request)
        assert peer.decide(prepared) == decided(case_of(request)), request
        assert peer.resolve(prepared) == resolved(case_of(request)), request


def test_a_case_and_its_request_say_the_same() -> None:
    for request in REQUESTS:
        assert request_of(case_of(request)) == request
