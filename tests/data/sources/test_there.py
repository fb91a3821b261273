"""What is named and is not there is missed at once; what only reading tells is left to it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kerasapps.data.sources.there import require_place
from kerasapps.errors import DataError


@pytest.mark.parametrize("data", ["builtin:nothing", "tfds:none", "@none.txt", "none-*.csv", [], 1])
def test_what_only_reading_tells_is_left_to_it(data: Any) -> None:
    require_place(data)


def test_what_is_there_is_taken_and_what_is_not_is_missed(tmp_path: Path) -> None:
    (tmp_path / "pairs.tsv.gz").write_bytes(b"")
    require_place(tmp_path)
    require_place(str(tmp_path / "pairs.tsv.gz"))
    for given in (tmp_path / "pairs.tsv", str(tmp_path / "pairs.tsv")):
        with pytest.raises(DataError, match=r"pairs\.tsv does not exist; did you mean .*\.gz\?"):
            require_place(given)
