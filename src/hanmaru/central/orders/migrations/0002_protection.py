"""Protection of this app's tables: row-level security and the audit trail."""

from django.db import migrations

from hanmaru.central.companies.protection import protect


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_initial"), ("companies", "0002_isolation")]

    operations = [
        *protect("orders_customer"),
        *protect("orders_order"),
        *protect("orders_orderline"),
        *protect("orders_orderstep"),
    ]
