from django.db import migrations

from accounts import append_only


def protect(apps, schema_editor):
    append_only.protect(schema_editor.connection, "refunds_refundevent")
    for name in append_only.SEALS:
        append_only.seal(schema_editor.connection, name)


def unprotect(apps, schema_editor):
    for name in append_only.SEALS:
        append_only.unseal(schema_editor.connection, name)
    append_only.unprotect(schema_editor.connection, "refunds_refundevent")


class Migration(migrations.Migration):
    dependencies = [("refunds", "0001_initial"), ("accounts", "0002_append_only_transfers")]
    operations = [migrations.RunPython(protect, unprotect)]
