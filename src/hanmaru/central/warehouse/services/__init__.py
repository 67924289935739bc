"""Every write to the work on the floor. Ids are primary keys, quantities pieces, weights grams.

Each scan's work takes a ``key`` that the client chose: under the same key it is done once and answered again.
"""

from hanmaru.central.warehouse.models import ScanKind, ShortReason
from hanmaru.central.warehouse.services.boxes import Box, archive_box, change_box, create_box, restore_box
from hanmaru.central.warehouse.services.counting import count_place
from hanmaru.central.warehouse.services.deliveries import (
    announce_delivery,
    cancel_delivery,
    close_delivery,
    unannounced_delivery,
)
from hanmaru.central.warehouse.services.once import was_done
from hanmaru.central.warehouse.services.packing import Content, Contents, Packed, pack, pack_many, unpack
from hanmaru.central.warehouse.services.pick_lists import (
    cancel_pick_list,
    give_back_pick_list,
    make_pick_list,
    take_pick_list,
)
from hanmaru.central.warehouse.services.picking import Picked, pick_many, pick_task, short_task
from hanmaru.central.warehouse.services.readers import acknowledged, reader_answers
from hanmaru.central.warehouse.services.receiving import Arrival, Received, receive, receive_many
from hanmaru.central.warehouse.services.relocating import Lying, Relocated, relocate
from hanmaru.central.warehouse.services.shipping import Leaving, Shipped, ship, ship_many
from hanmaru.central.warehouse.services.stations import dock, packing_table
from hanmaru.central.warehouse.services.stowing import (
    Carry,
    Proposed,
    Stowed,
    move,
    propose_place,
    put_away,
    put_away_many,
)
from hanmaru.central.warehouse.services.suppliers import (
    archive_supplier,
    change_supplier,
    create_supplier,
    restore_supplier,
)
from hanmaru.central.warehouse.services.together import Together
from hanmaru.central.warehouse.services.undoing import undo_last

__all__ = [
    "Arrival",
    "Box",
    "Carry",
    "Content",
    "Contents",
    "Leaving",
    "Lying",
    "Packed",
    "Picked",
    "Proposed",
    "Received",
    "Relocated",
    "ScanKind",
    "Shipped",
    "ShortReason",
    "Stowed",
    "Together",
    "acknowledged",
    "announce_delivery",
    "archive_box",
    "archive_supplier",
    "cancel_delivery",
    "cancel_pick_list",
    "change_box",
    "change_supplier",
    "close_delivery",
    "count_place",
    "create_box",
    "create_supplier",
    "dock",
    "give_back_pick_list",
    "make_pick_list",
    "move",
    "pack",
    "pack_many",
    "packing_table",
    "pick_many",
    "pick_task",
    "propose_place",
    "put_away",
    "put_away_many",
    "reader_answers",
    "receive",
    "receive_many",
    "relocate",
    "restore_box",
    "restore_supplier",
    "ship",
    "ship_many",
    "short_task",
    "take_pick_list",
    "unannounced_delivery",
    "undo_last",
    "unpack",
    "was_done",
]
