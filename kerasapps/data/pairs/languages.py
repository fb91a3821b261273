"""Which names of files and columns are those of languages, and which language is translated."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kerasapps.config import TranslationConfig
from kerasapps.errors import DataError

# ISO 639-1
_CODES = frozenset(
    re.findall(
        r"\w+",
        """
        aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy
        da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht
        hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky
        la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny
        oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss
        st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo
        za zh zu
        """,
    )
)
# Other names that corpora give to large languages: ISO 639-2 and -3, and English words
_NAMES = {
    name: code
    for code, names in {
        "ar": "ara arabic", "cs": "ces cze czech", "da": "dan danish", "de": "deu ger german",
        "el": "ell gre greek", "en": "eng english", "es": "spa spanish", "fi": "fin finnish",
        "fr": "fra fre french", "he": "heb hebrew", "hi": "hin hindi", "hu": "hun hungarian",
        "it": "ita italian", "ja": "jpn japanese", "ko": "kor korean", "nl": "nld dut dutch",
        "no": "nor norwegian", "pl": "pol polish", "pt": "por portuguese", "ro": "ron rum romanian",
        "ru": "rus russian", "sv": "swe swedish", "tr": "tur turkish", "uk": "ukr ukrainian",
        "vi": "vie vietnamese", "zh": "zho chi cmn chinese",
    }.items()
    for name in names.split()
}  # fmt: skip
_REGION = re.compile(r"[a-z]{2}|\d{3}|arab|cyrl|deva|hans|hant|latn")  # country or script
_BESIDE = frozenset(
    {"sentence", "segment", "utterance", "text", "translation", "lang", "language", "source"}
    | {"target", "src", "tgt", "trg", "txt"}
)
_PAIRS = (
    ("source", "target"), ("src", "tgt"), ("src", "trg"), ("source_text", "target_text"),
    ("source_sentence", "target_sentence"), ("sentence", "translation"), ("text", "translation"),
    ("source", "translation"), ("original", "translation"), ("input", "output"),
)  # fmt: skip


def language_of(name: str) -> str | None:
    """The language that a file's suffix or a column is named after, such as "en" or "pt-br".

    "en", "EN-us", "eng", "German" and "sentence_de" are names of languages; "is_long" is none.
    """
    parts = re.split(r"[-_. ]+", name.strip().lower())
    code = _code(parts[0])
    if code is not None and all(_REGION.fullmatch(part) for part in parts[1:]):
        return "-".join([code, *parts[1:]])
    known = [tongue for part in parts if part not in _BESIDE and (tongue := _code(part))]
    others = [part for part in parts if part not in _BESIDE]
    return known[0] if len(known) == len(others) == 1 else None


def _code(word: str) -> str | None:
    return word if word in _CODES else _NAMES.get(word)


def is_language(wanted: str, name: str) -> bool:
    """Whether a name is that of the wanted language: "pt-BR" is "pt", but "pt" is not "pt-BR"."""
    plain = wanted.strip().lower().replace("_", "-")
    folded = name.strip().lower().replace("_", "-")
    tongue = language_of(name) or folded
    known = language_of(wanted) or plain
    return folded == plain or tongue == known or tongue.split("-")[0] == known


def known_pair(names: Sequence[str]) -> tuple[int, int] | None:
    """Where the names that are usual for source and target stand, such as "src" and "tgt"."""
    folded = [name.strip().lower().removesuffix(".txt") for name in names]  # as of archives
    for source, target in _PAIRS:
        if source in folded and target in folded:
            return folded.index(source), folded.index(target)
    return None


def check_direction(
    tongues: tuple[str | None, str | None], *, config: TranslationConfig
) -> list[str]:
    """Warnings where the options call a language otherwise than files or columns do.

    Args:
        tongues: what source and target are named after, where that is known.
        config: the languages that the user named.

    Raises:
        DataError: if what is read as one side is the language that the options want on the other.
    """
    asked = (config.source_language, config.target_language)
    warnings = []
    for side, wanted, here, there in zip(
        ("source", "target"), asked, tongues, tongues[::-1], strict=True
    ):
        if wanted is None or here is None or is_language(wanted, here) or is_language(here, wanted):
            continue
        if there is not None and is_language(wanted, there):
            raise DataError(
                f"{side}_language is {wanted!r}, but the {side} is named after {here!r}, and the "
                f"other side after {there!r}: give the two the other way round, or leave out "
                f"{side}_language"
            )
        warnings.append(
            f"the {side} is named after {here!r}, and taken for {wanted!r} ({side}_language)"
        )
    return warnings


def choose_languages(
    names: Sequence[str], *, config: TranslationConfig, where: str
) -> tuple[str, str]:
    """The names of source and target among those of languages.

    Args:
        names: different names; the first of two is the source unless the options say otherwise.
        config: the languages that the user named.
        where: they were found in, for messages.

    Raises:
        DataError: if they leave a choice, or lack what the options name; it lists them.
    """
    listed = ", ".join(names) or "none"
    source = _wanted(config.source_language, names, "source_language", where)
    target = _wanted(config.target_language, names, "target_language", where)
    free = [name for name in names if name not in (source, target)]
    if source is None and target is None and len(free) == 2:
        return free[0], free[1]
    if source is None and target is not None and len(free) == 1:
        return free[0], target
    if target is None and source is not None and len(free) == 1:
        return source, free[0]
    if source is None or target is None or source == target:
        raise DataError(
            f"{where} has the languages {listed}: choose two with source_language and "
            "target_language"
        )
    return source, target


def _wanted(wanted: str | None, names: Sequence[str], option: str, where: str) -> str | None:
    if wanted is None:
        return None
    exact = [name for name in names if name.strip().lower() == wanted.strip().lower()]
    fitting = exact or [name for name in names if is_language(wanted, name)]
    if len(fitting) == 1:
        return fitting[0]
    listed = ", ".join(fitting or names) or "none"
    reason = f"more than one {wanted!r}" if fitting else f"no {wanted!r}"
    raise DataError(f"{where} has {reason} ({option}); its languages: {listed}")
