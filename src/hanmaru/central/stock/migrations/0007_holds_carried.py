"""The ledger's posting function as it is now: what is held of goods is carried with them."""

from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("stock", "0006_seldom_reasons")]

    operations = [
        migrations.RunSQL(Path(__file__).with_name("stock_post.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]
