"""What others may read of the plant."""

from hanmaru.central.plant.queries.events import EventRow, events, events_of
from hanmaru.central.plant.queries.sites import SiteCard, every_site, own_sites, site_card
from hanmaru.central.plant.queries.tags import TagCard, all_tags, find_tags, first_tags, tag_cards, tags_at
from hanmaru.central.plant.queries.tree import AssetCard, asset_card, asset_paths, source_row, sources, trail, tree

__all__ = [
    "AssetCard",
    "EventRow",
    "SiteCard",
    "TagCard",
    "all_tags",
    "asset_card",
    "asset_paths",
    "events",
    "events_of",
    "every_site",
    "find_tags",
    "first_tags",
    "own_sites",
    "site_card",
    "source_row",
    "sources",
    "tag_cards",
    "tags_at",
    "trail",
    "tree",
]
