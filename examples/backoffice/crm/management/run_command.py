"""What the commands of the runs have in common. Their exit codes are for cron:

0  each record has had its message, and the server has taken it
1  nothing was sent: another letter under that name, an unknown `$name`, no such file …
2  the command was not understood
3  the run came to its end, but somebody has to look at some of its messages
4  the mail server does not answer: the same command goes on with the run
"""

from __future__ import annotations

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError

from crm import runs
from crm.at_once import BUSY, is_lost_race
from crm.letters import Letter, LetterError
from crm.mail import doubtful
from crm.models import SENT, Message, Outcome, Run
from partner_comms import Communication, Notice, RecordKind, label

NOT_ALL_SETTLED = 3
SERVER_SILENT = 4


class RunCommand(BaseCommand):
    """A run by its name; the same name goes on with the same run."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.epilog = (
            "Code de retour : 0 tout est parti ; 1 rien n'est parti (lettre ou nom refusés) ; "
            "2 commande mal écrite ;\n3 terminé, mais des e-mails sont à vérifier ; "
            "4 le serveur de messagerie ne répond plus."
        )
        parser.add_argument("run", help="le nom de l'envoi ; le même nom reprend le même envoi")
        parser.add_argument(
            "--dry-run", action="store_true", help="montrer les destinataires, ne rien envoyer"
        )

    def run(
        self,
        communication: Communication,
        options: dict[str, Any],
        letter: Letter | None = None,
        about: RecordKind | None = None,
    ) -> None:
        try:
            run = runs.prepared(options["run"], communication, letter, about)
            if not options["dry_run"]:
                run = runs.started(run)
        except LetterError as error:
            raise CommandError(str(error)) from error
        asked, to_do = runs.count(runs.records(run)), runs.count(runs.left(run))
        self.stdout.write(f"Fiches : {asked}, dont déjà traitées : {asked - to_do}.")
        if options["dry_run"]:
            self._show(run)
        else:
            self._send(run, to_do)

    def _show(self, run: Run) -> None:
        counts: Counter[str] = Counter()
        for one in runs.preview(run):
            if one.answer is None:
                self.stdout.write(f"{one.record} : fiche à corriger : {one.problem}")
                counts["Fiche à corriger"] += 1
                continue
            to, cc = ", ".join(one.answer.to) or "personne", ", ".join(one.answer.cc)
            copy = f" (copie : {cc})" if cc else ""
            self.stdout.write(f"{one.record} : {to}{copy}. {one.answer.explain()}")
            counts.update(_facts(one.answer.as_dict()))
        self._summarize(counts)

    def _send(self, run: Run, to_do: int) -> None:
        counts: Counter[str] = Counter()
        try:
            for number, message in enumerate(runs.deliver(run), 1):
                self._progress(number, to_do)
                counts[f"Résultat : {Outcome(message.outcome).label}"] += 1
                counts.update(_facts(message.answer))
                if message.outcome not in SENT or message.outcome == Outcome.PARTIAL:
                    self._say(message)
        except runs.ServerSilentError as error:
            raise CommandError(str(error), returncode=SERVER_SILENT) from error
        except OperationalError as error:
            if not is_lost_race(error):
                raise
            raise CommandError(BUSY, returncode=NOT_ALL_SETTLED) from error
        finally:
            self._summarize(counts)
        self._list_doubtful(run)
        unsettled = runs.count(runs.records(run)) - runs.count(runs.sent(run))
        if unsettled:
            words = f"Fiches dont l'e-mail n'est pas encore parti : {unsettled}. Voyez la liste."
            raise CommandError(words, returncode=NOT_ALL_SETTLED)

    def _progress(self, number: int, to_do: int) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"\r{number} / {to_do}", ending="")

    def _say(self, message: Message) -> None:
        words = f"{Outcome(message.outcome).label} : {message.record_name}"
        self.stdout.write(f"{words} : {message.detail.strip()}")

    def _summarize(self, counts: Counter[str]) -> None:
        for words, count in sorted(counts.items()):
            self.stdout.write(f"{count:6} × {words}")

    def _list_doubtful(self, run: Run) -> None:
        for message in doubtful(run.messages.all()).iterator():
            self.stdout.write(
                f"Sort inconnu, jamais renvoyé sans vous : {message.record_name}, "
                f"Message-ID {message.message_id} : {message.detail}"
            )
        for message in run.messages.filter(outcome=Outcome.SENDING).iterator():
            self.stdout.write(
                f"En cours d'envoi, ou interrompu il y a peu : {message.record_name}, "
                f"Message-ID {message.message_id}"
            )


def _facts(answer: Mapping[str, Any]) -> list[str]:
    """What the summary counts of an answer; a record to be corrected has none."""
    if not answer:
        return []
    notices = [f"À noter : {label(Notice(notice))}" for notice in answer["notices"]]
    return [f"Motif : {Message(answer=answer).reason}", *notices]
