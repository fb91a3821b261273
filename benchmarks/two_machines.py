"""Training and search across two machines: two network namespaces that a veth pair joins.

    sudo python benchmarks/two_machines.py [--only train|cable|search]

Each namespace has a network of its own, with the address 10.0.0.1 or 10.0.0.2, so that processes in
them reach each other over the pair alone, as machines do over a cable. Cores and disk they share.
The commands are those of docs/scale.md and docs/tuning.md. Three things are done once each:

- train: a network on both; every machine finds its place by its own address.
- cable: the same, the pair taken down in the middle; both end, and the same commands go on.
- search: a chief and a worker in each namespace.

Needs root and iproute2. Exits 1 if anything ends otherwise than it should.
"""

from __future__ import annotations

import argparse
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kerasapps.deploy.manifest import read_manifest

SPACES = ("kerasapps-one", "kerasapps-two")
ADDRESSES = ("10.0.0.1", "10.0.0.2")
DIGITS = ("image-classification", "builtin:digits", "--image-size", "8", "--augment", "none")
FILES = ("--quantization", "float32", "--no-saved-model")
NETWORK = ("--model", "cnn", "--dropout", "0", "--batch-size", "64", "--precision", "float32")
PEERS = ("--peers", f"{ADDRESSES[0]}:9123,{ADDRESSES[1]}:9123")
LONGEST = 600.0  # seconds of one command
WITHIN = 60.0  # seconds after a lost machine in which all must have ended


@dataclass(frozen=True)
class Ended:
    """A command in a namespace that is over.

    Attributes:
        status: its exit status.
        seconds: that it took.
        told: standard error.
    """

    status: int
    seconds: float
    told: str


class Command:
    """`kerasapps …` in the namespace of one machine."""

    def __init__(self, machine: int, words: Sequence[object], folder: Path) -> None:
        self._log = (folder / f"{machine}-{secrets.token_hex(4)}.log").open("w+")
        self._began = time.monotonic()
        self.process = subprocess.Popen(
            ["ip", "netns", "exec", SPACES[machine], sys.executable, "-m", "kerasapps"]
            + [str(word) for word in words],
            stdout=subprocess.DEVNULL,
            stderr=self._log,
            cwd=folder,
            env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"},
        )

    def told(self) -> str:
        """What it has told so far."""
        return Path(self._log.name).read_text(errors="replace")

    def wait(self) -> Ended:
        """Its end; it is killed where there is none."""
        try:
            status = self.process.wait(LONGEST)
        except subprocess.TimeoutExpired:
            self.process.kill()
            status = self.process.wait()
        return Ended(status, time.monotonic() - self._began, self.told())


@contextmanager
def two_namespaces() -> Iterator[None]:
    """Two networks of one address each, joined by a pair; gone when the block ends."""
    _remove()
    try:
        for space in SPACES:
            _ip("netns", "add", space)
        ends = ("kerasapps0", "kerasapps1")
        _ip("link", "add", ends[0], "type", "veth", "peer", "name", ends[1])
        for space, end, address in zip(SPACES, ends, ADDRESSES, strict=True):
            _ip("link", "set", end, "netns", space)
            _ip("-n", space, "link", "set", end, "name", "cable")
            _ip("-n", space, "address", "add", f"{address}/24", "dev", "cable")
            for device in ("lo", "cable"):
                _ip("-n", space, "link", "set", device, "up")
        yield
    finally:
        _remove()


def carried() -> float:
    """MB (10^6 bytes) that the first machine has sent over the cable so far."""
    counter = "/sys/class/net/cable/statistics/tx_bytes"
    line = ["ip", "netns", "exec", SPACES[0], "cat", counter]
    return int(subprocess.run(line, check=True, capture_output=True).stdout) / 1e6


def together(folder: Path, *, epochs: int) -> list[Command]:
    """Both machines begin the training of docs/scale.md."""
    words = ["train", *DIGITS, *NETWORK, *FILES, "--epochs", epochs, *PEERS]
    return [Command(each, [*words, "--output-dir", f"run-{each}"], folder) for each in (0, 1)]


