"""The other tools of `benchmarks/` give the answers of the library, in every case."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from pydantic import ValidationError

from benchmarks.by_hand import loop
from benchmarks.peers import PEERS, PYDANTIC, Peer, Request, case_of, mail_of, request_of
from partner_comms import Communication, is_email_address
from partner_comms.strategies import email_addresses, invalid_email_addresses
from tests.oracles.cases import CLIENT_EMAILS, INTRODUCER_EMAILS, RULES

pytestmark = pytest.mark.unmeasured

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
def test_a_peer_answers_as_the_library_does(peer: Peer) -> None:
    for request in REQUESTS:
        prepared = peer.prepare(request)
        mail = mail_of(case_of(request))
        assert peer.decide(prepared) == mail.answer, request
        assert peer.resolve(prepared) == mail, request


@given(email_addresses() | invalid_email_addresses())
def test_addresses_are_checked_as_the_library_does(text: str) -> None:
    facts = REQUESTS[-1]["facts"]
    request: Request = {"facts": facts, "client_emails": (text,), "introducer_emails": ()}
    if is_email_address(text):
        assert PYDANTIC.prepare(request).client_emails == (text,)
    else:
        with pytest.raises(ValidationError):
            PYDANTIC.prepare(request)
    (party,) = loop.parties([1], [[text]]).values()
    assert party.emails == ([text] if is_email_address(text) else None)


def test_a_case_and_its_request_say_the_same() -> None:
    for request in REQUESTS:
        assert request_of(case_of(request)) == request
