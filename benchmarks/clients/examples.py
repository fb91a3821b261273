"""What clients are asked: held-out examples of a bundle's data, and odd ones of its kind."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from PIL import Image

import kerasapps
from benchmarks.clients.answers import Raw
from benchmarks.clients.reading import kind_of_input
from kerasapps import data
from kerasapps.config import ImageConfig, LoadConfig, TextConfig, TranslationConfig, kinds
from kerasapps.data.sounds.decode import read_sound, resample
from kerasapps.deploy.manifest import Manifest, read_manifest

COUNT = 100
"""Examples of a bundle's own data; the odd ones come on top."""

ODD_TEXTS = (
    "",
    "   ",
    "!!! ... ???",
    "GREAT gREAT gReAt film",
    "it's 100% naïve_ 🙂 and 'quoted'",
    "Café déjà vu – très bon, naïve Ünïcode, straße",
    "cafe\u0301 de\u0301ja\u0300 vu in two code points a letter",
    "很好的电影 and 素晴らしい 영화",
    "Привет, какой хороший фильм",
    "tabs\tand\nlines\r\nand\u00a0hard\u2003blanks\u200b",
    "<START> <PAD> <UNKNOWN> [CLS] [SEP] [PAD] [UNK] </s>",
    "constructor __proto__ toString hasOwnProperty",
    'a-b_c.d,e;f:g/h\\i|j (k) [l] {m} <n> "o" `p` ~q @r #s $t %u ^v &w *x +y =z',
    "long " * 400,
    "x" * 3000,
    "ends\0here, says C",
    "ﬁne ﬂat ½ ² № ™ \uff21\uff11",
    "\ufeffmark of byte order",
)
ODD_SENTENCES = ("", "   ", "A", "the the the the the", *ODD_TEXTS[2:11], "dog " * 60)
TARGETS = ("label_column", "target_columns", "target_kind")
MISSING, STRANGE = "", "never seen before"


def examples_of(folder: Path, scratch: Path, *, count: int = COUNT) -> tuple[Raw, ...]:
    """Held-out examples of the data that a bundle names, and odd ones.

    Args:
        folder: the bundle.
        scratch: an empty folder for pictures and sounds.
        count: of the held-out ones at most.

    Raises:
        KerasAppsError: if its data is not where it was.
    """
    manifest = read_manifest(folder)
    find = {
        kinds.PICTURE: _pictures,
        kinds.SOUND: _sounds,
        kinds.WORDS: _texts,
        kinds.WORDPIECES: _texts,
        kinds.TOKENS: _tagged,
        kinds.SENTENCEPIECE: _sentences,
        kinds.ROWS: _rows,
    }[kind_of_input(manifest)]
    return tuple(find(manifest, scratch, count))


def _source(manifest: Manifest) -> str:
    return str(manifest.data["source"])


def _pictures(manifest: Manifest, scratch: Path, count: int) -> list[Raw]:
    scratch.mkdir(parents=True)
    splits = data.load_images(
        _source(manifest),
        image=ImageConfig(**_columns(manifest, "image", "image_column", *TARGETS)),
        folder=scratch / "of_the_data",
    )
    files = _spread(splits.test.paths, count)
    return [*files, *odd_pictures(files, scratch)]


def _texts(manifest: Manifest, scratch: Path, count: int) -> list[Raw]:
    options = _columns(manifest, "text", "text_column", "encoding", *TARGETS)
    splits = data.load_texts(_source(manifest), text=TextConfig(**options))
    return [*_spread(splits.test.texts, count), *ODD_TEXTS]


def _tagged(manifest: Manifest, scratch: Path, count: int) -> list[Raw]:
    options = _columns(
        manifest, "tagging", "token_column", "tag_column", "scheme", "tag_names", "encoding"
    )
    splits = data.load_tags(_source(manifest), tagging=kerasapps.TaggingConfig(**options))
    texts = [" ".join(words) for words in splits.test.sentences]
    return [*_spread(texts, count), *ODD_TEXTS, " ".join(texts[:20])]


def _sounds(manifest: Manifest, scratch: Path, count: int) -> list[Raw]:
    options = _columns(manifest, "audio", "sample_rate", "clip_seconds", "unknown", "wanted")
    load = LoadConfig(**_columns(manifest, "load", "test_split"))
    splits = data.load_sounds(_source(manifest), audio=kerasapps.AudioConfig(**options), load=load)
    files = [clip.path for clip in splits.test.clips]
    return [*_spread(files, count), *odd_sounds(files, scratch, rate=manifest.input["rate"])]


