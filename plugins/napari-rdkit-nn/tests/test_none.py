"""A binding that uses up `None` does not end the interpreter."""

import sys

import pytest

from napari_rdkit_nn._none import MANY, keep_none


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None is immortal here")
def test_none_outlives_a_binding_that_uses_it_up():
    keep_none()
    keep_none()  # once is enough
    assert MANY // 2 < sys.getrefcount(None) < 2 * MANY
