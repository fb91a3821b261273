"""What a report says of tagged sentences beside what it says of all tags: the audit's tables."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence

from kerasapps.data.audit import Audit
from kerasapps.evaluation.formats import share
from kerasapps.evaluation.sections import Table
from kerasapps.evaluation.usage import Asked, literal, sample_text
from kerasapps.workflow.documents import audit_tables


def tag_audit_tables(audit: Audit, *, parted: Mapping[str, float]) -> list[Table]:
    """The audit as tables.

    Args:
        audit: what was found.
        parted: split → share of its sentences that are longer than the model reads at once.
    """
    if not any(parted.values()):
        return audit_tables(audit)
    table = Table(
        heading="Sentences longer than the model reads at once",
        rows=[[split, share(part)] for split, part in parted.items()],
        columns=("split", "share"),
        note="They are read in parts.",
    )
    return audit_tables(audit, more=[table])


def ask_words(sentences: Sequence[Sequence[str]], *, takes: str) -> Asked:
    """How a bundle is asked, as it is written.

    Args:
        sentences: of which one is taken.
        takes: see `Asked`.
    """
    text = sample_text([" ".join(words) for words in sentences[:1000]])
    return Asked(
        typed=shlex.quote(text),
        data="more.conll",
        python=literal(text),
        takes=takes,
        served=f"tf.constant([{literal(text)}])",
    )
