"""Every write to the plant's tables."""

from hanmaru.central.plant.services.events import Told, forget_events, keep_event, mark
from hanmaru.central.plant.services.mirror import SECRET, Registry, mirror
from hanmaru.central.plant.services.sites import add_site, proposed_name

__all__ = ["SECRET", "Registry", "Told", "add_site", "forget_events", "keep_event", "mark", "mirror", "proposed_name"]
