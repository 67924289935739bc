"""What others may listen to. Sent inside the transaction: a listener that fails stops the change."""

from django.dispatch import Signal

# order_id: whoever has work open for the order (pick tasks, parcels) drops it.
order_cancelled = Signal()
