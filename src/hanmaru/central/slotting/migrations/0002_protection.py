"""Protection of this app's tables: row-level security and the audit trail."""

from django.db import migrations

from hanmaru.central.companies.protection import audit, isolate, protect

# A search reports several times a second how far it is; the trail tells that it was begun, stopped and ended.
PROGRESS = ("-best", "-bound", "-seconds", "-history", "-plan", "-seen_at")


class Migration(migrations.Migration):
    dependencies = [("slotting", "0001_initial"), ("companies", "0002_isolation")]

    operations = [
        isolate("slotting_study"),
        audit("slotting_study", "-instance", "-house"),
        isolate("slotting_search"),
        audit("slotting_search", *PROGRESS),
        *protect("slotting_relocation"),
        *protect("slotting_relocationtask"),
    ]
