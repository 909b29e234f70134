from django.db import migrations

from accounts import append_only


def protect(apps, schema_editor):
    append_only.protect(schema_editor.connection, "refunds_refundevent")


def unprotect(apps, schema_editor):
    append_only.unprotect(schema_editor.connection, "refunds_refundevent")


class Migration(migrations.Migration):
    dependencies = [("refunds", "0001_initial"), ("accounts", "0002_append_only_transfers")]
    operations = [migrations.RunPython(protect, unprotect)]
