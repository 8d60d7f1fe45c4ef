"""The records' pages, by Django's client: the setting, the gate, the prefilling."""

from __future__ import annotations

from typing import Any

import pytest
from crm.models import Client, Configuration, Contract, Introducer, Product, Project
from django.contrib.auth.models import Permission, User
from django.core.management import call_command
from django.db import IntegrityError
from django.test import Client as Web
from django.urls import reverse

from partner_comms import AddressProblem, CommunicationRule, InvalidEmailError, UiText, label

from .conftest import logged_in
from .pages import errors, history, messages, save, shown, switch, url

SETTING = label(UiText.RULE_SETTING)
KINDS: list[Any] = [Product, Introducer, Client, Project, Contract]


def prefill_page(client: Client, introducer: Introducer) -> str:
    return reverse("admin:crm_contract_prefill", args=[client.pk, introducer.pk])


def one(kind: Any) -> Any:
    """A record that has a rule."""
    found = kind.objects.exclude(rule=None).order_by("pk").first()
    assert found is not None
    return found


@pytest.mark.parametrize("gate", [{"premium": False}, {"option": False}])
class TestClosed:
    """D7: "While the subscription or the option is missing, stored rules are kept"."""

    @pytest.mark.parametrize("kind", KINDS)
    def test_the_setting_sleeps(self, broker: Web, kind: Any, gate: dict[str, bool]) -> None:
        """S1, S2, S3: without subscription or option, no page shows the setting or changes it."""
        kind.objects.filter(pk=one(kind).pk).update(rule="introducer")
        record = one(kind)
        switch(**gate)
        assert SETTING not in broker.get(url(record, "change")).content.decode()
        assert SETTING not in broker.get(url(kind, "changelist")).content.decode()

        save(broker, record, terms="20 %", rule="client")
        assert (record.terms, record.rule) == ("20 %", "introducer")
        switch()
        assert shown(broker, url(record, "change"))["rule"] == "introducer"

    def test_prefilling_goes_on(
        self, broker: Web, odile: Client, contract: Contract, gate: dict[str, bool]
    ) -> None:
        """S10, S3, D7: a deal made meanwhile has its rule when the gate opens, and not before."""
        switch(**gate)
        introducer = Introducer.objects.get(client=odile)
        answer = broker.get(prefill_page(odile, introducer)).json()
        assert (answer["terms"], "rule" in answer) == ("15 % de la prime HT", False)
        given = {"number": "C-1", "client": odile.pk, "product": contract.product_id}
        broker.post(url(Contract, "add"), {**given, "introducer": odile.introducer_id})
        made = Contract.objects.get(number="C-1")
        assert (made.rule, made.terms) == ("client_and_introducer", "15 % de la prime HT")


class TestTheSetting:
    @pytest.mark.parametrize("kind", KINDS)
    def test_on_five_kinds_of_record(self, broker: Web, kind: Any) -> None:
        """S3, D2: switched on, the setting stands in all five commission blocks."""
        assert SETTING in broker.get(url(one(kind), "change")).content.decode()
        assert SETTING in broker.get(url(kind, "add")).content.decode()

    @pytest.mark.parametrize("kind", KINDS)
    def test_three_values(self, broker: Web, kind: Any) -> None:
        """S4: « Client », « Apporteur », « Client + Apporteur », and nothing else."""
        record = one(kind)
        response = broker.get(url(record, "change"))
        choices = dict(response.context["adminform"].form.fields["rule"].choices)
        choices.pop("", None)
        assert choices == {
            "client": "Client",
            "introducer": "Apporteur",
            "client_and_introducer": "Client + Apporteur",
        }
        before = record.rule
        assert "rule" in errors(save(broker, record, rule="everybody"))
        assert record.rule == before

    def test_client_is_the_default(self, broker: Web, demo: None) -> None:
        """S4: « Client » is the default, also where a client is given an introducer."""
        assert shown(broker, url(Product, "add"))["rule"] == "client"
        assert shown(broker, url(Introducer, "add"))["rule"] == "client"
        client = Client.objects.get(name="M. Bastien Lorieux")
        save(broker, client, introducer=Introducer.objects.all()[0].pk)
        assert client.rule == "client"

    @pytest.mark.parametrize("kind", KINDS)
    @pytest.mark.parametrize("rule", CommunicationRule)
    def test_always_changed(self, broker: Web, kind: Any, rule: CommunicationRule) -> None:
        """S12: rule and terms can always be changed; the history has the old rule and the new."""
        record = one(kind)
        before = record.rule
        save(broker, record, rule=rule.value, terms="à revoir")
        assert (record.rule, record.terms) == (rule.value, "à revoir")
        words = f"{SETTING} : {label(CommunicationRule(before))} → {label(rule)}"
        assert (words in history(record)[0]) == (before != rule.value)


