"""C19: files whose names lie, rare formats, other files beside.

Content decides what a picture is; what is none is left out and named, and is never broken; `check`
and `train` agree on folders of one rare format.
"""

from __future__ import annotations

import io
import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pillow_heif
from hostile_cases import Case, Printed, Verdict, command, judge, judge_command
from hostile_workshop import Workshop
from PIL import Image

from kerasapps.config import LoadConfig
from kerasapps.data.audit import Audit
from kerasapps.data.texts.sources import is_text_data
from tests.data.loading import audit_images

FORMATS = ("JPEG", "PNG", "GIF", "BMP", "WEBP", "TIFF", "AVIF", "HEIF", "PPM", "JPEG2000")
NAMES = ("{}", "{}.jpg", "{}.png", "{}.JPEG", "{}.tif", "{}.heic", "{}.dat", "{}.v2", "{}.txt")
SIDECARS = {
    "{}.xml": b"<annotation/>", "{}.txt": b"0 0.5 0.5 1 1", "{}.aae": b"bplist00",
    "{}.mov": b"\0\0\0\x14ftypqt  \0\0\0\0qt  ", "Icon\r": b"", "{}.jpg.json": b"{}",
    "{}.xmp": b"<x/>", "{}.mp4": b"\0\0\0\x18ftypisom\0\0\0\0", "notes": b"read me",
    "{}.nef": b"II*\0\x08\0\0\0", "@eaDir/{}.jpg/SYNOPHOTO_THUMB_M.jpg": b"", "._{}.jpg": b"\0",
    "{}.psd": b"8BPS", "{}.csv": b"a,b\n1,2\n", "README.md": b"BM is not a bitmap",
    "{}.pdf": b"%PDF-1.7",
}  # fmt: skip
COUNT = 12


def cases(workshop: Workshop, draw: random.Random, variants: int) -> Iterator[Case]:
    """Formats under all names, sidecars, folders of one format, HEIC without its package."""
    for kind in FORMATS:
        name = draw.choice(NAMES)
        yield Case(f"{kind} as {name}", lambda k=kind, n=name: _whole(workshop, [k], [n], {}))
    for _ in range(variants):
        kinds, names = draw.sample(FORMATS, 3), draw.sample(NAMES, 3)
        beside = dict(draw.sample(sorted(SIDECARS.items()), 5))
        yield Case(
            f"{kinds} as {names} beside {sorted(beside)}",
            lambda k=kinds, n=names, b=beside: _whole(workshop, k, n, b),
        )
    yield Case("all sidecars", lambda: _whole(workshop, ["JPEG"], ["{}.jpg"], SIDECARS))
    for kind, name in (("TIFF", "{}.tif"), ("PNG", "{}"), ("HEIF", "{}.heic")):
        yield Case(f"check of only {kind} as {name}", lambda k=kind, n=name: _check(workshop, k, n))
    yield Case("HEIC without pillow-heif", lambda: _without(workshop))
    yield Case("only other files", lambda: _only_others(workshop))
    yield Case("a picture beyond Pillow's limit of warning", lambda: _large(workshop))


def _whole(
    workshop: Workshop, kinds: list[str], names: list[str], beside: dict[str, bytes]
) -> Verdict:
    root = _folder(workshop, kinds, names, beside)
    hidden = {"Icon\r", "@eaDir/{}.jpg/SYNOPHOTO_THUMB_M.jpg", "._{}.jpg"}
    others = 2 * len(set(beside) - hidden)

    def right(audit: Audit) -> bool:
        named = [each for each in audit.warnings if each.startswith(f"{others} files that are no")]
        return (
            audit.ok and not audit["broken"] and audit.total == COUNT and len(named) == (others > 0)
        )

    return judge(lambda: _audit(root), right=right, refusal=None)


def _audit(root: Path) -> Audit:
    assert not is_text_data(root)
    return audit_images(root, config=LoadConfig(), seed=0, work_dir=root.parent / "work")


def _check(workshop: Workshop, kind: str, name: str) -> Verdict:
    root = _folder(workshop, [kind], [name], {})
    right: Callable[[Printed], bool] = lambda printed: (  # noqa: E731
        printed.status == 0 and "The data can be used." in printed.out
    )
    return judge_command(lambda: command("check", root), right=right, refusal=None)


def _without(workshop: Workshop) -> Verdict:
    root = _folder(workshop, ["HEIF"], ["{}.heic"], {})
    with patch.dict(sys.modules, {"pillow_heif": None}):
        audit = _audit(root)
    named = all("kerasapps[heic]" in each.reason for each in audit["broken"])
    return judge(lambda: audit, right=lambda _: named and not audit.ok, refusal=None)


def _only_others(workshop: Workshop) -> Verdict:
    root = workshop.fresh()
    for label in "ab":
        (root / label).mkdir()
        (root / label / "1.psd").write_bytes(b"8BPS")
    audit = audit_images(root, config=LoadConfig(), seed=0, work_dir=root.parent / "work")
    text = " ".join((*audit.errors, *audit.warnings))
    return judge(
        lambda: audit,
        right=lambda _: "holds no pictures" in text and "a/1.psd" in text,
        refusal=None,
    )


def _large(workshop: Workshop) -> Verdict:
    root = _folder(workshop, ["PNG"], ["{}.png"], {})
    with patch.object(
        Image, "MAX_IMAGE_PIXELS", 90
    ):  # the pictures have 144, Pillow's limit is 180
        audit = _audit(root)
    return judge(lambda: audit, right=lambda _: audit.ok and not audit["broken"], refusal=None)


def _folder(
    workshop: Workshop, kinds: list[str], names: list[str], beside: dict[str, bytes]
) -> Path:
    root = workshop.fresh("files") / "data"
    for number in range(COUNT):
        folder = root / "ab"[number % 2]
        folder.mkdir(parents=True, exist_ok=True)
        name = names[number % len(names)].format(f"picture{number}")
        (folder / name).write_bytes(_encoded(number, kinds[number % len(kinds)]))
    for name, content in beside.items():
        for label in "ab":
            file = root / label / name.format("picture0")
            file.parent.mkdir(parents=True, exist_ok=True)
            if not file.exists():
                file.write_bytes(content)
    return root


def _encoded(number: int, kind: str) -> bytes:
    coarse = np.random.default_rng(number).integers(0, 256, (3, 3, 3), dtype=np.uint8)
    image = Image.fromarray(np.repeat(np.repeat(coarse, 4, 0), 4, 1))
    buffer = io.BytesIO()
    if kind == "HEIF":
        pillow_heif.from_pillow(image.resize((64, 64))).save(buffer, format="HEIF")
    else:
        image.save(buffer, kind)
    return buffer.getvalue()
