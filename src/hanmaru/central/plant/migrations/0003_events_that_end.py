"""What connections told may be dropped once it is old; people's notes stay, and nothing is ever changed."""

from django.db import migrations

_END = """
DROP TRIGGER append_only ON plant_event;
CREATE TRIGGER append_only BEFORE UPDATE ON plant_event FOR EACH STATEMENT EXECUTE FUNCTION hanmaru_append_only();
CREATE TRIGGER kept BEFORE DELETE ON plant_event FOR EACH ROW
    WHEN (OLD.kind = 'mark' OR OLD.at > now() - interval '24 hours') EXECUTE FUNCTION hanmaru_append_only();
"""
_NEVER = """
DROP TRIGGER kept ON plant_event;
DROP TRIGGER append_only ON plant_event;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON plant_event
    FOR EACH STATEMENT EXECUTE FUNCTION hanmaru_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("plant", "0002_how_events_were_said")]
    operations = [migrations.RunSQL(_END, _NEVER)]