class TestHistory:
    @pytest.mark.parametrize("kind", KINDS)
    def test_an_addition_changes_no_rule(self, broker: Web, kind: Any) -> None:
        """D14: the history has one line for it, and no rule that was another before."""
        given = {"name": "Nouveau", "number": "N-1", "rule": "introducer"}
        deal, introducer = one(Contract), one(Introducer)
        given |= {"client": deal.client_id, "product": deal.product_id}
        if kind in (Client, Project, Contract):
            given["introducer"] = introducer.pk
        assert broker.post(url(kind, "add"), given).status_code == 302
        [line] = history(kind.objects.latest("pk"))
        assert "→" not in line

    def test_nothing_changed(self, broker: Web, contract: Contract) -> None:
        save(broker, contract)
        assert not any("→" in line for line in history(contract))


class TestWithoutIntroducer:
    """D3: "A record without introducer has no rule"."""

    def test_the_block_is_emptied_and_says_so(self, broker: Web, contract: Contract) -> None:
        response = save(broker, contract, introducer="")
        assert (contract.rule, contract.terms) == (None, "")
        assert "le bloc Commissionnement est vide" in messages(response)
        assert f"{SETTING} : Client + Apporteur → aucune" in history(contract)[0]

    @pytest.mark.parametrize("kind", [Client, Project, Contract])
    @pytest.mark.parametrize("change", [{"introducer": None}, {"rule": None}, {"rule": "all"}])
    def test_the_database_holds_it(self, demo: None, kind: Any, change: dict[str, Any]) -> None:
        with pytest.raises(IntegrityError, match="rule_where_introducer"):
            kind.objects.filter(pk=one(kind).pk).update(**change)


