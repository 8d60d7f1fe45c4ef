"""Like `faults`, for the other operations: prefilling, the filter and the bulk change."""

from __future__ import annotations

import re
from collections.abc import Callable
from unicodedata import normalize

from tests.oracles import conformance as oracle

from .faults import Implementation, Json, answering, asking, setting

# --- What a port makes of terms and of ids --------------------------------------------------------


def everywhere(change: Callable[[Json], Json]) -> Callable[[Json], Json]:
    """The same inside of a value."""

    def changed(value: Json) -> Json:
        if isinstance(value, dict):
            return change({key: changed(each) for key, each in value.items()})
        return change([changed(each) for each in value] if isinstance(value, list) else value)

    return changed


def in_texts(change: Callable[[str], Json]) -> Callable[[Json], Json]:
    return everywhere(lambda value: change(value) if isinstance(value, str) else value)


def number(text: str) -> Json:
    return float(text) if re.fullmatch(r"\d+(\.\d+)?", text) else text


TERMS: dict[str, Callable[[Json], Json]] = {
    "makes texts of terms": str,
    "loses falsy terms": lambda terms: terms or None,
    "takes empty texts for null": in_texts(lambda text: text or None),
    "takes empty objects for lists": everywhere(lambda value: [] if value == {} else value),
    "takes empty lists for objects": everywhere(lambda value: {} if value == [] else value),
    "makes numbers of bools": everywhere(lambda value: int(value) if value is False else value),
    "makes integers of numbers": everywhere(lambda v: int(v) if isinstance(v, float) else v),
    "leaves nulls out": everywhere(
        lambda v: {k: x for k, x in v.items() if x is not None} if isinstance(v, dict) else v
    ),
    "makes numbers of texts": in_texts(number),
    "makes bools of texts": in_texts(lambda text: True if text == "true" else text),
    "makes dates of texts": in_texts(lambda text: text.replace(".000Z", "Z")),
    "strips texts": in_texts(str.strip),
    "composes texts": in_texts(lambda text: normalize("NFC", text)),
    "keeps ASCII": in_texts(lambda text: text.encode("ascii", "ignore").decode()),
    "escapes texts": in_texts(lambda text: text.replace("<", "&lt;")),
}
TEXT_IDS: dict[str, Callable[[str], object]] = {
    "without regard to case": str.lower,
    "in capitals": str.upper,
    "folded": str.casefold,
    "as in Turkey": lambda id: id.replace("İ", "i").lower(),
    "stripped": str.strip,
    "composed": lambda id: normalize("NFC", id),
    "without accents": lambda id: re.sub("[^\0-\x7f]", "", normalize("NFKD", id)),
    "as numbers": lambda id: int(id) if id.isdecimal() else id,
}


def of_texts(fold: Callable[[str], object]) -> Callable[[Json], object]:
    return lambda id: fold(id) if isinstance(id, str) else id


IDS: dict[str, Callable[[Json], object]] = {
    **{name: of_texts(fold) for name, fold in TEXT_IDS.items()},
    "as texts": str,
}
MISSING = {"zero": 0, "zero as a text": "0", "null as a text": "null"}


def without_id(missing: Json) -> Callable[[Json, Json], Json]:
    """An introduction counts unless its introducer has an id that is taken for none."""
    return lambda own, _: own if own and own["introducer"]["id"] != missing else None


def with_terms(introduction: Json, change: Callable[[Json], Json]) -> Json:
    return introduction and {**introduction, "terms": change(introduction["terms"])}


# --- prefill --------------------------------------------------------------------------------------


def preferring(change: Callable[[Json, Json], Json]) -> Implementation:
    """The client has another preferred introduction, given its own and the one assigned."""

    def changed(asked: Json) -> None:
        client = asked["client"]
        client["introduction"] = change(client["introduction"], asked["introducer"])

    return asking(changed, "prefill")


def block(change: Callable[[Json, Json], Json]) -> Implementation:
    """As `preferring`, with what is changed of an introduction that is there."""
    return preferring(lambda own, assigned: own and {**own, **change(own, assigned)})


