"""Makes the conformance cases: what is asked, and what the library answers.

`make cases` writes them into the package, once and for all: `test_conformance`
holds them against an oracle, and against what this module makes today.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

from partner_comms import (
    Client,
    CommissionBlock,
    Communication,
    CommunicationRule,
    Contract,
    Deal,
    FeatureClosedError,
    FeatureGate,
    Introducer,
    Introduction,
    Project,
    RuleFilter,
    change_rule,
    filter_by_rule,
    prefill_introduction,
    resolve_recipients,
)

SHIPPED = Path(__file__).parents[2] / "src/partner_comms/conformance/cases.jsonl"

Json = Any
Parts = tuple[str, str, Json]
"""What a case starts as: an id, a clause, an input."""

OPEN = {"premium": True, "option_enabled": True}
GATES = {
    "open": OPEN,
    "no_premium": {"premium": False, "option_enabled": True},
    "option_off": {"premium": True, "option_enabled": False},
    "closed": {"premium": False, "option_enabled": False},
}
RULES = [rule.value for rule in CommunicationRule]
SETTINGS = [None, *RULES]
"""The rule of a record, or None where it has no introducer."""
KINDS = ("client", "project", "contract")
DEALS = ("project", "contract")

# --- resolve --------------------------------------------------------------------------------------

CLIENT = {
    "none": [],
    "one": ["c@client.example"],
    "two": ["c@client.example", "second@client.example"],
    "twice": ["c@client.example", "C@Client.EXAMPLE"],
    "mixed": [
        "Z@Client.example",
        "a@xn--bcher-kva.example",
        "z@client.EXAMPLE",
        "M@client.example",
    ],
    "near": ["ab.c_d@client.example", "x^y@client.example"],
    "longest": [
        "c" * 64 + "@" + ".".join(["client-of-the-broker" * 3, "d" * 63, "e" * 56, "example"])
    ],
}
INTRODUCER = {
    "none": [],
    "one": ["i@introducer.example"],
    "two": ["i@introducer.example", "second@introducer.example"],
    "same": ["c@client.example"],
    "same_in_capitals": ["C@CLIENT.EXAMPLE"],
    "one_of_them_same": ["first@introducer.example", "C@client.example", "i@introducer.example"],
    "second_same": ["i@introducer.example", "SECOND@CLIENT.EXAMPLE"],
    "both_same": ["second@client.example", "C@CLIENT.EXAMPLE"],
    "mixed": ["Y@Broker.example", "b@broker.example", "y@broker.EXAMPLE", "N@broker.example"],
    "one_of_the_mixed": ["N@broker.example", "z@client.example"],
    # Each is near an address of the client's: but for dots, a tag, a wildcard, an end, a bit.
    "near": [
        "abc_d@client.example",
        "ab.c_d+contracts@client.example",
        "ab.cxd@client.example",
        "abxc_d@client.example",
        "ab%d@client.example",
        "b.c_d@client.example",
        "ab.c_d@client.example.com",
        "x~y@client.example",
    ],
    "longest": ["i" * 64 + "@" + ".".join(["introducer" * 6, "d" * 63, "e" * 56, "example"])],
}
OTHER = ["other@introducer.example"]
"""Of the record that does not govern: nobody may ever be written to there."""


COVERED = [code.value for code in Communication if code.is_covered]
EACH = (list(CLIENT)[:4], list(INTRODUCER)[:6])
"""What is tried each with each, while the others are in `ADDRESSES`."""
ADDRESSES = [
    ("none", "none"),
    ("none", "one"),
    ("one", "none"),
    ("two", "same"),
    ("two", "second_same"),
    ("two", "both_same"),
    ("mixed", "mixed"),
    ("mixed", "one_of_the_mixed"),
    ("near", "near"),
    ("longest", "longest"),
]
"""What is tried with every communication, since a port may well have a function for each.

