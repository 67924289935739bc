"""Protection of this app's tables: row-level security and the audit trail."""

from django.db import migrations

from hanmaru.central.companies.protection import protect


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial"), ("companies", "0002_isolation")]

    operations = [
        *protect("catalog_storageclass"),
        *protect("catalog_product"),
        *protect("catalog_option"),
        *protect("catalog_optionvalue"),
        *protect("catalog_variant"),
        *protect("catalog_variantvalue"),
        *protect("catalog_photo"),
        *protect("catalog_tag"),
        *protect("catalog_extrabarcode"),
    ]
