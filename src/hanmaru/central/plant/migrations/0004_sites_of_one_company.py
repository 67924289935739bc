"""A site stays its company's for good, and what stands in it is the same company's.

Foreign keys look past row-level security: without the second key a row of one company could name another's site.
"""

from django.db import migrations

_PARTS = ("asset", "source", "tag", "event")
_ONE_COMPANY = "ALTER TABLE plant_site ADD CONSTRAINT site_of_company UNIQUE (id, company_id);" + "".join(
    f"ALTER TABLE plant_{part} ADD CONSTRAINT {part}_of_own_site FOREIGN KEY (site_id, company_id)"
    " REFERENCES plant_site (id, company_id) DEFERRABLE INITIALLY DEFERRED;"
    for part in _PARTS
)
_ANY_COMPANY = (
    "".join(f"ALTER TABLE plant_{part} DROP CONSTRAINT {part}_of_own_site;" for part in _PARTS)
    + "ALTER TABLE plant_site DROP CONSTRAINT site_of_company;"
)
# A name that became free would hand its machines, their history and whoever was let in for it to who takes it next.
_KEPT = """
CREATE TRIGGER kept BEFORE DELETE ON plant_site FOR EACH STATEMENT EXECUTE FUNCTION hanmaru_append_only();
CREATE TRIGGER named_once BEFORE UPDATE ON plant_site FOR EACH ROW
    WHEN (OLD.name <> NEW.name OR OLD.company_id <> NEW.company_id) EXECUTE FUNCTION hanmaru_append_only();
"""
_FREED = "DROP TRIGGER named_once ON plant_site; DROP TRIGGER kept ON plant_site;"


class Migration(migrations.Migration):
    dependencies = [("plant", "0003_events_that_end")]
    operations = [migrations.RunSQL(_ONE_COMPANY, _ANY_COMPANY), migrations.RunSQL(_KEPT, _FREED)]