def warning(holds: Callable[[Json, Json], bool]) -> Implementation:
    """It differs by another measure, given the preferred introduction and the one assigned."""

    def found(asked: Json, _: Json) -> bool:
        return holds(asked["client"]["introduction"], asked["introducer"])

    return setting("differs_from_preferred", found, "prefill")


def by(fold: Callable[[Json], object]) -> Implementation:
    return warning(
        lambda own, assigned: bool(own) and fold(own["introducer"]["id"]) != fold(assigned["id"])
    )


def prefilled(change: Callable[[Json], Json]) -> Implementation:
    def found(_: Json, answer: Json) -> Json:
        return with_terms(answer["introduction"], change)

    return setting("introduction", found, "prefill")


def names_the_preferred(asked: Json, answer: Json) -> None:
    if asked["client"]["introduction"]:
        preferred = asked["client"]["introduction"]["introducer"]["id"]
        answer["introduction"]["introducer"]["id"] = preferred


def merged(own: Json, assigned: Json) -> Json:
    both = isinstance(own["terms"], dict) and isinstance(assigned["terms"], dict)
    return {"terms": {**assigned["terms"], **own["terms"]} if both else own["terms"]}


PREFILL: dict[str, Implementation] = {
    "never looks at the client": preferring(lambda _, __: None),
    "prefills from the client if the introducer is the same": preferring(
        lambda own, new: own if own and own["introducer"]["id"] == new["id"] else None
    ),
    "takes the client's default for no rule": preferring(
        lambda own, _: own if own and own["rule"] != "client" else None
    ),
    "takes the client's default for the introducer's rule": block(
        lambda own, new: {"rule": new["rule"] if own["rule"] == "client" else own["rule"]}
    ),
    "copies the rule alone": block(lambda _, new: {"terms": new["terms"]}),
    "copies the terms alone": block(lambda _, new: {"rule": new["rule"]}),
    "copies the introducer's terms where the client has none": block(
        lambda own, new: {"terms": new["terms"] if own["terms"] is None else own["terms"]}
    ),
    "copies the introducer's terms where the client's are falsy": block(
        lambda own, new: {"terms": own["terms"] or (own["terms"] is not None and new["terms"])}
    ),
    "copies the introducer's terms where the client's are empty": block(
        lambda own, new: {"terms": new["terms"] if own["terms"] in ("", [], {}) else own["terms"]}
    ),
    "merges terms": block(merged),
    **{f"takes {name} for no id": preferring(without_id(id)) for name, id in MISSING.items()},
    "assigns the preferred introducer": answering(names_the_preferred, "prefill"),
    "never warns": warning(lambda _, __: False),
    "always warns": warning(lambda _, __: True),
    "warns where the client has a block": warning(lambda own, _: bool(own)),
    "warns without a preferred introducer": warning(
        lambda own, new: own is None or own["introducer"]["id"] != new["id"]
    ),
    "warns where blocks differ": warning(
        lambda own, new: bool(own) and (own["rule"], own["terms"]) != (new["rule"], new["terms"])
    ),
    "names a source that differs": setting(
        "source",
        lambda _, a: "introducer" if a["differs_from_preferred"] else a["source"],
        "prefill",
    ),
    **{name: prefilled(change) for name, change in TERMS.items()},
    **{f"compares ids {name}": by(fold) for name, fold in IDS.items()},
    "compares beginnings of ids": warning(
        lambda own, new: bool(own) and not str(own["introducer"]["id"]).startswith(str(new["id"]))
    ),
}

# --- filter and change_rule -----------------------------------------------------------------------


def gates(operation: str) -> dict[str, Implementation]:
    def gate(change: Callable[[Json], object]) -> Implementation:
        return asking(lambda asked: change(asked["gate"]), operation)

    def silent(asked: Json) -> Json:
        answer = oracle.ANSWERS[operation](asked)
        return {"deals": []} if "refused" in answer else answer

    return {
        "knows no gate": gate(lambda gate: gate.update(premium=True, option_enabled=True)),
        "knows no subscription": gate(lambda gate: gate.update(premium=True)),
        "knows no option": gate(lambda gate: gate.update(option_enabled=True)),
        "asks for the option first": gate(
            lambda gate: gate.update(premium=gate["premium"] or not gate["option_enabled"])
        ),
        "answers without refusal": silent,
    }


