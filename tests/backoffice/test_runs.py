"""The automatic runs: what arrives, what is listed, and what happens when things break."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tracemalloc
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from crm.letters import LETTERS, concerned
from crm.mail import IN_FLIGHT, post
from crm.models import (
    SENT,
    Client,
    Contract,
    Introducer,
    Message,
    Outcome,
    Product,
    Project,
    Run,
)
from crm.runs import SILENT_IN_A_ROW, deliver, left, prepared, preview, started
from django.core.management import CommandError, call_command
from django.test import Client as Web
from django.utils.timezone import now
from pytest_django import Settings

from partner_comms import (
    Communication,
    CommunicationRule,
    FeatureGate,
    Reason,
    RecordKind,
    label,
    resolve_recipients,
)

from .mailserver import MailServer
from .pages import plain, switch, url
from .scripted import ScriptedServer

OPEN = FeatureGate(premium=True, option_enabled=True)
SITE = Path(__file__).parents[2] / "examples/backoffice"


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    text = tmp_path / "lettre.txt"
    text.write_text("Bonjour,\n\nNos vœux à $client, pour 1 $.\n", encoding="utf-8")
    return text


def run(*arguments: object) -> str:
    """What a run prints, whether it ends well or not."""
    out = StringIO()
    try:
        call_command(*map(str, arguments), stdout=out, stderr=StringIO())
    except CommandError as error:
        out.write(f"error: {error}")
    return plain(out.getvalue())


def expected(communication: Communication, records: list[Client | Project | Contract]) -> list[str]:
    """The envelopes that the library wants, for those who can be reached."""
    answers = [resolve_recipients(communication, one.as_record(), gate=OPEN) for one in records]
    return sorted(str([*answer.to, *answer.cc]) for answer in answers if answer.is_deliverable)


def arrived(server: MailServer) -> list[str]:
    return sorted(map(str, server.envelopes))


def unpaid() -> list[Client | Project | Contract]:
    return list(Contract.objects.filter(unpaid=True))


class TestFamilies:
    """S5: "It governs five families of communication … Nothing else"."""

    @pytest.mark.parametrize(
        ("arguments", "communication"),
        [
            (["unpaid", "2026-11"], Communication.UNPAID_CALL),
            (["unpaid", "2026-11", "--reminder"], Communication.UNPAID_REMINDER),
            (["formal_notices", "formal_notice", "2026-11"], Communication.FORMAL_NOTICE),
            (["formal_notices", "suspension_notice", "2026-11"], Communication.SUSPENSION_NOTICE),
            (["formal_notices", "termination_notice", "2026-11"], Communication.TERMINATION_NOTICE),
        ],
    )
    def test_about_unpaid_contracts(
        self,
        demo: None,
        mail_server: MailServer,
        arguments: list[str],
        communication: Communication,
    ) -> None:
        """S5b, S5d, S6, S7, S9, D12: one message for each contract, by its rule."""
        said = run(*arguments)
        assert arrived(mail_server) == expected(communication, unpaid())
        assert {m.communication for m in Message.objects.all()} == {communication.value}
        assert Message.objects.count() == len(unpaid())
        past_the_client = "ne vaut pas lettre recommandée"
        assert (past_the_client in said) == communication.is_formal  # D10

    @pytest.mark.parametrize("reminder", [False, True])
    def test_about_documents(self, demo: None, mail_server: MailServer, reminder: bool) -> None:
        """S5c, D2: about documents that contracts, and projects, still lack."""
        run("documents", "2026-11", *["--reminder"][: int(reminder)])
        communication = (
            Communication.DOCUMENTS_REMINDER if reminder else Communication.DOCUMENTS_CALL
        )
        lacking: list[Client | Project | Contract] = [
            *Project.objects.filter(documents_expected=True),
            *Contract.objects.filter(documents_expected=True),
        ]
        assert arrived(mail_server) == expected(communication, lacking)
        assert {m.record_kind for m in Message.objects.all()} == {"project", "contract"}

    @pytest.mark.parametrize("kind", [Client, Project, Contract])
    def test_mail_merges(
        self,
        demo: None,
        mail_server: MailServer,
        letter: Path,
        kind: type[Client | Project | Contract],
    ) -> None:
        """S5e, S7, S8: about each client by its rule, or about each deal by that of the deal."""
        run("mail_merge", "vœux", "--about", kind.kind, "--subject", "À $client", "--text", letter)
        records: list[Any] = list(kind.objects.all())
        assert arrived(mail_server) == expected(Communication.MAIL_MERGE, records)
        first = mail_server.delivered[0].message
        name = str(first["Subject"]).removeprefix("À ")
        assert first.get_content().splitlines()[-1] == f"Nos vœux à {name}, pour 1 $."

    @pytest.mark.parametrize(
        ("gate", "reason"),
        [({"premium": False}, Reason.NOT_PREMIUM), ({"option": False}, Reason.OPTION_OFF)],
    )
    def test_while_closed(
        self, demo: None, mail_server: MailServer, gate: dict[str, bool], reason: Reason
    ) -> None:
        """S1, S2, D7: everything goes to the client, and the summary says why."""
        switch(**gate)
        said = run("unpaid", "2026-11")
        to_clients = [c.client.emails.split("\n") for c in Contract.objects.filter(unpaid=True)]
        assert arrived(mail_server) == sorted(str(emails) for emails in to_clients if emails[0])
        assert f"{len(unpaid())} × Motif : {label(reason)}" in said

    def test_closed_on_the_way(
        self, demo: None, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """D7: who switches the option off need not wait for the end of a run."""
        delmas = Introducer.objects.get(name="Delmas Courtage")
        Contract.objects.update(introducer=delmas, rule="introducer")

        def then_off(*arguments: Any) -> None:
            post(*arguments)
            switch(option=False)

        monkeypatch.setattr("crm.runs.post", then_off)
        run("unpaid", "2026-11")
        first, *others = mail_server.envelopes
        assert first == ["jules@delmas.example"]
        assert others
        assert first not in others


class TestDryRun:
    def test_shows_and_sends_nothing(self, demo: None, mail_server: MailServer) -> None:
        """D14: each record with its recipients and the sentence why; then the sums."""
        said = run("unpaid", "2026-11", "--dry-run")
        assert (mail_server.delivered, Message.objects.count()) == ([], 0)
        assert "C-308 : Gestion@Kervadec.example (copie : contact@kervadec.example). Dest" in said
        assert "C-312 : personne. " in said
        assert f"{label(Reason.RULE_APPLIED)}" in said

    def test_a_doubtful_record(self, demo: None) -> None:
        Client.objects.filter(name="SCI Kervadec").update(emails="SCI <a@b.example>")
        assert "C-308 : fiche à corriger" in run("unpaid", "2026-11", "--dry-run")


class TestNothingIsLost:
    def test_who_has_no_recipient_is_listed(self, demo: None, mail_server: MailServer) -> None:
        """D8: "the e-mail has no recipient at all … and the answer says whose address"."""
        said = run("unpaid", "2026-11")
        assert "Sans destinataire : C-312 : " in said
        assert "1 × À noter : Aucune adresse e-mail pour le client" in said
        silent = Message.objects.filter(outcome=Outcome.NO_RECIPIENT)
        assert {message.record_name for message in silent} == {"C-312", "C-314"}
        assert all(message.answer["notices"] for message in silent)

    def test_a_record_that_the_library_refuses(self, demo: None, mail_server: MailServer) -> None:
        """D16: stops itself and no other; mended, the same run sends it."""
        Client.objects.filter(name="SCI Kervadec").update(emails="SCI <a@b.example>")
        said = run("unpaid", "2026-11")
        assert "Fiche à corriger : C-308 : " in said
        before = len(mail_server.delivered)
        Client.objects.filter(name="SCI Kervadec").update(emails="sci@b.example")
        run("unpaid", "2026-11")
        assert len(mail_server.delivered) == before + 1

    def test_no_server(self, demo: None) -> None:
        """It ends before the first message, and the same command goes on."""
        assert "Le serveur de messagerie ne répond plus" in run("unpaid", "2026-11")
        assert not Message.objects.exists()

    def test_one_address_refused(self, demo: None, mail_server: MailServer) -> None:
        mail_server.handler.refuses = {"contact@kervadec.example"}
        said = run("unpaid", "2026-11")
        assert "Accepté, sauf pour certaines adresses : C-322" in said
        sent = len(mail_server.delivered)
        run("unpaid", "2026-11")
        assert len(mail_server.delivered) == sent


class TestNothingIsSentTwice:
    def test_the_same_name_is_the_same_run(self, demo: None, mail_server: MailServer) -> None:
        run("unpaid", "2026-11")
        sent = arrived(mail_server)
        said = run("unpaid", "2026-11")
        assert arrived(mail_server) == sent
        assert f"Fiches : {len(unpaid())}, dont déjà traitées : {len(sent)}." in said
        run("unpaid", "2026-12")
        assert arrived(mail_server) == sorted(sent * 2)

    def test_another_communication_is_another_run(
        self, demo: None, mail_server: MailServer
    ) -> None:
        """S5b, S5d: a reminder does not stand for the call, nor either for a formal notice."""
        run("unpaid", "2026-11")
        run("unpaid", "2026-11", "--reminder")
        run("formal_notices", "formal_notice", "2026-11")
        run("formal_notices", "suspension_notice", "2026-11")
        assert arrived(mail_server) == sorted(expected(Communication.UNPAID_CALL, unpaid()) * 4)

    def test_a_break_before_the_data(self, demo: None, mail_server: MailServer) -> None:
        """What was not sent is listed, and sent by the same command once all is well."""
        mail_server.handler.breaks, mail_server.handler.breaks_from = "before", 3
        said = run("unpaid", "2026-11")
        assert len(mail_server.delivered) == 3
        assert said.count("Non parti : pas de connexion : ") == SILENT_IN_A_ROW
        mail_server.handler.breaks = ""
        run("unpaid", "2026-11")
        assert arrived(mail_server) == expected(Communication.UNPAID_CALL, unpaid())

    def test_a_break_after_the_data(self, demo: None, mail_server: MailServer) -> None:
        """What may have arrived is listed each time, and never sent again by itself."""
        mail_server.handler.breaks, mail_server.handler.breaks_from = "after", 3
        run("unpaid", "2026-11")
        doubtful = Message.objects.filter(outcome=Outcome.DOUBTFUL)
        assert doubtful.count() == SILENT_IN_A_ROW
        mail_server.handler.breaks = ""
        said = run("unpaid", "2026-11")
        assert arrived(mail_server) == expected(Communication.UNPAID_CALL, unpaid())
        for message in doubtful:
            assert f"Sort inconnu, jamais renvoyé sans vous : {message.record_name}" in said
            assert message.message_id in said

    def test_what_somebody_says_has_not_arrived(self, broker: Web, mail_server: MailServer) -> None:
        """A person may find out what became of a message; the same run then goes by that."""
        mail_server.handler.breaks, mail_server.handler.breaks_from = "after", 3
        run("unpaid", "2026-11")
        mail_server.handler.breaks = ""
        lost, *doubtful = list(Message.objects.filter(outcome=Outcome.DOUBTFUL))
        chosen = {"action": "has_not_arrived", "_selected_action": [lost.pk]}
        broker.post(url(Message, "changelist"), chosen)
        said = run("unpaid", "2026-11")
        names = [message.record_name for message in Message.objects.filter(outcome__in=SENT)]
        assert names.count(lost.record_name) == 1
        assert not set(names) & {message.record_name for message in doubtful}
        assert said.count("Sort inconnu") == len(doubtful) == SILENT_IN_A_ROW - 1

    def test_another_process_was_faster(
        self, demo: None, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Two runs of one name at the same time: the database lets one of them send."""

        def late(found: Run) -> list[Any]:
            monkeypatch.setattr("crm.runs.left", left)
            to_do = [list(records) for records in left(found)]
            run("unpaid", "2026-11")
            return [
                type(records[0]).objects.filter(pk__in=[r.pk for r in records]) for records in to_do
            ]

        monkeypatch.setattr("crm.runs.left", late)
        run("unpaid", "2026-11")
        assert arrived(mail_server) == expected(Communication.UNPAID_CALL, unpaid())

    def test_a_run_that_is_killed(self, mail_server: MailServer, tmp_path: Path) -> None:
        """Killed between the server's word and the log, and started again, in a database file."""
        settings = tmp_path / "killed_settings.py"
        settings.write_text(
            "from config.settings.local import *\n"
            f"DATABASE |= {{'NAME': {str(tmp_path / 'db.sqlite3')!r}}}\n"
            f"EMAIL_PORT = {mail_server.port}\n",
            encoding="utf-8",
        )
        manage = [sys.executable, str(SITE / "manage.py")]
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "killed_settings",
            "PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path]),
        }

        def managed(*arguments: str) -> subprocess.Popen[str]:
            command = [*manage, *arguments]
            return subprocess.Popen(
                command, env=environment, stdout=subprocess.PIPE, encoding="utf-8"
            )

        for arguments in (["migrate", "-v0"], ["demo"]):
            with managed(*arguments) as process:
                process.communicate()
                assert process.returncode == 0
        with managed("unpaid", "2026-11") as victim:

            def kill(count: int) -> None:
                if count == 3:
                    victim.send_signal(signal.SIGKILL)
                    victim.wait()

            mail_server.handler.at_message = kill
            victim.communicate()
            assert victim.returncode == -signal.SIGKILL
        assert len(mail_server.delivered) == 3
        with managed("unpaid", "2026-11") as process:
            said = plain(process.communicate()[0])
            assert process.returncode == 3
        assert len(mail_server.delivered) == 9
        ids = {delivered.message["Message-ID"] for delivered in mail_server.delivered}
        assert len(ids) == 9
        third = mail_server.delivered[2].message["Message-ID"]
        assert "En cours d'envoi, ou interrompu il y a peu : " in said
        assert said.count(f"Message-ID {third}") == 1