New ones go to the end: their place decides which kind of record has its turn.
"""
USUAL = [(gate, "formal_notice") for gate in GATES if gate != "open"] + [("open", "other")]
"""A gate and a communication by which everything goes to the client."""


def introduction(rule: str | None, emails: list[str]) -> Json:
    return rule and {"rule": rule, "introducer": {"emails": emails}}


def about(
    kind: str, rule: str | None, client: str, introducer: str, client_rule: str | None
) -> dict[str, Json]:
    """The record that an e-mail concerns; of a deal, `client_rule` is the client's own."""
    governing = introduction(rule, INTRODUCER[introducer])
    if kind == "client":
        return {"record_kind": kind, "emails": CLIENT[client], "introduction": governing}
    of_client = {"emails": CLIENT[client], "introduction": introduction(client_rule, OTHER)}
    return {"record_kind": kind, "introduction": governing, "client": of_client}


def resolve() -> Iterator[Parts]:
    for record, communication in product(KINDS, Communication):
        for gate, rule in product(GATES, SETTINGS):
            yield _resolve(gate, communication.value, record, rule)
    situations = product(KINDS, SETTINGS, *EACH, ("unpaid_call", "formal_notice"))
    for record, rule, client, introducer, code in situations:
        if rule or introducer == "none":  # without introducer there is no address to vary
            yield _resolve("open", code, record, rule, client, introducer)
    for gate, record, client in product(GATES, KINDS, ("none", "two")):
        yield _resolve(gate, "formal_notice", record, "introducer", client)
    addresses = product(DEALS, SETTINGS, SETTINGS, ("none", "one"), ("none", "one"))
    for record, rule, client_rule, client, introducer in addresses:
        if rule or introducer == "none":
            yield _resolve("open", "mail_merge", record, rule, client, introducer, client_rule)
    yield from _no_fall_through()
    yield from _every_communication()
    for (gate, code), record, rule, client in product(USUAL, KINDS, RULES[1:], ("none", "mixed")):
        yield _resolve(gate, code, record, rule, client, "none")


def _no_fall_through() -> Iterator[Parts]:
    """Of a deal, the client's own rule never counts."""
    for communication, record, client_rule in product(Communication, DEALS, RULES):
        code = communication.value
        yield _resolve("open", code, record, None, client_rule=client_rule)
        for rule in RULES:
            if rule != client_rule:
                yield _resolve("open", code, record, rule, client_rule=client_rule)
    for code, record, rule in product(COVERED, DEALS, RULES[1:]):
        yield _resolve("open", code, record, rule, introducer="none", client_rule="introducer")
    for (gate, code), record in product(USUAL, DEALS):
        yield _resolve(gate, code, record, None, client_rule="introducer")
        yield _resolve(gate, code, record, "client", client_rule="introducer")


def _every_communication() -> Iterator[Parts]:
    """The kinds of record take turns: each meets each situation, and each communication."""
    for (number, addresses), (turn, rule) in product(enumerate(ADDRESSES), enumerate(RULES)):
        for position, code in enumerate(COVERED, number + turn):
            yield _resolve("open", code, KINDS[position % 3], rule, *addresses)
    for position, code in enumerate(COVERED):
        yield _resolve("open", code, KINDS[position % 3], None, "mixed")


def _resolve(
    gate: str,
    communication: str,
    record: str,
    rule: str | None,
    client: str = "one",
    introducer: str = "one",
    client_rule: str | None = None,
) -> Parts:
    introducer = introducer if rule else "none"
    name = f"{gate}/{communication}/{record}/{rule or 'no_introducer'}/{client}/{introducer}"
    if client_rule:
        name += f"/client_{client_rule}"
    asked = {
        "gate": GATES[gate],
        "communication": communication,
        "about": about(record, rule, client, introducer, client_rule),
    }
    return f"resolve/{name}", _resolve_clause(gate, communication, rule, client_rule, asked), asked


