"""Training speed beside PyTorch: whole steps of the same networks, batches and kind of optimizer.

    pip install -e .[bench] --extra-index-url https://download.pytorch.org/whl/cpu
    python benchmarks/train_vs_torch.py

* `fast_resnet`: width 1, 32×32 pictures, batch 128, shifted and mirrored at random, Nesterov.
* `minilm`: fine-tuning of 6 blocks of 384 channels, 32 texts of 32 tokens, AdamW.
* `transformer`: `transformer_tiny` for translation, 128 pairs of 16 and 16 pieces, AdamW.

Every measurement is a process of its own; the sides take turns, so that a change of the machine's
speed meets all. PyTorch is measured in float32 and under bfloat16 autocast, convolutions in
channels-last memory, and the ratio is to the faster of the two. Ours takes what it takes by itself.
The first steps, which compile, do not count. The word table of `minilm` learns on both sides here;
fine-tuning keeps it frozen.

Where a step of `fast_resnet` goes (AMD EPYC with avx512_bf16, 2 cores, batch 128; CPU time): of
about 515 ms the convolutions take 430, in the very kernels of oneDNN that PyTorch runs too, 206 ms
of wall time with both cores free; their gradients for the weights reach 300 to 400 GFLOP/s where
forward passes reach 480 to 540. The rest is GELU (14 passes, 25 ms), batch normalization (16),
pooling (10), the optimizer and casts (20). PyTorch has the same convolutions in about 580 ms.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
from pathlib import Path

SIDES = ("ours", "torch float32", "torch bfloat16")
PAIRS = ("fast_resnet", "minilm", "transformer")
STEPS = {"fast_resnet": 20, "minilm": 30, "transformer": 30}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pair", nargs="+", choices=PAIRS, default=list(PAIRS))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--side", choices=SIDES, help="run one side only, and print it")
    parser.add_argument("--record", action="store_true", help="add the table to RESULTS.md")
    arguments = parser.parse_args()
    if arguments.side:
        print(measure(arguments.pair[0], arguments.side))
        return
    rows = [compare(pair, arguments.rounds) for pair in arguments.pair]
    for row in rows:
        print(row)
    if arguments.record:
        from results import record

        print(record("Training steps beside PyTorch", rows))


def measure(pair: str, side: str) -> float:
    """Examples a second of one side."""
    from pair_data import EXAMPLES

    if side == "ours":
        import our_steps

        return EXAMPLES[pair] * our_steps.steps_per_second(pair, steps=STEPS[pair])
    import torch_steps

    bfloat16 = side == "torch bfloat16"
    return EXAMPLES[pair] * torch_steps.steps_per_second(pair, bfloat16=bfloat16, steps=STEPS[pair])


def compare(pair: str, rounds: int) -> dict[str, object]:
    """All sides in turn; medians, and the median of the ratios round by round."""
    turns = [{side: in_process(pair, side) for side in SIDES} for _ in range(rounds)]
    medians = {side: statistics.median(turn[side] for turn in turns) for side in SIDES}
    ratios = [turn["ours"] / max(turn[side] for side in SIDES[1:]) for turn in turns]
    return {
        "pair": pair,
        **{side: f"{speed:.0f} examples/s" for side, speed in medians.items()},
        "ratio to the faster": f"{statistics.median(ratios):.2f}×",
        "n": f"{rounds} rounds of {STEPS[pair]} steps",
        "seed": 0,
    }


def in_process(pair: str, side: str) -> float:
    """`measure` in a process that has nothing else."""
    # What a command of ours would have set by itself is not handed on to PyTorch's process.
    environment = {k: v for k, v in os.environ.items() if k != "TF_ENABLE_ONEDNN_OPTS"}
    ended = subprocess.run(
        [sys.executable, str(Path(__file__)), "--side", side, "--pair", pair],
        env=environment | {"TF_CPP_MIN_LOG_LEVEL": "3"},
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode:
        raise RuntimeError(f"{pair}, {side} failed: {ended.stderr[-2000:]}")
    return float(ended.stdout.split()[-1])


if __name__ == "__main__":
    main()
