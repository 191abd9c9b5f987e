import numpy as np
import pytest

from bot.language import build_encoder
from bot.language.encoder import EncoderMissing, SentenceEncoder


@pytest.fixture(scope="module")
def encoder(trained_model):
    return SentenceEncoder.load()


def test_vectors_have_unit_length_and_shape(encoder):
    vectors = encoder.encode(["how long is it", "", "🍕", "x" * 5000])
    assert vectors.shape == (4, 384)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)


def test_close_meanings_are_closer_than_others(encoder):
    long, duration, dog = encoder.encode(
        ["how many weeks does the program take", "what is the length of the program", "can i bring my dog"]
    )
    assert long @ duration > 0.6
    assert long @ dog < 0.3


def test_a_vector_hardly_depends_on_the_batch_it_is_in(encoder):
    alone = encoder.encode(["is detox included"])[0]
    among = encoder.encode(["is detox included", "a much longer message " * 20])[0]
    # Activations in 8 bits are scaled by batch: measured 0.988. A message is always encoded alone.
    assert alone @ among > 0.98


def test_int8_stays_close_to_float32(encoder, tmp_path):
    build_encoder.build(tmp_path, quantise=False)
    exact = SentenceEncoder(tmp_path)
    texts = ["do you take my insurance", "my son wont go to groups", "whats a typical day like?"]
    agreement = np.sum(encoder.encode(texts) * exact.encode(texts), axis=1)
    assert agreement.min() > 0.97


def test_missing_encoder_says_what_to_do(tmp_path):
    with pytest.raises(EncoderMissing, match="encoder build"):
        SentenceEncoder(tmp_path)


def test_other_weights_are_refused(tmp_path, monkeypatch):
    (tmp_path / "model.safetensors").write_bytes(b"not the weights")
    monkeypatch.setattr(build_encoder, "model_folder", lambda: tmp_path)
    with pytest.raises(build_encoder.EncoderBuildError, match="SHA-256"):
        build_encoder.build(tmp_path / "out")
