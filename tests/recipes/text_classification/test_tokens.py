"""Which tokenizer a run takes, and what it says of it."""

from __future__ import annotations

import random
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import keras
import pytest

from kerasapps.config import LoadConfig, ModelConfig, TextConfig
from kerasapps.config.own import OwnNetwork
from kerasapps.errors import ConfigError
from kerasapps.preprocess.tokenizers import Tokenizer, TokenizerSpec, regex
from kerasapps.recipes.text_classification import tokens as text_tokens
from kerasapps.recipes.text_classification.plan import check_text_options
from kerasapps.recipes.text_classification.tokens import VIEWS, choose_tokenizer
from kerasapps.workflow.cache import Cache
from tests.data.loading import load_texts

SENTENCE = "the parcel came on tuesday with a box and my neighbour saw it later today in town"
WORDS = SENTENCE.split()


def choose(folder: Path, *signs: str, model: str = "bag_of_ngrams", **options: Any) -> Tokenizer:
    """The tokenizer for 300 texts of random words with a sign of their label."""
    draw = random.Random(0)
    labels = [draw.randrange(len(signs)) for _ in range(300)]
    texts = [" ".join([*draw.choices(WORDS, k=8), signs[label]]) for label in labels]
    text = TextConfig(**options)
    data = (texts, [f"class {label}" for label in labels])
    splits = load_texts(data, config=LoadConfig(), text=text, seed=0, work_dir=folder / "texts")
    return choose_tokenizer(text, ModelConfig(model=model), splits, Cache(folder))


@pytest.mark.parametrize("signs", [("😀", "😡"), (":)", ":("), ("C", "C#"), ("!", "?")])
def test_signs_that_tell_labels_apart_take_wordpieces(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], signs: tuple[str, str]
) -> None:
    tokenizer = choose(tmp_path, *signs)
    assert tokenizer.spec.kind == "wordpiece" and tokenizer.spec.lowercase
    assert tokenizer.encode_ids(signs[0]) != tokenizer.encode_ids(signs[1])
    said = capsys.readouterr().err
    assert "Wordpiece tokens are used, as regex drops what tells labels apart" in said
    assert "Warning" not in said


@pytest.mark.parametrize("letters", ["bcdfghjk", "!?.,:;-+"])
def test_texts_of_words_that_are_all_new_take_wordpieces(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], letters: str
) -> None:
    """Names, say: no word of theirs comes again, but parts of them do."""
    draw = random.Random(1)
    texts = ["".join(draw.choices(letters, k=9)) for _ in range(120)]
    data = (texts, [f"class {number % 2}" for number in range(120)])

    def kind(**options: Any) -> str:
        text = TextConfig(**options)
        splits = load_texts(data, config=LoadConfig(), text=text, seed=0, work_dir=tmp_path)
        model = ModelConfig(model="text_cnn")
        return choose_tokenizer(text, model, splits, Cache(tmp_path)).spec.kind

    assert kind() == "wordpiece"
    assert "about 100% of new texts' words are unknown" in capsys.readouterr().err
    if letters.isalpha():
        assert kind(tokenizer="regex", min_count=1) == "regex"


def test_words_seen_once_are_kept_by_the_model_that_judges_their_characters(
    tmp_path: Path,
) -> None:
    signs = ("good", "bad")

    def knows(model: str, **options: Any) -> bool:
        """Whether a word is known that stands in one text of the training split."""
        draw = random.Random(1)
        rare = ["".join(draw.choices("bcdfghjk", k=9)) for _ in range(60)]
        texts = [" ".join([*draw.choices(WORDS, k=8), word]) for word in rare]
        data = (texts, [signs[number % 2] for number in range(60)])
        text = TextConfig(**options)
        splits = load_texts(data, config=LoadConfig(), text=text, seed=0, work_dir=tmp_path)
        config = ModelConfig(model=model)
        tokenizer = choose_tokenizer(text, config, splits, Cache(tmp_path / model))
        return splits.train.texts[0].split()[-1] in tokenizer.vocabulary

    assert knows("bag_of_ngrams") and not knows("text_cnn")
    assert knows("text_cnn", min_count=1) and not knows("bag_of_ngrams", min_count=2)
    assert not knows("bag_of_ngrams", tokenizer="wordpiece")


def test_case_that_tells_labels_apart_is_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tokenizer = choose(tmp_path, "FINE", "fine")
    assert tokenizer.spec.kind == "regex" and not tokenizer.spec.lowercase
    assert "Case and accents are kept" in (said := capsys.readouterr().err)
    assert "Warning" not in said