class TestOneMessageForEachRecord:
    """D12: "two clients of one introducer never share a message"."""

    def test_of_one_introducer(self, demo: None, mail_server: MailServer) -> None:
        introducer = Introducer.objects.get(name="Delmas Courtage")
        Contract.objects.update(introducer=introducer, rule=CommunicationRule.INTRODUCER.value)
        run("unpaid", "2026-11")
        assert mail_server.envelopes == [["jules@delmas.example"]] * len(unpaid())

    def test_no_name_adds_a_recipient(self, demo: None, mail_server: MailServer) -> None:
        """D16: not of a client, a product or a contract."""
        wanted = expected(Communication.UNPAID_CALL, unpaid())
        evil = (
            'a, "b" <evil@evil.example>\r\nBcc: evil@evil.example =?utf-8?q?=0ABcc:_e=40e.example?='
        )
        for kind in (Client, Introducer, Product):
            kind.objects.update(name=evil)
        for contract in Contract.objects.all():
            Contract.objects.filter(pk=contract.pk).update(
                number=f"{contract.pk}\r\nBcc: e@e.example"
            )
        run("unpaid", "2026-11")
        assert arrived(mail_server) == wanted
        for delivered in mail_server.delivered:
            header = [*(delivered.headers[0] or "").split(", ")]
            header += (delivered.headers[1] or "").split(", ")
            assert [address for address in header if address] == delivered.recipients
            assert delivered.message["Bcc"] is None


