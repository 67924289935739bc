"""The ledger's posting function as it is now, for databases that had its first form."""

from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("stock", "0003_place_walk")]

    operations = [
        migrations.RunSQL(Path(__file__).with_name("stock_post.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]
