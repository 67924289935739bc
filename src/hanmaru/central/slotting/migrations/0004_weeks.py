from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("slotting", "0003_rules_and_curve")]

    operations = [
        migrations.AddField(model_name="search", name="moves", field=models.TextField(blank=True, default="")),
        migrations.AddField(model_name="relocation", name="week", field=models.IntegerField(null=True)),
        migrations.AddConstraint(
            model_name="relocation",
            constraint=models.UniqueConstraint(
                fields=["search", "week"],
                condition=~models.Q(state="cancelled"),
                name="one_relocation_a_week",
            ),
        ),
    ]
