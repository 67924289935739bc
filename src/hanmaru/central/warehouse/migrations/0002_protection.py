"""Protection of this app's tables: row-level security and the audit trail."""

from django.db import migrations

from hanmaru.central.companies.protection import protect


class Migration(migrations.Migration):
    dependencies = [("warehouse", "0001_initial"), ("companies", "0002_isolation")]

    operations = [
        *protect("warehouse_supplier"),
        *protect("warehouse_delivery"),
        *protect("warehouse_deliveryline"),
        *protect("warehouse_readerread"),
        *protect("warehouse_picklist"),
        *protect("warehouse_picktask"),
        *protect("warehouse_boxtype"),
        *protect("warehouse_parcel"),
        *protect("warehouse_parcelline"),
    ]
