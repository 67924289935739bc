"""Protection of the tables of scans, counts and tagged pieces."""

from django.db import migrations

from hanmaru.central.companies.protection import protect


class Migration(migrations.Migration):
    dependencies = [("warehouse", "0003_scans"), ("companies", "0002_isolation")]

    operations = [
        *protect("warehouse_scan"),
        *protect("warehouse_counttask"),
        *protect("warehouse_taggedpiece"),
    ]
