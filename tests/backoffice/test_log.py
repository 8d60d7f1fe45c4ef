"""The log of e-mails: found by client, by record and by run, and read in French words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from crm.models import Client, Contract, Message, Outcome, Run
from django.core.management import CommandError, call_command
from django.test import Client as Web

from .mailserver import MailServer
from .pages import url, write


@pytest.fixture
def sent(
    broker: Web, mail_server: MailServer, odile: Client, contract: Contract, tmp_path: Path
) -> Message:
    """An e-mail by hand about Mme Sarrazin's contract; and a run about all contracts."""
    write(broker, odile, f"contract-{contract.pk}")
    text = tmp_path / "vœux.txt"
    text.write_text("Nos vœux à $client.", encoding="utf-8")
    letter = ["--subject", "Nos vœux", "--text", str(text), "-v0"]
    with pytest.raises(CommandError):  # some have no address
        call_command("mail_merge", "vœux", "--about", "contract", *letter)
    return Message.objects.get(run=None)


def found(web: Web, **asked: Any) -> set[int]:
    response = web.get(url(Message, "changelist"), asked)
    assert response.status_code == 200
    return {message.pk for message in response.context["cl"].result_list}


def pks(**wanted: Any) -> set[int]:
    return set(Message.objects.filter(**wanted).values_list("pk", flat=True))


class TestFound:
    def test_by_client(self, broker: Web, sent: Message, odile: Client) -> None:
        """The client's, and those about its contracts and projects."""
        assert len(pks(client=odile)) == 4
        assert found(broker, client=odile.pk) == pks(client=odile)
        assert found(broker, q="Sarrazin") == pks(client=odile)

    def test_by_contract(self, broker: Web, sent: Message, contract: Contract) -> None:
        wanted = pks(record_kind="contract", record_id=contract.pk)
        assert len(wanted) == 2
        assert found(broker, about=f"contract-{contract.pk}") == wanted
        assert found(broker, q=contract.number) == wanted

    def test_by_run(self, broker: Web, sent: Message) -> None:
        run = Run.objects.get()
        assert found(broker, run=run.pk) == pks(run=run)
        assert found(broker, q="vœux") == pks(run=run)

    @pytest.mark.parametrize(
        "asked", [{"about": "contract-0"}, {"about": "client-1"}, {"about": "x"}, {"run": "0"}]
    )
    def test_by_what_is_not_there(self, broker: Web, asked: dict[str, str]) -> None:
        assert broker.get(url(Message, "changelist"), asked).status_code == 400

    def test_from_the_pages(
        self, broker: Web, sent: Message, odile: Client, contract: Contract
    ) -> None:
        """From a client or a deal to its e-mails, and to writing one about it."""
        page = broker.get(url(odile, "change")).content.decode()
        assert f"/crm/message/?client={odile.pk}" in page
        for deal in Contract.objects.filter(client=odile):
            assert url(deal, "change") in page
        page = broker.get(url(contract, "change")).content.decode()
        assert f"/crm/message/?about=contract-{contract.pk}" in page
        write_page = f"/crm/client/{odile.pk}/email/?about=contract-{contract.pk}"
        assert write_page in page
        response = broker.get(write_page)
        assert response.context["form"]["about"].value() == f"contract-{contract.pk}"
        assert "du contrat" in response.context["why"]


class TestRead:
    """D14: "as a sentence in French … that a person can" read; who, what, when, why, the text."""

    def test_in_words(self, broker: Web, sent: Message, odile: Client, contract: Contract) -> None:
        page = broker.get(url(sent, "change")).content.decode()
        answer = sent.recipients
        assert answer is not None
        for words in (
            "o.sarrazin@poste.example",
            "contact@kervadec.example, gestion@kervadec.example",
            answer.explain().replace("'", "&#x27;"),
            "E-mail manuel",
            "Votre dossier",
            "Bonjour,",
            "Accepté par le serveur",
            "250 2.0.0 accepted",
            "courtier",
            url(odile, "change"),
            url(contract, "change"),
        ):
            assert words in page
        assert "reason" not in page  # no codes, and no JSON
        assert "&quot;" not in page

    def test_of_a_run(self, broker: Web, sent: Message) -> None:
        run = Run.objects.get()
        message = run.messages.all()[0]
        page = broker.get(url(message, "change")).content.decode()
        assert url(run, "change") in page
        assert "une commande automatique" in page

    def test_without_an_answer(self, broker: Web, mail_server: MailServer, odile: Client) -> None:
        """D16: a record that the library refuses has no recipients; the page says what is wrong."""
        Client.objects.filter(pk=odile.pk).update(emails="Odile <o@b.example>")
        write(broker, odile, "client")
        message = Message.objects.get()
        assert message.recipients is None
        page = broker.get(url(message, "change")).content.decode()
        assert "La fiche était à corriger" in page
        assert "Odile &lt;o@b.example&gt;" in page

    def test_every_answer_reads_back(self, sent: Message) -> None:
        """D14: "what is read back equals what was answered"."""
        for message in Message.objects.all():
            answer = message.recipients
            assert answer is not None
            assert answer.as_dict() == message.answer

    @pytest.mark.parametrize(
        ("button", "outcome"), [("has_arrived", "arrived"), ("has_not_arrived", "lost")]
    )
    def test_settled_on_its_page(
        self, broker: Web, mail_server: MailServer, odile: Client, button: str, outcome: str
    ) -> None:
        """What the server had said stays beside what a person has found out."""
        mail_server.handler.breaks = "after"
        write(broker, odile, "client")
        message = Message.objects.get()
        before = message.detail
        assert "Il est arrivé" in broker.get(url(message, "change")).content.decode()
        broker.post(
            url(Message, "changelist"),
            {"action": button, "index": 0, "_selected_action": message.pk},
        )
        message.refresh_from_db()
        assert message.outcome == outcome
        assert message.detail.startswith(before)
        assert "courtier" in message.detail
        page = broker.get(url(message, "change")).content.decode()
        assert "Il est arrivé" not in page
        assert Outcome(outcome).label in page

    def test_no_buttons_for_who_may_not(self, assistant: Web, sent: Message) -> None:
        Message.objects.update(outcome=Outcome.DOUBTFUL)
        assert "Il est arrivé" not in assistant.get(url(sent, "change")).content.decode()
