"""The core's answers by the cheapest correct code: no checks, constants made once, plain tuples."""

from __future__ import annotations

from partner_comms import (
    DECISIONS,
    Client,
    CommissionBlock,
    Communication,
    CommunicationRule,
    Contract,
    Decision,
    FeatureGate,
    Introduction,
    Notice,
    Project,
)

About = Client | Project | Contract
Mail = tuple[Decision, tuple[str, ...], tuple[str, ...], tuple[Notice, ...]]

OTHER = Communication.OTHER
DEMAND, SUSPENSION, TERMINATION = (each for each in Communication if each.is_formal)
CLIENT = CommunicationRule.CLIENT
INTRODUCER = CommunicationRule.INTRODUCER
OF_CLIENT, OF_PROJECT, OF_CONTRACT = DECISIONS[:7], DECISIONS[7:14], DECISIONS[14:]
NO_CLIENT = (Notice.NO_CLIENT_ADDRESS,)
NO_INTRODUCER = (Notice.NO_INTRODUCER_ADDRESS,)
NOT_ADDRESSED = (Notice.CLIENT_NOT_ADDRESSED,)


def decide(communication: Communication, about: About, gate: FeatureGate) -> Decision:
    kind = type(about)
    known = OF_CONTRACT if kind is Contract else OF_PROJECT if kind is Project else OF_CLIENT
    if not gate.premium:
        return known[0]
    if not gate.option_enabled:
        return known[1]
    if communication is OTHER:
        return known[2]
    introduction = about.introduction
    if introduction is None:
        return known[3]
    rule = introduction.block.rule
    if rule is CLIENT:
        return known[4]
    return known[5] if rule is INTRODUCER else known[6]


def resolve(communication: Communication, about: About, gate: FeatureGate) -> Mail:
    """The decision, To, Cc and the notices. It decides itself: a call would cost a tenth more."""
    if type(about) is Client:
        client, known = about, OF_CLIENT
    else:
        client, known = about.client, OF_CONTRACT if type(about) is Contract else OF_PROJECT
    mine = client.emails
    introduction = about.introduction
    if not gate.premium:
        decision = known[0]
    elif not gate.option_enabled:
        decision = known[1]
    elif communication is OTHER:
        decision = known[2]
    elif introduction is None:
        decision = known[3]
    else:
        rule = introduction.block.rule
        theirs = introduction.introducer.emails
        if rule is INTRODUCER:
            if not theirs:
                return known[5], (), (), NO_INTRODUCER
            if (
                communication is DEMAND
                or communication is SUSPENSION
                or communication is TERMINATION
            ):
                keys = [email.lower() for email in mine]
                for email in theirs:
                    if email.lower() in keys:
                        return known[5], theirs, (), ()
                return known[5], theirs, (), NOT_ADDRESSED
            return known[5], theirs, (), ()
        if rule is not CLIENT:
            if mine and theirs:
                keys = [email.lower() for email in mine]
                others = [email for email in theirs if email.lower() not in keys]
                return known[6], mine, tuple(others), ()
            missing = () if theirs else NO_INTRODUCER
            return known[6], mine, (), missing if mine else NO_CLIENT + missing
        decision = known[4]
    return decision, mine, (), () if mine else NO_CLIENT


def change_rule(contracts: list[Contract]) -> list[Contract]:
    """To « Apporteur », with one new introduction for each old one."""
    new: dict[int, Introduction] = {}
    changed = []
    for contract in contracts:
        old = contract.introduction
        assert old is not None
        if id(old) not in new:
            block = CommissionBlock(rule=INTRODUCER, terms=old.block.terms)
            new[id(old)] = Introduction(introducer=old.introducer, block=block)
        changed.append(Contract(contract.id, client=contract.client, introduction=new[id(old)]))
    return changed
