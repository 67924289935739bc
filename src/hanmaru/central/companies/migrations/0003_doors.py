"""Links for a new password; narrower policies; what the platform operator may see."""

from pathlib import Path

import django.db.models.deletion
import django.db.models.manager
import hanmaru.central.companies.tenancy
from django.conf import settings
from django.db import migrations, models

from hanmaru.central.companies.protection import protect, replace_audit


class Migration(migrations.Migration):
    dependencies = [
        ("companies", "0002_isolation"),
    ]

    operations = [
        migrations.CreateModel(
            name="PasswordReset",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key_hash", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "company",
                    models.ForeignKey(
                        default=hanmaru.central.companies.tenancy.current_company_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="companies.company",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "unfiltered",
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("unfiltered", django.db.models.manager.Manager()),
            ],
        ),
        migrations.RunSQL(
            Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"),
            "DROP FUNCTION hanmaru_enter(bigint, bigint, text); DROP FUNCTION platform_companies(); DROP FUNCTION works_elsewhere(bigint);",
        ),
        *protect("companies_passwordreset", "key_hash"),
        # A device is used all day long: when it was last seen is no entry in the trail.
        *replace_audit("companies_devicetoken", "secret_hash", "-last_used_at"),
    ]