class TestPrefill:
    """D4: "Prefilling copies once, for a new deal"."""

    @pytest.fixture
    def kervadec(self, demo: None) -> Introducer:
        return Introducer.objects.get(name="Cabinet Kervadec")

    @pytest.fixture
    def delmas(self, demo: None) -> Introducer:
        return Introducer.objects.get(name="Delmas Courtage")

    @pytest.fixture
    def bastien(self, demo: None) -> Client:
        return Client.objects.get(name="M. Bastien Lorieux")  # without preferred introducer

    def add(self, web: Web, kind: Any, client: Client, introducer: Introducer, **given: str) -> Any:
        product = Product.objects.get(name="Prévoyance")
        product.rule = "introducer"  # S10 and S11 know no product (D6)
        product.save()
        fields = {"client": client.pk, "product": product.pk, "introducer": introducer.pk}
        response = web.post(url(kind, "add"), {"number": "N-1", **fields, **given}, follow=True)
        return kind.objects.get(number="N-1"), messages(response)

    def asked(self, web: Web, client: Client, introducer: Introducer) -> dict[str, str]:
        answer: dict[str, str] = web.get(prefill_page(client, introducer)).json()
        return answer

    @pytest.mark.parametrize("kind", [Project, Contract])
    def test_from_the_client(
        self, broker: Web, kind: Any, odile: Client, kervadec: Introducer
    ) -> None:
        """S10: with a preferred introducer, the block comes from the client's record."""
        Introducer.objects.update(rule="introducer", terms="ceux de l'apporteur")
        made, said = self.add(broker, kind, odile, kervadec)
        assert (made.rule, made.terms) == (odile.rule, odile.terms)
        assert "à partir de la fiche du client Mme Odile Sarrazin." in said
        assert self.asked(broker, odile, kervadec)["rule"] == odile.rule

    @pytest.mark.parametrize("kind", [Project, Contract])
    def test_from_the_introducer(
        self, broker: Web, kind: Any, bastien: Client, delmas: Introducer
    ) -> None:
        """S11: in every other case it comes from the introducer's record."""
        made, said = self.add(broker, kind, bastien, delmas)
        assert (made.rule, made.terms) == (delmas.rule, delmas.terms)
        assert "à partir de la fiche de l'apporteur Delmas Courtage" in said
        assert self.asked(broker, bastien, delmas)["terms"] == delmas.terms

    def test_another_than_the_preferred(
        self, broker: Web, odile: Client, delmas: Introducer
    ) -> None:
        """S10, D5: to the letter, from the client's record; and the page says so."""
        made, said = self.add(broker, Contract, odile, delmas)
        assert (made.introducer, made.rule) == (delmas, odile.rule)
        warning = "son apporteur privilégié est Cabinet Kervadec, et non Delmas Courtage"
        assert warning in said
        assert warning in self.asked(broker, odile, delmas)["words"]

    def test_changed_before_saving(self, broker: Web, odile: Client, kervadec: Introducer) -> None:
        """S12: what the user has made of the prefilled block is what is stored."""
        changed = {"rule": "introducer", "terms": ""}
        pair = f"{odile.pk}/{kervadec.pk}"
        made, _ = self.add(broker, Contract, odile, kervadec, **changed, prefilled=pair)
        assert (made.rule, made.terms) == ("introducer", "")

    def test_filled_for_somebody_else(
        self, broker: Web, odile: Client, bastien: Client, kervadec: Introducer, delmas: Introducer
    ) -> None:
        """S11: the block that is sent belongs to another client or introducer than the deal."""
        sent = {"rule": "client", "terms": "d'un autre"}
        for pair in (f"{bastien.pk}/{kervadec.pk}", f"{odile.pk}/{delmas.pk}"):
            made, said = self.add(broker, Contract, bastien, delmas, **sent, prefilled=pair)
            assert (made.rule, made.terms) == (delmas.rule, delmas.terms)
            assert "à partir de la fiche de l'apporteur Delmas Courtage" in said
            made.delete()

    def test_once(self, broker: Web, contract: Contract, delmas: Introducer) -> None:
        """D4: a deal that has its introducer keeps its block when that changes, and says so."""
        response = save(broker, contract, introducer=delmas.pk)
        assert (contract.introducer, contract.rule) == (delmas, "client_and_introducer")
        assert "est resté tel quel (Cabinet Kervadec → Delmas Courtage)" in messages(response)

    def test_a_deal_that_had_none(self, broker: Web, delmas: Introducer) -> None:
        """S11: its first introducer may come later."""
        late = Contract.objects.get(number="C-304")
        assert late.introducer is None
        save(broker, late, introducer=delmas.pk)
        assert (late.rule, late.terms) == (delmas.rule, delmas.terms)

    def test_it_does_not_reach_later(
        self, broker: Web, contract: Contract, odile: Client, kervadec: Introducer
    ) -> None:
        """D4: "a later change on the client's or the introducer's record does not reach it"."""
        for record in (odile, kervadec):
            save(broker, record, rule="introducer", terms="5 %")
        contract.refresh_from_db()
        assert (contract.rule, contract.terms) == ("client_and_introducer", "15 % de la prime HT")

    def test_a_doubtful_record(self, broker: Web, odile: Client, kervadec: Introducer) -> None:
        """D16: what should never have been stored is told, and stops nothing else."""
        Introducer.objects.filter(pk=kervadec.pk).update(emails="Kervadec <a@b.example>")
        assert "Fiche à corriger" in self.asked(broker, odile, kervadec)["words"]
        fields = {"number": "N-2", "client": odile.pk, "introducer": kervadec.pk}
        assert "Fiche à corriger" in errors(broker.post(url(Contract, "add"), fields))