def key(deal: Json) -> tuple[str, str | int]:
    return deal["record_kind"], deal["id"]


def key_by(fold: Callable[[Json], object]) -> Callable[[Json], object]:
    return lambda deal: (deal["record_kind"], fold(deal["id"]))


def unopened(operation: str, deals: str) -> Implementation:
    """The gate is asked only where there is something to do."""

    def change(asked: Json) -> None:
        if not asked[deals]:
            asked["gate"] = {"premium": True, "option_enabled": True}

    return asking(change, operation)


def on_deals(
    operation: str, deals: str, change: Callable[[list[Json]], list[Json]]
) -> Implementation:
    """Other deals are found or changed."""
    return asking(lambda asked: asked.update({deals: change(asked[deals])}), operation)


def indexed(index: Callable[[Json], object]) -> Callable[[list[Json]], list[Json]]:
    """Deals are looked up, and what is found is another one."""

    def change(deals: list[Json]) -> list[Json]:
        found = {index(deal): deal for deal in deals}
        return [
            {**found[index(deal)], **dict(zip(("record_kind", "id"), key(deal), strict=True))}
            for deal in deals
        ]

    return change


def once(index: Callable[[Json], object]) -> Callable[[list[Json]], list[Json]]:
    return lambda deals: list({index(deal): deal for deal in reversed(deals)}.values())[::-1]


def with_introduction(change: Callable[[Json, Json], Json]) -> Callable[[list[Json]], list[Json]]:
    """Other introductions, given the deal's own and its client's."""
    return lambda deals: [
        {**deal, "introduction": change(deal["introduction"], deal["client"]["introduction"])}
        for deal in deals
    ]


SELECTIONS: dict[str, Callable[[list[Json]], list[Json]]] = {
    "knows no projects": lambda deals: [deal for deal in deals if deal["record_kind"] != "project"],
    "knows no contracts": lambda deals: [
        deal for deal in deals if deal["record_kind"] != "contract"
    ],
    "knows ten deals": lambda deals: deals[:10],
    "sorts deals": lambda deals: sorted(deals, key=lambda deal: str(deal["id"])),
    "puts projects first": lambda deals: sorted(
        deals, key=lambda deal: deal["record_kind"] != "project"
    ),
    "puts contracts first": lambda deals: sorted(deals, key=lambda deal: deal["record_kind"]),
    "turns deals round": lambda deals: deals[::-1],
    "keeps an id once": once(lambda deal: deal["id"]),
    "looks ids up without kind": indexed(lambda deal: deal["id"]),
    **{f"keeps an id once, {name}": once(key_by(fold)) for name, fold in IDS.items()},
    "falls through to the client's": with_introduction(lambda own, his: own or his),
    "lets the client's win": with_introduction(lambda own, his: his or own),
    "reads the client's": with_introduction(lambda _, his: his),
    **{
        f"takes {name} for no id": with_introduction(without_id(id)) for name, id in MISSING.items()
    },
}


def finding(found: Callable[[str, str], bool]) -> Implementation:
    """The filter compares in another way what is stored (or none) with what is wanted."""

    def deals(asked: Json, _: Json) -> list[Json]:
        stored = [(deal, oracle.stored_rule(deal)) for deal in asked["deals"]]
        kept = [deal for deal, rule in stored if found(rule, asked["wanted"])]
        return [{"record_kind": deal["record_kind"], "id": deal["id"]} for deal in kept]

    return setting("deals", deals, "filter")


FILTER: dict[str, Implementation] = {
    **gates("filter"),
    "asks for the gate where there are deals": unopened("filter", "deals"),
    **{name: on_deals("filter", "deals", change) for name, change in SELECTIONS.items()},
    "finds none with the default": finding(
        lambda rule, wanted: wanted in (rule, rule.replace("none", "client"))
    ),
    "finds the default with none": finding(
        lambda rule, wanted: wanted in (rule, rule.replace("client", "none", 1))
    ),
    "finds all with none": finding(lambda rule, wanted: wanted in (rule, "none")),
    "finds nothing with none": finding(lambda rule, wanted: rule == wanted != "none"),
    "finds parts of a rule": finding(lambda rule, wanted: wanted in rule),
    "finds who is written to": finding(lambda rule, wanted: rule in wanted),
    "finds what is not wanted": finding(lambda rule, wanted: rule != wanted),
}


