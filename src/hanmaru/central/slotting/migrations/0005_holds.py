from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("slotting", "0004_weeks")]

    operations = [
        migrations.AddField(
            model_name="relocationtask", name="holds", field=ArrayField(models.BigIntegerField(), default=list)
        ),
    ]
