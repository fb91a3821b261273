"""PyTorch's old files, read without it: right ones, torn ones, and ones that mean harm."""

from __future__ import annotations

import pickle
import struct
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kerasapps.errors import ConfigError
from kerasapps.models.pretrained.torch_stream import read_tensors
from tests.models.pretrained.streams import (
    Stored,
    Tensor,
    identity,
    numbers,
    saved,
    stream,
    tensor_of,
)

ARRAYS = {
    "conv.weight": np.arange(24, dtype="float32").reshape(2, 3, 4).transpose(2, 0, 1),
    "bn.weight": np.array([1.5, -2.5], "float32"),
    "bn.num_batches_tracked": np.array(7, "int64"),
}
TWO = np.array([1.0, 2.0], "float32")


def refusal(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        read_tensors(path)
    words = str(caught.value)
    assert words.startswith(f"{path} is not a whole file of tensors from PyTorch before 1.6: ")
    return words.split(": ", 1)[1]


def test_tensors_come_out_as_they_went_in(tmp_path: Path) -> None:
    path = tmp_path / "net.pth"
    path.write_bytes(saved(ARRAYS))
    tensors = read_tensors(path)
    assert list(tensors) == list(ARRAYS)
    for name, array in ARRAYS.items():
        np.testing.assert_array_equal(tensors[name], array)
        assert tensors[name].dtype == array.dtype and tensors[name].shape == array.shape
        assert tensors[name].flags.c_contiguous and tensors[name].flags.owndata


def test_tensors_may_share_a_storage(tmp_path: Path) -> None:
    stored = Stored(identity("7", 6))
    tensors = {"all": Tensor(stored, 0, (2, 3), (3, 1)), "column": Tensor(stored, 2, (2,), (3,))}
    path = tmp_path / "net.pth"
    path.write_bytes(stream(tensors, ["7"], numbers(np.arange(6, dtype="float32"))))
    np.testing.assert_array_equal(read_tensors(path)["column"], [2, 5])


def test_it_is_what_the_package_holds(tmp_path: Path) -> None:
    """The real file's first tensors, by their sums as PyTorch 1.5 has them."""
    from kerasapps.config import PRETRAINED

    path = PRETRAINED["efficientnet_lite0"].find()
    assert path is not None
    tensors = read_tensors(path)
    assert len(tensors) == 296 and tensors["_fc.weight"].shape == (1000, 1280)
    assert tensors["_bn0.num_batches_tracked"].dtype == np.int64
    assert np.isfinite(tensors["_conv_stem.weight"]).all()
    assert (tensors["_blocks.15._bn2.running_var"] > 0).all()


class Harm:
    def __init__(self, *call: Any) -> None:
        self.call = call

    def __reduce__(self) -> Any:
        return self.call[0], self.call[1:]


@pytest.mark.parametrize(
    "value",
    [
        Harm(exec, "raise SystemExit('harm')"),
        OrderedDict(weight=Harm(eval, "1/0")),
        Harm(__import__("os").system, "touch harm"),
        Harm(getattr, OrderedDict, "__init__"),
    ],
)
@pytest.mark.parametrize("place", range(5))
def test_nothing_else_is_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: int, value: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    good: list[Any] = [*map(pickle.loads, _parts(saved({}))[:3]), {}, []]
    parts = [pickle.dumps(each, 2) for each in good]
    parts[place] = pickle.dumps(value, 2)
    assert "it asks for" in refusal(tmp_path / "net.pth", b"".join(parts))
    assert not (tmp_path / "harm").exists()


def _parts(content: bytes) -> list[bytes]:
    """The five pickles."""
    import io
    import pickletools

    source, parts, start = io.BytesIO(content), [], 0
    for _ in range(5):
        for _ in pickletools.genops(source):
            pass
        parts.append(content[start : source.tell()])
        start = source.tell()
    return parts


@pytest.mark.parametrize(
    ("operations", "words"),
    [
        (b"\x8c\x02osN\x93", "operation SHORT_BINUNICODE"),
        (b"(iposix\nsystem\n", "operation INST"),
        (b"ccollections\nOrderedDict\nN\x81", "operation NEWOBJ"),
        (b"ccollections\nOrderedDict\nNR", "it calls something"),
        (b"NNR", "it calls something"),
        (b"ccollections\nOrderedDict\nNb", "it sets the state of something"),
        (b"ctorch\nFloatStorage\n)R", "it calls something"),
        (b"NQ", "it refers to something"),
        (b"(K\x01K\x01t(K\x01K\x01u", "it writes into something"),
        (b"}(K\x01K\x01u", "a key is no name"),
        (b"})K\x01s", "a key is no name"),
        (b"NNa", "it adds to something"),
        (b"Nt", "no mark"),
        (b"\x85", "too few values"),
        (b"NN", "no single value"),
        (b"h\x05", "damaged"),
        (b"q\x05", "damaged"),
    ],
)
def test_operations_that_no_tensor_needs_are_refused(
    tmp_path: Path, operations: bytes, words: str
) -> None:
    head = b"".join(_parts(saved({}))[:3])
    assert words in refusal(tmp_path / "net.pth", head + b"\x80\x02" + operations + b".")


@pytest.mark.parametrize(
    ("shape", "strides", "offset"),
    [
        ((1,) * 9, (1,) * 9, 0),
        ((1,) * 99, (1,) * 99, 0),
        ((3,), (1,), 0),
        ((2,), (1,), 1),
        ((2,), (2,), 0),
        ((2, 2), (1, 0), 0),
        ((1 << 40,), (0,), 0),
        ((0,), (1,), 0),
        ((2,), (1, 1), 0),
        ((-2,), (1,), 0),
        ((2,), (-1,), 1),
        ((2.0,), (1,), 0),
        ((True,), (1,), 0),
        ([2], [1], 0),
        ((2,), (1,), None),
    ],
)
def test_a_tensor_must_fit_its_storage(
    tmp_path: Path, shape: Any, strides: Any, offset: Any
) -> None:
    tensors = {"a": Tensor(Stored(identity("0", 2)), offset, shape, strides)}
    words = refusal(tmp_path / "net.pth", stream(tensors, ["0"], numbers(TWO)))
    assert any(each in words for each in ("does not fit its storage", "odd sizes", "BINFLOAT"))


@pytest.mark.parametrize("count", [3, 1 << 29, 1 << 60, -1, 1.5, None])
def test_storages_of_impossible_sizes_are_refused(tmp_path: Path, count: Any) -> None:
    tensors = {"a": Tensor(Stored(identity("0", count)), 0, (2,), (1,))}
    content = stream(tensors, ["0"], numbers(TWO))
    words = refusal(tmp_path / "net.pth", content)
    assert any(each in words for each in ("are left.", "refers to something.", "BINFLOAT"))


def test_what_does_not_agree_is_refused(tmp_path: Path) -> None:
    path, tensors = tmp_path / "net.pth", {"a": tensor_of("0", TWO)}
    two = numbers(TWO)
    longer = struct.pack("<q", 1) + two[8:]
    assert "another length" in refusal(path, stream(tensors, ["0"], longer))
    assert "4 bytes follow" in refusal(path, stream(tensors, ["0"], two + bytes(4)))
    for keys in ([], ["1"], ["0", "1"], ["0", "0"]):
        assert "not those of its tensors" in refusal(path, stream(tensors, keys, two * len(keys)))
    assert "no list of names" in refusal(path, stream(tensors, [0], two))
    assert "no list of names" in refusal(path, stream(tensors, {}, two))
    other = {**tensors, "b": Tensor(Stored(identity("0", 1)), 0, (1,), (1,))}
    assert "not those of its tensors" in refusal(path, stream(other, ["0"], two))
    assert "something else than named tensors" in refusal(path, stream({"a": 1}, [], b""))
    assert "something else than named tensors" in refusal(path, stream([], [], b""))
    assert "a tensor has no storage" in refusal(path, stream({"a": Tensor(1, 0, (), ())}, [], b""))
    for change in ({"magic": 1}, {"protocol": 1002}):
        assert "begins otherwise" in refusal(path, stream(tensors, ["0"], two, **change))
    for machine in ({"little_endian": False}, {}, []):
        assert "little-endian" in refusal(path, stream(tensors, ["0"], two, machine=machine))


def test_a_file_that_is_torn_off_anywhere_is_refused(tmp_path: Path) -> None:
    content = saved(ARRAYS)
    for length in [*range(0, len(content), 7), len(content) - 1]:
        refusal(tmp_path / "net.pth", content[:length])


def test_other_files_are_refused(tmp_path: Path) -> None:
    for content in (b"PK\x03\x04 a zip", b"\x89HDF\r\n", b"{}", pickle.dumps({"a": 1}), bytes(99)):
        refusal(tmp_path / "net.pth", content)
    with pytest.raises(OSError, match="No such file"):
        read_tensors(tmp_path / "absent.pth")
