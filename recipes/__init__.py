"""The tasks. `kerasapps` itself has their public functions; those that train stand here, too.

They are loaded when they are first used; see `__init__.pyi`.
"""

from __future__ import annotations

from kerasapps.lazy import lazy_names

__all__, __getattr__, __dir__ = lazy_names(__name__, __file__)
