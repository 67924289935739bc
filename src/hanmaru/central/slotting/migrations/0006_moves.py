from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("slotting", "0005_holds")]

    operations = [
        migrations.RemoveConstraint(model_name="relocationtask", name="one_relocation_task_a_number"),
        migrations.AddConstraint(
            model_name="relocationtask",
            constraint=models.UniqueConstraint(
                fields=["relocation", "sequence"],
                condition=models.Q(variant=None),
                name="one_relocation_task_a_number",
            ),
        ),
        migrations.AddIndex(
            model_name="relocationtask",
            index=models.Index(fields=["relocation", "sequence"], name="relocation_task_in_order"),
        ),
    ]
