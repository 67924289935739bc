from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("slotting", "0002_protection")]

    operations = [
        migrations.AddField(
            model_name="study",
            name="without_rules",
            field=models.ForeignKey(
                null=True, on_delete=models.deletion.PROTECT, related_name="+", to="slotting.study"
            ),
        ),
        migrations.AddField(model_name="search", name="curve", field=models.TextField(blank=True, default="")),
    ]
