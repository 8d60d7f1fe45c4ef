"""The broker's records, each with its commission block, and what the library makes of them.

The database holds the library's codes; `as_record` turns a row into the library's value, which
checks it, and so refuses what should never have been stored.
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

import partner_comms
from partner_comms import (
    Communication,
    CommunicationRule,
    FeatureGate,
    Reason,
    Recipients,
    RecordKind,
    UiText,
    choices,
    label,
    sort_addresses,
)

Choices = tuple[tuple[str, str], ...]

# What the fields take: the library's codes for the database, its words for the screen. Not Django's
# `TextChoices`, whose members would be those of another enumeration, which the library refuses; and
# functions, so that the migrations name these, and another word for a rule needs no migration.


def rule_choices() -> Choices:
    return choices(CommunicationRule)


def communication_choices() -> Choices:
    return choices(Communication)


def run_choices() -> Choices:
    """What is written to many: neither an e-mail by hand nor what no letter is for."""
    one_by_one = (Communication.MANUAL_EMAIL, Communication.OTHER)
    return tuple(each for each in choices(Communication) if each[0] not in one_by_one)


def kind_choices() -> Choices:
    return choices(RecordKind)


RULES = [rule.value for rule in CommunicationRule]


# --- The option and the subscription (S1, S2) -----------------------------------------------------


class Configuration(models.Model):
    """One row, which a migration makes; until somebody opens the gate, it is closed."""

    premium = models.BooleanField("abonnement PREMIUM", default=False)
    option_enabled = models.BooleanField(label(UiText.GATE_OPTION), default=False)

    class Meta:
        verbose_name = verbose_name_plural = "configuration"
        default_permissions = ("change", "view")
        permissions = [("set_communication_rule", "Peut changer la règle de communication")]
        constraints = [models.CheckConstraint(name="one_configuration", condition=Q(id=1))]

    def __str__(self) -> str:
        return "Configuration du cabinet"

    @classmethod
    def stored(cls) -> Configuration:
        """The row, or the closed gate that is to become it: looking stores nothing."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)

    @classmethod
    def gate(cls) -> FeatureGate:
        stored = cls.stored()
        return FeatureGate(premium=stored.premium, option_enabled=stored.option_enabled)


# --- The commission block, on five kinds of record (S3, D2) ---------------------------------------


def lines(text: str) -> list[str]:
    """What a field with one address a line holds; `splitlines` would split at far more (D16)."""
    return text.replace("\r\n", "\n").split("\n") if text else []


def validate_emails(text: str) -> None:
    """One bare address a line (D16)."""
    problems = [
        f"« {line} » : {label(problem)}." for line, problem in sort_addresses(lines(text)).doubtful
    ]
    if problems:
        raise ValidationError(problems)


class Record(models.Model):
    """What all five have: the terms, and a rule of the type that the subclass says."""

    kind: ClassVar[RecordKind]
    rule: models.CharField[str | None, str | None]
    terms = models.CharField("règles de commissionnement", max_length=200, blank=True)

    class Meta:
        abstract = True

    @property
    def block(self) -> partner_comms.CommissionBlock:
        # A block without rule, which no constraint lets in, is refused by the library as well.
        return partner_comms.CommissionBlock(rule=self.rule or "", terms=self.terms)


class Introducer(Record):
    kind = RecordKind.INTRODUCER
    name = models.CharField("nom", max_length=200)
    emails = models.TextField(
        "adresses e-mail", blank=True, help_text="Une par ligne.", validators=[validate_emails]
    )
    rule = models.CharField(
        label(UiText.RULE_SETTING),
        max_length=30,
        choices=rule_choices,
        default=CommunicationRule.CLIENT.value,
    )

    class Meta:
        verbose_name = "apporteur"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    def as_record(self) -> partner_comms.Introducer:
        return partner_comms.Introducer(
            self.pk, name=self.name, emails=lines(self.emails), block=self.block
        )


