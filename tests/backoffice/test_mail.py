"""Writing to a client, by Django's client and a real SMTP server: what arrives, and is said."""

from __future__ import annotations

from typing import Any

import pytest
from crm.mail import recipients
from crm.models import Client, Contract, Introducer, Message, Outcome, Project
from django.test import Client as Web
from django.urls import reverse

from partner_comms import CommunicationRule, Reason, Recipients, label

from .mailserver import MailServer
from .pages import messages, plain, switch, url, write

ODILE = "o.sarrazin@poste.example"
KERVADEC = ["contact@kervadec.example", "gestion@kervadec.example"]
TO_AND_CC = {
    CommunicationRule.CLIENT: ([ODILE], []),
    CommunicationRule.INTRODUCER: (KERVADEC, []),
    CommunicationRule.CLIENT_AND_INTRODUCER: ([ODILE], KERVADEC),
}


def email_page(client: Client) -> str:
    return reverse("admin:crm_client_email", args=[client.pk])


def about(record: Client | Project | Contract) -> str:
    return "client" if isinstance(record, Client) else f"{record.kind.value}-{record.pk}"


class TestWho:
    @pytest.mark.parametrize("rule", CommunicationRule)
    @pytest.mark.parametrize("name", ["odile", "project", "contract"])
    def test_by_the_rule_of_the_record(
        self,
        broker: Web,
        mail_server: MailServer,
        odile: Client,
        name: str,
        rule: CommunicationRule,
        request: pytest.FixtureRequest,
    ) -> None:
        """S5a, S6, S7, S8, D2, D18: of the one record that it concerns, and no other."""
        record = request.getfixturevalue(name)
        for kind in (Client, Project, Contract):  # another rule everywhere else
            other = "client" if rule is CommunicationRule.INTRODUCER else "introducer"
            kind.objects.exclude(introducer=None).update(rule=other)
        type(record).objects.filter(pk=record.pk).update(rule=rule.value)

        response = write(broker, odile, about(record))
        assert messages(response).startswith("Accepté par le serveur")
        to, cc = TO_AND_CC[rule]
        [delivered] = mail_server.delivered
        assert delivered.recipients == to + cc
        assert delivered.headers == (", ".join(to), ", ".join(cc) or None)
        assert delivered.message.get_content() == "Bonjour,\r\n.\r\nÀ bientôt\r\n"
        logged = Message.objects.get()
        assert (logged.answer["to"], logged.answer["cc"]) == (to, cc)
        assert (logged.record_kind, logged.record_id) == (record.kind.value, record.pk)
        assert logged.message_id == delivered.message["Message-ID"]

    def test_without_introducer(self, broker: Web, mail_server: MailServer, odile: Client) -> None:
        """S9, D1: "the e-mail goes to the client as usual", whatever the client's own rule."""
        Client.objects.filter(pk=odile.pk).update(rule="introducer")
        write(broker, odile, about(Contract.objects.get(number="C-301")))
        assert mail_server.envelopes == [[ODILE]]
        assert Message.objects.get().answer["reason"] == "no_introducer"

    @pytest.mark.parametrize(
        ("gate", "reason"),
        [({"premium": False}, Reason.NOT_PREMIUM), ({"option": False}, Reason.OPTION_OFF)],
    )
    def test_while_closed(
        self,
        broker: Web,
        mail_server: MailServer,
        odile: Client,
        gate: dict[str, bool],
        reason: Reason,
    ) -> None:
        """S1, S2, D7: without subscription or option, everything goes to the client."""
        Client.objects.filter(pk=odile.pk).update(rule="introducer")
        switch(**gate)
        write(broker, odile, "client")
        assert mail_server.envelopes == [[ODILE]]
        assert Message.objects.get().reason == label(reason)


