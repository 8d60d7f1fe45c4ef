"""The screens of the runs: what is seen before anything is sent, and what became of it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from crm.admin import runs as pages
from crm.letters import LETTERS
from crm.models import Client, Contract, Message, Outcome, Run
from django.contrib.auth.models import Permission, User
from django.test import Client as Web
from django.urls import reverse

from partner_comms import Communication, label

from .mailserver import MailServer
from .pages import messages, plain, switch, text, url

UNPAID = {"communication": "unpaid_call", "name": "novembre"}
MERGE = {
    "communication": "mail_merge",
    "name": "vœux",
    "about": "client",
    "subject": "À $client",
    "text": "Nos vœux à $client.",
}
SPECIAL = "SCI Kervadec"


def preview(web: Web, given: dict[str, str] = UNPAID) -> Any:
    return web.post(url(Run, "add"), given)


def confirm(web: Web, given: dict[str, str] = UNPAID) -> Any:
    seen = preview(web, given).context["seen"]
    return web.post(url(Run, "add"), {**given, "seen": seen}, follow=True)


class TestPreview:
    """To whom, why, what is missing, and what would be sent; nothing is stored or sent."""

    def test_what_it_shows(self, broker: Web, mail_server: MailServer) -> None:
        response = preview(broker)
        page = text(response)
        assert "À : Gestion@Kervadec.example – copie : contact@kervadec.example" in page
        assert "(règle « Client + Apporteur » du contrat)" in page
        assert "La prime du contrat C-308 (Habitation) de SCI Kervadec reste à régler." in page
        looked = response.context["looked"]
        assert (looked.count, looked.sendable, looked.unsendable) == (11, 9, 2)
        assert {str(one.record) for one in looked.first_to_check} == {"C-312", "C-314"}
        assert "Le client n'a pas d'adresse e-mail." in page
        assert (mail_server.delivered, Run.objects.count()) == ([], 0)

    def test_a_record_to_be_corrected(self, broker: Web) -> None:
        Client.objects.filter(name=SPECIAL).update(emails="SCI <a@b.example>")
        assert "Fiche à corriger" in text(preview(broker))

    def test_past_the_client(self, broker: Web) -> None:
        """D10: the e-mail goes, and somebody should look at it before."""
        response = preview(broker, {"communication": "formal_notice", "name": "MED"})
        looked = response.context["looked"]
        assert (looked.sendable, looked.to_check) == (9, 6)

    def test_while_closed(self, broker: Web) -> None:
        """D7: everything would go to the client, and the page says why."""
        switch(option=False)
        page = text(preview(broker))
        assert "est sans effet tant que l'option est désactivée" in page
        assert "copie :" not in page

    def test_nothing_to_send(self, broker: Web) -> None:
        Contract.objects.update(unpaid=False)
        page = text(preview(broker))
        assert "Il n'y a rien à envoyer." in page
        assert 'value="Envoyer"' not in page

    def test_the_first_of_many(self, broker: Web, monkeypatch: pytest.MonkeyPatch) -> None:
        """A portfolio of any size has a preview: of its first records, which the page says."""
        monkeypatch.setattr(pages, "LOOKED_AT", 3)
        page = text(preview(broker))
        assert "les 3 premières" in page

    def test_back_to_the_form(self, broker: Web) -> None:
        page = text(broker.post(url(Run, "add"), {**UNPAID, "correct": ""}))
        assert 'value="novembre"' in page


class TestWhichCommunications:
    """S5b to S5e: the form and the filter offer what a run can be, and nothing else."""

    RUNS = tuple((one.value, label(one)) for one in (*LETTERS, Communication.MAIL_MERGE))

    def test_in_the_form(self, broker: Web) -> None:
        field = broker.get(url(Run, "add")).context["form"].fields["communication"]
        assert tuple(field.choices) == self.RUNS

    def test_in_the_filter(self, broker: Web) -> None:
        page = text(broker.get(url(Run, "changelist")))
        offered = re.findall(r"\?communication__exact=(\w+)", page)
        assert offered == [code for code, _ in self.RUNS]

    def test_an_e_mail_by_hand_is_none(self, broker: Web) -> None:
        refused = broker.get(url(Run, "changelist"), {"communication__exact": "manual_email"})
        assert refused.status_code == 400


class TestTheList:
    def test_who_has_launched_a_run(self, broker: Web, mail_server: MailServer) -> None:
        confirm(broker)
        Run.objects.create(name="x", communication="unpaid_call", subject="x", text="x")
        page = text(broker.get(url(Run, "changelist")))
        assert re.findall(r'field-author">(.*?)<', page) == ["une commande", "courtier"]


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("given", "words"),
        [
            ({**UNPAID, "communication": "manual_email"}, "Sélectionnez un choix valide"),
            ({**UNPAID, "communication": "other"}, "Sélectionnez un choix valide"),
            ({**UNPAID, "name": " "}, "obligatoire"),
            ({**UNPAID, "text": "Une autre lettre"}, "Seul un publipostage"),
            ({**MERGE, "about": ""}, "concerne des clients"),
            ({**MERGE, "about": "introducer"}, "Sélectionnez un choix valide"),
            ({**MERGE, "text": ""}, "Il manque le texte"),
            ({**MERGE, "text": "Votre $produit"}, "n'est pas connu"),
            ({**MERGE, "subject": "À $clint"}, "n'est pas connu"),
        ],
    )
    def test_before_anything_is_sent(
        self, broker: Web, mail_server: MailServer, given: dict[str, str], words: str
    ) -> None:
        response = preview(broker, given)
        assert words in plain(response.context["form"].errors)
        assert broker.post(url(Run, "add"), {**given, "seen": "x"}).context["form"].errors
        assert (mail_server.delivered, Run.objects.count()) == ([], 0)

    def test_another_letter_under_the_same_name(self, broker: Web, mail_server: MailServer) -> None:
        confirm(broker, MERGE)
        before = len(mail_server.delivered)
        assert "existe déjà" in text(preview(broker, {**MERGE, "text": "Une autre"}))
        assert len(mail_server.delivered) == before

    def test_records_that_have_changed_since(self, broker: Web, mail_server: MailServer) -> None:
        """Those that were seen are written to, or nobody: the page asks again."""
        seen = preview(broker).context["seen"]
        Contract.objects.filter(unpaid=False).update(unpaid=True)
        again = broker.post(url(Run, "add"), {**UNPAID, "seen": seen})
        assert "ont changé depuis l'aperçu" in messages(again)
        assert again.context["total"] == Contract.objects.count()
        assert (mail_server.delivered, Run.objects.count()) == ([], 0)


class TestSending:
    def test_all_at_once(self, broker: Web, mail_server: MailServer) -> None:
        response = confirm(broker)
        assert "L'envoi est terminé." in messages(response)
        run = Run.objects.get()
        assert (str(run.user), run.name, run.communication) == (
            "courtier",
            "novembre",
            "unpaid_call",
        )
        assert len(mail_server.delivered) == 9
        page = text(response)
        assert "C-312</a> – M. Rémi Castanet" in page
        assert f"?run={run.pk}&outcome__exact=accepted" in page

    def test_a_part_at_a_time(
        self, broker: Web, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Each request sends a part, tries no record twice in a pass, and comes to an end."""
        monkeypatch.setattr(pages, "SECONDS", -1.0)
        response = confirm(broker)
        requests = 1
        while "since" in response.request["QUERY_STRING"]:
            requests += 1
            context = response.context
            assert context["done"] == 2 * (requests - 1)  # the second is on its way already
            given = {"since": context["since"].isoformat(), "of": context["of"]}
            where = reverse("backoffice:crm_run_send", args=[context["run"].pk])
            response = broker.post(where, given, follow=True)
        assert "L'envoi est terminé." in messages(response)
        assert requests == 6
        assert len(mail_server.delivered) == 9
        assert Message.objects.count() == 11

    def test_going_on_with_it(self, broker: Web, mail_server: MailServer) -> None:
        """What could not be sent is tried again, and nothing else."""
        confirm(broker)
        Client.objects.filter(emails="").update(emails="enfin@poste.example")
        run = Run.objects.get()
        preview_page = broker.get(reverse("backoffice:crm_run_preview", args=[run.pk]))
        assert preview_page.context["total"] == 2
        send = reverse("backoffice:crm_run_send", args=[run.pk])
        broker.post(send, {"seen": preview_page.context["seen"]})
        [again] = mail_server.envelopes[9:]
        assert again[0] == "enfin@poste.example"

    def test_a_preview_of_the_rest_that_has_changed(
        self, broker: Web, mail_server: MailServer
    ) -> None:
        confirm(broker)
        run = Run.objects.get()
        Contract.objects.filter(unpaid=False).update(unpaid=True)
        send = reverse("backoffice:crm_run_send", args=[run.pk])
        assert "ont changé" in messages(broker.post(send, {"seen": "of before"}))
        assert len(mail_server.delivered) == 9

    def test_no_server(self, broker: Web) -> None:
        response = confirm(broker)
        assert "Le serveur de messagerie ne répond plus" in messages(response)
        assert "Reprendre l'envoi" in text(response)
        assert Run.objects.count() == 1

    def test_a_server_that_goes_silent(
        self, broker: Web, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The run stops after a few, also where each request sends for a moment only."""
        monkeypatch.setattr(pages, "SECONDS", -1.0)
        mail_server.handler.breaks = "after"
        response = confirm(broker)
        assert "ne répond plus" in messages(response)
        assert Message.objects.filter(outcome=Outcome.DOUBTFUL).count() == 3

    @pytest.mark.parametrize(
        "given",
        [
            {"since": "yesterday", "of": "3"},
            {"since": "2026-13-45T00:00:00Z", "of": "3"},
            {"since": "2026-11-25T00:00:00", "of": "3"},
            {"since": "2026-11-25T00:00:00Z", "of": "many"},
        ],
    )
    def test_a_pass_that_nobody_began(
        self, broker: Web, mail_server: MailServer, given: dict[str, str]
    ) -> None:
        """Then a new one begins, and nothing is sent twice."""
        confirm(broker)
        run = Run.objects.get()
        assert broker.get(url(run, "change"), given).context["since"] is None
        send = reverse("backoffice:crm_run_send", args=[run.pk])
        response = broker.post(send, given, follow=True)
        assert "L'envoi est terminé." in messages(response)
        assert len(mail_server.delivered) == 9


class TestRights:
    def test_only_who_may_launch(self, assistant: Web, mail_server: MailServer, demo: None) -> None:
        run = Run.objects.create(name="x", communication="unpaid_call", subject="x", text="x")
        assert preview(assistant).status_code == 403
        assert assistant.post(url(Run, "add"), {**UNPAID, "seen": "x"}).status_code == 403
        assert assistant.get(url(run, "change")).status_code == 403
        for view, method in (("preview", assistant.get), ("send", assistant.post)):
            assert method(reverse(f"backoffice:crm_run_{view}", args=[run.pk])).status_code == 403
        assert mail_server.delivered == []

    def test_who_may_look_sees_and_sends_nothing(
        self, assistant: Web, mail_server: MailServer, demo: None
    ) -> None:
        run = Run.objects.create(name="x", communication="unpaid_call", subject="x", text="x")
        user = User.objects.get(username="assistant")
        user.user_permissions.add(Permission.objects.get(codename="view_run"))
        page = text(assistant.get(url(run, "change")))
        assert "Fiches concernées" in page
        assert "Reprendre l'envoi" not in page
        assert "Nouvel envoi" not in text(assistant.get(url(Run, "changelist")))

    def test_nothing_is_sent_by_looking(self, broker: Web, mail_server: MailServer) -> None:
        run = Run.objects.create(name="x", communication="unpaid_call", subject="x", text="x")
        assert broker.get(reverse("backoffice:crm_run_send", args=[run.pk])).status_code == 405
        assert mail_server.delivered == []

    def test_no_such_run(self, broker: Web) -> None:
        assert broker.get("/crm/run/99/change/").status_code == 404
        assert broker.get("/crm/run/99/preview/").status_code == 404
        assert broker.post("/crm/run/99/send/").status_code == 404
