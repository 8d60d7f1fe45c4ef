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
    Notice,
    Project,
    RuleFilter,
    change_rule,
    filter_by_rule,
    is_email_address,
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


# --- address --------------------------------------------------------------------------------------

LONG = ".".join(["b" * 63, "c" * 63, "d" * 61])
VALID = {
    "plain": "a@example.org",
    "capitals": "Anna.Durand@Example.ORG",
    "digits": "0692@0692.example",
    "one_letter_each": "a@b.c",
    "many_labels": "a@b.c.d.e.f.example",
    "dots": "a.b.c.d@example.org",
    "tag": "a+b@example.org",
    "underscore": "_a_b_@example.org",
    "hyphens": "a--b-@my--cabinet.example",
    "apostrophe": "o'neill@example.org",
    "every_sign": "!#$%&'*+/=?^_`{|}~-@example.org",
    "punycode": "a@xn--bcher-kva.example",
    "punycode_at_the_end": "a@example.xn--p1ai",
    "digit_in_the_last_label": "a@example.c0m",
    "digits_around_a_hyphen": "a@example.1-2",
    "digits_and_a_letter": "a@1.2.3.4a",
    "longest_before": f"{'a' * 64}@example.org",
    "longest_label": f"a@{'b' * 63}.example",
    "longest": f"{'a' * 64}@{LONG}",
    "question_marks": "a?x?c??@example.org",
    "half_of_an_encoded_word": "=?utf-8?x?@example.org",
    "looks_like_an_option": "a-oQ/tmp/x@example.org",
}
INVALID = {
    "empty": "",
    "no_at": "anna.example.org",
    "at_alone": "@",
    "nothing_before": "@example.org",
    "nothing_behind": "a@",
    "two_at": "a@b@example.org",
    "two_at_together": "a@@example.org",
    "dot_in_front": ".a@example.org",
    "dot_before_the_at": "a.@example.org",
    "two_dots": "a..b@example.org",
    "dot_alone": ".@example.org",
    "option": "-oQ/tmp/x@example.org",
    "hyphen_alone": "-@example.org",
    "one_label": "a@localhost",
    "last_label_of_digits": "a@example.123",
    "last_label_of_one_digit": "a@example.1",
    "ip_address": "a@192.0.2.1",
    "ip_literal": "a@[192.0.2.1]",
    "dot_at_the_end": "a@example.org.",
    "dot_behind_the_at": "a@.example.org",
    "two_dots_in_the_domain": "a@example..org",
    "dot_for_a_domain": "a@.",
    "hyphen_in_front_of_the_domain": "a@-example.org",
    "hyphen_at_the_end_of_a_label": "a@example-.org",
    "hyphen_in_front_of_the_last_label": "a@example.-org",
    "hyphen_at_the_end": "a@example.org-",
    "underscore_in_the_domain": "a@my_cabinet.example",
    "comma_for_a_dot": "a@example,org",
    "sign_in_the_domain": "a@exam+ple.org",
    "slash_in_the_domain": "a@example.org/b",
    "65_before": f"{'a' * 65}@example.org",
    "label_of_64": f"a@{'b' * 64}.example",
    "last_label_of_64": f"a@example.{'b' * 64}",
    "255": f"{'a' * 64}@{LONG}e",
    "space_in_front": " a@example.org",
    "space_at_the_end": "a@example.org ",
    "space_inside": "a b@example.org",
    "tab": "a@example.org\t",
    "line_feed_at_the_end": "a@example.org\n",
    "carriage_return_at_the_end": "a@example.org\r",
    "both_at_the_end": "a@example.org\r\n",
    "line_feed_in_front": "\na@example.org",
    "another_header": "a@example.org\nBcc: b@example.org",
    "another_address_below": "a@example.org\nb@example.org",
    "line_separator": "a@example.org\u2028",
    "next_line": "a@example.org\u0085",
    "vertical_tab": "a@example.org\v",
    "null": "a@example.org\0",
    "null_inside": "a\0@example.org",
    "delete": "a@example.org\x7f",
    "no_break_space": "a@example.org\u00a0",
    "zero_width_space": "a@exam\u200bple.org",
    "accent_before": "ren\u00e9e@example.org",
    "accent_in_the_domain": "a@caf\u00e9.example",
    "sharp_s": "a@stra\u00dfe.example",
    "long_s": "a@example.\u017fe",
    "kelvin": "a@\u212aabinet.example",
    "dotless_i": "a@\u0131.example",
    "fullwidth_at": "a\uff20example.org",
    "fullwidth_dot": "a@example\uff0eorg",
    "arabic_digits": "a\u0661@example.org",
    "display_name": "Anna <a@example.org>",
    "angle_brackets": "<a@example.org>",
    "link": "mailto:a@example.org",
    "list": "a@example.org, b@example.org",
    "list_without_space": "a@example.org,b@example.org",
    "list_with_semicolon": "a@example.org;b@example.org",
    "group": "all:a@example.org;",
    "quotes": '"a b"@example.org',
    "comment": "a(b)@example.org",
    "comment_behind": "a@example.org(b)",
    "backslash": "a\\b@example.org",
    "colon": "a:b@example.org",
    "square_bracket": "a[b@example.org",
    "encoded_word": "=?utf-8?q?a=0A?=@example.org",
    "encoded_word_in_base64": "=?utf-8?b?YQo?=@example.org",
    "middle_of_one": "a?Q?b@example.org",
    "middle_of_one_in_base64": "a?B?b@example.org",
}