def _resolve_clause(
    gate: str, communication: str, rule: str | None, client_rule: str | None, asked: Json
) -> str:
    """The clause that a case is about: of several, the one that is most easily got wrong."""
    if gate != "open":
        return {"no_premium": "S1", "option_off": "S2", "closed": "D15"}[gate]
    if communication == "other":
        return "D13"
    if client_rule:
        return "D1"
    if rule is None:
        return "S9"
    answer = OPERATIONS["resolve"](asked)
    if "client_not_addressed" in answer["notices"]:
        return "D10"
    if answer["notices"]:
        return "D8"
    client, introducer = _addresses(asked["about"])
    if client == CLIENT["longest"]:
        return "D16"
    if client == CLIENT["near"] or len(client) + len(introducer) != len(
        {address.lower() for address in client + introducer}
    ):
        return "D9"
    return "D2" if asked["about"]["record_kind"] == "project" else "S6"


def _addresses(about: Json) -> tuple[list[str], list[str]]:
    client = about.get("client", about)
    return client["emails"], about["introduction"]["introducer"]["emails"]


# --- prefill --------------------------------------------------------------------------------------

TERMS = {
    "terms": ("the client's", "the introducer's"),
    "structured": ({"rate": 12.5, "split": [60, 40]}, {"rate": 10.5, "split": []}),
    "none_of_client": (None, "the introducer's"),
    "none_of_introducer": ("the client's", None),
}
ANY_TERMS = {
    "empty_text": "",
    "zero": 0,
    "false": False,
    "empty_list": [],
    "empty_object": {},
    "more": {"rate": 12.5, "split": [60, 40], "since": "2024-01-31T00:00:00.000Z"},
    "nested": {"null": None, "falsy": [None, "", 0, False, [], {}]},
    "texts": ["12", "12.50", "true", " padded ", "two\nlines", "<b>&amp;</b>", "\"'\\"],
    "letters": {"Été": ["\u00e9", "e\u0301", "\u0130", "\U0001f33b"]},
}
"""What a port may take for missing, or make something else of."""
NEAR_IDS: list[tuple[str | int, ...]] = [
    ("a", "A"),
    ("i", "\u0130"),
    ("ss", "\u00df"),
    ("e", "\u00e9", "e\u0301"),
    ("A7", "A7 "),
    ("1", 1, "01"),
    ("0", 0, "null"),
]
"""Ids that are not the same, and none of them missing, whatever a language or a collation says."""


def prefill() -> Iterator[Parts]:
    for terms, own in product(("terms", "structured", "none_of_introducer"), RULES):
        yield _prefill("no_preferred", "S11", None, own, *TERMS[terms], terms)
    for (preferred, clause), rule, own, terms in product(
        {"same": "S10", "another": "D5"}.items(), RULES, RULES, TERMS
    ):
        yield _prefill(preferred, clause, rule, own, *TERMS[terms], terms)
    yield from _prefill_terms()
    yield from _prefill_ids()


def _prefill_terms() -> Iterator[Parts]:
    for name, terms in ANY_TERMS.items():
        yield _prefill("no_preferred", "D4", None, "client", None, terms, name)
        its = {"rate": 10.5, "floor": 100}
        yield _prefill("same", "D4", "introducer", "client", terms, its, name)


def _prefill_ids() -> Iterator[Parts]:
    for near in NEAR_IDS:
        for preferred, assigned in product(near, near):
            of_client = {"rule": "introducer", "terms": [1], "introducer": {"id": preferred}}
            asked = {
                "client": {"introduction": of_client},
                "introducer": {"id": assigned, "rule": "client", "terms": [2]},
            }
            yield f"prefill/ids/{_id_name(preferred)}/{_id_name(assigned)}", "D17", asked


def _id_name(id: str | int) -> str:
    return id if isinstance(id, str) else f"integer_{id}"


def _prefill(
    preferred: str, clause: str, rule: str | None, own: str, theirs: Json, its: Json, terms: str
) -> Parts:
    introducer_id = "A8" if preferred == "another" else "A7"
    of_client = rule and {"rule": rule, "terms": theirs, "introducer": {"id": introducer_id}}
    asked = {
        "client": {"introduction": of_client},
        "introducer": {"id": "A7", "rule": own, "terms": its},
    }
    return f"prefill/{preferred}/{rule or 'none'}/{own}/{terms}", clause, asked


