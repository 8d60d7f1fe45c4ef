"""Implementations with one fault each, as a port to another language may have it.

Each is a small function around the oracle: it asks another question, or says something else than
the right answer. `test_faults` has `check` find every one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from tests.oracles import conformance as oracle
from tests.oracles.core import FAMILIES, lower

Json = Any
Implementation = Callable[[Json], Json]
Change = Callable[[Json, Json], object]
"""Changes an answer in place; it is given the question, too."""
Lists = Callable[[list[str]], list[str]]

KINDS = ("client", "project", "contract")
DEALS = KINDS[1:]
COVERED = tuple(FAMILIES)
FORMAL = tuple(code for code, family in FAMILIES.items() if family == "d")
PLAIN = tuple(code for code in COVERED if code not in FORMAL)
ALL = (*COVERED, "other")


def asking(change: Callable[[Json], object], operation: str = "resolve") -> Implementation:
    """The right answer to a question that `change` has changed in place."""

    def implementation(asked: Json) -> Json:
        change(asked)
        return oracle.ANSWERS[operation](asked)

    return implementation


def answering(change: Change, operation: str = "resolve") -> Implementation:
    """The right answer, which `change` has changed in place."""

    def implementation(asked: Json) -> Json:
        answer = oracle.ANSWERS[operation](asked)
        if "refused" not in answer:
            change(asked, answer)
        return answer

    return implementation


def setting(
    key: str, found: Callable[[Json, Json], Json], operation: str = "resolve"
) -> Implementation:
    """The right answer, but for the value of `key`."""
    return answering(lambda asked, answer: answer.update({key: found(asked, answer)}), operation)


# --- resolve: which record governs, and whether ---------------------------------------------------


def client_of(asked: Json) -> Json:
    return asked["about"].get("client", asked["about"])


def stored(asked: Json) -> Json:
    introduction = asked["about"]["introduction"]
    return introduction["rule"] if introduction else "client"


def reading(governing: Callable[[Json, Json], Json]) -> Implementation:
    """Another introduction governs, given the deal's own and its client's (D1)."""

    def change(asked: Json) -> None:
        about = asked["about"]
        if "client" in about:
            of_client = about["client"]["introduction"]
            about["introduction"] = governing(about["introduction"], of_client)

    return asking(change)


def mixing(key: str) -> Implementation:
    """One part of the deal's introduction is the client's."""
    return reading(lambda own, his: {**own, key: his[key]} if own and his else own)


def reachable(introduction: Json) -> Json:
    return introduction if introduction and introduction["introducer"]["emails"] else None


def closed_to_the_client(asked: Json) -> None:
    """While the feature is closed, the client's own rule counts."""
    if "client" in asked["about"] and not all(asked["gate"].values()):
        asked["about"]["introduction"] = asked["about"]["client"]["introduction"]
        asked["gate"].update(premium=True, option_enabled=True)


def taken_for(other: str, *codes: str) -> Implementation:
    """Some communications are taken for another one."""

    def change(asked: Json) -> None:
        if asked["communication"] in codes:
            asked["communication"] = other

    return asking(change)


def either(asked: Json) -> None:
    asked["gate"] = dict.fromkeys(asked["gate"], any(asked["gate"].values()))


def option_first(asked: Json) -> None:
    if not asked["gate"]["option_enabled"]:
        asked["gate"]["premium"] = True


# --- resolve: which addresses ---------------------------------------------------------------------


def parties(asked: Json) -> tuple[list[str], list[str]]:
    introduction = asked["about"]["introduction"]
    introducer = introduction["introducer"]["emails"] if introduction else []
    return client_of(asked)["emails"], introducer


def emails(change: Lists, *, of: str) -> Implementation:
    """The addresses of a party are others."""

    def changed(asked: Json) -> None:
        client, introducer = parties(asked)
        found = client if of == "client" else introducer
        found[:] = change(found)

    return asking(changed)


def swapped(asked: Json) -> None:
    """The client replaces an introducer without address."""
    client, introducer = parties(asked)
    introducer.extend([] if introducer else client)


def promoted(place: str) -> Implementation:
    """Cc goes out without the client, in To or in Cc."""

    def change(asked: Json, answer: Json) -> None:
        if answer["rule"] == "client_and_introducer" and not answer["to"]:
            answer[place] = list(oracle.once(parties(asked)[1]))

    return answering(change)


