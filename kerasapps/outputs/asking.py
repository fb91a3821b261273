"""How bundles are asked with what the world has, as lines to copy: a picture, a text."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from kerasapps.evaluation.usage import Asked, literal, sample_text
from kerasapps.preprocess.image import ImageSpec
from kerasapps.preprocess.sounds.spec import SoundSpec
from kerasapps.preprocess.tokenizers.spec import VOCABULARY_FILE

_RESIZED = {
    "stretch": "picture = picture.resize({size}, Image.Resampling.BILINEAR)",
    "crop": "picture = ImageOps.fit(picture, {size}, Image.Resampling.BILINEAR)",
    "pad": """\
whole = ImageOps.contain(picture, {size}, Image.Resampling.BILINEAR)
picture = Image.new(picture.mode, {size})
picture.paste(whole, tuple((a - b) // 2 for a, b in zip(picture.size, whole.size)))""",
}
"""What to do with the aspect → the lines that do it, antialiased as training does."""
_OF_OURS = (
    "uint8 where it is model_int8.tflite, else float32 of the same values; rescaling is inside"
)


def ask_picture(spec: ImageSpec, *, dtype: str = _OF_OURS, channels: int = 3) -> Asked:
    """How a picture is given to a bundle, as it is written.

    Args:
        spec: what the model takes.
        dtype: the type of its files' inputs, and of what values, in words.
        channels: of its files' inputs: three also where the model takes grey pictures.
    """
    size = f"({spec.width}, {spec.height})"
    kind, mode, layers = ("RGB", "RGB", "") if channels == 3 else ("grey", "L", ", ..., None")
    resized = _RESIZED[spec.resize].format(size=size)
    return Asked(
        typed="photo.jpg",
        data="more_photos/",
        python='"photo.jpg"',
        takes=f"the bytes of a picture in {kind}, [1, {spec.height}, {spec.width}, "
        f"{channels}] ({dtype})",
        imports=f"""\
from PIL import Image{"" if spec.resize == "stretch" else ", ImageOps"}

picture = Image.open("photo.jpg").convert({literal(mode)})
{resized}""",
        value=f'np.asarray(picture, takes["dtype"])[None{layers}]',
        served='tf.constant([open("photo.jpg", "rb").read()])',
    )


def ask_sound(spec: SoundSpec) -> Asked:
    """How a sound is given to a bundle, as it is written.

    Args:
        spec: what the model takes.
    """
    return Asked(
        typed="sound.wav",
        data="more_sounds/",
        explained="sound.wav",
        python='"sound.wav"',
        takes=f"a sound's samples, float32 [1, {spec.samples}], of {spec.rate:,} a second and "
        "between -1 and 1, in one channel",
        imports=f"""\
import soundfile

# of {spec.rate:,} samples a second; others are resampled first
sound = soundfile.read("sound.wav", dtype="float32", always_2d=True)[0].mean(axis=1)
sound = np.pad(sound, (0, {spec.samples}))[:{spec.samples}]""",
        value="sound[None]",
        served=f"sound=tf.zeros([1, {spec.samples}])",
    )


def ask_text(texts: Sequence[str], *, length: int) -> Asked:
    """How a text is given to a bundle, as it is written.

    Args:
        texts: of which one is taken.
        length: tokens that the model reads.
    """
    text = sample_text(texts)
    return Asked(
        typed=shlex.quote(text),
        data="more.csv",
        explained=shlex.quote(text),
        python=literal(text),
        takes=f"the ids of a text's tokens, int32 [1, {length}], as {VOCABULARY_FILE} and input "
        "in bundle.json make them (wordpieces go in with their mask and type ids)",
        served=f"tf.constant([{literal(text)}])",
    )
