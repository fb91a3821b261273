# ruff: noqa: RUF001
"""Whether bytes, decoded in one way or another, read as a language that is written so.

The same byte is a letter in dozens of encodings, so it proves nothing alone. What tells them apart:
the letters that a language has, where in a word they stand, and its most frequent short words,
which are the same in all encodings.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

# language → its letters beyond a to z, and frequent words of a to z only
_LATIN: dict[str, tuple[str, str]] = {
    "German": ("äöüßéàê", "der die und ist das nicht ein ich mit auf war den von zu sie es"),
    "French": ("àâæçéèêëîïôœùûü", "le la les est et un une pas que je des il en ce pour dans"),
    "Spanish": ("áéíóúüñ", "el los que y es en un una por con de la no se me muy"),
    "Italian": ("àèéìíîòóùú", "il che di e un una per non la sono ma del si con mi"),
    "Portuguese": ("áâãàçéêíóôõúü", "o que de e um uma os do da em para com na se mas"),
    "Dutch": ("éëïóöüèêáàç", "de het een en van is niet dat op te ik met voor zijn was"),
    "Swedish": ("åäöéàü", "och att det som en jag inte med den till av har ett var"),
    "Finnish": ("äöå", "ja on ei oli se mutta joka niin kun olen"),
    "Danish": ("æøåéäö", "og det er en jeg ikke til at af den med som var et har"),
    "Icelandic": ("áðéíóúýþæö", "og er var ekki sem fyrir til af en um hann hefur"),
    "English": ("éèêïñçöüäàâáíóëôîæœ", "the and is of to a in it was i that this for with but"),
    "Catalan": ("àçèéíïòóúü", "el la que i de no un una per amb els les molt"),
    "Polish": ("ąćęłńóśźż", "i nie na do jest to w z ale jak tak po od za co"),
    "Czech": ("áčďéěíňóřšťúůýž", "a je se na v to z do ale jako za by tak jsem s o"),
    "Slovak": ("áäčďéíĺľňóôŕšťúýž", "a je sa na v to z do ale ako za by tak som s o"),
    "Hungarian": ("áéíóöőúüű", "a az egy nem hogy is de ez volt meg csak ha mint el"),
    "Croatian": ("čćđšž", "i je u na se da to za od su ne s ali kao sam"),
    "Romanian": ("ăâîșțşţ", "de nu este un o cu pe la din care mai a am dar"),
    "Turkish": ("çğıöşüâî", "ve bir bu da de ile ama ne o daha en gibi var benim"),
    "Lithuanian": ("ąčęėįšųūž", "ir yra kad bet tai su ne labai kaip jis buvo"),
    "Latvian": ("āčēģīķļņšūž", "un ir kas bet ar ne par no es bija tas"),
    "Estonian": ("äöõüšž", "ja on ei see et oli ta kui aga ma seda"),
}
_WESTERN = (
    *("German", "French", "Spanish", "Italian", "Portuguese", "Dutch", "Swedish", "Finnish"),
    *("Danish", "Icelandic", "English", "Catalan"),
)
_CENTRAL = ("Polish", "Czech", "Slovak", "Hungarian", "Croatian", "Romanian", "German")
_CYRILLIC = (
    "абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґў",
    "и в не на что с я это как но был так мы по за то а у е се да от до й що та",
)
_GREEK = ("αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώϊϋΐΰ", "και το να η ο την του με δεν που μου")
_HEBREW = ("אבגדהוזחטיךכלםמןנסעףפץצקרשת", "של את לא על זה עם הוא מאוד אני היה")
_ARABIC = ("ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىيپچژگ", "في من على لا كان هذا و ما أن جدا")
# encoding → the languages with an alphabet that are written in it; the likelier one of a kind first
_ALPHABETS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("cp1252", "iso8859-15", "mac_roman", "cp850"), _WESTERN),
    **dict.fromkeys(("cp1250", "iso8859-2", "cp852"), _CENTRAL),
    **dict.fromkeys(("cp1254",), ("Turkish",)),
    **dict.fromkeys(("cp1257",), ("Lithuanian", "Latvian", "Estonian")),
}
_OTHERS: dict[str, tuple[str, str]] = {
    **dict.fromkeys(("cp1251", "koi8-r", "cp866", "iso8859-5"), _CYRILLIC),
    **dict.fromkeys(("cp1253", "iso8859-7"), _GREEK),
    **dict.fromkeys(("cp1255",), _HEBREW),
    **dict.fromkeys(("cp1256",), _ARABIC),
}
_KANA, _HANGUL, _HAN = "\u3041-\u30ff", "\uac00-\ud7a3", "\u4e00-\u9fff"
# encoding → what must make up much of a text, how much, and what may make up the rest
_SYLLABLES: dict[str, tuple[str, float, str]] = {
    "cp932": (_KANA, 0.2, _KANA + _HAN),
    "euc_jp": (_KANA, 0.2, _KANA + _HAN),
    "cp949": (_HANGUL, 0.95, _HANGUL + _HAN),
    "gb18030": (_HAN, 0.7, _HAN),
    "big5": (_HAN, 0.7, _HAN),
}
_COMMON = {"gb18030": ("gb2312", 0xB0, 0xD7), "big5": ("big5", 0xA4, 0xC6)}  # their first levels
CANDIDATES = (*_ALPHABETS, *_OTHERS, *_SYLLABLES)

_OPENING, _CLOSING = "«“„‘‚¿¡‹€£§°©", "»”’“…›€°²³®™"
_SIGNS = frozenset("’‘“”„‚«»‹›–—…€£°§²³½¼¾·•¿¡´©®™\xa0\u3000\u3001\u3002")
_FITS = 0.97  # of what is not ASCII
_SOUND = 0.95  # of the lines
_WORD = re.compile(r"[^\W\d_]+")
_CONTROL = re.compile("[\x80-\x9f\ufffd]")  # in no text of any language
_CONTROL_OR_BLANK = re.compile("[\x80-\xa0\ufffd]")
_DOS = frozenset({"cp850", "cp852", "cp866"})
_RUN = re.compile(r"[^\W\d_\x00-\x7f]{4,}")  # more than a word of Latin letters has in a row
_ALONE = frozenset("àèéêóòáåöæø")  # whole words


@dataclass(frozen=True)
class Reading:
    """A text as one encoding has it.

    Attributes:
        encoding: its name.
        text: what the bytes are then.
        words: frequent words of the language that it reads as.
        faultless: whether all of it may stand where it does.
    """

    encoding: str
    text: str
    words: int
    faultless: bool


def read_as(lines: Sequence[bytes], encoding: str) -> Reading | None:
    """The text of the lines where it reads as a language that is written in the encoding.

    A few lines of many may be of no encoding at all; they are left out.
    """
    decoded = [line.decode(encoding, "replace") for line in lines]
    # 0xff is a blank of DOS that hardly anybody has written, and what broken bytes are.
    senseless = _CONTROL_OR_BLANK if encoding in _DOS else _CONTROL
    sound = [line for line in decoded if not senseless.search(line)]
    if len(sound) < _SOUND * len(lines):
        return None
    text = "".join(sound)
    if encoding in _SYLLABLES:
        if not _is_syllables(text, encoding):
            return None
        # Of these only Korean has blanks between its words.
        return Reading(encoding, text, len(re.findall(f"[{_HANGUL}] [{_HANGUL}]", text)), True)
    count = Counter(word.lower() for word in _WORD.findall(text))
    latin = encoding in _ALPHABETS
    languages = [_LATIN[each] for each in _ALPHABETS[encoding]] if latin else [_OTHERS[encoding]]
    if not latin and not _in_words(text):
        return None
    most = (1 - _FITS) * sum(char >= "\x80" for char in text)
    fits = [
        (sum(count[word] for word in words.split()), faults == 0)
        for letters, words in languages
        if (faults := _faults(text, letters, latin=latin)) <= most
    ]
    return Reading(encoding, text, *max(fits)) if fits else None


def _in_words(text: str) -> bool:
    """Whether letters beyond ASCII stand in words rather than alone."""
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    return 2 * sum(len(word) for word in words if len(word) > 2) > sum(map(len, words))


def _faults(text: str, letters: str, *, latin: bool) -> int:
    """How much of what is not ASCII is no letter or sign of a language, or where none may stand."""
    known = frozenset(letters + letters.upper())
    faults = sum(map(len, _RUN.findall(text))) if latin else 0
    padded = f" {text} "
    for place, char in enumerate(padded):
        if char < "\x80":
            continue
        before, after = padded[place - 1], padded[place + 1]
        if char in known:
            faults += _is_misplaced(char, before, after, latin=latin)
        else:
            faults += char not in _SIGNS or _is_inside(char, before, after)
    return faults


def _is_misplaced(char: str, before: str, after: str, *, latin: bool) -> bool:
    """Whether a letter stands where hardly any language has it."""
    if char.isupper() and before.islower():
        return True
    if not latin:  # no other script's letters in one word
        return (before.isascii() and before.isalpha()) or (after.isascii() and after.isalpha())
    return not before.isalpha() and not after.isalpha() and char.lower() not in _ALONE


def _is_inside(char: str, before: str, after: str) -> bool:
    """Whether a sign stands in a word, or on the wrong side of one."""
    if char == "\xa0":  # it keeps a word and what belongs to it together
        ends = before.isalnum() or before == "«", after.isalnum() or after in "!?:;»%€"
        return not all(ends)
    if char in "’‘·–—":
        return False
    left, right = before.isalpha(), after.isalpha()
    return (left and right) or (left and char not in _CLOSING) or (right and char not in _OPENING)


def _is_syllables(text: str, encoding: str) -> bool:
    most, share, rest = _SYLLABLES[encoding]
    wide = [char for char in text if char >= "\x80"]
    usual = len(re.findall(f"[{rest}\u3000-\u303f\uff01-\uff60\u2014\u2018-\u201d\u2026]", text))
    if usual < _FITS * len(wide) or len(re.findall(f"[{most}]", text)) < share * len(wide):
        return False
    if encoding not in _COMMON:
        return True
    codec, low, high = _COMMON[encoding]
    han = [char.encode(codec, "replace")[0] for char in re.findall(f"[{_HAN}]", text)]
    return sum(low <= byte <= high for byte in han) >= 0.9 * len(han)
