"""What a type checker sees of the kit; mypy proves it, and running it does no harm."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, assert_type

from cattrs import Converter
from hypothesis.strategies import SearchStrategy

from partner_comms import (
    Client,
    CommissionBlock,
    Communication,
    Contract,
    Deal,
    Decision,
    FeatureGate,
    Identifier,
    Introducer,
    Introduction,
    Prefill,
    Product,
    Project,
    Recipients,
    RuleChange,
    strategies,
)
from partner_comms.conformance import Case, Failure, Operation, Report, cases, check
from partner_comms.serialization import InvalidDataError, dump, load, make_converter


def test_strategies() -> None:
    assert_type(strategies.identifiers(), SearchStrategy[Identifier])
    assert_type(strategies.email_addresses(), SearchStrategy[str])
    assert_type(strategies.invalid_email_addresses(), SearchStrategy[str])
    assert_type(strategies.commission_blocks(), SearchStrategy[CommissionBlock])
    assert_type(strategies.introducers(), SearchStrategy[Introducer])
    assert_type(strategies.introductions(), SearchStrategy[Introduction])
    assert_type(strategies.clients(), SearchStrategy[Client])
    assert_type(strategies.projects(), SearchStrategy[Project])
    assert_type(strategies.contracts(), SearchStrategy[Contract])
    assert_type(strategies.deals(), SearchStrategy[Deal])
    assert_type(strategies.products(), SearchStrategy[Product])
    assert_type(strategies.gates(), SearchStrategy[FeatureGate])
    assert_type(strategies.communications(), SearchStrategy[Communication])
    assert_type(strategies.portfolios(), SearchStrategy[tuple[Deal, ...]])
    assert_type(strategies.decisions(), SearchStrategy[Decision])
    assert_type(strategies.recipients(), SearchStrategy[Recipients])
    assert_type(strategies.prefills(), SearchStrategy[Prefill])
    assert_type(strategies.rule_changes(), SearchStrategy[RuleChange[Deal]])


def test_conformance() -> None:
    assert_type(cases(), Iterator[Case])
    case = assert_type(next(cases()), Case)
    assert_type(case.id, str)
    assert_type(case.clause, str)
    assert_type(case.operation, Operation)
    assert_type(case.input, Any)
    assert_type(case.expected, Any)

    report = assert_type(check(lambda asked: asked, operation="prefill"), Report)
    assert_type(report.operation, Operation)
    assert_type(report.total, int)
    assert_type(report.passed, bool)
    assert_type(report.failures, tuple[Failure, ...])
    assert_type(report.failures[0].case, Case)
    assert_type(report.failures[0].answer, Any)
    assert_type(report.failures[0].exception, Exception | None)


def test_serialization() -> None:
    converter = assert_type(make_converter(dump_terms=str, load_terms=str), Converter)
    martin = Client(1, introduction=None)
    data = assert_type(dump([martin], converter=converter), Any)
    assert_type(load(data[0], Client), Client)
    assert_type(load(data, list[Client], converter=converter), list[Client])
    assert_type(load(data, tuple[Client, ...]), tuple[Client, ...])
    assert_type(InvalidDataError(()).errors, tuple[str, ...])
