"""What the command line says of a task."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Phrases:
    """Words that help texts and messages are made of.

    Attributes:
        data: what training takes; the help of DATA.
        form: how such data looks, where some was given that looks like no task's.
        does: what `predict` does, and with what: ("label", "pictures").
        inputs: what `predict` takes: ("picture files", "folders of them").
        example: what is trained on in examples, with the options that it needs: "photos".
        example_input: what `predict` is given in them: "cat.jpg".
        gives: what is said of a bundle that refuses an option of another task: "gives labels".
        explains: what `explain` takes: "text"; "" where nothing is explained.
        shows: what it then shows: "which words spoke for a label".
        methods: by which it can be explained, the usual one first.
        draws: whether what is explained can be saved as a picture.
        has_layers: whether what lies inside the network can be shown.
    """

    data: str
    form: str
    does: tuple[str, str]
    inputs: tuple[str, ...]
    example: str
    example_input: str
    gives: str
    explains: str = ""
    shows: str = ""
    methods: tuple[str, ...] = ()
    draws: bool = False
    has_layers: bool = False
