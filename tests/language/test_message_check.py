import pytest

from bot.language import message_check

PHRASES = [
    "how long does it last and what does it cost",
    "do you have a group for my son",
    "can i keep my phone",
]
KNOWN = message_check.words(5 * PHRASES)


@pytest.mark.parametrize(
    ("text", "notice"),
    [
        ("how long does it last", None),
        ("how lnog dose it last", None),
        ("", "no_words"),
        ("   \n", "no_words"),
        ("🍕🍕", "no_words"),
        ("1234 !!", "no_words"),
        ("a" * 2001, "too_long"),
        ("how long " * 300, "too_long"),
        ("¿cuánto cuesta el programa?", "spanish"),
        ("necesito ayuda para mi hijo", "spanish"),
        ("combien de temps dure le programme", "other_language"),
        ("сколько длится программа", "other_language"),
        ("这个项目要多久", "other_language"),
        ("Suboxone?", None),
    ],
)
def test_what_cannot_be_answered_is_named(text, notice):
    assert message_check.check(text, KNOWN, confidence=0.2) == notice


def test_a_word_of_a_few_phrases_is_not_known_yet():
    assert message_check.words(4 * ["how long"]) == frozenset()


def test_a_message_understood_well_is_not_taken_for_another_language():
    text = "massage or reiki"
    assert message_check.check(text, KNOWN, confidence=0.2) == "other_language"
    assert message_check.check(text, KNOWN, confidence=0.8) is None


def test_hardly_any_english_phrase_is_taken_for_another_language(phrases):
    """Each intent's phrases, judged with the words of all other intents."""
    wrong = []
    for intent, texts in phrases.items():
        known = message_check.words(t for other, ts in phrases.items() if other != intent for t in ts)
        wrong += [
            t for t in texts if message_check.check(t, known, confidence=0.3) in ("spanish", "other_language")
        ]
    total = sum(map(len, phrases.values()))
    assert len(wrong) / total < 0.005, wrong
