"""What was received and not yet printed."""

from __future__ import annotations

from collections import deque

from kiosk.printer.emulator.orders import Order, Row

_ORDER_BYTES = 4  # what an order without dots is taken to fill


class Buffer:
    """Orders in the order of arrival, in so many bytes of room."""

    def __init__(self, size_bytes: int) -> None:
        self._orders: deque[Order] = deque()
        self.size_bytes = size_bytes
        self._filled_bytes = 0

    def __bool__(self) -> bool:
        return bool(self._orders)

    @property
    def first(self) -> Order | None:
        """The next order to carry out, or None."""
        return self._orders[0] if self._orders else None

    def has_room(self, order: Order) -> bool:
        """Whether an order fits. One larger than all the room fits when nothing else is there."""
        return not self._orders or self._filled_bytes + _bytes(order) <= self.size_bytes

    def put(self, order: Order) -> None:
        """Take an order in, in a pinch beyond the room."""
        self._orders.append(order)
        self._filled_bytes += _bytes(order)

    def done(self, order: Order) -> None:
        """Drop an order that was carried out, unless everything was dropped meanwhile."""
        if self.first is order:
            self._filled_bytes -= _bytes(self._orders.popleft())

    def clear(self) -> None:
        """Drop all of them."""
        self._orders.clear()
        self._filled_bytes = 0


def _bytes(order: Order) -> int:
    return len(order.bits) if isinstance(order, Row) else _ORDER_BYTES