class Product(Record):
    """Its block is kept and edited, and neither prefills nor routes (D6)."""

    kind = RecordKind.PRODUCT
    name = models.CharField("nom", max_length=200)
    rule = models.CharField(
        label(UiText.RULE_SETTING),
        max_length=30,
        choices=rule_choices,
        default=CommunicationRule.CLIENT.value,
    )

    class Meta:
        verbose_name = "produit"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Introduced(Record):
    """A record that may have an introducer; without one, it has no rule and no terms (D3)."""

    introducer = models.ForeignKey(
        Introducer, models.PROTECT, null=True, blank=True, verbose_name="apporteur"
    )
    rule = models.CharField(
        label(UiText.RULE_SETTING),
        max_length=30,
        choices=rule_choices,
        null=True,
        blank=True,
        db_index=True,
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_rule_where_introducer",
                # A CHECK that comes to NULL lets a row in, so that each NULL is named.
                condition=Q(introducer__isnull=True, rule__isnull=True, terms="")
                | Q(introducer__isnull=False, rule__isnull=False, rule__in=RULES),
                violation_error_message="Sans apporteur, le bloc Commissionnement est vide.",
            )
        ]

    def clean(self) -> None:
        if self.introducer is None:
            self.rule, self.terms = None, ""
        elif self.rule is None:
            self.rule = CommunicationRule.CLIENT.value  # S4

    @property
    def introduction(self) -> partner_comms.Introduction | None:
        if self.introducer is None:
            return None
        return partner_comms.Introduction(introducer=self.introducer.as_record(), block=self.block)


class Client(Introduced):
    kind = RecordKind.CLIENT
    RELATED = ("introducer",)
    name = models.CharField("nom", max_length=200)
    emails = models.TextField(
        "adresses e-mail", blank=True, help_text="Une par ligne.", validators=[validate_emails]
    )
    introducer = models.ForeignKey(
        Introducer, models.PROTECT, null=True, blank=True, verbose_name="apporteur privilégié"
    )

    class Meta(Introduced.Meta):
        verbose_name = "client"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    def as_record(self) -> partner_comms.Client:
        return partner_comms.Client(
            self.pk,
            name=self.name,
            emails=lines(self.emails),
            introduction=self.introduction,
        )


class Deal(Introduced):
    RELATED = ("introducer", "client__introducer", "product")
    number = models.CharField("numéro", max_length=50, unique=True)
    client = models.ForeignKey(Client, models.PROTECT, verbose_name="client")
    product = models.ForeignKey(Product, models.PROTECT, verbose_name="produit")
    documents_expected = models.BooleanField("documents attendus", default=False)

    class Meta(Introduced.Meta):
        abstract = True
        ordering = ("number",)

    def __str__(self) -> str:
        return self.number


class Project(Deal):
    kind = RecordKind.PROJECT

    class Meta(Deal.Meta):
        verbose_name = "projet"

    def as_record(self) -> partner_comms.Project:
        return partner_comms.Project(
            self.pk, client=self.client.as_record(), introduction=self.introduction
        )


class Contract(Deal):
    kind = RecordKind.CONTRACT
    unpaid = models.BooleanField("prime impayée", default=False)

    class Meta(Deal.Meta):
        verbose_name = "contrat"

    def as_record(self) -> partner_comms.Contract:
        return partner_comms.Contract(
            self.pk, client=self.client.as_record(), introduction=self.introduction
        )


# --- The runs, and the log of messages ------------------------------------------------------------


