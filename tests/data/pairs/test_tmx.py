from __future__ import annotations

import gzip
import tracemalloc
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from kerasapps.config import TranslationConfig
from kerasapps.data.pairs import tmx
from kerasapps.data.pairs.kinds import is_pair_data
from kerasapps.data.pairs.listing import PairListing
from kerasapps.data.pairs.tmx import add_tmx
from tests.data.pair_samples import audit, content, load, pairs, reason

PAIRS = pairs(40)
EXPECTED = dict(PAIRS)
DOCTYPE = '<!DOCTYPE tmx SYSTEM "tmx14.dtd">'


def unit(**texts: str) -> str:
    """A unit with one text a language, ready-made markup, on one line."""
    sides = (
        f'<tuv xml:lang="{tag.replace("_", "-")}"><seg>{text}</seg></tuv>'
        for tag, text in texts.items()
    )
    return f"<tu>{''.join(sides)}</tu>"


UNITS = [unit(de=escape(target), en=escape(source)) for source, target in PAIRS]


def document(units: list[str], *, header: str = '<header srclang="en"/>', doctype: str = "") -> str:
    """A TMX file whose first unit stands on line 4."""
    start = f'<?xml version="1.0"?>{doctype}\n<tmx version="1.4">{header}\n<body>'
    return "\n".join([start, *units, "</body></tmx>"])


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_units_become_pairs(tmp_path: Path, work: Path) -> None:
    path = write(tmp_path / "a.tmx", document(UNITS, doctype=DOCTYPE))
    assert is_pair_data(path)
    splits = load(path, work)
    assert content(splits) == EXPECTED
    assert splits.audit.guesses == ("a.tmx: source in 'en', target in 'de'",)
    row = [source for source, _ in PAIRS].index(splits.test.sources[0]) + 4
    assert splits.test.origin(0) == f"a.tmx, row {row}"
    assert content(load(path, work, target_language="en")) == {t: s for s, t in PAIRS}
    packed = tmp_path / "b.tmx.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert is_pair_data(packed) and content(load(packed, work)) == EXPECTED


def test_languages(tmp_path: Path, work: Path) -> None:
    free = document(UNITS, header='<header srclang="*all*"/>')
    found = load(write(tmp_path / "a.tmx", free), work).audit
    assert (found["source_language"], found["target_language"]) == ("de", "en")  # as they come
    regional = [
        unit(**{("en_US", "en_GB")[n % 2]: source, "DE_at": target})
        for n, (source, target) in enumerate(PAIRS)
    ]
    path = write(tmp_path / "b.tmx", document(regional))
    assert content(load(path, work)) == EXPECTED
    british = audit(path, work, source_language="en-GB", target_language="de")
    assert british.total == 20 and "20 units do not have both en-gb" in british.warnings[0]
    three = [*UNITS, unit(en="A cat.", fr="Un chat.")]
    path = write(tmp_path / "c.tmx", document(three))
    (error,) = audit(path, work).errors
    assert "has the languages en, de, fr: choose two with source_language" in error
    found = audit(path, work, source_language="en", target_language="de")
    assert found.total == 40 and found.warnings == (
        "c.tmx: 1 units do not have both en and de (the first: row 44): left out",
    )
    brazil = [unit(pt_BR=source, pt_PT=target) for source, target in PAIRS]
    found = audit(write(tmp_path / "d.tmx", document(brazil)), work)
    assert (found["source_language"], found["target_language"]) == ("pt-br", "pt-pt")


def test_markup_inside_a_text(tmp_path: Path, work: Path) -> None:
    marked = [
        unit(
            en='Press <bpt i="1">&lt;b&gt;<sub>no</sub></bpt>the <hi>red</hi> key<ept i="1"/>.',
            de="A &amp; B &#228;<ph>{1}</ph>!",
        ),
        unit(en=" ", de="leer"),
    ]
    found = load(write(tmp_path / "a.tmx", document([*UNITS, *marked])), work)
    assert content(found)["Press the red key."] == "A & B ä!"
    (broken,) = found.audit["broken"].first
    assert (broken.origin, broken.fault) == ("a.tmx, row 45", "empty text")


