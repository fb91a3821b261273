from __future__ import annotations

import numpy as np

from kerasapps.layers.categories import CategoryEmbedding
from tests.layers.check_id_layer import check_id_layer

IDS = np.array([[1, 4, 0], [0, 0, 1], [1, 3, 1]], np.int32)


def test_category_embedding() -> None:
    check_id_layer(CategoryEmbedding([2, 5, 2], 4), IDS, output_shape=(3, 3, 4))


def test_the_same_id_of_two_categories_has_two_vectors() -> None:
    layer = CategoryEmbedding([3, 3], 4, scale=2.0)
    vectors = np.asarray(layer(np.array([[1, 1], [2, 1]], np.int32)))
    assert (vectors[0, 0] != vectors[0, 1]).all() and (vectors[0, 0] != vectors[1, 0]).all()
    np.testing.assert_array_equal(vectors[0, 1], vectors[1, 1])
    assert layer.table.input_dim == 6 and 1 < np.asarray(layer.table.embeddings).std() < 3.5