class Run(models.Model):
    """A letter to many, under a name: the same name goes on with the same run."""

    name = models.CharField("nom de l'envoi", max_length=200)
    communication = models.CharField("communication", max_length=30, choices=run_choices)
    about = models.CharField(
        "fiches concernées",
        max_length=30,
        choices=kind_choices,
        blank=True,
        help_text="Pour un publipostage ; les autres envois disent eux-mêmes qui ils concernent.",
    )
    subject = models.TextField("objet")
    text = models.TextField("texte")
    started = models.DateTimeField("commencé le", auto_now_add=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        verbose_name="lancé par",
        help_text="Personne : lancé par une commande.",
    )

    class Meta:
        verbose_name = "envoi"
        ordering = ("-started", "-pk")
        default_permissions = ("view",)
        permissions = [("launch_run", "Peut lancer des envois")]
        constraints = [
            models.UniqueConstraint(name="one_run_of_a_name", fields=["name", "communication"])
        ]

    def __str__(self) -> str:
        return self.name


class Outcome(models.TextChoices):
    SENDING = "sending", "En cours d'envoi"
    ACCEPTED = "accepted", "Accepté par le serveur"
    PARTIAL = "partial", "Accepté, sauf pour certaines adresses"
    REFUSED = "refused", "Refusé par le serveur"
    FAILED = "failed", "Non parti : pas de connexion"
    NO_RECIPIENT = "no_recipient", "Sans destinataire"
    TO_CORRECT = "to_correct", "Fiche à corriger"
    DOUBTFUL = "doubtful", "Sort inconnu"
    ARRIVED = "arrived", "Déclaré arrivé"
    LOST = "lost", "Déclaré non arrivé"


SENT = [Outcome.ACCEPTED.value, Outcome.PARTIAL.value, Outcome.ARRIVED.value]
"""What the server has taken, or somebody has found out that it had."""

NOT_AGAIN = [*SENT, Outcome.SENDING.value, Outcome.DOUBTFUL.value]
"""What is never sent again by itself: what the server has taken, and what it may have."""


class Message(models.Model):
    """One attempt to send one e-mail about one record (D12)."""

    run = models.ForeignKey(
        Run, models.PROTECT, null=True, related_name="messages", verbose_name="envoi"
    )
    key = models.UUIDField(null=True, editable=False)
    """Of the page on which somebody wrote it: a second click has the same."""
    communication = models.CharField("communication", max_length=30, choices=communication_choices)
    client = models.ForeignKey(
        Client, models.PROTECT, related_name="messages", verbose_name="client"
    )
    record_kind = models.CharField("fiche", max_length=30, choices=kind_choices)
    record_id = models.BigIntegerField("identifiant")
    record_name = models.CharField("concerne", max_length=200)
    subject = models.TextField("objet")
    text = models.TextField("texte")
    message_id = models.CharField("Message-ID", max_length=200)
    answer = models.JSONField("destinataires et motif", default=dict)
    outcome = models.CharField("résultat", max_length=30, choices=Outcome.choices)
    detail = models.TextField("précisions", blank=True)
    time = models.DateTimeField("date", auto_now_add=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, verbose_name="envoyé par"
    )

    class Meta:
        verbose_name = "e-mail"
        ordering = ("-time", "-pk")
        default_permissions = ("view",)
        permissions = [("write_to_clients", "Peut envoyer des e-mails aux clients")]
        indexes = [models.Index(name="messages_about", fields=["record_kind", "record_id"])]
        constraints = [
            # They hold whatever happens: two runs at once, a second click, a restart.
            models.UniqueConstraint(
                name="sent_once_in_a_run",
                fields=["run", "record_kind", "record_id"],
                condition=Q(outcome__in=NOT_AGAIN),
            ),
            models.UniqueConstraint(
                name="written_once", fields=["key"], condition=Q(outcome__in=NOT_AGAIN)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} ({self.record_name})"

    @property
    def reason(self) -> str:
        """Why it goes where it goes, in words."""
        return label(Reason(self.answer["reason"])) if self.answer else ""

    @property
    def recipients(self) -> Recipients | None:
        """The answer, read back; None where there was none, since the record was refused (D14)."""
        if not self.answer:
            return None
        return Recipients.from_dict(self.answer)