def test_the_log_has_the_answer(demo: None, mail_server: MailServer) -> None:
    """D14: the answer as the library writes it down, with the record and the communication."""
    run("unpaid", "2026-11")
    contract = Contract.objects.get(number="C-308")
    logged = Message.objects.get(record_kind=RecordKind.CONTRACT.value, record_id=contract.pk)
    answer = resolve_recipients(Communication.UNPAID_CALL, contract.as_record(), gate=OPEN)
    assert logged.answer == answer.as_dict()
    assert (logged.outcome, logged.communication) == (Outcome.ACCEPTED, "unpaid_call")


def returned(*arguments: object) -> tuple[int, str]:
    """The exit code of a command that runs in this process, and why."""
    try:
        call_command(*map(str, arguments), stdout=StringIO(), stderr=StringIO())
    except CommandError as error:
        return error.returncode, plain(error)
    return 0, ""


class TestExitCodes:
    """Cron knows by them what to do: 0 all is settled, 3 somebody has to look, 4 again later."""

    @pytest.fixture
    def all_reachable(self, demo: None) -> None:
        for kind in (Client, Introducer):
            kind.objects.filter(emails="").update(emails="enfin@poste.example")

    def test_all_settled(self, all_reachable: None, mail_server: MailServer) -> None:
        assert returned("unpaid", "2026-11") == (0, "")
        assert returned("unpaid", "2026-11") == (0, "")  # with nothing left to do

    @pytest.mark.parametrize("reply", ["554 no", "hello"])
    def test_somebody_has_to_look(
        self, all_reachable: None, mail_server: MailServer, reply: str
    ) -> None:
        def once(number: int) -> None:
            mail_server.handler.reply = reply if number == 2 else "250 fine"

        mail_server.handler.at_message = once
        code, why = returned("unpaid", "2026-11")
        assert code == 3
        assert why == "Fiches dont l'e-mail n'est pas encore parti : 1. Voyez la liste."

    def test_no_recipient(self, demo: None, mail_server: MailServer) -> None:
        assert returned("unpaid", "2026-11")[0] == 3

    def test_the_server_is_not_there(self, all_reachable: None) -> None:
        code, why = returned("unpaid", "2026-11")
        assert (code, "rien ne partira deux fois" in why) == (4, True)

    def test_another_letter(self, demo: None, mail_server: MailServer, letter: Path) -> None:
        run("mail_merge", "vœux", "--subject", "À $client", "--text", letter)
        code, why = returned("mail_merge", "vœux", "--subject", "À vous", "--text", letter)
        assert (code, "existe déjà" in why) == (1, True)