def test_words_that_tell_labels_apart_need_nothing_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tokenizer = choose(tmp_path, "good :)", "bad :(")
    assert tokenizer.spec.kind == "regex" and tokenizer.spec.lowercase
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("signs", "options", "words"),
    [
        (
            ("😀", "😡"),
            {"tokenizer": "regex"},
            "regex tokenizer drops .*Config.tokenizer='wordpiece'",
        ),
        (("FINE", "fine"), {"lowercase": True}, "mixes up .* TextConfig.lowercase=False"),
        (
            ("bark", "meow"),
            {"vocab_size": 12, "tokenizer": "wordpiece"},
            "larger .*vocab_size",
        ),
    ],
)
def test_what_was_asked_for_is_done_and_warned_of(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    signs: tuple[str, str],
    options: dict[str, Any],
    words: str,
) -> None:
    spec = choose(tmp_path, *signs, **options).spec
    assert spec.kind == options.get("tokenizer", "regex") and spec.lowercase
    assert re.search(f"Warning: .*{words}", capsys.readouterr().err)


@pytest.mark.parametrize(
    ("asked", "kind", "words"),
    [
        (None, "wordpiece", r"\d+\.\d% of the letters .* are not ASCII: wordpiece tokens are used"),
        ("wordpiece", "wordpiece", None),
        (
            "regex",
            "regex",
            "ASCII: regex splits words at them; TextConfig.tokenizer='wordpiece'",
        ),
    ],
)
def test_letters_of_other_scripts_take_wordpieces(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    asked: str | None,
    kind: str,
    words: str | None,
) -> None:
    tokenizer = choose(tmp_path, "schön gut", "schlecht übel", tokenizer=asked)
    said = capsys.readouterr().err
    assert tokenizer.spec.kind == kind
    assert re.search(words, said) if words else said == ""


@pytest.fixture
def preset(monkeypatch: pytest.MonkeyPatch) -> str:
    """A pretrained model that knows the words, in lower case, but no signs; of 64 tokens."""
    tokens = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", *WORDS, "good", "bad", "lower")
    tokens = tuple(dict.fromkeys(tokens))
    monkeypatch.setattr(text_tokens, "preset_vocabulary", lambda name: (tokens, True))
    monkeypatch.setattr(text_tokens, "preset_max_length", lambda name: 64)
    return "preset:tiny"


def test_a_preset_brings_its_tokenizer(
    tmp_path: Path, preset: str, capsys: pytest.CaptureFixture[str]
) -> None:
    tokenizer = choose(tmp_path / "a", "good", "bad", model=preset)
    assert (tokenizer.spec.kind, tokenizer.spec.lowercase) == ("wordpiece", True)
    assert tokenizer.spec.max_length == 16  # what suits the texts, not all that it could read
    assert choose(tmp_path / "b", "good", "bad", model=preset, max_length=64).spec.max_length == 64
    assert capsys.readouterr().err == ""
    choose(tmp_path / "c", "😀", "😡", model=preset)
    said = capsys.readouterr().err
    assert "Warning: the wordpiece tokenizer drops" in said and "another preset" in said
    for options, words in (
        ({"max_length": 65}, "reads at most 64 tokens, got max_length=65"),
        ({"tokenizer": "regex"}, "was pretrained on wordpieces"),
        ({"lowercase": False}, "ignores upper and lower case"),
    ):
        with pytest.raises(ConfigError, match=words):
            choose(tmp_path / "d", "good", "bad", model=preset, **options)


def test_a_model_of_our_own_reads_as_much_as_is_asked(tmp_path: Path) -> None:
    assert choose(tmp_path, "good", "bad", max_length=4096).spec.max_length == 4096


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"vocab_size": 99}, "leave out TextConfig.vocab_size"),
        ({"min_count": 3}, "leave out TextConfig.min_count"),
        ({"word_vectors": "here.vec"}, "leave out TextConfig.word_vectors"),
        (
            {"word_vectors": "gone.vec"},
            r"no file 'gone\.vec' \(TextConfig\.word_vectors\)",
        ),
    ],
)
def test_what_would_fail_later_is_found_before_any_data_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: dict[str, Any], words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "here.vec").touch()
    text, preset = TextConfig(**options), ModelConfig(model="preset:tiny")
    with pytest.raises(ConfigError, match=words):
        check_text_options(text, preset)
    own = ModelConfig(model="bag_of_ngrams")
    if "gone" in words:
        with pytest.raises(ConfigError, match=words):
            check_text_options(text, own)
    else:
        check_text_options(text, own)
    check_text_options(TextConfig(), preset)


