from django.db import migrations

from accounts import append_only

TABLES = ("refunds_refundevent", "leads_campaign_categories")

def protect(apps, schema_editor):
    for table in TABLES:
        append_only.protect(schema_editor.connection, table)
    for name in append_only.SEALS:
        append_only.seal(schema_editor.connection, name)
    for name in append_only.CLOSINGS:
        append_only.close(schema_editor.connection, name)


def unprotect(apps, schema_editor):
    for name in append_only.CLOSINGS:
        append_only.reopen(schema_editor.connection, name)
    for name in append_only.SEALS:
        append_only.unseal(schema_editor.connection, name)
    for table in TABLES:
        append_only.unprotect(schema_editor.connection, table)


class Migration(migrations.Migration):
    dependencies = [("refunds", "0001_initial"), ("accounts", "0002_append_only_transfers")]
    operations = [migrations.RunPython(protect, unprotect)]
