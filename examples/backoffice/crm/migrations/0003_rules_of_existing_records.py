"""What the feature adds to tables that hold data already.

- A client, project or contract that has an introducer gets the rule « Client », the default (S4):
  everything goes on going to the client.
- One without introducer gets none (D3).
- The configuration gets its row, with the gate closed (D7).

Nothing else is written. Commission terms without introducer, which the next migration would not let
in, are somebody's work: they are listed and left to a person, and nothing is migrated.
"""

from typing import Any

from django.db import migrations

RECORDS = ("Client", "Project", "Contract")
SHOWN = 10


def refuse_terms_without_introducer(apps: Any, schema_editor: Any) -> None:
    for name in RECORDS:
        model = apps.get_model("crm", name)
        odd = model.objects.using(schema_editor.connection.alias).filter(introducer=None)
        odd = odd.exclude(terms="").order_by("pk").values_list("pk", flat=True)
        if found := list(odd[:SHOWN]):
            raise ValueError(
                f"{odd.count()} records of {model._meta.db_table} have commission terms and no "
                f"introducer, such as those with the ids {found}: give them an introducer, or "
                "empty their terms, then migrate again."
            )


def give_the_default(apps: Any, schema_editor: Any) -> None:
    for name in RECORDS:
        records = apps.get_model("crm", name).objects.using(schema_editor.connection.alias)
        records.exclude(introducer=None).filter(rule=None).update(rule="client")


def close_the_gate(apps: Any, schema_editor: Any) -> None:
    rows = apps.get_model("crm", "Configuration").objects.using(schema_editor.connection.alias)
    rows.get_or_create(pk=1)


class Migration(migrations.Migration):
    dependencies = [("crm", "0002_communication_rule")]
    operations = [
        migrations.RunPython(refuse_terms_without_introducer, migrations.RunPython.noop),
        migrations.RunPython(give_the_default, migrations.RunPython.noop),
        migrations.RunPython(close_the_gate, migrations.RunPython.noop),
    ]
