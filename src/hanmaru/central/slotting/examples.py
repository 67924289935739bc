"""Small instance files to look at and to fill in: one of each kind, with today's layout."""

from typing import Any, Final

EXAMPLES: Final[dict[str, dict[str, Any]]] = {
    "strip": {
        "length": 30,
        "supply_points": [4, 15, 26],
        "materials": [
            {"id": "frames", "width": 6, "trips": {"2": 40}},
            {"id": "screws", "width": 2, "trips": {"0": 25, "1": 25, "2": 25}},
            {"id": "panels", "width": 8, "trips": {"0": 30, "1": 10}},
            {"id": "boxes", "width": 5, "trips": {"1": 35}},
        ],
        "today": {"frames": 3, "screws": 8, "panels": 14, "boxes": 24},
    },
    "bins": {
        "aisles": [{"id": "A1", "weight": 5, "racks": [6, 6]}, {"id": "A2", "weight": 8, "racks": [6, 6]}],
        "materials": [
            {"id": "frame", "bins": 3},
            {"id": "screws", "bins": 1},
            {"id": "panel", "bins": 4},
            {"id": "box", "bins": 2},
        ],
        "models": [
            {"id": "cabinet", "frequency": 40, "materials": ["frame", "screws", "panel"]},
            {"id": "parcel", "frequency": 25, "materials": ["box", "screws"]},
        ],
        "today": {
            "frame": {"aisle": "A2", "rack": 0, "first_bin": 0},
            "screws": {"aisle": "A1", "rack": 0, "first_bin": 0},
            "panel": {"aisle": "A2", "rack": 1, "first_bin": 0},
            "box": {"aisle": "A1", "rack": 1, "first_bin": 0},
        },
    },
}
