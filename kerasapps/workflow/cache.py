"""Where prepared data lies: in one run's scratch space, or shared by the trials of a search."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from filelock import FileLock

from kerasapps.files.whole import replaced

T = TypeVar("T")
_DONE = "done.json"
MIB = 2**20


@dataclass(frozen=True)
class Cache:
    """A folder for prepared data.

    Attributes:
        folder: made when something is put there.
        shared: whether other processes read and write it at the same time. Then everything goes to
            disk, once for each content, and is mapped into memory, whose pages they share.
        owners: experiments of this process that share the memory which the user allows.
    """

    folder: Path
    shared: bool = False
    owners: int = 1

    def memory_bytes(self, cache_mb: int) -> int:
        """Bytes of arrays that this process may hold in memory of its own.

        Args:
            cache_mb: what the user allows, in MiB.
        """
        return 0 if self.shared else cache_mb * MIB // self.owners

    @contextmanager
    def place(self, name: str, content: Any) -> Iterator[Path]:
        """A folder for arrays; where it is shared no other process uses it until the block ends.

        Args:
            name: what they are, such as "decoded".
            content: JSON-able values that decide what is in them, beside the examples.
        """
        if not self.shared:
            yield self.folder / name
            return
        folder = self.folder / f"{name}-{_digest(content)}"
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{folder}.lock"):
            yield folder

    def remember(
        self,
        name: str,
        content: Any,
        *,
        make: Callable[[], T],
        save: Callable[[T, Path], dict[str, Any]],
        load: Callable[[dict[str, Any], Path], T],
    ) -> T:
        """What `make` gives; where it is shared, the first process makes it for all.

        Args:
            name: what it is.
            content: JSON-able values that decide it.
            make: makes it.
            save: writes it into a folder, and returns JSON-able values that `load` needs too.
            load: reads it again.
        """
        if not self.shared:
            return make()
        with self.place(name, content) as folder:
            done = folder / _DONE
            if done.exists():
                return load(json.loads(done.read_text(encoding="utf-8")), folder)
            made = make()
            # Written last and renamed into place: where it stands, the rest is whole.
            saved = json.dumps(save(made, folder))
            with replaced(done) as file:
                file.write(saved.encode())
            return made


def _digest(content: Any) -> str:
    text = json.dumps(content, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