def outcome(found: Callable[[str], str]) -> Implementation:
    return setting("outcomes", lambda _, answer: [*map(found, answer["outcomes"])], "change_rule")


def after(change: Callable[[Json, Json], Json]) -> Implementation:
    """Other introductions afterwards, given the new ones and the deals as they were."""

    def found(asked: Json, answer: Json) -> list[Json]:
        pairs = zip(answer["after"], asked["selection"], strict=True)
        return [{**new, "introduction": change(new["introduction"], old)} for new, old in pairs]

    return setting("after", found, "change_rule")


def afterwards(change: Callable[[Json], Json]) -> Implementation:
    return after(lambda new, _: with_terms(new, change))


def reported(*outcomes: str) -> Implementation:
    """Deals with other outcomes are left out."""

    def change(_: Json, answer: Json) -> None:
        pairs = zip(answer["after"], answer["outcomes"], strict=True)
        kept = [(new, outcome) for new, outcome in pairs if outcome in outcomes]
        answer.update(after=[new for new, _ in kept], outcomes=[outcome for _, outcome in kept])

    return answering(change, "change_rule")


def one_for_each(introducer: Callable[[Json], Json]) -> Implementation:
    """A new introduction is made once for what deals are thought to share."""

    def change(_: Json, answer: Json) -> None:
        made: dict[object, Json] = {}
        for new in answer["after"]:
            if new["introduction"]:
                new["introduction"] = made.setdefault(
                    introducer(new["introduction"]), new["introduction"]
                )

    return answering(change, "change_rule")


def introduces(asked: Json, answer: Json) -> None:
    """A deal without introducer has a rule afterwards."""
    for new in answer["after"]:
        new["introduction"] = new["introduction"] or {
            "rule": asked["rule"],
            "terms": None,
            "introducer": None,
        }


CHANGE_RULE: dict[str, Implementation] = {
    **gates("change_rule"),
    "asks for the gate where there are deals": unopened("change_rule", "selection"),
    **{name: on_deals("change_rule", "selection", change) for name, change in SELECTIONS.items()},
    **{
        f"looks ids up {name}": on_deals("change_rule", "selection", indexed(key_by(fold)))
        for name, fold in IDS.items()
    },
    **{name: afterwards(change) for name, change in TERMS.items()},
    "changes nothing": after(lambda _, old: old["introduction"]),
    "gives a rule to deals without introducer": answering(introduces, "change_rule"),
    "takes the introducer away with the default": after(
        lambda new, _: new and (new if new["rule"] != "client" else None)
    ),
    "forgets terms": after(lambda new, _: new and {**new, "terms": None}),
    "copies the client's terms": after(
        lambda new, old: (
            {**new, "terms": old["client"]["introduction"]["terms"]}
            if new and old["client"]["introduction"]
            else new
        )
    ),
    "assigns the client's introducer": after(
        lambda new, old: (
            {**new, "introducer": old["client"]["introduction"]["introducer"]}
            if new and old["client"]["introduction"]
            else new
        )
    ),
    "shares what an introducer has": one_for_each(lambda new: new["introducer"]["id"]),
    "shares what a rule has": one_for_each(lambda new: new["rule"]),
    "calls unchanged deals changed": outcome(lambda code: code.replace("unchanged", "changed")),
    "calls skipped deals unchanged": outcome(lambda code: code.replace("skipped", "unchanged")),
    "calls unchanged deals skipped": outcome(lambda code: code.replace("unchanged", "skipped")),
    "calls all deals changed": outcome(lambda _: "changed"),
    "sorts outcomes": setting(
        "outcomes", lambda _, answer: sorted(answer["outcomes"]), "change_rule"
    ),
    "reports what changed": reported("changed"),
    "leaves skipped deals out": reported("changed", "unchanged"),
    "leaves unchanged deals out": reported("changed", "skipped"),
}
