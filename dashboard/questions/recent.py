"""What was computed lately, to be taken up again: while one run is edited, the others stay as they are."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Callable


class Recent:
    """The least recently used results of this process, as many as fit into `limit` bytes."""

    def __init__(self, limit: int):
        self.limit, self.size = limit, 0
        self._kept: OrderedDict[str, tuple[object, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, question, compute: Callable[[], object], size: Callable[[object], int]):
        """The result for a question of plain values. size(result): its bytes; what is above the limit is not kept."""
        key = json.dumps(question, sort_keys=True, default=list)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key][0]
        result = compute()
        count = size(result)
        with self._lock:
            if key not in self._kept and count <= self.limit:
                self._kept[key] = (result, count)
                self.size += count
                while self.size > self.limit:
                    self.size -= self._kept.popitem(last=False)[1][1]
        return result