class TestSeenBeforeSending:
    def test_to_cc_and_why(self, broker: Web, odile: Client, contract: Contract) -> None:
        page = broker.get(email_page(odile)).content.decode()
        assert ODILE in page
        assert ", ".join(KERVADEC) in page
        assert "Destinataire\N{NO-BREAK SPACE}: le client" in page
        assert "de la fiche client" in page
        given = {"about": about(contract), "subject": "Un objet", "preview": ""}
        page = broker.post(email_page(odile), given).content.decode()
        assert "du contrat" in page
        assert 'value="Un objet"' in page

    def test_what_has_changed_since(
        self, broker: Web, mail_server: MailServer, odile: Client
    ) -> None:
        given = {"seen": "('elle@poste.example',) ()"}
        assert "Les destinataires ont changé" in messages(write(broker, odile, "client", **given))
        assert mail_server.delivered == []
        assert not Message.objects.exists()

    def test_the_option_switched_off_in_between(
        self,
        broker: Web,
        mail_server: MailServer,
        odile: Client,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """It goes to those who were seen: one request goes by one gate."""
        answers: list[Recipients] = []

        def then_off(*arguments: Any) -> Recipients:
            answers.append(recipients(*arguments))
            switch(option=len(answers) < 2)  # the second time, it is sent
            return answers[-1]

        monkeypatch.setattr("crm.admin.writing.recipients", then_off)
        write(broker, odile, "client")
        assert answers[0] == answers[1]
        assert mail_server.envelopes == [[ODILE, *KERVADEC]]

    def test_a_second_click(self, broker: Web, mail_server: MailServer, odile: Client) -> None:
        key = "00000000-0000-4000-8000-000000000000"
        write(broker, odile, "client", key=key)
        assert "déjà parti" in messages(write(broker, odile, "client", key=key))
        assert len(mail_server.delivered) == 1

    def test_nobody_to_write_to(self, broker: Web, mail_server: MailServer, odile: Client) -> None:
        """D8: nobody is swapped for somebody else; the page says whose address is missing."""
        Client.objects.filter(pk=odile.pk).update(emails="")
        page = broker.get(email_page(odile)).content.decode()
        assert "personne" in page
        assert "n&#x27;a pas d&#x27;adresse e-mail" in page
        assert "disabled" in page
        write(broker, odile, "client")  # all the same
        assert mail_server.delivered == []
        assert Message.objects.get().outcome == Outcome.NO_RECIPIENT

    def test_a_doubtful_address(self, broker: Web, mail_server: MailServer, odile: Client) -> None:
        """D16: "The library never repairs an address", and the site sends to none beside it."""
        Client.objects.filter(pk=odile.pk).update(emails=f"{ODILE}\nBcc: b@c.example")
        assert "Fiche à corriger" in broker.get(email_page(odile)).content.decode()
        write(broker, odile, "client")
        assert mail_server.delivered == []
        assert Message.objects.get().outcome == Outcome.TO_CORRECT

    @pytest.mark.parametrize("record", ["client-1", "contract-999999", "project-", ""])
    def test_only_the_client_and_its_deals(
        self, broker: Web, mail_server: MailServer, odile: Client, record: str
    ) -> None:
        """D18: a deal of another client is not there to be chosen."""
        other = Contract.objects.exclude(client=odile)[0]
        for forged in (record, f"contract-{other.pk}"):
            assert write(broker, odile, forged).context["form"].errors
        assert mail_server.delivered == []

    def test_only_with_the_right(
        self, assistant: Web, mail_server: MailServer, odile: Client
    ) -> None:
        assert "Écrire un e-mail" not in assistant.get(url(odile, "change")).content.decode()
        assert assistant.get(email_page(odile)).status_code == 403
        assert assistant.post(email_page(odile), {"send": ""}).status_code == 403
        assert mail_server.delivered == []


class TestNames:
    """D16: "they are how a header is broken out of"; names can hold all that addresses cannot."""

    @pytest.mark.parametrize(
        "name",
        [
            'Dupont, "Jean" <evil@evil.example>, evil@evil.example',
            "Dupont\r\nBcc: evil@evil.example\r\n\r\nevil",
            "=?utf-8?q?=0D=0ABcc:_evil=40evil.example?=",
            "Élan\n=?utf-8?q?a=0ABcc:_evil=40evil.example=0A?= \x85\u2028evil@evil.example",
        ],
    )
    def test_no_name_adds_a_recipient(
        self, broker: Web, mail_server: MailServer, odile: Client, name: str
    ) -> None:
        Client.objects.filter(pk=odile.pk).update(name=name)
        Introducer.objects.filter(client=odile).update(name=name)
        write(broker, odile, "client", subject=f"Le dossier de {name}")
        [delivered] = mail_server.delivered
        assert delivered.recipients == [ODILE, *KERVADEC]
        assert delivered.headers == (ODILE, ", ".join(KERVADEC))
        assert delivered.message["Bcc"] is None
        head = delivered.raw.partition(b"\r\n\r\n")[0].lower()
        assert not any(line.startswith(b"bcc") for line in head.splitlines())


class TestFaults:
    """Nothing is lost, nothing accepted is sent twice, and the log says what happened."""

    def sent(self, broker: Web, odile: Client) -> Message:
        self.response = write(broker, odile, "client")
        return Message.objects.latest("pk")

    def test_one_recipient_refused(
        self, broker: Web, mail_server: MailServer, odile: Client
    ) -> None:
        mail_server.handler.refuses = {KERVADEC[0]}
        message = self.sent(broker, odile)
        assert mail_server.envelopes == [[ODILE, KERVADEC[1]]]
        assert message.outcome == Outcome.PARTIAL
        assert f"{KERVADEC[0]} refusé : 550 5.1.1 no such mailbox" in plain(message.detail)
        assert KERVADEC[0] in messages(self.response)

    def test_all_in_to_refused(self, broker: Web, mail_server: MailServer, odile: Client) -> None:
        """D8: "If the one who should be To has no address, … no recipient at all, Cc included"."""
        mail_server.handler.refuses = {ODILE}
        message = self.sent(broker, odile)
        assert mail_server.delivered == []
        assert message.outcome == Outcome.REFUSED
        assert "no such mailbox" in message.detail

    def test_the_connection_breaks_before_the_data(
        self, broker: Web, mail_server: MailServer, odile: Client
    ) -> None:
        mail_server.handler.breaks = "before"
        message = self.sent(broker, odile)
        assert message.outcome == Outcome.FAILED
        assert "Bonjour" in self.response.content.decode()  # to be tried again, as it was written
        mail_server.handler.breaks = ""
        again = write(broker, odile, "client", key=str(message.key))
        assert messages(again).startswith("Accepté")
        assert len(mail_server.delivered) == 1

    def test_the_connection_breaks_after_the_data(
        self, broker: Web, mail_server: MailServer, odile: Client
    ) -> None:
        mail_server.handler.breaks = "after"
        message = self.sent(broker, odile)
        assert message.outcome == Outcome.DOUBTFUL
        mail_server.handler.breaks = ""
        again = write(broker, odile, "client", key=str(message.key))
        assert "déjà parti" in messages(again)
        assert len(mail_server.delivered) == 1

    def test_no_server(self, broker: Web, odile: Client) -> None:
        assert self.sent(broker, odile).outcome == Outcome.FAILED
        assert "Non parti" in messages(self.response)

    def test_the_data_refused(self, broker: Web, mail_server: MailServer, odile: Client) -> None:
        mail_server.handler.reply = "554 5.7.1 not from you"
        message = self.sent(broker, odile)
        assert (message.outcome, message.detail) == (Outcome.REFUSED, "554 5.7.1 not from you")

    def test_an_answer_that_is_none(
        self, broker: Web, mail_server: MailServer, odile: Client
    ) -> None:
        mail_server.handler.reply = "hello"
        assert self.sent(broker, odile).outcome == Outcome.DOUBTFUL


class TestTheLog:
    @pytest.mark.parametrize(
        ("action", "outcome"),
        [("has_arrived", Outcome.ARRIVED), ("has_not_arrived", Outcome.LOST)],
    )
    def test_a_person_settles_what_is_doubtful(
        self, broker: Web, mail_server: MailServer, odile: Client, action: str, outcome: Outcome
    ) -> None:
        mail_server.handler.breaks = "after"
        write(broker, odile, "client")
        mail_server.handler.breaks = ""
        write(broker, odile, "client")
        assert "Sort inconnu" in broker.get(url(Message, "changelist")).content.decode()
        chosen = list(Message.objects.values_list("pk", flat=True))
        broker.post(url(Message, "changelist"), {"action": action, "_selected_action": chosen})
        accepted, doubtful = Message.objects.all()
        assert (accepted.outcome, doubtful.outcome) == (Outcome.ACCEPTED, outcome)
        assert accepted.detail == "250 2.0.0 accepted"
        said, found = plain(doubtful.detail).split("\n")
        assert said.startswith("Connexion rompue : ")  # what was known stays
        assert found.startswith(f"{outcome.label} par courtier, le ")

    def test_nobody_writes_in_it(
        self, broker: Web, assistant: Web, mail_server: MailServer, odile: Client
    ) -> None:
        write(broker, odile, "client")
        message = Message.objects.get()
        assert broker.post(url(message, "change"), {"outcome": "refused"}).status_code == 403
        assert broker.post(url(message, "delete"), {"post": "yes"}).status_code == 403
        assert broker.get(url(Message, "add")).status_code == 403
        chosen = {"action": "has_not_arrived", "_selected_action": [message.pk]}
        Message.objects.update(outcome=Outcome.DOUBTFUL)
        assistant.post(url(Message, "changelist"), chosen)
        message.refresh_from_db()
        assert message.outcome == Outcome.DOUBTFUL