def distinct(once: Lists, *, of: str) -> Implementation:
    """The addresses of a party are made distinct in another way, or not at all."""

    def change(asked: Json, answer: Json) -> None:
        client, introducer = parties(asked)
        if of == "client" and answer["rule"] != "introducer":
            answer["to"] = once(client)
        elif of == "introducer" and answer["rule"] == "introducer":
            answer["to"] = once(introducer)
        elif of == "introducer" and answer["cc"]:
            to = {lower(email) for email in answer["to"]}
            answer["cc"] = [email for email in once(introducer) if lower(email) not in to]

    return answering(change)


def last_spelling(found: list[str]) -> list[str]:
    return list({lower(email): email for email in found}.values())


def neighbours(found: list[str]) -> list[str]:
    pairs = zip(found, ["", *found], strict=False)
    return [email for email, before in pairs if lower(email) != lower(before)]


def usual_repeated(asked: Json, answer: Json) -> None:
    if answer["reason"] != "rule_applied":
        answer["to"] = client_of(asked)["emails"]


def taken_out_of_to(asked: Json, answer: Json) -> None:
    if answer["rule"] == "client_and_introducer" and answer["to"]:
        answer["cc"] = list(oracle.once(parties(asked)[1]))
        cc = {lower(email) for email in answer["cc"]}
        answer["to"] = [email for email in answer["to"] if lower(email) not in cc]


def comparing(
    same: Callable[[str, str], bool], *, cc: bool = True, reached: bool = True, with_: Lists = list
) -> Implementation:
    """An introducer's address is the client's by another measure: for Cc (D9) and for D10."""

    def change(asked: Json, answer: Json) -> None:
        client, introducer = (list(oracle.once(found)) for found in parties(asked))

        def is_the_clients(email: str) -> bool:
            return any(same(email, other) for other in with_(client))

        if cc and answer["rule"] == "client_and_introducer" and answer["to"]:
            answer["cc"] = [email for email in introducer if not is_the_clients(email)]
        if reached and answer["rule"] == "introducer" and asked["communication"] in FORMAL:
            bypassed = introducer and not any(map(is_the_clients, introducer))
            kept = [code for code in answer["notices"] if code != "client_not_addressed"]
            answer["notices"] = [*kept, "client_not_addressed"] if bypassed else kept

    return answering(change)


def folding(fold: Callable[[str], str], *, cc: bool = True, reached: bool = True) -> Implementation:
    return comparing(lambda one, other: fold(one) == fold(other), cc=cc, reached=reached)


def equal(one: str, other: str) -> bool:
    return lower(one) == lower(other)


def like(text: str, pattern: str) -> bool:
    """As SQL compares without regard to case: with wildcards."""
    wild = {"%": ".*", "_": "."}
    parts = (wild.get(character, re.escape(character)) for character in pattern)
    return re.fullmatch("".join(parts), text, re.IGNORECASE) is not None


def parts(email: str) -> tuple[str, str]:
    name, _, domain = email.partition("@")
    return name, domain


# --- resolve: the notices -------------------------------------------------------------------------


def unsaid(code: str) -> Implementation:
    return setting("notices", lambda _, answer: [n for n in answer["notices"] if n != code])


def saying(code: str, holds: Callable[[Json, Json], object]) -> Implementation:
    """A notice more, wherever `holds`, in its place."""

    def said(asked: Json, answer: Json) -> list[str]:
        more = [code] if holds(asked, answer) else []
        order = ("no_client_address", "no_introducer_address", "client_not_addressed")
        return [each for each in order if each in (*answer["notices"], *more)]

    return setting("notices", said)


def formal_to_introducer(asked: Json, answer: Json) -> bool:
    return answer["rule"] == "introducer" and asked["communication"] in FORMAL


def not_all_reached(asked: Json, answer: Json) -> bool:
    client, _ = parties(asked)
    return not set(map(lower, client)) <= set(map(lower, answer["to"]))


def none_reached(asked: Json, answer: Json) -> bool:
    client, _ = parties(asked)
    return not set(map(lower, client)) & set(map(lower, answer["to"]))


Reach = tuple[tuple[str, ...], tuple[str, ...]]
"""The communications and the kinds of record in which a fault acts: it is to be found in each."""

