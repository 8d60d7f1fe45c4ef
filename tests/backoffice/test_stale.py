"""A page that was opened before somebody else's change: refused with what changed, nothing lost."""

from __future__ import annotations

import pytest
from crm.models import Client, Configuration, Contract, Introducer
from django.test import Client as Web

from .pages import errors, history, messages, shown, url


class TestStale:
    def test_a_bulk_change_is_not_reverted(
        self, broker: Web, assistant: Web, contract: Contract
    ) -> None:
        """A user who saves an old page is told, and is not blamed in the history."""
        where = url(contract, "change")
        old_page = shown(broker, where)
        Contract.objects.exclude(introducer=None).update(rule="introducer")
        response = broker.post(where, {**old_page, "terms": "12 %"})
        words = "Règle de communication : Client + Apporteur → Apporteur"
        assert words in errors(response)
        contract.refresh_from_db()
        assert (contract.rule, contract.terms) == ("introducer", "15 % de la prime HT")
        assert history(contract) == []

    def test_what_was_typed_is_kept_and_what_was_not_is_new(
        self, broker: Web, contract: Contract
    ) -> None:
        where = url(contract, "change")
        old_page = shown(broker, where)
        Contract.objects.filter(pk=contract.pk).update(rule="introducer", unpaid=True)
        form = broker.post(where, {**old_page, "terms": "12 %"}).context["adminform"].form
        assert form["terms"].value() == "12 %"
        assert (form["rule"].value(), form["unpaid"].value()) == ("introducer", True)
        values = {name: form[name].value() for name in form.fields}
        again = {name: value for name, value in values.items() if value not in (None, False)}
        response = broker.post(where, again, follow=True)
        assert "modifications enregistrées" in messages(response)
        contract.refresh_from_db()
        assert (contract.rule, contract.terms, contract.unpaid) == ("introducer", "12 %", True)
        assert history(contract) == ["Champs modifiés : Règles de commissionnement."]

    def test_both_have_changed_the_same(self, broker: Web, contract: Contract) -> None:
        """What this page's user has typed stays, and the error says what it would replace."""
        where = url(contract, "change")
        old_page = shown(broker, where)
        Contract.objects.filter(pk=contract.pk).update(terms="11 %")
        response = broker.post(where, {**old_page, "terms": "12 %"})
        assert "Règles de commissionnement : 15 % de la prime HT → 11 %" in errors(response)
        assert response.context["adminform"].form["terms"].value() == "12 %"

    @pytest.mark.parametrize("kind", [Client, Introducer])
    def test_other_records(self, broker: Web, kind: type[Client | Introducer]) -> None:
        record = kind.objects.all()[0]
        where = url(record, "change")
        old_page = shown(broker, where)
        kind.objects.filter(pk=record.pk).update(name="Un autre nom")
        assert "→ Un autre nom" in errors(broker.post(where, old_page))

    def test_the_configuration(self, broker: Web) -> None:
        where = url(Configuration.objects.get(), "change")
        old_page = shown(broker, where)
        Configuration.objects.update(premium=False)
        assert "oui → non" in errors(broker.post(where, old_page))
        assert not Configuration.objects.get().premium

    @pytest.mark.parametrize("seen", ["", "{}", "[]", "3", "{", '{"number": "C-205"}'])
    def test_a_page_that_does_not_say_what_it_saw(
        self, broker: Web, contract: Contract, seen: str
    ) -> None:
        where = url(contract, "change")
        given = {**shown(broker, where), "seen": seen, "terms": "12 %"}
        assert "rouvrez la fiche" in errors(broker.post(where, given))
        contract.refresh_from_db()
        assert contract.terms == "15 % de la prime HT"
