"""The automatic runs: one message for each record, whatever happens on the way (D12)."""

from __future__ import annotations

import smtplib
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterable
from string import Template
from typing import Any

from django.core.mail.backends.smtp import EmailBackend
from django.core.management.base import BaseCommand, CommandError
from django.db.models import QuerySet
from rich.console import Console
from rich.progress import track

from crm.mail import recipients, send
from crm.models import SETTLED, Client, Configuration, Contract, Message, Outcome, Project
from partner_comms import Communication, Notice, PartnerCommsError, label


class RunCommand(BaseCommand):
    """A run has a name; the same communication under the same name again goes on with that run.

    What the server has accepted, or may have, is not sent again; all else is tried again.
    """

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("run", help="le nom de l'envoi ; le même nom reprend le même envoi")
        parser.add_argument(
            "--dry-run", action="store_true", help="montrer les destinataires, ne rien envoyer"
        )

    def run(
        self,
        communication: Communication,
        records: Iterable[QuerySet[Any]],
        letter: tuple[str, str],
        options: dict[str, Any],
    ) -> None:
        """One message about each of `records`; the letter has a subject and a text."""
        settled = Message.objects.filter(
            run=options["run"], communication=communication.value, outcome__in=SETTLED
        )
        done = set(settled.values_list("record_kind", "record_id"))
        to_do = [
            record
            for queryset in records
            for record in queryset.select_related(*queryset.model.RELATED)
            if (record.kind.value, record.pk) not in done
        ]
        if done:
            self.stdout.write(f"Déjà traités lors d'une exécution précédente : {len(done)}")
        drafts = [
            (Message(run=options["run"], communication=communication.value), record)
            for record in to_do
        ]
        for draft, record in drafts:
            words = {
                "fiche": record,
                "client": getattr(record, "client", record),
                "produit": getattr(record, "product", ""),
            }
            draft.subject, draft.text = (Template(text).safe_substitute(words) for text in letter)
        if options["dry_run"]:
            self._show(drafts)
        else:
            self._send(drafts)
            self._list_doubtful(settled)

    def _show(self, drafts: list[tuple[Message, Client | Project | Contract]]) -> None:
        gate = Configuration.gate()
        for draft, record in drafts:
            try:
                answer = recipients(Communication(draft.communication), record, gate)
            except PartnerCommsError as error:
                self.stdout.write(f"{record} : fiche à corriger : {error}")
                continue
            draft.answer = answer.as_dict()
            to, cc = ", ".join(answer.to) or "personne", ", ".join(answer.cc)
            self.stdout.write(f"{record} : {to}{cc and f' (copie : {cc})'}. {answer.explain()}")
        self._summarize([draft for draft, _ in drafts])

    def _send(self, drafts: list[tuple[Message, Client | Project | Contract]]) -> None:
        server = EmailBackend()
        tried: list[Message] = []
        progress = Console(stderr=True)
        try:
            for draft, record in track(drafts, "Envoi", console=progress, transient=True):
                gate = Configuration.gate()  # each time: who closes it need not wait for the end
                message = send(draft, record, gate, server)
                if message is None:  # another process was faster
                    continue
                tried.append(message)
                if message.outcome == Outcome.FAILED:
                    server.open()  # one message may break a connection, but no server is the end
        except (smtplib.SMTPException, OSError) as error:
            left = len(drafts) - len(tried)
            raise CommandError(
                f"Le serveur de messagerie ne répond plus ({error}). {left} fiches n'ont pas été "
                "traitées : relancez la même commande, rien ne partira deux fois."
            ) from error
        finally:
            server.close()
            self._summarize(tried)

    def _summarize(self, messages: list[Message]) -> None:
        counts = Counter(
            words
            for message in messages
            for words in (
                f"Résultat : {Outcome(message.outcome).label}" if message.outcome else None,
                f"Motif : {message.reason}" if message.answer else "Motif : fiche à corriger",
                *(f"À noter : {label(Notice(n))}" for n in message.answer.get("notices", ())),
            )
            if words
        )
        for words, count in sorted(counts.items()):
            self.stdout.write(f"{count:6} × {words}")
        for message in messages:
            if message.outcome not in ("", Outcome.ACCEPTED, Outcome.DOUBTFUL):
                words = f"{Outcome(message.outcome).label} : {message.record_name}"
                self.stdout.write(f"{words} : {message.detail.strip()}")

    def _list_doubtful(self, settled: QuerySet[Message]) -> None:
        for message in settled.filter(outcome=Outcome.DOUBTFUL):
            self.stdout.write(
                f"Sort inconnu, jamais renvoyé sans vous : {message.record_name}, "
                f"Message-ID {message.message_id} : {message.detail}"
            )
