"""PyTorch's side of `cifar10.py`: the same net, optimizer, batches and schedule, as long."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.nn import functional
from torch_nets import FastResnet
from torch_steps import augmented

BATCH, RATE, DECAY, SMOOTHING, WARMUP, VALIDATION = 256, 0.12, 0.01, 0.1, 0.05, 0.1


@dataclass(frozen=True)
class Peer:
    """What came of it.

    Attributes:
        accuracy: on the test split, of the mean of a picture and its mirror image.
        examples: of the test split.
        epochs: passes over the training split that were begun.
        curve: validation accuracy by minute, without mirror images.
    """

    accuracy: float
    examples: int
    epochs: int
    curve: str

    def figures(self, like: Mapping[str, object], **given: Any) -> dict[str, object]:
        """A row with the columns of `like`."""
        own = {
            "side": f"PyTorch {torch.__version__}, bfloat16",
            "budget": f"{given['minutes']:g} min",
            "trained": f"{given['minutes']:.1f} min",
            "epochs": self.epochs,
            "test accuracy": f"{self.accuracy:.2%}",
            "n": self.examples,
            "seed": given["seed"],
        }
        return {column: own.get(column, "") for column in like}


def train(data: Path, *, minutes: float, seed: int) -> Peer:
    """Trains until the minutes are over; the rate falls to 0 with them."""
    torch.manual_seed(seed)
    (x, y), (held_x, held_y) = _halves(*_pictures(data / "train"), seed=seed)
    model = FastResnet().to(memory_format=torch.channels_last)
    _start(model, x[:5000])
    optimizers = _optimizers(model)
    began, points, step = time.perf_counter(), [], 0
    steps = -(-len(x) // BATCH)
    for images, labels in augmented(x, y, batch=BATCH, shift=3):
        share = (time.perf_counter() - began) / (60 * minutes)
        if share >= 1:
            break
        rise = min(1.0, share / WARMUP)
        fall = 0.5 * (1 + math.cos(math.pi * max(0.0, share - WARMUP) / (1 - WARMUP)))
        _step(model, optimizers, images, labels, factor=rise * fall)
        step += 1
        if step % steps == 0:
            right = _accuracy(model, held_x, held_y, mirror=False)
            points.append(f"{(time.perf_counter() - began) / 60:.1f} min {right:.2%}")
    test_x, test_y = _pictures(data / "test")
    right = _accuracy(model, test_x, test_y, mirror=True)
    return Peer(right, len(test_x), -(-step // steps), ", ".join(points))


def _pictures(folder: Path) -> tuple[torch.Tensor, torch.Tensor]:
    """uint8 `(n, 3, 32, 32)`, channels last in memory, and labels."""
    files = [
        (file, number)
        for number, label in enumerate(sorted(each for each in folder.iterdir() if each.is_dir()))
        for file in sorted(label.iterdir())
    ]
    images = np.stack([np.asarray(Image.open(file).convert("RGB")) for file, _ in files])
    labels = torch.tensor([number for _, number in files])
    return torch.from_numpy(images).permute(0, 3, 1, 2), labels


def _halves(x: torch.Tensor, y: torch.Tensor, *, seed: int) -> Any:
    """Training and validation split."""
    order = torch.from_numpy(np.random.default_rng(seed).permutation(len(x)))
    held = int(len(x) * VALIDATION)
    return (x[order[held:]], y[order[held:]]), (x[order[:held]], y[order[:held]])


def _start(model: FastResnet, x: torch.Tensor) -> None:
    """Whitening from the pictures' patches, and kernels that begin as identities."""
    pixels = (x.float() - 127.5) / 64
    patches = functional.unfold(pixels, 2).transpose(1, 2).reshape(-1, 12)[::7].double()
    values, vectors = torch.linalg.eigh(patches.T @ patches / len(patches))
    directions = (vectors / (values + 5e-4).sqrt()).T.flip(0).float().reshape(12, 3, 2, 2)
    with torch.no_grad():
        model.whiten.weight.copy_(torch.cat([directions, -directions]))
        model.whiten.bias.zero_()
        for block in model.blocks:
            weight = block.conv.weight
            nn.init.dirac_(weight[: weight.shape[1]])


class _Muon:
    """Nesterov steps whose matrices are made orthogonal (Jordan et al. 2024)."""

    def __init__(self, weights: list[torch.Tensor]) -> None:
        self._weights = weights
        self._means = [torch.zeros_like(weight) for weight in weights]

    @torch.no_grad()
    def step(self, rate: float) -> None:
        for weight, mean in zip(self._weights, self._means, strict=True):
            assert weight.grad is not None
            mean.mul_(0.95).add_(weight.grad)
            matrix = (weight.grad + 0.95 * mean).flatten(1)
            x = (matrix / (matrix.norm() + 1e-7)).bfloat16()
            for _ in range(6):
                gram = x @ x.T
                x = 3.4445 * x + (-4.7750 * gram + 2.0315 * gram @ gram) @ x
            scale = max(1.0, x.shape[0] / x.shape[1]) ** 0.5
            weight.mul_(1 - rate * DECAY).sub_(x.float().view_as(weight), alpha=rate * scale)


def _optimizers(model: FastResnet) -> tuple[_Muon, torch.optim.Optimizer]:
    kernels = [block.conv.weight for block in model.blocks]
    taken = {id(each) for each in kernels}
    rest = [p for p in model.parameters() if p.requires_grad and id(p) not in taken]
    return _Muon(kernels), torch.optim.Adam(rest, fused=True)


def _step(model: Any, optimizers: Any, images: Any, labels: Any, *, factor: float) -> None:
    muon, adam = optimizers
    with torch.autocast("cpu", torch.bfloat16):
        logits = model(images)
    loss = functional.cross_entropy(logits.float(), labels, label_smoothing=SMOOTHING)
    model.zero_grad()
    loss.backward()
    adam.param_groups[0]["lr"] = 0.05 * RATE * factor
    adam.step()
    muon.step(RATE * factor)


@torch.no_grad()
def _accuracy(model: FastResnet, x: torch.Tensor, y: torch.Tensor, *, mirror: bool) -> float:
    model.eval()
    right = 0
    for images, labels in zip(x.split(500), y.split(500), strict=True):
        with torch.autocast("cpu", torch.bfloat16):
            logits = model(images.float())
            if mirror:
                logits = logits + model(images.flip(-1).float())
        right += int((logits.argmax(1) == labels).sum())
    model.train()
    return right / len(x)
