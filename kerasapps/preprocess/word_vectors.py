"""Pretrained word vectors from a text file, as first values of an embedding."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from kerasapps.errors import DataError
from kerasapps.files.named import open_regular

_LONGEST = 1 << 20  # bytes of a row
_SEED = 0  # of the rows that the file has no vector for


def load_word_vectors(
    path: Path | str, vocabulary: Mapping[str, int], *, size: int
) -> tuple[np.ndarray, float]:
    """The vectors of a vocabulary's words, read from a GloVe or word2vec text file.

    The file has a word and its numbers a line, parted by spaces; word2vec's first line says how
    many words and numbers there are. It is read once, and only the vectors that are wanted are
    kept. Where several words share an id (`great`, `Great`), the one listed first in `vocabulary`
    gives the vector. An id without a vector gets normal random numbers of the same mean and
    spread as the vectors found; id 0, the padding, stays zero.

    Args:
        path: the text file, UTF-8.
        vocabulary: token → id.
        size: rows of the result; above the highest id.

    Returns:
        float32 `(size, dimensions)`, and the share of the vocabulary's ids that were found.

    Raises:
        DataError: if the file cannot be read, a row does not have the numbers of the first one
            (the row is named), or no word of the vocabulary is in it.

    Examples:
        >>> _ = Path("vectors.txt").write_text("cat 0.1 0.2", encoding="utf-8")
        >>> table, share = kerasapps.preprocess.load_word_vectors("vectors.txt", {"cat": 3}, size=4)
        >>> table.shape, share
        ((4, 2), 1.0)
    """
    rank = {token: place for place, token in enumerate(vocabulary)}
    vectors: dict[int, np.ndarray] = {}
    best: dict[int, int] = {}
    for token, vector in _wanted(Path(path), vocabulary):
        number = vocabulary[token]
        if rank[token] < best.get(number, len(rank)):
            best[number], vectors[number] = rank[token], vector
    if not vectors:
        raise DataError(f"{path}: holds none of the {len(rank)} tokens of the vocabulary.")
    known = np.stack(list(vectors.values()))
    draw = np.random.default_rng(_SEED)
    table = draw.normal(known.mean(), known.std(), (size, known.shape[1])).astype(np.float32)
    table[0] = 0
    table[list(vectors)] = known
    return table, len(vectors) / len(set(vocabulary.values()))


def _wanted(path: Path, vocabulary: Mapping[str, int]) -> Iterator[tuple[str, np.ndarray]]:
    """Each token of the vocabulary that has a row, and its vector."""
    wanted = {token.encode("utf-8", "surrogatepass"): token for token in vocabulary}
    dimensions = None
    try:
        with open_regular(path) as file:
            for row, line in enumerate(iter(lambda: file.readline(_LONGEST + 1), b""), start=1):
                if len(line) > _LONGEST:
                    raise DataError(f"{path}, row {row}: a row of more than {_LONGEST:,} bytes.")
                fields = line.rstrip().split(b" ") if dimensions is None else []
                if row == 1 and _is_header(fields):
                    dimensions = int(fields[1])
                    continue
                dimensions = dimensions or len(fields) - 1
                word, *numbers = line.rstrip().rsplit(b" ", dimensions)
                if len(numbers) != dimensions or dimensions < 1:
                    expected = dimensions if dimensions > 0 else "at least one"
                    raise DataError(
                        f"{path}, row {row}: {len(numbers)} numbers, expected {expected}: every "
                        "row is a word and the numbers of its vector, parted by spaces."
                    )
                if word in wanted:
                    yield wanted[word], _vector(numbers, path, row)
    except OSError as error:
        reason = error.strerror or error
        raise DataError(f"{path}: cannot be read as word vectors: {reason}.") from error


def _is_header(fields: list[bytes]) -> bool:
    return len(fields) == 2 and all(field.isdigit() for field in fields) and int(fields[1]) > 0


def _vector(numbers: list[bytes], path: Path, row: int) -> np.ndarray:
    try:
        vector = np.array([float(number) for number in numbers], np.float32)
    except ValueError as error:
        raise DataError(f"{path}, row {row}: {error}.") from error
    if not np.isfinite(vector).all():
        raise DataError(f"{path}, row {row}: a number is not finite.")
    return vector