class TestConfiguration:
    def test_one_page(self, broker: Web) -> None:
        """S2: one option of the global configuration; without any row the feature is closed."""
        Configuration.objects.all().delete()
        assert not Configuration.gate().is_open
        response = broker.get(url(Configuration, "changelist"), follow=True)
        assert label(UiText.GATE_OPTION) in response.content.decode().replace("&#x27;", "'")
        assert not Configuration.objects.exists()  # looking stores nothing
        save(broker, Configuration.stored(), premium="on", option_enabled="on")
        assert Configuration.gate().is_open


class TestAddresses:
    """D16: "Display names, lists, groups, quoted local parts, white space … are refused"."""

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("Anna <a@b.example>", AddressProblem.DISPLAY_NAME),
            ("a@b.example, c@d.example", AddressProblem.SEVERAL_ADDRESSES),
            ("élan@b", AddressProblem.LOCAL_PART_NOT_ASCII),
            ("a@b.example\r\n=?utf-8?q?c?=@d.example", AddressProblem.ENCODED_WORD),
            # In a header, the two halves would join.
            ("=?utf-8?q?a@b.example\r\nc?=@d.example", AddressProblem.ENCODED_WORD),
        ],
    )
    def test_refused_where_they_are_typed(
        self, broker: Web, odile: Client, text: str, problem: AddressProblem
    ) -> None:
        """And told what is wrong, in French."""
        before = odile.emails
        assert label(problem).replace("\xa0", " ") in errors(save(broker, odile, emails=text))
        assert odile.emails == before

    @pytest.mark.parametrize("ending", ["\r\n", "\n"])
    def test_one_a_line(self, broker: Web, odile: Client, ending: str) -> None:
        save(broker, odile, emails=f"a@b.example{ending}c@d.example")
        assert odile.as_record().emails == ("a@b.example", "c@d.example")

    @pytest.mark.parametrize("between", [*"\r\v\f\x1c\x1d\x1e\x85\u2028\u2029", "\n\n", "\r\r\n"])
    def test_nothing_else_ends_a_line(self, broker: Web, odile: Client, between: str) -> None:
        """D16: "control characters and line breaks are refused", which Python would split at."""
        before = odile.emails
        assert "emails" in errors(save(broker, odile, emails=f"a@b.example{between}c@d.example"))
        assert odile.emails == before
        for kind in (Client, Introducer):
            kind.objects.update(emails=f"a@b.example{between}c@d.example")
            with pytest.raises(InvalidEmailError):
                kind.objects.all()[0].as_record()


