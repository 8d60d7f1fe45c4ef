"""From here on, the database holds that a rule and its introducer come and go together (D3).

By itself, since PostgreSQL does not alter a table that the same transaction has written to.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("crm", "0003_rules_of_existing_records"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="client",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("introducer__isnull", True), ("rule__isnull", True), ("terms", "")),
                    models.Q(
                        ("introducer__isnull", False),
                        ("rule__in", ["client", "introducer", "client_and_introducer"]),
                        ("rule__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="client_rule_where_introducer",
                violation_error_message="Sans apporteur, le bloc Commissionnement est vide.",
            ),
        ),
        migrations.AddConstraint(
            model_name="contract",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("introducer__isnull", True), ("rule__isnull", True), ("terms", "")),
                    models.Q(
                        ("introducer__isnull", False),
                        ("rule__in", ["client", "introducer", "client_and_introducer"]),
                        ("rule__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="contract_rule_where_introducer",
                violation_error_message="Sans apporteur, le bloc Commissionnement est vide.",
            ),
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("introducer__isnull", True), ("rule__isnull", True), ("terms", "")),
                    models.Q(
                        ("introducer__isnull", False),
                        ("rule__in", ["client", "introducer", "client_and_introducer"]),
                        ("rule__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="project_rule_where_introducer",
                violation_error_message="Sans apporteur, le bloc Commissionnement est vide.",
            ),
        ),
    ]