RESOLVE: dict[Reach, dict[str, Implementation]] = {
    (COVERED, DEALS): {
        "falls through to the client's rule": reading(lambda own, his: own or his),
        "lets the client's rule win": reading(lambda own, his: his or own),
        "reads the client's record alone": reading(lambda _, his: his),
        "writes to the client's introducer": mixing("introducer"),
        "reads the client's rule": mixing("rule"),
        "falls through without address": reading(lambda own, his: reachable(own) or his or own),
        "writes to the preferred introducer without address": reading(
            lambda own, his: (
                {**own, "introducer": his["introducer"]}
                if own and his and not reachable(own)
                else own
            )
        ),
    },
    (("formal_notice",), DEALS): {
        "reads the client's rule while closed": asking(closed_to_the_client),
    },
    (COVERED, KINDS): {
        "takes an introducer without address for none": asking(
            lambda asked: asked["about"].update(
                introduction=reachable(asked["about"]["introduction"])
            )
        ),
        "names no rule without introducer": setting(
            "rule", lambda asked, answer: asked["about"]["introduction"] and answer["rule"]
        ),
        "writes to the client for an introducer without address": asking(swapped),
        "writes to the introducer for a client without address": promoted("to"),
        "writes to Cc alone": promoted("cc"),
        "swaps To and Cc": answering(
            lambda _, a: a.update(to=a["cc"] or a["to"], cc=a["cc"] and a["to"])
        ),
        "sorts the client's": emails(sorted, of="client"),
        "sorts the introducer's": emails(sorted, of="introducer"),
        "sorts Cc": setting("cc", lambda _, answer: sorted(answer["cc"])),
        "sorts by letters": emails(lambda found: sorted(found, key=lower), of="client"),
        "turns Cc round": setting("cc", lambda _, answer: answer["cc"][::-1]),
        "lower-cases the client's": emails(lambda found: [*map(lower, found)], of="client"),
        "lower-cases the introducer's": emails(lambda found: [*map(lower, found)], of="introducer"),
        "lower-cases Cc": setting("cc", lambda _, answer: [*map(lower, answer["cc"])]),
        "lower-cases domains": emails(
            lambda found: [f"{name}@{lower(domain)}" for name, domain in map(parts, found)],
            of="client",
        ),
        "decodes domains": emails(
            lambda found: [
                f"{name}@{domain.encode().decode('idna')}" for name, domain in map(parts, found)
            ],
            of="client",
        ),
        "cuts the client's": emails(lambda found: [email[:253] for email in found], of="client"),
        "cuts the introducer's": emails(
            lambda found: [email[:253] for email in found], of="introducer"
        ),
        "keeps the client's first": emails(lambda found: found[:1], of="client"),
        "keeps two of the client": emails(lambda found: found[:2], of="client"),
        "keeps the introducer's first": emails(lambda found: found[:1], of="introducer"),
        "keeps the client's duplicates": distinct(list, of="client"),
        "keeps the introducer's duplicates": distinct(list, of="introducer"),
        "sees the client's duplicates side by side": distinct(neighbours, of="client"),
        "sees the introducer's duplicates side by side": distinct(neighbours, of="introducer"),
        "keeps the client's last spelling": distinct(last_spelling, of="client"),
        "keeps the introducer's last spelling": distinct(last_spelling, of="introducer"),
        "keeps the usual duplicates": answering(usual_repeated),
        "takes an address out of To": answering(taken_out_of_to),
        "compares nothing": comparing(lambda _, __: False),
        "compares Cc letter by letter": folding(str, reached=False),
        "lower-cases the client's alone to compare": comparing(
            lambda one, other: one == lower(other)
        ),
        "lower-cases the introducer's alone to compare": comparing(
            lambda one, other: lower(one) == other
        ),
        "compares as in Turkey": folding(lambda email: email.replace("I", "ı").lower()),
        "compares domains without regard to case": folding(
            lambda email: parts(email)[0] + "@" + lower(parts(email)[1])
        ),
        "compares names without regard to case": folding(
            lambda email: lower(parts(email)[0]) + "@" + parts(email)[1]
        ),
        "compares names alone": folding(lambda email: lower(parts(email)[0])),
        "compares domains alone": folding(lambda email: lower(parts(email)[1])),
        "compares without dots": folding(lambda email: lower(email.replace(".", ""))),
        "compares without tags": folding(lambda email: re.sub(r"\+[^@]*", "", lower(email))),
        "compares bits": folding(lambda email: "".join(chr(ord(c) | 32) for c in email)),
        "compares with wildcards": comparing(like),
        "compares with wildcards in the other": comparing(lambda one, other: like(other, one)),
        "compares with a pattern": comparing(
            lambda one, other: re.match(other, one, re.I) is not None
        ),
        "compares beginnings": comparing(lambda one, other: lower(one).startswith(lower(other))),
        "compares ends": comparing(lambda one, other: lower(other).endswith(lower(one))),
        "compares with the client's first": comparing(equal, with_=lambda found: found[:1]),
        "compares with the client's last": comparing(equal, with_=lambda found: found[-1:]),
        "says one notice": setting("notices", lambda _, answer: answer["notices"][:1]),
        "says notices the other way round": setting("notices", lambda _, a: a["notices"][::-1]),
        "does not miss the introducer": unsaid("no_introducer_address"),
        "misses a client who is not meant": saying(
            "no_client_address", lambda asked, _: not parties(asked)[0]
        ),
        "misses a Cc that is To": saying(
            "no_introducer_address",
            lambda _, answer: answer["rule"] == "client_and_introducer" and not answer["cc"],
        ),
    },
    (PLAIN, KINDS): {
        "passes a client by with anything": saying(
            "client_not_addressed",
            lambda asked, answer: answer["to"] and none_reached(asked, answer),
        ),
    },
    (FORMAL, KINDS): {
        "passes nobody by": unsaid("client_not_addressed"),
        "passes a client by who shares an address": saying(
            "client_not_addressed", lambda asked, a: a["to"] and formal_to_introducer(asked, a)
        ),
        "passes a client by who shares not all addresses": saying(
            "client_not_addressed",
            lambda asked, a: (
                a["to"] and formal_to_introducer(asked, a) and not_all_reached(asked, a)
            ),
        ),
        "passes a client by without writing": saying("client_not_addressed", formal_to_introducer),
        "passes no client by without address": setting(
            "notices",
            lambda asked, a: [
                n for n in a["notices"] if parties(asked)[0] or n[:10] != "client_not"
            ],
        ),
        "compares D10 letter by letter": folding(str, cc=False),
        "lower-cases the client's alone for D10": comparing(
            lambda one, other: one == lower(other), cc=False
        ),
        "lower-cases the introducer's alone for D10": comparing(
            lambda one, other: lower(one) == other, cc=False
        ),
        "compares D10 with the client's first": comparing(
            equal, cc=False, with_=lambda found: found[:1]
        ),
    },
    (ALL, KINDS): {
        "knows no subscription": asking(lambda asked: asked["gate"].update(premium=True)),
        "knows no option": asking(lambda asked: asked["gate"].update(option_enabled=True)),
        "knows no gate": asking(
            lambda asked: asked["gate"].update(premium=True, option_enabled=True)
        ),
        "is open if either is there": asking(either),
        "asks for the option first": asking(option_first),
        "asks for the introducer first": setting(
            "reason",
            lambda asked, a: a["reason"] if asked["about"]["introduction"] else "no_introducer",
        ),
        "names the stored rule while it sleeps": setting("rule", lambda asked, _: stored(asked)),
        "does not miss the client": unsaid("no_client_address"),
    },
    (("formal_notice", "other"), KINDS): {
        "misses the introducer while the rule sleeps": saying(
            "no_introducer_address",
            lambda asked, _: stored(asked) != "client" and not parties(asked)[1],
        ),
    },
    (("other",), KINDS): {
        "covers everything": taken_for("manual_email", "other"),
        "asks what is covered first": setting(
            "reason",
            lambda asked, a: "not_covered" if asked["communication"] == "other" else a["reason"],
        ),
    },
    (ALL, ("project",)): {
        "calls a project a contract": setting(
            "record_kind", lambda _, a: a["record_kind"].replace("project", "contract")
        ),
    },
}
for _code in COVERED:
    RESOLVE[(_code,), KINDS] = {f"does not cover {_code}": taken_for("other", _code)}
for _code in FORMAL:
    RESOLVE[(_code,), KINDS][f"takes {_code} for a call"] = taken_for("unpaid_call", _code)
