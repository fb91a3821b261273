# ruff: noqa: RUF001
"""A few sentences of many languages, and the encodings that are usual for them."""

from __future__ import annotations

TONGUES: dict[str, tuple[list[str], list[str]]] = {
    "German": (
        [
            "Das Frühstück war großartig, aber die Straße war laut.",
            "Übrigens fand ich die Gäste sehr höflich.",
            "Es war schön und nicht zu teuer, müsste aber größer sein.",
        ],
        ["cp1252", "cp850"],
    ),
    "French": (
        [
            "Le café était très agréable et le garçon drôle.",
            "J’ai été déçu par la qualité, où est passé l’été ?",
        ],
        ["cp1252", "mac_roman"],
    ),
    "Spanish": (
        ["El niño comió jamón en la mañana. ¡Qué rico!", "¿Dónde está la canción de ayer?"],
        ["cp1252", "mac_roman"],
    ),
    "Portuguese": (
        ["A refeição não estava boa, mas o pão é ótimo.", "Amanhã à noite haverá reunião."],
        ["cp1252"],
    ),
    "Swedish": (
        ["Det är en väldigt bra film på svenska.", "Jag åkte till sjön för att bada."],
        ["cp1252", "cp850"],
    ),
    "Danish": (
        ["Jeg købte æbler og blåbær på torvet.", "Det var en dårlig oplevelse på øen."],
        ["cp1252"],
    ),
    "English": (
        ["It’s a great film — “really” good.", "Don’t miss it… the café is nice for €5"],
        ["cp1252", "mac_roman"],
    ),
    "Polish": (
        ["Jedzenie było świetne, ale obsługa była zła.", "Źle się czuję w przyszłym roku"],
        ["cp1250", "iso8859-2"],
    ),
    "Czech": (
        ["Příliš žluťoučký kůň úpěl ďábelské ódy.", "Byl to velmi dobrý film, líbil se mi."],
        ["cp1250", "iso8859-2"],
    ),
    "Hungarian": (
        ["Nagyon jó film volt, tetszett a főszereplő.", "Az étel hűvös és rossz volt, őszintén."],
        ["cp1250"],
    ),
    "Turkish": (
        ["Çok güzel bir film, şiddetle öneririm.", "Yemekler kötüydü ama ışıklar güzeldi."],
        ["cp1254"],
    ),
    "Russian": (
        ["Это был очень хороший фильм.", "Мне совсем не понравилось обслуживание."],
        ["cp1251", "koi8-r", "cp866"],
    ),
    "Greek": (["Ήταν μια πολύ καλή ταινία.", "Δεν μου άρεσε καθόλου το φαγητό."], ["cp1253"]),
    "Hebrew": (["זה היה סרט טוב מאוד.", "השירות היה גרוע."], ["cp1255"]),
    "Arabic": (["كان فيلما جيدا جدا.", "الخدمة كانت سيئة."], ["cp1256"]),
    "Japanese": (
        ["これはとても良い映画です。", "サービスが悪かったので二度と行きません。"],
        ["cp932", "euc_jp"],
    ),
    "Chinese": (["这是一部非常好的电影。", "服务很差，我再也不会来了。"], ["gb18030"]),
    "Korean": (["정말 좋은 영화였습니다.", "서비스가 나빴습니다."], ["cp949"]),
}
CASES = [(language, codec) for language, (_, codecs) in TONGUES.items() for codec in codecs]


def table(language: str, rows: int = 60) -> str:
    """A table of different texts in a language, with two labels."""
    texts, _ = TONGUES[language]
    lines = [
        f'"{texts[number % len(texts)]} {number}",{("pos", "neg")[number % 2]}\n'
        for number in range(rows)
    ]
    return "text,label\n" + "".join(lines)