# --- filter and change_rule -----------------------------------------------------------------------


def deal(kind: str, id: str, rule: str | None, client_rule: str | None) -> Json:
    own = rule and {"rule": rule, "terms": f"terms of {id}", "introducer": {"id": f"of {id}"}}
    of_client = client_rule and {"rule": client_rule, "terms": None, "introducer": {"id": "A9"}}
    return {
        "record_kind": kind,
        "id": id,
        "introduction": own,
        "client": {"introduction": of_client},
    }


def introduced(kind: str, id: str | int, rule: str, introducer: str | int, terms: Json) -> Json:
    own = {"rule": rule, "terms": terms, "introducer": {"id": introducer}}
    return {"record_kind": kind, "id": id, "introduction": own, "client": {"introduction": None}}


PAGE = [
    deal(kind, f"{number}", rule, client_rule)
    for number, (rule, kind, client_rule) in enumerate(
        product((RULES[2], None, RULES[0], RULES[1]), DEALS, (None, RULES[1]))
    )
] + [deal("contract", "0", RULES[1], None), deal("project", "2", None, RULES[0])]
"""A page of deals in no order; the last two share their ids with deals of the other kind."""
IDS = [
    introduced(kind, id, RULES[number % 3], id, f"terms of {kind} {id!r}")
    for number, near in enumerate(NEAR_IDS)
    for id, kind in product(near, DEALS)
]
"""Ids that are near each other have one rule, so that a deal can be missed among them."""
ONE_INTRODUCER = [
    introduced(kind, f"{number}", rule, "A7", f"terms of {number}")
    for number, (rule, kind) in enumerate(product(RULES, DEALS))
]
ALL_TERMS = [
    introduced(DEALS[number % 2], f"{number}", RULES[number % 3], f"of {number}", terms)
    for number, terms in enumerate([None, *ANY_TERMS.values()])
]


def filtering() -> Iterator[Parts]:
    for gate, wanted in product(GATES, RuleFilter):
        for page, deals in (("page", PAGE), ("empty", [])):
            asked = {"gate": GATES[gate], "wanted": wanted.value, "deals": deals}
            clause = "S13" if gate == "open" else "D7"
            yield f"filter/{gate}/{wanted.value}/{page}", clause, asked
    for wanted in RuleFilter:
        asked = {"gate": OPEN, "wanted": wanted.value, "deals": IDS}
        yield f"filter/open/{wanted.value}/ids", "D17", asked
    for kind, rule, client_rule, wanted in product(DEALS, SETTINGS, SETTINGS, RuleFilter):
        one = deal(kind, "1", rule, client_rule)
        asked = {"gate": OPEN, "wanted": wanted.value, "deals": [one]}
        name = f"filter/open/{wanted.value}/{kind}/{rule or 'none'}/client_{client_rule or 'none'}"
        yield name, "D1" if client_rule else "D3", asked


def changing() -> Iterator[Parts]:
    selections = {
        "page": PAGE,
        "empty": [],
        "no_introducer": [one for one in PAGE if one["introduction"] is None],
        "some": [PAGE[12], PAGE[16], PAGE[4], PAGE[8], PAGE[0]],
    }
    for gate, rule, selection in product(GATES, RULES, selections):
        asked = {"gate": GATES[gate], "rule": rule, "selection": selections[selection]}
        clause = "D11" if gate == "open" else "D7"
        yield f"change_rule/{gate}/{rule}/{selection}", clause, asked
    more = {
        "ids": ("D17", IDS),
        "one_introducer": ("D11", ONE_INTRODUCER),
        "terms": ("D4", ALL_TERMS),
    }
    for (selection, (clause, deals)), rule in product(more.items(), RULES):
        asked = {"gate": OPEN, "rule": rule, "selection": deals}
        yield f"change_rule/open/{rule}/{selection}", clause, asked
    for kind, old, client_rule, rule in product(DEALS, SETTINGS, (None, "introducer"), RULES):
        one = deal(kind, "1", old, client_rule)
        asked = {"gate": OPEN, "rule": rule, "selection": [one]}
        name = f"change_rule/open/{rule}/{kind}/{old or 'none'}/client_{client_rule or 'none'}"
        yield name, "D11" if old is None else "S14", asked


