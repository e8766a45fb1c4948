"""When each case needs its next look. Kept in memory: after a start every case is looked at once."""

from __future__ import annotations

import heapq
from datetime import datetime


class Looks:
    """Finding the cases that are due costs nothing for those that are not.

    A heap orders the times; an entry in it counts only while the case still has that time.
    """

    def __init__(self) -> None:
        self._due: set[int] = set()
        self._at: dict[int, datetime] = {}
        self._heap: list[tuple[datetime, int]] = []

    def now(self, *numbers: int) -> None:
        """Nobody knows when: the cases are due at once."""
        for number in numbers:
            self._at.pop(number, None)
        self._due.update(numbers)

    def plan(self, number: int, at: datetime | None) -> None:
        """The case is due then; None means never."""
        self._due.discard(number)
        if at is None:
            self._at.pop(number, None)
            return
        self._at[number] = at
        heapq.heappush(self._heap, (at, number))
        if len(self._heap) > 2 * len(self._at) + 100:
            self._heap = [(at, number) for number, at in self._at.items()]
            heapq.heapify(self._heap)

    def due(self, now: datetime) -> list[int]:
        """Cases whose time has come; they stay due until they are planned anew."""
        while self._heap and self._heap[0][0] <= now:
            at, number = heapq.heappop(self._heap)
            if self._at.get(number) == at:
                del self._at[number]
                self._due.add(number)
        return sorted(self._due)

    def next(self) -> datetime | None:
        """The earliest known time that has not come up yet."""
        while self._heap and self._at.get(self._heap[0][1]) != self._heap[0][0]:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None
