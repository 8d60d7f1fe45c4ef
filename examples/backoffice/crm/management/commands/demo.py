"""Loads the portfolio of the examples, and two people to log in as."""

import json
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Permission, User
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from crm.models import Client, Configuration, Contract, Introducer, Product, Project
from partner_comms import is_email_address

PORTFOLIO = settings.BASE_DIR.parent / "portfolio.json"
LOGINS = ("courtier", "assistant")
"""The broker, who may do all, and an assistant, who neither changes rules nor writes e-mails."""


class Command(BaseCommand):
    help = "Charge un portefeuille de démonstration dans une base vide."

    def handle(self, *args: Any, **options: Any) -> None:
        if not getattr(settings, "DEMO_LOGINS", False):
            raise CommandError("Cette commande donne des mots de passe que tous connaissent.")
        with transaction.atomic():
            if not User.objects.exists():
                self._load(json.loads(PORTFOLIO.read_bytes()))
        for name in LOGINS:
            self.stdout.write(f"Identifiant : {name}   Mot de passe : {name}")

    def _load(self, tables: dict[str, list[dict[str, Any]]]) -> None:
        Configuration(pk=1, premium=True, option_enabled=True).save()
        introducers = {
            row["id"]: Introducer(name=row["name"], emails=self._emails(row), **_block(row))
            for row in tables["introducers"]
        }
        Introducer.objects.bulk_create(introducers.values())
        clients = {
            row["id"]: Client(
                name=row["name"],
                emails=self._emails(row),
                introducer=introducers.get(row["introducer_id"]),
                **_block(row),
            )
            for row in tables["clients"]
        }
        Client.objects.bulk_create(clients.values())
        products = {
            row["id"]: Product(name=row["name"], **_block(row)) for row in tables["products"]
        }
        Product.objects.bulk_create(products.values())

        def deal(row: dict[str, Any], letter: str) -> dict[str, Any]:
            return {
                "number": f"{letter}-{row['id']}",
                "client": clients[row["client_id"]],
                "product": products[row["product_id"]],
                "introducer": introducers.get(row["introducer_id"]),
                "documents_expected": row["id"] % 3 == 0,
                **_block(row),
            }

        Project.objects.bulk_create(Project(**deal(row, "P")) for row in tables["projects"])
        Contract.objects.bulk_create(
            Contract(**deal(row, "C"), unpaid=row["id"] % 2 == 0) for row in tables["contracts"]
        )
        self._people()

    def _emails(self, row: dict[str, Any]) -> str:
        """Its addresses, without those that the library would refuse, which are reported (D16)."""
        for text in row["emails"]:
            if not is_email_address(text):
                self.stdout.write(f"Adresse douteuse, non chargée : {row['name']} : {text!r}")
        return "\n".join(filter(is_email_address, row["emails"]))

    def _people(self) -> None:
        broker, assistant = LOGINS
        User.objects.create_superuser(broker, password=broker)
        user = User.objects.create_user(assistant, password=assistant, is_staff=True)
        work = Permission.objects.filter(
            content_type__app_label="crm",
            codename__regex="^(add|change|view)_(client|project|contract|introducer|product)$",
        )
        user.user_permissions.set([*work, Permission.objects.get(codename="view_message")])


def _block(row: dict[str, Any]) -> dict[str, Any]:
    return {"rule": row["rule"], "terms": row["terms"] or ""}
