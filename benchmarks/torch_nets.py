"""The networks of `train_vs_torch.py` in plain PyTorch: same shapes, random weights."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from torch.nn import functional


class FastResnet(nn.Module):
    """`kerasapps.models.fast_resnet` at width 1, 32×32 pictures, 10 classes."""

    def __init__(self) -> None:
        super().__init__()
        self.whiten = nn.Conv2d(3, 24, 2)
        self.whiten.weight.requires_grad = False
        blocks: list[nn.Module] = []
        inputs = 24
        for filters in (64, 256, 256):
            blocks += [_Conv(inputs, filters, pool=True), _Conv(filters, filters, pool=False)]
            inputs = filters
        self.blocks = nn.Sequential(*blocks)
        self.head = nn.Linear(inputs, 10, bias=False)

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        """Logits `(batch, 10)` of pictures `(batch, 3, 32, 32)`, 0 to 255."""
        x = functional.gelu(self.whiten((pictures - 127.5) / 64))
        logits: torch.Tensor = self.head(self.blocks(x).amax((2, 3)) / 9)
        return logits


class _Conv(nn.Module):
    def __init__(self, inputs: int, filters: int, *, pool: bool) -> None:
        super().__init__()
        self.conv = nn.Conv2d(inputs, filters, 3, padding=1, bias=False)
        self.pool = nn.MaxPool2d(2) if pool else nn.Identity()
        self.norm = nn.BatchNorm2d(filters, eps=1e-6, momentum=0.4)
        self.norm.weight.requires_grad = False

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return functional.gelu(self.norm(self.pool(self.conv(x))))


class MiniLM(nn.Module):
    """The encoder of all-MiniLM-L6-v2 with a head for two classes on the mean of the tokens."""

    def __init__(self) -> None:
        super().__init__()
        self.words = nn.Embedding(30522, 384)
        self.places = nn.Embedding(512, 384)
        self.segments = nn.Embedding(2, 384)
        self.norm = nn.LayerNorm(384, eps=1e-12)
        self.drop = nn.Dropout(0.1)
        block = nn.TransformerEncoderLayer(
            384, 12, 1536, dropout=0.1, activation="gelu", layer_norm_eps=1e-12, batch_first=True
        )
        self.blocks = nn.TransformerEncoder(block, 6, enable_nested_tensor=False)
        self.head = nn.Linear(384, 2)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        """Logits `(batch, 2)` of ids `(batch, length)`, 0 is padding."""
        padding = ids == 0
        places = torch.arange(ids.shape[1])
        x = self.words(ids) + self.places(places) + self.segments(torch.zeros_like(ids))
        x = self.blocks(self.drop(self.norm(x)), src_key_padding_mask=padding)
        real = (~padding)[..., None].float()
        mean = (x.float() * real).sum(1) / real.sum(1)
        logits: torch.Tensor = self.head(self.drop(mean))
        return logits


class Translator(nn.Module):
    """`transformer_tiny`: 4 + 4 blocks of 128 channels, tied embeddings of 8,000 pieces."""

    def __init__(self, vocabulary: int) -> None:
        super().__init__()
        self.table = nn.Embedding(vocabulary, 128)
        nn.init.uniform_(self.table.weight, -((3 / 128) ** 0.5), (3 / 128) ** 0.5)
        self.register_buffer("waves", torch.randn(64, 128) * 0.7)
        self.drop = nn.Dropout(0.3)
        self.blocks = nn.Transformer(
            128, 4, 4, 4, 256, dropout=0.3, norm_first=True, batch_first=True
        )

    def forward(self, source: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        """Logits `(batch, t, vocabulary)` of ids `(batch, s)` and `(batch, t)`, 0 is padding."""
        later = nn.Transformer.generate_square_subsequent_mask(target.shape[1])
        padding = source == 0
        x = self.blocks(
            self._embed(source),
            self._embed(target),
            tgt_mask=later,
            tgt_is_causal=True,
            src_key_padding_mask=padding,
            memory_key_padding_mask=padding,
        )
        return functional.linear(x, self.table.weight)

    def _embed(self, ids: torch.Tensor) -> torch.Tensor:
        waves: Any = self.waves
        embedded: torch.Tensor = self.drop(self.table(ids) * 128**0.5 + waves[: ids.shape[1]])
        return embedded