def address() -> Iterator[Parts]:
    for name, text in {**VALID, **INVALID}.items():
        yield f"address/{name}", "D16", {"text": text}
    for sign in "".join(map(chr, range(0x21, 0x7F))):
        if not sign.isalnum() and sign != "@":
            name = f"{ord(sign):#x}"
            yield f"address/before/{name}", "D16", {"text": f"a{sign}b@c.example"}
            yield f"address/behind/{name}", "D16", {"text": f"a@b{sign}c.example"}


# --- resolve_row ----------------------------------------------------------------------------------

BAD = ["anna.example", "b@example.org\n"]
ROWS: dict[str, list[list[str]]] = {
    "one": [["p@party.example"]],
    "two": [["Q@party.example", "p@party.example"]],
    "shared": [["P@shared.example", "q@party.example"]],
    "none": [[]],
    "unknown": [],
    "ambiguous": [["p@party.example"], ["p@party.example"]],
    "ambiguous_by_half": [["p@party.example"], []],
    "invalid": [BAD[:1]],
    "all_invalid": [BAD],
    "some_invalid": [[BAD[0], "p@shared.example", "Q@party.example", BAD[1], "q@PARTY.example"]],
}
"""What a table holds of a party: the addresses in each row with its id."""
UNKNOWN_RULES = ("", "none", "Client", " introducer", "introducers", "apporteur", "null")


def row(
    gate: str, communication: str, kind: str, rule: str | None, client: str, introducer: str | None
) -> Json:
    def rows(id: str, party: str, found: str | None) -> Json:
        lists = [
            [email.replace("party", party) for email in emails] for emails in ROWS[found or "one"]
        ]
        others = [{"id": other, "emails": OTHER} for other in (id.lower(), id + " ")]
        return [others[0], *({"id": id, "emails": emails} for emails in lists), others[1]]

    return {
        "gate": GATES[gate],
        "communication": communication,
        "about": {
            "record_kind": kind,
            "client_id": "C1",
            "introducer_id": introducer and "A7",
            "rule": rule,
        },
        "clients": rows("C1", "client", client),
        "introducers": rows("A7", "introducer", introducer),
    }


def resolve_row() -> Iterator[Parts]:
    codes = ("unpaid_call", "formal_notice")
    turns = product(RULES, codes, ROWS, ROWS)
    for number, (rule, code, client, introducer) in enumerate(turns):
        yield _row("open", code, DEALS[number % 2], rule, client, introducer)
    for (gate, code), client in product(USUAL, ROWS):
        yield _row(gate, code, "contract", "introducer", client, "some_invalid")
    for code, client in product(codes, ROWS):
        yield _row("open", code, "project", None, client, None)
        yield _row("open", code, "project", "introducer", client, None)
        yield _row("open", code, "project", None, client, "one")
    for rule, kind in product(UNKNOWN_RULES, DEALS):
        yield _row("open", "formal_notice", kind, rule, "some_invalid", "one")
        for gate, code in USUAL:
            yield _row(gate, code, kind, rule, "one", "one")


def _row(
    gate: str, code: str, kind: str, rule: str | None, client: str, introducer: str | None
) -> Parts:
    name = f"{gate}/{code}/{kind}/{rule!r}/{client}/{introducer or 'no_introducer'}"
    clause = "D20" if gate == "open" and code != "other" else "D7"
    return f"resolve_row/{name}", clause, row(gate, code, kind, rule, client, introducer)


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


def answer_address(asked: Json) -> Json:
    return {"valid": is_email_address(asked["text"])}


def _usable(rows: list[Json], id: str | None) -> tuple[list[str], str | None]:
    """The addresses of a party that are usable, and what is said of the others (D20)."""
    its = [found["emails"] for found in rows if found["id"] == id]
    if len(its) > 1:
        return [], "ambiguous_id"
    if not its:
        return [], "unknown_id"
    valid = [email for email in its[0] if is_email_address(email)]
    if len(valid) == len(its[0]):
        return valid, None
    return valid, "some_emails_invalid" if valid else "invalid_email"


def answer_row(asked: Json) -> Json:
    """The core's answer to what is usable, and for each notice about a missing address the fault
    that made it miss."""
    given = asked["about"]
    client, client_fault = _usable(asked["clients"], given["client_id"])
    introducer, introducer_fault = _usable(asked["introducers"], given["introducer_id"])
    rule = given["rule"] if given["rule"] in RULES else "client"
    of_deal = {"rule": rule, "introducer": {"emails": introducer}}
    about = {
        "record_kind": given["record_kind"],
        "client": {"emails": client, "introduction": None},
        "introduction": of_deal if given["introducer_id"] else None,
    }
    answer = answer_resolve({**asked, "about": about})
    if answer["reason"] == "rule_applied" and given["rule"] not in (None, *RULES):
        return {**answer, "rule": None, "to": [], "cc": [], "notices": ["invalid_rule"]}
    notices = {
        {"no_client_address": client_fault, "no_introducer_address": introducer_fault}.get(code)
        or code
        for code in answer["notices"]
    }
    meant = {
        "client": [client_fault],
        "introducer": [introducer_fault],
        "client_and_introducer": [client_fault, introducer_fault],
    }
    notices.update({"some_emails_invalid"}.intersection(meant[answer["rule"]]))
    return {**answer, "notices": [code.value for code in Notice if code.value in notices]}


OPERATIONS = {
    "resolve": answer_resolve,
    "prefill": answer_prefill,
    "filter": answer_filter,
    "change_rule": answer_change,
    "address": answer_address,
    "resolve_row": answer_row,
}

# --- The file -------------------------------------------------------------------------------------


def lines() -> Iterator[str]:
    asked = {
        "resolve": resolve,
        "prefill": prefill,
        "filter": filtering,
        "change_rule": changing,
        "address": address,
        "resolve_row": resolve_row,
    }
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
