from django.db import migrations

from accounts import append_only


def protect(apps, schema_editor):
    append_only.protect(schema_editor.connection, "accounts_transfer")


def unprotect(apps, schema_editor):
    append_only.unprotect(schema_editor.connection, "accounts_transfer")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [migrations.RunPython(protect, unprotect)]
