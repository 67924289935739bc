"""Tables of imports: each run, and each row that was refused, kept until a person has dealt with it."""

from django.db import models

from hanmaru.central.companies.tenancy import CompanyOwned


class ImportRun(CompanyOwned):
    """One import of one file. ``position`` is how far it has come (rows), so that it resumes after a crash."""

    kind = models.CharField(max_length=30)  # products, orders, online-retail ...
    file_name = models.CharField(max_length=200)
    file_hash = models.CharField(max_length=64)  # SHA-256, hex: the same file again continues or changes nothing
    dry_run = models.BooleanField(default=False)
    position = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True)
    counts = models.JSONField(default=dict)  # rule -> rows
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    failed = models.CharField(max_length=300, blank=True)

    class Meta(CompanyOwned.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=["company", "kind", "file_hash"],
                condition=models.Q(dry_run=False),
                name="one_run_a_file",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind}: {self.file_name}"


class RefusedRow(CompanyOwned):
    """A row that was not taken: why, in which column, and what to do."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="refused")
    row = models.BigIntegerField()
    column = models.CharField(max_length=80, blank=True)
    code = models.CharField(max_length=40)
    message = models.CharField(max_length=300)
    values = models.JSONField(default=dict)
    mended_at = models.DateTimeField(null=True, blank=True)

    class Meta(CompanyOwned.Meta):
        indexes = (models.Index(fields=["run", "row"], name="refused_by_row"),)

    def __str__(self) -> str:
        return f"row {self.row}: {self.code}"
