"""Where the user's machine keeps what was fetched or made once; it may be removed at any time.

It is `$KERASAPPS_CACHE`, else `$XDG_CACHE_HOME/kerasapps`, else where the system keeps caches.
Without a home folder it is a folder that goes when the process ends.
"""

from __future__ import annotations

import atexit
import functools
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Final

from kerasapps.errors import ConfigError
from kerasapps.files.paths import user_path
from kerasapps.terminal.streams import tell

VARIABLE: Final = "KERASAPPS_CACHE"


def cache_folder() -> Path:
    """Where what is made once is kept; it need not be there.

    Raises:
        ConfigError: if `KERASAPPS_CACHE` cannot be meant.
    """
    if asked := os.environ.get(VARIABLE):
        return user_path(asked, what=f"The environment variable {VARIABLE}").absolute()
    base = os.environ.get("XDG_CACHE_HOME", "")
    if base and Path(base).is_absolute():  # another is to be ignored, says its specification
        return Path(base) / "kerasapps"
    try:
        return _system_caches() / "kerasapps"
    except ConfigError as error:  # a user without a home folder, as in many containers
        tell(f"Nothing is kept for the next run; {VARIABLE} may name a folder. {error}")
        return passing_folder()


@functools.cache
def passing_folder() -> Path:
    """A folder of this process alone, which goes with it."""
    folder = Path(tempfile.mkdtemp(prefix="kerasapps-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _system_caches() -> Path:
    home = user_path("~", what="The home folder")
    if sys.platform == "darwin":
        return home / "Library" / "Caches"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", home / "AppData" / "Local"))
    return home / ".cache"