class TestRights:
    """Only staff with the right to do so can change rules; others are refused by POST as well."""

    @pytest.mark.parametrize("kind", KINDS)
    def test_no_rule_is_changed(self, assistant: Web, kind: Any) -> None:
        record = one(kind)
        before = record.rule
        other = "client" if before == "introducer" else "introducer"
        save(assistant, record, terms="3 %", rule=other)
        assert (record.terms, record.rule) == ("3 %", before)

    def test_what_is_prefilled_is_not_theirs_to_choose(
        self, assistant: Web, odile: Client, contract: Contract
    ) -> None:
        given = {"number": "C-1", "client": odile.pk, "product": contract.product_id}
        block = {"introducer": odile.introducer_id, "rule": "introducer"}
        assistant.post(url(Contract, "add"), {**given, **block})
        assert Contract.objects.get(number="C-1").rule == odile.rule

    @pytest.mark.parametrize("gate", [{}, {"option": False}])
    @pytest.mark.parametrize("name", ["odile", "project", "contract"])
    def test_no_rule_is_removed(
        self, assistant: Web, name: str, gate: dict[str, bool], request: pytest.FixtureRequest
    ) -> None:
        """D3: without introducer there is no rule, and with the next one another would come."""
        record = request.getfixturevalue(name)
        before = (record.introducer, record.rule, record.terms)
        switch(**gate)
        assert "il faut le droit de la changer" in errors(save(assistant, record, introducer=""))
        assert (record.introducer, record.rule, record.terms) == before

    def test_another_introducer_leaves_the_rule(self, assistant: Web, contract: Contract) -> None:
        """D4: "a deal that has its introducer already is not prefilled again", so they may."""
        other = Introducer.objects.get(name="Delmas Courtage")
        Introducer.objects.update(rule="introducer")
        Client.objects.exclude(introducer=None).update(rule="introducer")
        save(assistant, contract, introducer=other.pk)
        assert (contract.introducer, contract.rule) == (other, "client_and_introducer")

    def test_who_may_only_look(self, assistant: Web, contract: Contract) -> None:
        user = User.objects.get(username="assistant")
        user.user_permissions.set(Permission.objects.filter(codename="view_contract"))
        page = assistant.get(url(contract, "change")).content.decode()
        assert "Client + Apporteur" in page
        assert "<select" not in page
        assert assistant.post(url(contract, "change"), {"rule": "client"}).status_code == 403

    def test_no_configuration(self, assistant: Web) -> None:
        assert assistant.get(url(Configuration.objects.get(), "change")).status_code == 403

    def test_no_prefilling_for_strangers(self, odile: Client) -> None:
        introducer = odile.introducer
        assert introducer
        assert Web().get(prefill_page(odile, introducer)).status_code == 302
        User.objects.get(username="assistant").user_permissions.clear()
        assert logged_in("assistant").get(prefill_page(odile, introducer)).status_code == 403

    def test_no_prefilling_for_who_may_only_look(self, assistant: Web, odile: Client) -> None:
        """Who neither adds nor changes contracts has no block to fill."""
        introducer = odile.introducer
        assert introducer
        user = User.objects.get(username="assistant")
        may_look = Permission.objects.filter(content_type__app_label="crm", codename__regex="^view")
        user.user_permissions.set(may_look)
        assert assistant.get(prefill_page(odile, introducer)).status_code == 403
        for right in ("add_contract", "change_contract"):
            user.user_permissions.set([*may_look, Permission.objects.get(codename=right)])
            assert assistant.get(prefill_page(odile, introducer)).status_code == 200

    @pytest.mark.parametrize("missing", ["client", "introducer"])
    def test_no_prefilling_from_what_they_may_not_see(
        self, assistant: Web, odile: Client, missing: str
    ) -> None:
        introducer = odile.introducer
        assert introducer
        assert assistant.get(prefill_page(odile, introducer)).status_code == 200
        user = User.objects.get(username="assistant")
        user.user_permissions.remove(*Permission.objects.filter(codename__endswith=f"_{missing}"))
        unseen = {"client": odile, "introducer": introducer}[missing]
        assert assistant.get(url(unseen, "change")).status_code == 403
        assert assistant.get(prefill_page(odile, introducer)).status_code == 403

    def test_csrf(self, broker: Web, contract: Contract) -> None:
        strict = Web(enforce_csrf_checks=True)
        strict.cookies = broker.cookies
        assert strict.post(url(contract, "change"), {"rule": "client"}).status_code == 403


def test_the_migrations_are_those_of_the_models(db: None) -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_names_are_escaped(broker: Web, odile: Client, contract: Contract) -> None:
    Client.objects.filter(pk=odile.pk).update(name="<script>alert(1)</script>")
    for where in (
        url(Contract, "changelist"),
        url(contract, "change"),
        reverse("admin:crm_client_email", args=[odile.pk]),
    ):
        content = broker.get(where).content.decode()
        assert "<script>alert" not in content
        assert "&lt;script&gt;alert" in content
