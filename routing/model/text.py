"""Text to numbers: character pieces weighed by rarity, and the names of the units that stand in the text. Pure.

Everything that a model needs is in arrays, so that it is kept without pickling code.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer

from hotline.grams import folded

_SPACE = re.compile(r"\s+")
_END = re.compile(r"[。！？!?\n]")
#: What kind of body a name ends in says nothing of whose matter it is.
_KINDS = re.compile(
    r"(人民政府|政府|管理局|事业局|委员会|办公室|有限公司|股份有限公司|管理处|局|委|处|科|公所|组|所|中心|公司|馆|院|会)$"
)


def flat(text: str) -> str:
    """A text as the model reads it."""
    return _SPACE.sub(" ", folded(text)).strip()


def stem(label: str) -> str:
    """A unit's name without what kind of body it is, and without the bodies above it."""
    name = folded(label)
    for _ in range(2):
        shorter = _KINDS.sub("", name)
        if len(shorter) >= 2:
            name = shorter
    return name


@dataclass(frozen=True, slots=True)
class Pieces:
    """The vocabulary of character pieces with their rarity (idf)."""

    terms: tuple[str, ...]
    idf: NDArray[np.float32]
    longest: int

    def matrix(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """Rows of unit length: (1 + log count) × idf."""
        counter = CountVectorizer(
            analyzer="char", ngram_range=(1, self.longest), lowercase=False, vocabulary=self.terms
        )
        return weigh(counter.transform(texts), self.idf)


def weigh(counts: sparse.spmatrix, idf: NDArray[np.float32]) -> sparse.csr_matrix:
    """Counts to weights, rows to unit length."""
    made = counts.tocsr().astype(np.float32)
    made.data = (1 + np.log(made.data)) * idf[made.indices]
    norms = np.sqrt(made.multiply(made).sum(axis=1)).A1
    norms[norms == 0] = 1
    return sparse.diags(1 / norms).dot(made).tocsr()


def learn_pieces(
    texts: Sequence[str], longest: int, least: int, most: int
) -> tuple[Pieces, sparse.csr_matrix]:
    """The pieces of up to `longest` characters that stand in at least `least` texts (the `most` commonest), and the rows."""
    counter = CountVectorizer(
        analyzer="char",
        ngram_range=(1, longest),
        lowercase=False,
        min_df=least,
        max_features=most,
        dtype=np.int32,
    )
    counts = counter.fit_transform(texts)
    seen = np.asarray((counts > 0).sum(axis=0)).ravel()
    idf = (np.log((1 + len(texts)) / (1 + seen)) + 1).astype(np.float32)
    return Pieces(tuple(counter.get_feature_names_out()), idf, longest), weigh(counts, idf)


def name_hits(texts: Sequence[str], stems: Sequence[str]) -> sparse.csr_matrix:
    """For each text and unit: does its name stand in it, in its title, at its start, how often; which comes first."""
    rows = []
    for text in texts:
        title = _END.split(text, maxsplit=1)[0]
        row: list[float] = []
        places = []
        for name in stems:
            short = name[:2]
            at = text.find(short)
            row += [float(at >= 0), float(short in title), min(text.count(short), 4) / 4, float(at == 0)]
            if at >= 0:
                places.append((at, name))
        first = min(places)[1] if places else ""
        row += [float(name == first) for name in stems]
        rows.append(row)
    return sparse.csr_matrix(np.array(rows, dtype=np.float32))
