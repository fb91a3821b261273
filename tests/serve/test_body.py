"""Bodies are read where others do not wait for them."""

from __future__ import annotations

import asyncio
import threading

from kerasapps.serve.body import LARGE, beside


def test_large_bodies_are_read_beside_the_event_loop() -> None:
    async def ask() -> None:
        here = threading.get_ident()
        assert await beside(LARGE - 1, threading.get_ident) == here
        assert await beside(LARGE, threading.get_ident) != here

    asyncio.run(ask())
