"""PyTorch's side of `train_vs_torch.py`: whole training steps, timed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import torch
from pair_data import PICTURE_BATCH, SHIFT, VOCABULARY, pictures, sentences, texts
from torch.nn import functional
from torch_nets import FastResnet, MiniLM, Translator

Loss = Callable[..., torch.Tensor]


def steps_per_second(pair: str, *, bfloat16: bool, steps: int) -> float:
    """Speed of one side of a pair, the first steps left out."""
    torch.manual_seed(0)
    model, optimizer, batches, loss = _SIDES[pair]()
    model.train()

    def step() -> None:
        batch = next(batches)
        with torch.autocast("cpu", torch.bfloat16, enabled=bfloat16):
            value = loss(model, *batch)
        optimizer.zero_grad()
        value.backward()
        optimizer.step()

    for _ in range(4):
        step()
    began = time.perf_counter()
    for _ in range(steps):
        step()
    return steps / (time.perf_counter() - began)


def _pictures() -> Any:
    # Channels last is PyTorch's fast layout on a CPU, and OpenMP takes all cores by itself.
    model = FastResnet().to(memory_format=torch.channels_last)
    optimizer = torch.optim.SGD(
        [each for each in model.parameters() if each.requires_grad],
        0.01, momentum=0.9, nesterov=True, weight_decay=5e-4,
    )  # fmt: skip
    images, labels = pictures()
    x = torch.from_numpy(images).permute(0, 3, 1, 2)  # views: the memory stays channels last
    y = torch.from_numpy(labels)

    def loss(model: Any, images: Any, labels: Any) -> torch.Tensor:
        return functional.cross_entropy(model(images).float(), labels, label_smoothing=0.1)

    return model, optimizer, augmented(x, y, batch=PICTURE_BATCH, shift=SHIFT), loss


def augmented(x: torch.Tensor, y: torch.Tensor, *, batch: int, shift: int) -> Iterator[Any]:
    """Endless shuffled batches; half of the pictures mirrored, all shifted by up to `shift`."""
    while True:
        for rows in torch.randperm(len(x)).split(batch):
            images = functional.pad(x[rows].float(), (shift,) * 4, mode="reflect")
            moves = torch.randint(0, 2 * shift + 1, (2, len(rows)))
            moved = torch.empty(len(rows), 3, 32, 32).to(memory_format=torch.channels_last)
            for row in range(2 * shift + 1):
                for column in range(2 * shift + 1):
                    here = (moves[0] == row) & (moves[1] == column)
                    moved[here] = images[here, :, row : row + 32, column : column + 32]
            mirrored = torch.rand(len(rows)) < 0.5
            moved[mirrored] = moved[mirrored].flip(-1)
            yield moved.contiguous(memory_format=torch.channels_last), y[rows]


def _texts() -> Any:
    model = MiniLM()
    optimizer = torch.optim.AdamW(model.parameters(), 1e-4, weight_decay=0.01, fused=True)
    ids, labels = texts()
    x, y = torch.from_numpy(ids).long(), torch.from_numpy(labels)

    def loss(model: Any, ids: Any, labels: Any) -> torch.Tensor:
        return functional.cross_entropy(model(ids).float(), labels)

    return model, optimizer, _in_turn(x, y), loss


def _sentences() -> Any:
    model = Translator(VOCABULARY)
    optimizer = torch.optim.AdamW(model.parameters(), 1e-4, weight_decay=0.01, fused=True)
    source, target_in, target = (torch.from_numpy(each).long() for each in sentences())

    def loss(model: Any, source: Any, target_in: Any, target: Any) -> torch.Tensor:
        logits = model(source, target_in).float().flatten(0, 1)
        return functional.cross_entropy(
            logits, target.flatten(), ignore_index=0, label_smoothing=0.1
        )

    return model, optimizer, _in_turn(source, target_in, target), loss


def _in_turn(*arrays: torch.Tensor) -> Iterator[Any]:
    while True:
        yield from zip(*arrays, strict=True)


_SIDES: dict[str, Callable[[], Any]] = {
    "fast_resnet": _pictures,
    "minilm": _texts,
    "transformer": _sentences,
}
