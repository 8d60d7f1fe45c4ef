"""What the feature adds: columns for the rules, and three tables of its own.

It reads no row and writes none: each table gets a column, which `Introducer` and `Product` have to
fill with the default « Client » (S4) and the others leave empty until the next migration.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import crm.models


class Migration(migrations.Migration):
    dependencies = [
        ("crm", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Configuration",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("premium", models.BooleanField(default=False, verbose_name="abonnement PREMIUM")),
                (
                    "option_enabled",
                    models.BooleanField(
                        default=False,
                        verbose_name="Activer la possibilité d'inclure les apporteurs dans les communications clients",
                    ),
                ),
            ],
            options={
                "verbose_name": "configuration",
                "verbose_name_plural": "configuration",
                "permissions": [
                    ("set_communication_rule", "Peut changer la règle de communication")
                ],
                "default_permissions": ("change", "view"),
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(editable=False, null=True)),
                (
                    "communication",
                    models.CharField(
                        choices=crm.models.communication_choices,
                        max_length=30,
                        verbose_name="communication",
                    ),
                ),
                (
                    "record_kind",
                    models.CharField(
                        choices=crm.models.kind_choices, max_length=30, verbose_name="fiche"
                    ),
                ),
                ("record_id", models.BigIntegerField(verbose_name="identifiant")),
                ("record_name", models.CharField(max_length=200, verbose_name="concerne")),
                ("subject", models.TextField(verbose_name="objet")),
                ("text", models.TextField(verbose_name="texte")),
                ("message_id", models.CharField(max_length=200, verbose_name="Message-ID")),
                ("answer", models.JSONField(default=dict, verbose_name="destinataires et motif")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("sending", "En cours d'envoi"),
                            ("accepted", "Accepté par le serveur"),
                            ("partial", "Accepté, sauf pour certaines adresses"),
                            ("refused", "Refusé par le serveur"),
                            ("failed", "Non parti : pas de connexion"),
                            ("no_recipient", "Sans destinataire"),
                            ("to_correct", "Fiche à corriger"),
                            ("doubtful", "Sort inconnu"),
                            ("arrived", "Déclaré arrivé"),
                            ("lost", "Déclaré non arrivé"),
                        ],
                        max_length=30,
                        verbose_name="résultat",
                    ),
                ),
                ("detail", models.TextField(blank=True, verbose_name="précisions")),
                ("time", models.DateTimeField(auto_now_add=True, verbose_name="date")),
            ],
            options={
                "verbose_name": "e-mail",
                "ordering": ("-time", "-pk"),
                "permissions": [("write_to_clients", "Peut envoyer des e-mails aux clients")],
                "default_permissions": ("view",),
            },
        ),
        migrations.CreateModel(
            name="Run",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="nom de l'envoi")),
                (
                    "communication",
                    models.CharField(
                        choices=crm.models.run_choices,
                        max_length=30,
                        verbose_name="communication",
                    ),
                ),
                (
                    "about",
                    models.CharField(
                        blank=True,
                        choices=crm.models.kind_choices,
                        help_text="Pour un publipostage ; les autres envois disent eux-mêmes qui ils concernent.",
                        max_length=30,
                        verbose_name="fiches concernées",
                    ),
                ),
                ("subject", models.TextField(verbose_name="objet")),
                ("text", models.TextField(verbose_name="texte")),
                ("started", models.DateTimeField(auto_now_add=True, verbose_name="commencé le")),
            ],
            options={
                "verbose_name": "envoi",
                "ordering": ("-started", "-pk"),
                "permissions": [("launch_run", "Peut lancer des envois")],
                "default_permissions": ("view",),
            },
        ),
        migrations.AddField(
            model_name="client",
            name="rule",
            field=models.CharField(
                blank=True,
                choices=crm.models.rule_choices,
                db_index=True,
                max_length=30,
                null=True,
                verbose_name="Règle de communication",
            ),
        ),
        migrations.AddField(
            model_name="contract",
            name="rule",
            field=models.CharField(
                blank=True,
                choices=crm.models.rule_choices,
                db_index=True,
                max_length=30,
                null=True,
                verbose_name="Règle de communication",
            ),
        ),
        migrations.AddField(
            model_name="introducer",
            name="rule",
            field=models.CharField(
                choices=crm.models.rule_choices,
                default="client",
                max_length=30,
                verbose_name="Règle de communication",
            ),
        ),
        migrations.AddField(
            model_name="product",
            name="rule",
            field=models.CharField(
                choices=crm.models.rule_choices,
                default="client",
                max_length=30,
                verbose_name="Règle de communication",
            ),
        ),
        migrations.AddField(
            model_name="project",
            name="rule",
            field=models.CharField(
                blank=True,
                choices=crm.models.rule_choices,
                db_index=True,
                max_length=30,
                null=True,
                verbose_name="Règle de communication",
            ),
        ),
        migrations.AddConstraint(
            model_name="configuration",
            constraint=models.CheckConstraint(
                condition=models.Q(("id", 1)), name="one_configuration"
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="client",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="messages",
                to="crm.client",
                verbose_name="client",
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="user",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to=settings.AUTH_USER_MODEL,
                verbose_name="envoyé par",
            ),
        ),
        migrations.AddField(
            model_name="run",
            name="user",
            field=models.ForeignKey(
                help_text="Personne : lancé par une commande.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to=settings.AUTH_USER_MODEL,
                verbose_name="lancé par",
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="run",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="messages",
                to="crm.run",
                verbose_name="envoi",
            ),
        ),
        migrations.AddConstraint(
            model_name="run",
            constraint=models.UniqueConstraint(
                fields=("name", "communication"), name="one_run_of_a_name"
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(fields=["record_kind", "record_id"], name="messages_about"),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("outcome__in", ["accepted", "partial", "arrived", "sending", "doubtful"])
                ),
                fields=("run", "record_kind", "record_id"),
                name="sent_once_in_a_run",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("outcome__in", ["accepted", "partial", "arrived", "sending", "doubtful"])
                ),
                fields=("key",),
                name="written_once",
            ),
        ),
    ]
