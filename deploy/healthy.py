#!/usr/bin/env python
"""Whether the Heard of this container lives: its own door is asked for /healthz. Exits with 0 or 1.

A door that is shut cannot be asked. Then there is nothing more to know than that the
process runs, and a container whose process has ended is not asked.
"""

from __future__ import annotations

import http.client
import os
import sys
from http import HTTPStatus
from pathlib import Path
from typing import Final

from bot.config.loading import BadConfig, load
from bot.config.settings import DoorSettings

#: An answer takes milliseconds; one that takes longer than this, in seconds, is none.
PATIENCE_S: Final = 5
#: Where a door that listens on every address is reached from within.
_WITHIN: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - these are looked up, and nothing listens on them


def lives(door: DoorSettings) -> bool:
    """Asks directly: no proxy of the environment is between a container and itself."""
    if not door.enabled:
        return True
    connection = http.client.HTTPConnection(_WITHIN.get(door.host, door.host), door.port, timeout=PATIENCE_S)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def main() -> int:
    try:
        settings = load(Path(sys.argv[1]), os.environ)
    except BadConfig as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0 if lives(settings.door) else 1


if __name__ == "__main__":
    sys.exit(main())