# --- What the library answers ---------------------------------------------------------------------


def _gate(asked: Json) -> FeatureGate:
    return FeatureGate(**asked["gate"])


def _introduction(given: Json) -> Introduction | None:
    if given is None:
        return None
    introducer = given["introducer"]
    return Introduction(
        introducer=Introducer(introducer.get("id", "A7"), emails=introducer.get("emails", ())),
        block=CommissionBlock(rule=given["rule"], terms=given.get("terms")),
    )


def _client(given: Json) -> Client:
    emails, own = given.get("emails", ()), _introduction(given["introduction"])
    return Client("C1", emails=emails, introduction=own)


def _deal(given: Json) -> Deal:
    kind = Project if given["record_kind"] == "project" else Contract
    return kind(
        given.get("id", "K1"),
        client=_client(given["client"]),
        introduction=_introduction(given["introduction"]),
    )


def answer_resolve(asked: Json) -> Json:
    given = asked["about"]
    record = _client(given) if given["record_kind"] == "client" else _deal(given)
    return resolve_recipients(asked["communication"], record, gate=_gate(asked)).as_dict()


def answer_prefill(asked: Json) -> Json:
    given = asked["introducer"]
    block = CommissionBlock(rule=given["rule"], terms=given["terms"])
    found = prefill_introduction(_client(asked["client"]), Introducer(given["id"], block=block))
    return {
        "source": found.source.value,
        "differs_from_preferred": found.differs_from_preferred,
        "introduction": _introduction_as_json(found.introduction),
    }


def answer_filter(asked: Json) -> Json:
    try:
        found = filter_by_rule(map(_deal, asked["deals"]), asked["wanted"], gate=_gate(asked))
    except FeatureClosedError as error:
        return {"refused": error.reason.value}
    return {"deals": [{"record_kind": one.record_kind.value, "id": one.id} for one in found]}


def answer_change(asked: Json) -> Json:
    try:
        change = change_rule(map(_deal, asked["selection"]), asked["rule"], gate=_gate(asked))
    except FeatureClosedError as error:
        return {"refused": error.reason.value}
    return {
        "after": [
            {
                "record_kind": one.record_kind.value,
                "id": one.id,
                "introduction": _introduction_as_json(one.introduction),
            }
            for one in change.after
        ],
        "outcomes": [
            "changed" if old is not new else "skipped" if old.rule is None else "unchanged"
            for old, new in zip(change.before, change.after, strict=True)
        ],
    }


def _introduction_as_json(found: Introduction | None) -> Json:
    return found and {
        "rule": found.block.rule.value,
        "terms": found.block.terms,
        "introducer": {"id": found.introducer.id},
    }


OPERATIONS = {
    "resolve": answer_resolve,
    "prefill": answer_prefill,
    "filter": answer_filter,
    "change_rule": answer_change,
}

# --- The file -------------------------------------------------------------------------------------


def lines() -> Iterator[str]:
    asked = {"resolve": resolve, "prefill": prefill, "filter": filtering, "change_rule": changing}
    for operation, questions in asked.items():
        seen: dict[str, Json] = {}
        for name, clause, question in questions():
            if name in seen:
                assert seen[name] == question, name
                continue
            seen[name] = question
            case = {
                "id": name,
                "clause": clause,
                "operation": operation,
                "input": question,
                "expected": OPERATIONS[operation](question),
            }
            yield json.dumps(case) + "\n"


if __name__ == "__main__":
    SHIPPED.write_text("".join(lines()), encoding="utf-8", newline="\n")
