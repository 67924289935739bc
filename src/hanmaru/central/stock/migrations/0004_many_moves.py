"""The ledger's posting function for calls of thousands of moves."""

from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("stock", "0003_place_walk")]

    operations = [
        migrations.RunSQL(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]
