"""The five meanings a colour may carry. Each goes with an icon, never alone."""

from typing import Final

ICON_OF_TONE: Final = {
    "ok": "circle-check",
    "info": "info",
    "wait": "clock",
    "warn": "triangle-alert",
    "stop": "octagon-x",
    "plain": "circle-dashed",
}
TONES: Final = tuple(ICON_OF_TONE)

# django.contrib.messages levels, by their tag
TONE_OF_LEVEL: Final = {"debug": "plain", "info": "info", "success": "ok", "warning": "warn", "error": "stop"}