class TestASilentServer:
    def test_stops_after_a_few(self, demo: None, settings: Settings) -> None:
        """A server that hangs does not make 10,000 mails wait for 30 seconds each."""
        server = ScriptedServer([{"content": "hang"}])
        server.start()
        settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = server.port, 1
        code, _ = returned("unpaid", "2026-11")
        server.stop()
        assert code == 4
        doubtful = Message.objects.filter(outcome=Outcome.DOUBTFUL)
        assert doubtful.count() == server.connections == SILENT_IN_A_ROW
        assert not Message.objects.filter(outcome=Outcome.SENDING).exists()

    def test_a_few_in_a_row(self, demo: None, mail_server: MailServer) -> None:
        """Not a few in all: who answers in between is not silent."""

        def every_other(number: int) -> None:
            mail_server.handler.reply = "hello" if number % 2 else "250 fine"

        mail_server.handler.at_message = every_other
        code, _ = returned("unpaid", "2026-11")
        assert code == 3
        assert len(mail_server.delivered) == len(expected(Communication.UNPAID_CALL, unpaid()))
        assert Message.objects.filter(outcome=Outcome.DOUBTFUL).count() > SILENT_IN_A_ROW

    def test_a_connection_that_was_closed_meanwhile(self, demo: None, settings: Settings) -> None:
        """Each message goes out, by a connection of its own where it must be."""
        server = ScriptedServer([{"RSET": "close", "QUIT": "close", "MAIL": "250 fine"}])
        mails: list[dict[str, str]] = []
        for _ in expected(Communication.UNPAID_CALL, unpaid()):
            mails += [{}, {"MAIL": "421 closing"}]
        server.scripts = [{}, *mails]
        server.start()
        settings.EMAIL_PORT = server.port
        run("unpaid", "2026-11")
        server.stop()
        assert len(server.contents) == len(expected(Communication.UNPAID_CALL, unpaid()))