def test_what_a_tokenizer_tells_apart_whatever_its_vocabulary() -> None:
    seen = {name: list(view("Café C# :)")) for name, view in VIEWS.items()}
    assert seen == {
        ("regex", True): ["caf", "c"],
        ("regex", False): ["Caf", "C"],
        ("wordpiece", True): ["cafe", "c", "#", ":", ")"],
        ("wordpiece", False): ["Café", "C", "#", ":", ")"],
    }


OTHER_TOKENS, OTHER_CASE = "TextConfig.tokenizer='wordpiece'", "TextConfig.lowercase=False"
MORE_WORDS = "a larger TextConfig.vocab_size, a smaller TextConfig.min_count"


@pytest.mark.parametrize(
    ("model", "kind", "lowercase", "ways"),
    [
        ("preset:tiny", "wordpiece", True, "another preset, or a model that learns its own tokens"),
        ("cnn", "regex", True, f"{OTHER_TOKENS}, {OTHER_CASE}, {MORE_WORDS}"),
        ("cnn", "regex", False, f"{OTHER_TOKENS}, {MORE_WORDS}"),
        ("cnn", "wordpiece", True, f"{OTHER_CASE}, {MORE_WORDS}"),
        ("cnn", "wordpiece", False, MORE_WORDS),
    ],
)
def test_the_way_out_is_one_that_is_not_gone_yet(
    model: str, kind: Any, lowercase: bool, ways: str
) -> None:
    spec = TokenizerSpec(kind=kind, max_length=9, lowercase=lowercase)
    assert text_tokens._way_out(spec, ModelConfig(model=model)) == ways


@pytest.mark.parametrize(("share", "kind"), [(0.01, "regex"), (0.011, "wordpiece")])
def test_the_script_is_looked_for_in_a_sample_all_over_the_texts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, share: float, kind: str
) -> None:
    looked: list[list[str]] = []

    def planted(texts: Any) -> float:
        looked.append(list(texts))
        return share

    monkeypatch.setattr(text_tokens, "foreign_share", planted)
    monkeypatch.setattr(regex, "_SAMPLE", 100)
    texts = [f"text {number}" for number in range(201)]
    train: Any = SimpleNamespace(texts=texts, labels=[number % 2 for number in range(201)])
    monkeypatch.setattr(text_tokens, "lost_signal", lambda *given, **views: None)
    assert text_tokens._suitable_kind(None, train) == kind
    assert looked == [texts[::3]]
    assert text_tokens._suitable_kind("regex", train) == "regex"


def test_a_tokenizer_is_learnt_anew_for_other_options_and_else_remembered(
    tmp_path: Path, preset: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = choose(tmp_path, "good", "bad")
    again = choose(tmp_path, "good", "bad")
    assert again.spec == first.spec and again.encode_ids(SENTENCE) == first.encode_ids(SENTENCE)
    assert choose(tmp_path, "good", "bad", max_length=7).spec.max_length == 7
    assert choose(tmp_path, "good", "bad", vocab_size=12).vocabulary_size == 12
    assert choose(tmp_path, "good", "bad", tokenizer="wordpiece").spec.kind == "wordpiece"
    assert not choose(tmp_path, "good", "bad", lowercase=False).spec.lowercase
    assert choose(tmp_path, "good", "bad", model=preset).spec.kind == "wordpiece"
    monkeypatch.setattr(text_tokens, "preset_max_length", lambda name: 512)
    signs = (f"good{' box' * 400}", f"bad{' box' * 400}")
    assert choose(tmp_path / "b", *signs, model=preset).spec.max_length == 256
    assert choose(tmp_path / "b", *signs, model=preset, max_length=300).spec.max_length == 300


def test_a_finished_network_of_ones_own_reads_as_many_ids_as_it_knows(tmp_path: Path) -> None:
    ids = keras.Input((6,), dtype="int32")
    network = keras.Model(ids, keras.layers.Embedding(15, 2)(ids))
    own = OwnNetwork("own:net@0", network)
    assert choose(tmp_path / "free", "a", "b").vocabulary_size > 15
    tokenizer = choose(tmp_path / "own", "a", "b", model=own)
    assert tokenizer.spec.max_length == 6 and tokenizer.vocabulary_size == 15
    with pytest.raises(ConfigError, match="max_length=7 is not what net takes, 6 ids"):
        check_text_options(TextConfig(max_length=7), ModelConfig(model=own))
    with pytest.raises(ConfigError, match="word_dropout cannot change net"):
        check_text_options(TextConfig(word_dropout=0.1), ModelConfig(model=own))
