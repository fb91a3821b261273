"""Pictures that are read and decoded for every batch anew."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from kerasapps.data.sources.places import Place, Places, read_place
from kerasapps.errors import DataError
from kerasapps.preprocess.image import ImageSpec, load_image, open_image
from kerasapps.preprocess.variation import Variation
from kerasapps.streamed import Stored, StreamedArray, in_pool


@dataclass(frozen=True)
class PictureRows:
    """Makes the pixels of pictures, see `streamed.RowMaker`.

    Attributes:
        places: of the encoded pictures.
        spec: what the model takes.
    """

    places: Places
    spec: ImageSpec
    releases: ClassVar[bool] = True

    def read(self, row: int) -> bytes:
        """The encoded picture."""
        place = self.places[row]
        try:
            return read_place(place)
        except OSError as error:
            raise DataError(f"{place} cannot be read: {error.strerror or error}") from error

    def make(self, row: int, stored: bytes) -> np.ndarray:
        """Its pixels, uint8 `(height, width, channels)`.

        Raises:
            DataError: naming a picture that cannot be decoded.
        """
        try:
            return load_image(stored, self.spec)
        except DataError:
            return load_image(self.places[row], self.spec)  # which names it

    def stored(self) -> Stored | None:
        """How pictures lie in shards; None where each is a file."""
        order = self.places.stored_order()
        return None if order is None else Stored(order, self.places.mean_bytes())


class StreamedVariants:
    """Variants of pictures, drawn anew for every batch: `variants[numbers, rows]`.

    Args:
        pictures: made by `PictureRows`.
        variation: how variants differ.
        count: variants of a picture, of which the first is the picture as it is.
    """

    def __init__(self, pictures: StreamedArray, variation: Variation, *, count: int) -> None:
        self._pictures = pictures
        self._variation = variation
        self.shape = (count, *pictures.shape)
        self.dtype = pictures.dtype

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, chosen: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
        numbers, rows = chosen
        made = np.empty((len(rows), *self.shape[2:]), self.dtype)

        def fill(place: int) -> None:
            made[place] = self._variant(int(numbers[place]), int(rows[place]))

        in_pool(fill, range(len(rows)), parallel=True)
        return made

    def _variant(self, number: int, row: int) -> np.ndarray:
        maker: Any = self._pictures.maker
        stored = self._pictures.stored(row)
        try:
            picture = open_image(stored, maker.spec.channels)
        except DataError:
            picture = open_image(maker.places[row], maker.spec.channels)  # which names it
        return self._variation.fit(picture, maker.spec, place=row, variant=number, of=len(self))


def stream_pictures(
    places: Iterable[Place], spec: ImageSpec, *, kept_bytes: int = 0
) -> StreamedArray:
    """Pictures as an array whose rows are decoded when they are asked for.

    Args:
        places: of the encoded pictures.
        spec: what the model takes.
        kept_bytes: of pixels that may stay in memory.
    """
    maker = PictureRows(Places.of(places), spec)
    shape = (len(maker.places), *spec.shape)
    return StreamedArray(maker, shape, np.uint8, kept_bytes=kept_bytes)