def test_utf16(tmp_path: Path, work: Path) -> None:
    path = tmp_path / "a.tmx"
    path.write_bytes(document(UNITS).encode("utf-16"))
    assert content(load(path, work)) == EXPECTED


def test_entities_are_refused_before_they_grow(tmp_path: Path, work: Path) -> None:
    laughs = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
    bomb = f'<!DOCTYPE tmx [<!ENTITY l0 "ha">{laughs}]>'
    path = write(tmp_path / "a.tmx", document([unit(en="&l9;", de="ha")], doctype=bomb))
    tracemalloc.start()
    (error,) = audit(path, work).errors
    assert "declares the entity 'l0'" in error and tracemalloc.get_traced_memory()[1] < 20e6
    tracemalloc.stop()
    secret = write(tmp_path / "secret.txt", "password")
    outside = f'<!DOCTYPE tmx [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    path = write(tmp_path / "b.tmx", document([unit(en="&x;", de="x")], doctype=outside))
    assert "declares the entity 'x'" in audit(path, work).errors[0]
    unknown = document([*UNITS, unit(en="an &odd; one", de="x")], doctype=DOCTYPE)
    (broken,) = audit(write(tmp_path / "c.tmx", unknown), work)["broken"].first
    assert (broken.origin, broken.reason) == (
        "c.tmx, row 44",
        "the entity &odd; is not defined in the file",
    )


@pytest.mark.parametrize(
    ("text", "part"),
    [
        (document(UNITS).replace("</seg>", "", 1), "line 4: not well-formed XML (mismatched tag)"),
        (document(UNITS)[:900], "not well-formed XML"),
        ("<html/>", "is no TMX file: its root is <html>"),
        (document([]), "holds no translation units"),
        (document(["<tu></tu>"]), "holds no translation units"),
        (document([unit(en="alone")]), "has the languages en: choose two"),
        ("", "not well-formed XML (no element found)"),
    ],
)
def test_files_that_do_not_fit(tmp_path: Path, work: Path, text: str, part: str) -> None:
    (error,) = audit(write(tmp_path / "a.tmx", text), work).errors
    assert part in error


def test_splits(tmp_path: Path, work: Path) -> None:
    root = tmp_path / "data"
    write(root / "train.tmx", document(UNITS[:30]))
    write(root / "test.tmx", document(UNITS[30:]))
    assert is_pair_data(root)
    splits = load(root, work)
    assert len(splits.test) == 10 and content(splits) == EXPECTED
    write(root / "more.tmx", document(UNITS))
    assert "TMX files beside the splits are ignored: more" in audit(root, work).warnings[0]
    (root / "train.tmx").unlink()
    (root / "test.tmx").unlink()
    assert content(load(root, work)) == EXPECTED


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    many = [unit(en=f"{s} {n} {'x' * 1500}", de=t) for n in range(60) for s, t in PAIRS]
    path = write(tmp_path / "a.tmx", document(many))
    assert path.stat().st_size > 3e6
    listing = PairListing()
    tracemalloc.start()
    add_tmx(listing, path, config=TranslationConfig())
    count = sum(1 for _ in listing.rows())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 2_400 and peak < 1.5e6


def test_a_text_or_tag_without_end_takes_little_memory(
    tmp_path: Path, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tmx, "LINE_LIMIT", 100_000)
    path = write(tmp_path / "a.tmx", document([*UNITS, unit(en="x" * 100_001, de="y")]))
    audit_ = audit(path, work)
    assert audit_.total == 40 and audit_["broken"].total == 1
    assert audit_["broken"].first[0].reason == "a text has more than 100,000 characters"
    write(path, document([*UNITS, unit(en="x" * 100_000, de="y " * 20_000)]))
    assert "has more than" not in str(audit(path, work)["broken"])
    for endless in ("<!-- " + "x" * 200_000, "<tu id='" + "x" * 200_000):
        write(path, document([*UNITS, endless]))
        assert "line 44: a tag or comment of more than 100,000 bytes" in reason(path, work)
