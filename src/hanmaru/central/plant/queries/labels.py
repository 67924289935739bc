"""What assets are called, in the reader's language."""

from collections.abc import Collection

from django.utils.translation import get_language

from hanmaru.central.plant.models import Asset


def label(asset: Asset) -> str:
    """The asset's name in the language of whoever looks."""
    return asset.name_en if get_language() == "en" and asset.name_en else asset.name


def asset_labels(sites: Collection[int], paths: Collection[str]) -> dict[str, str]:
    """The names of the assets at these paths."""
    return {asset.path: label(asset) for asset in Asset.objects.filter(site_id__in=sites, path__in=paths)}