class TestLetters:
    """A letter that must not be sent is refused before the first message leaves."""

    @pytest.mark.parametrize(
        ("subject", "text", "why"),
        [
            ("À $nom", "Bonjour", "Dans l'objet, « $nom » n'est pas connu"),
            ("À vous", "Bonjour $Client", "Dans le texte, « $Client » n'est pas connu"),
            ("À vous", "Bonjour ${prénom}", "« $prénom » n'est pas connu"),
            ("À vous", "Bonjour $élan", "« $élan » n'est pas connu"),
            ("À vous", "Votre $produit", "« $produit » n'est pas connu"),
            (" ", "Bonjour", "Il manque l'objet"),
            ("À vous", "\n", "Il manque le texte"),
        ],
    )
    def test_refused(
        self,
        demo: None,
        mail_server: MailServer,
        tmp_path: Path,
        subject: str,
        text: str,
        why: str,
    ) -> None:
        file = tmp_path / "lettre.txt"
        file.write_text(text, encoding="utf-8")
        for dry in ([], ["--dry-run"]):
            code, said = returned("mail_merge", "vœux", "--subject", subject, "--text", file, *dry)
            assert code == 1
            assert why in said
        assert (Run.objects.count(), mail_server.delivered) == (0, [])

    def test_a_file_that_is_not_there(self, demo: None, tmp_path: Path) -> None:
        code, said = returned("mail_merge", "v", "--subject", "À vous", "--text", tmp_path / "x")
        assert (code, "ne se lit pas" in said) == (1, True)

    def test_a_file_in_another_encoding(self, demo: None, tmp_path: Path) -> None:
        file = tmp_path / "lettre.txt"
        file.write_bytes("Bonne année à tous, été comme hiver".encode("latin-1"))
        code, said = returned("mail_merge", "v", "--subject", "À vous", "--text", file)
        assert (code, "n'est pas en UTF-8" in said) == (1, True)

    def test_about_others_under_the_same_name(
        self, demo: None, mail_server: MailServer, letter: Path
    ) -> None:
        run("mail_merge", "vœux", "--subject", "À $client", "--text", letter)
        sent = len(mail_server.delivered)
        given = ["--subject", "À $client", "--text", letter, "--about", "contract"]
        code, said = returned("mail_merge", "vœux", *given)
        assert (code, "pour d'autres fiches" in said) == (1, True)
        assert len(mail_server.delivered) == sent

    @pytest.mark.parametrize("name", ["", " "])
    def test_a_run_without_a_name(self, demo: None, name: str) -> None:
        assert returned("unpaid", name)[0] == 1

    def test_signs(self, demo: None, mail_server: MailServer, tmp_path: Path) -> None:
        """« $$ » is a sign, and so is one before what is no name."""
        file = tmp_path / "lettre.txt"
        file.write_text("5 $, 10$ ou $$produit", encoding="utf-8")
        run("mail_merge", "vœux", "--subject", "À vous", "--text", file)
        [text] = {delivered.message.get_content() for delivered in mail_server.delivered}
        assert text == "5 $, 10$ ou $produit\r\n"

    @pytest.mark.parametrize("communication", LETTERS)
    def test_say_whose_contract_it_is(self, demo: None, communication: Communication) -> None:
        """D6, S6: an introducer who reads one learns which client and which contract it is."""
        record = concerned(communication)[-1][0]
        for words in LETTERS[communication].filled(record):
            assert str(record) in words
            assert record.client.name in words
            assert "Votre prime" not in words


