"""spaCy's binary files of documents become sentences with tags. spaCy is imported only for them."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kerasapps.config.iob2 import OUTSIDE
from kerasapps.data.sources.rows import Row, RowListing
from kerasapps.errors import DataError, DependencyError
from kerasapps.files.named import refuse_irregular
from kerasapps.wording.harmless import printable

SUFFIX = ".spacy"
_ANY_LANGUAGE = "xx"  # words come cut: no rules of a language are asked for


def add_doc_bin(listing: RowListing, file: Path, split: str | None = None) -> None:
    """Add the sentences of a file to a listing; a document without sentences is one.

    Args:
        listing: to add to.
        file: a `DocBin`, as spaCy trains on.
        split: of the sentences.

    Raises:
        DataError: if it is no such file.
        DependencyError: if spaCy is not installed.
    """
    documents = _documents(file)
    listing.guesses.append(f"{printable(file.name)}: read as spaCy's documents")
    listing.parts.append(lambda: _rows(listing, file, documents, split))


def _documents(file: Path) -> list[Any]:
    try:
        spacy, tokens = map(importlib.import_module, ("spacy", "spacy.tokens"))
    except ImportError as error:
        raise DependencyError(
            f"reading {printable(file)} needs spaCy: pip install spacy, or give the data as "
            "CoNLL or JSONL"
        ) from error
    try:
        refuse_irregular(file)
        packed = tokens.DocBin().from_disk(file)
        return [*packed.get_docs(spacy.blank(_ANY_LANGUAGE).vocab)]
    except DataError:
        raise
    except Exception as error:  # of zlib, of msgpack or of spaCy, whatever the bytes are
        raise DataError(f"{printable(file)} is no file of spaCy's documents ({error})") from error


def _rows(
    listing: RowListing, file: Path, documents: list[Any], split: str | None
) -> Iterator[Row]:
    if not documents:
        listing.errors.append(f"{printable(file)} is empty")
    for number, document in enumerate(documents, 1):
        whole = document.has_annotation("SENT_START")
        for sentence in document.sents if whole else [document]:
            words = tuple(token.text for token in sentence)
            tags = tuple(map(_tag, sentence))
            yield Row(printable(file.name), number, (words, tags, (str(file), number)), split)


def _tag(token: Any) -> str:
    inside = token.ent_type_ and token.ent_iob_ in ("B", "I")
    return f"{token.ent_iob_}-{token.ent_type_}" if inside else OUTSIDE
