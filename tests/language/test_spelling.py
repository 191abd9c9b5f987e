"""A text looked up alone has the vector that scikit-learn would give it."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.language.spelling import Spelling

LEARNED = ["how long is it", "How long does it last?", "do you take insurance", "do u take medicaid", "long"]
ODD = ["", "how LONG long is teh it?", "😀", "do you  take\n\tit"]


@pytest.fixture(scope="module")
def pair():
    """Ours after a round trip through the model file, and scikit-learn's."""
    spelling = Spelling()
    spelling.fit(LEARNED)
    theirs = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=2, sublinear_tf=True)
    theirs.fit(LEARNED)
    return pickle.loads(pickle.dumps(spelling)), theirs


@given(text=st.one_of(st.sampled_from(ODD), st.text()))
def test_as_scikit_learn_does(pair, text):
    spelling, theirs = pair
    texts = [text, "do you"]
    assert np.allclose(spelling.rows(texts).toarray(), theirs.transform(texts).toarray())


def test_what_is_learned_has_the_same_vectors(pair):
    spelling, _ = pair
    assert np.allclose(Spelling().fit(LEARNED).toarray(), spelling.rows(LEARNED).toarray())
