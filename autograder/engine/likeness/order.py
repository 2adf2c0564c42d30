"""Texts in the order of likeness, for a person who reads all of them: neighbours are alike, and near ones form a group."""

from collections.abc import Iterator, Sequence

import numpy as np
from scipy import sparse
from scipy.cluster.hierarchy import fcluster, leaves_list, linkage, optimal_leaf_ordering
from scipy.spatial.distance import squareform

from autograder.engine.likeness.passages import Part, words_of

MAX_WORDS = 2_000  # of a text; what comes after them does not change its place
_MAX_ORDERED = 600  # texts whose neighbours are the best ones possible; of more the good ones do
_GROUP = 0.6  # the mean distance up to which texts are in one group: 0 is the same words, 1 is no word in common


def groups_of(texts: Sequence[str], is_code: bool) -> list[list[int]]:
    """The numbers of all texts, in groups of those that are alike. The groups too stand in the order of likeness."""
    if len(texts) < 2:
        return [[number] for number in range(len(texts))]
    distances = squareform(_distances([list(_features(text, is_code)) for text in texts]), checks=False)
    tree = linkage(distances, "average")
    if len(texts) <= _MAX_ORDERED:
        tree = optimal_leaf_ordering(tree, distances)
    labels = fcluster(tree, _GROUP, "distance")
    groups: dict[int, list[int]] = {}
    for number in leaves_list(tree).tolist():
        groups.setdefault(labels[number], []).append(number)
    return list(groups.values())


def _features(text: str, is_code: bool) -> Iterator[tuple[str, ...]]:
    """The first words of a text, alone and two in a row."""
    before = ""
    for _, word in zip(range(MAX_WORDS), words_of(Part("", text, is_code)), strict=False):
        yield (word,)
        yield (before, word)
        before = word


def _distances(texts: Sequence[Sequence[tuple[str, ...]]]) -> np.ndarray:
    """How far each two are apart. A feature weighs the more, the fewer texts have it."""
    numbers = {feature: number for number, feature in enumerate(dict.fromkeys(f for text in texts for f in text))}
    rows = np.repeat(np.arange(len(texts)), [len(text) for text in texts])
    columns = np.array([numbers[feature] for text in texts for feature in text], dtype=np.int64)
    counts = sparse.csr_array((np.ones(len(rows)), (rows, columns)), (len(texts), max(len(numbers), 1)))
    counts.sum_duplicates()
    have = np.bincount(counts.indices, minlength=counts.shape[1])
    weights = np.log((len(texts) + 1) / np.maximum(have, 1))
    values = sparse.csr_array(
        (np.sqrt(counts.data) * weights[counts.indices], counts.indices, counts.indptr), counts.shape
    )
    norms = np.sqrt(np.asarray(values.multiply(values).sum(axis=1)).ravel())
    cosines = (values @ values.T).toarray() / np.maximum(np.outer(norms, norms), 1e-300)
    empty = norms == 0
    cosines[np.ix_(empty, empty)] = 1.0
    distances: np.ndarray = np.clip(1.0 - cosines, 0.0, 1.0)
    np.fill_diagonal(distances, 0.0)
    return distances
