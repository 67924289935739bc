"""The ledger's functions, and the protection of stock's tables."""

from pathlib import Path

from django.db import migrations

from hanmaru.central.companies.protection import append_only, isolate, protect


class Migration(migrations.Migration):
    dependencies = [("stock", "0001_initial"), ("companies", "0002_isolation"), ("catalog", "0001_initial")]

    operations = [
        *protect("stock_place"),
        *protect("stock_lot"),
        # A move carries its own who, when and from where, and is never changed; balances are derived from moves, and a
        # reservation keeps its own history. They need no second trail.
        isolate("stock_stockmove"),
        append_only("stock_stockmove"),
        isolate("stock_balance"),
        isolate("stock_reservation"),
        migrations.RunSQL(
            Path(__file__).with_name("stock_post.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop
        ),
        migrations.RunSQL(
            Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"),
            "DROP FUNCTION stock_post(jsonb); DROP FUNCTION stock_reserve(jsonb); DROP FUNCTION stock_release(bigint[], text);",
        ),
    ]