class TestCounts:
    def test_count_what_was_asked_for(
        self, demo: None, mail_server: MailServer, letter: Path
    ) -> None:
        """Neither other runs, nor records that are no longer concerned."""
        run("unpaid", "2026-11", "--reminder")
        run("unpaid", "2026-11")
        taken = Message.objects.filter(run__communication="unpaid_call", outcome__in=SENT)
        paid = Contract.objects.get(pk=taken[0].record_id)
        Contract.objects.filter(pk=paid.pk).update(unpaid=False)
        said = run("unpaid", "2026-11")
        already = taken.exclude(record_id=paid.pk).count()
        assert said.startswith(f"Fiches : {len(unpaid())}, dont déjà traitées : {already}.\n")
        said = run("unpaid", "2026-12", "--dry-run")
        assert said.startswith(f"Fiches : {len(unpaid())}, dont déjà traitées : 0.\n")

    def test_who_has_paid_meanwhile_is_not_written_to(
        self, demo: None, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("crm.runs.BATCH", 1)

        def then_paid(*arguments: Any) -> None:
            post(*arguments)
            Contract.objects.update(unpaid=False)

        monkeypatch.setattr("crm.runs.post", then_paid)
        run("unpaid", "2026-11")
        assert len(mail_server.delivered) == 1


class TestInFlight:
    """What is being sent is nobody's to settle; what was left behind by a process is."""

    def test_nobody_settles_it(
        self, broker: Web, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        outcomes: list[str] = []

        def settle(*arguments: Any) -> None:
            for action in ("has_arrived", "has_not_arrived"):
                pks = [str(pk) for pk in Message.objects.values_list("pk", flat=True)]
                chosen = {"action": action, "_selected_action": pks}
                broker.post(url(Message, "changelist"), chosen)
            outcomes.append(Message.objects.latest("pk").outcome)
            post(*arguments)

        monkeypatch.setattr("crm.runs.post", settle)
        run("unpaid", "2026-11")
        assert set(outcomes) == {Outcome.SENDING}
        assert not Message.objects.filter(outcome__in=[Outcome.ARRIVED, Outcome.LOST]).exists()

    def test_what_was_left_behind(self, broker: Web, mail_server: MailServer) -> None:
        run("unpaid", "2026-11")
        lost = Message.objects.filter(outcome=Outcome.ACCEPTED)[0]
        old = now() - IN_FLIGHT - timedelta(seconds=1)
        Message.objects.filter(pk=lost.pk).update(outcome=Outcome.SENDING, time=old)
        said = run("unpaid", "2026-11")
        assert f"Sort inconnu, jamais renvoyé sans vous : {lost.record_name}" in said
        lost.refresh_from_db()
        assert lost.outcome == Outcome.DOUBTFUL

    def test_is_longer_than_any_message_takes(self, settings: Settings) -> None:
        """Connecting, greeting, MAIL, RCPT for some, DATA, the text and its answer, twice."""
        assert timedelta(seconds=settings.EMAIL_TIMEOUT) * 2 * 16 < IN_FLIGHT


class TestMemory:
    """A run holds a batch of records, and not the portfolio."""

    @pytest.mark.parametrize("how", ["preview", "deliver"])
    def test_does_not_grow(
        self, demo: None, settings: Settings, monkeypatch: pytest.MonkeyPatch, how: str
    ) -> None:
        monkeypatch.setattr("crm.runs.BATCH", 25)
        settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
        first = Contract.objects.exclude(introducer=None)[0]
        names = [field.name for field in Contract._meta.concrete_fields if field.name != "id"]
        given = {name: getattr(first, name) for name in names} | {"unpaid": True}

        def peak(name: str, contracts: int) -> int:
            Contract.objects.filter(number__startswith="X").delete()
            made = (Contract(**given | {"number": f"X{n}"}) for n in range(contracts))
            Contract.objects.bulk_create(made)
            run = started(prepared(name, Communication.UNPAID_CALL))
            tracemalloc.start()
            count = sum(1 for _ in (preview if how == "preview" else deliver)(run))
            assert count >= contracts
            _, most = tracemalloc.get_traced_memory()
            tracemalloc.stop()
            return most

        peak("before all is loaded", 10)
        # A list of all that is sent would make it eight times as much.
        assert peak("16 batches", 400) < 2.5 * peak("2 batches", 50)
