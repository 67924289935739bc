"""What assets are called, in the reader's language."""

from collections.abc import Collection
from typing import Final

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from hanmaru.central.plant.models import Asset
from hanmaru.floor.ucum import shown

_PROTOCOLS: Final = {
    "files": _("Files"),
    "grbl": _("GRBL gantry"),
    "modbus": _("Modbus"),
    "mqtt": "MQTT",
    "opcua": "OPC UA",
    "push": _("Sent by the device"),
    "serial": _("Serial device"),
    "sparkplug": _("Sparkplug B"),
}
_COUNTED: Final = {"piece": _("pieces"), "line": _("lines"), "label": _("labels"), "shot": _("shots")}


def protocol_words(protocol: str) -> str:
    """What people call the way a machine speaks."""
    return str(_PROTOCOLS.get(protocol, protocol))


def unit_words(code: str) -> str:
    """A UCUM code as people write it; what is counted, in the reader's language."""
    unit = shown(code)
    return str(_COUNTED.get(unit, unit))


def label(asset: Asset) -> str:
    """The asset's name in the language of whoever looks."""
    return asset.name_en if get_language() == "en" and asset.name_en else asset.name


def asset_labels(sites: Collection[int], paths: Collection[str]) -> dict[str, str]:
    """The names of the assets at these paths."""
    return {asset.path: label(asset) for asset in Asset.objects.filter(site_id__in=sites, path__in=paths)}