def _sentences(manifest: Manifest, scratch: Path, count: int) -> list[Raw]:
    options = _columns(manifest, "translation", "source_column", "target_column", "encoding")
    splits = data.load_pairs(_source(manifest), translation=TranslationConfig(**options))
    sources = [*splits.test.sources, *splits.validation.sources, *splits.train.sources]
    return [*dict.fromkeys(sources[:count]), *ODD_SENTENCES]


def _rows(manifest: Manifest, scratch: Path, count: int) -> list[Raw]:
    reader = kerasapps.load_bundle(manifest.folder).reader
    names = reader.spec.names
    rows = [
        {name: _plain_cell(row[name]) for name in names} for row in reader.split(_source(manifest))
    ]
    rows = _spread(rows[len(rows) // 2 :], count)
    typical = dict(reader.typical)
    odd = [dict.fromkeys(names, MISSING), dict.fromkeys(names, STRANGE), typical]
    for name in names:
        odd += [typical | {name: cell} for cell in (MISSING, STRANGE, "-1e9", "1e9", " 7 ", "É")]
    return [*rows, *odd]


def _plain_cell(value: Any) -> str:
    return "" if value is None else str(value)


def _columns(manifest: Manifest, section: str, *names: str) -> dict[str, Any]:
    options = manifest.settings.get(section, {})
    told = {name: options[name] for name in names if options.get(name) not in (None, [])}
    return {name: tuple(each) if isinstance(each, list) else each for name, each in told.items()}


def _spread(values: Sequence[Any], count: int) -> list[Any]:
    """As many as that, from first to last."""
    step = max(1, len(values) // count)
    return list(islice(values, 0, None, step))[:count]


def odd_pictures(files: Sequence[Path], folder: Path) -> list[Path]:
    """Pictures of other sizes, modes and formats, made of some that there are.

    Args:
        files: pictures.
        folder: where they are written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    pictures = [Image.open(file).convert("RGB") for file in files[:8]]
    first, *_ = pictures
    wide = first.resize((301, 47), Image.Resampling.BICUBIC)
    turned = Image.Exif()
    turned[0x0112] = 6  # to be turned by a quarter
    made = {
        "tall.png": first.resize((33, 257), Image.Resampling.BICUBIC),
        "wide.png": wide,
        "one.png": first.resize((1, 1)),
        "grey.png": first.convert("L"),
        "palette.png": first.quantize(64),
        "transparent.png": _faded(pictures[-1].resize((120, 90), Image.Resampling.BICUBIC)),
        "black_and_white.png": first.convert("1"),
    }
    written = []
    for name, picture in made.items():
        picture.save(folder / name)
        written.append(folder / name)
    for number, picture in enumerate(pictures):
        large = picture.resize((200 + 31 * number, 180 + 17 * number), Image.Resampling.BICUBIC)
        written.append(folder / f"large_{number}.jpg")
        large.save(written[-1], quality=92)
    written.append(folder / "turned.jpg")
    wide.save(written[-1], quality=95, exif=turned)
    return written


def odd_sounds(files: Sequence[Path], folder: Path, *, rate: int) -> list[Path]:
    """Sounds of other lengths, rates, channels and formats, made of some that there are.

    Args:
        files: sounds.
        folder: where they are written.
        rate: samples a second of a sound that the model takes as it is.
    """
    folder.mkdir(parents=True, exist_ok=True)
    sounds = [read_sound(file, rate=rate) for file in files[:6]]
    first, second, *_ = sounds
    made = {
        "short.wav": (first[: len(first) // 3], rate),
        "long.wav": (np.concatenate(sounds), rate),
        "longer.flac": (np.concatenate([first, second]), rate),
        "stereo.wav": (np.stack([first, -0.5 * first], axis=1), rate),
        "slow.wav": (resample(first, rate=rate, wanted=11025), 11025),
        "quick.wav": (resample(second, rate=rate, wanted=48000), 48000),
        "silent.wav": (0 * first, rate),
        "loud.wav": (np.clip(4 * first, -1, 1), rate),
        "packed.ogg": (first, rate),
    }
    for name, (samples, of_rate) in made.items():
        soundfile.write(folder / name, samples, of_rate)
    return [folder / name for name in made]


def _faded(picture: Image.Image) -> Image.Image:
    """From opaque on the left to clear on the right."""
    faded = picture.convert("RGBA")
    faded.putalpha(Image.linear_gradient("L").rotate(90).resize(picture.size))
    return faded