def train(folder: Path) -> list[str]:
    """A training on both, and the same on one for comparison."""
    before = carried()
    both = [command.wait() for command in together(folder, epochs=5)]
    sent = carried() - before
    alone = Command(
        0,
        ["train", *DIGITS, *NETWORK, *FILES, "--epochs", 5, "--output-dir", "alone"],
        folder,
    ).wait()
    _require([0, 0, 0], [*both, alone])
    figures = [read_manifest(folder / name / "bundle") for name in ("run-0", "alone")]
    accuracy = [each.metrics["accuracy"] for each in figures]
    losses = [each.history["rows"][0]["val_loss"] for each in figures]
    left = [path.name for path in folder.glob("run-1/*")]
    assert not left, f"the worker left {left}"
    return [
        f"train: {both[0].seconds:.1f} s on two, {alone.seconds:.1f} s on one (whole commands); "
        f"{sent:.1f} MB each way",
        f"  test accuracy {accuracy[0]:.4f} on two, {accuracy[1]:.4f} on one; validation loss "
        f"after the first epoch {losses[0]:.6f} and {losses[1]:.6f}",
    ]


def cable(folder: Path) -> list[str]:
    """The cable is pulled while both train; then the same commands go on."""
    commands = together(folder, epochs=400)
    checkpoint = folder / "run-0" / "work" / "training" / "checkpoint.npz"
    _await(checkpoint.exists, "a first checkpoint")
    time.sleep(2)
    _ip("-n", SPACES[0], "link", "set", "cable", "down")
    pulled = time.monotonic()
    ends, seconds = [], []
    for command in commands:
        ends.append(command.wait())
        seconds.append(time.monotonic() - pulled)
    _ip("-n", SPACES[0], "link", "set", "cable", "up")
    assert max(seconds) <= WITHIN, f"ended after {max(seconds):.0f} s"
    _require([1, 1], ends)
    last = [end.told.strip().splitlines()[-1] for end in ends]
    again = [command for command in together(folder, epochs=400)]
    _await(lambda: "epoch" in again[0].told().lower(), "an epoch after the resumption")
    for command in again:
        command.process.kill()
        command.wait()
    return [
        f"cable: pulled in training, both ended within {max(seconds):.1f} s:",
        *(f"  {line}" for line in last),
        "  and the same commands went on from the checkpoint",
    ]


def search(folder: Path) -> list[str]:
    """The search of docs/tuning.md: a chief, and a worker in each namespace."""
    secret = folder / "search.secret"
    secret.write_text(secrets.token_hex(32))
    words = ["tune", *DIGITS, *FILES, "--model", "mlp", "--epochs", 2, "--trials", 4]
    words += ["--chief", f"{ADDRESSES[0]}:9124", "--secret-file", secret]
    before = carried()
    chief = Command(0, [*words, "--role", "chief", "--output-dir", "search"], folder)
    workers = [Command(each, [*words, "--role", "worker"], folder) for each in (0, 1)]
    ends = [command.wait() for command in (chief, *workers)]
    _require([0, 0, 0], ends)
    trials = len((folder / "search" / "leaderboard.csv").read_text().splitlines()) - 1
    return [
        f"search: {trials} trials by two machines in {ends[0].seconds:.1f} s, "
        f"{carried() - before:.2f} MB from the chief"
    ]


def _require(statuses: Sequence[int], ends: Sequence[Ended]) -> None:
    for status, end in zip(statuses, ends, strict=True):
        if end.status != status:
            raise SystemExit(
                f"a command ended with {end.status}, not {status}:\n{end.told[-3000:]}"
            )


def _await(happened: object, what: str) -> None:
    end = time.monotonic() + LONGEST
    while not happened():  # type: ignore[operator]
        if time.monotonic() > end:
            raise SystemExit(f"there was never {what}")
        time.sleep(0.1)


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True)


def _remove() -> None:
    for space in SPACES:
        subprocess.run(["ip", "netns", "delete", space], check=False, capture_output=True)


def main() -> None:
    """Does all three, or one, and prints what came of it."""
    parts = {"train": train, "cable": cable, "search": search}
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=list(parts))
    only = parser.parse_args().only
    if os.geteuid():
        raise SystemExit("Network namespaces need root: sudo python benchmarks/two_machines.py")
    with two_namespaces():
        for name, part in parts.items():
            if only in (None, name):
                with tempfile.TemporaryDirectory() as folder:
                    print(*part(Path(folder)), sep="\n", flush=True)


if __name__ == "__main__":
    main()
