"""Sample data: real runs, made quickly, beside the window."""

import time

import pytest

from napari_rdkit_nn import samples

NAMES = {
    "gray_scott": ["u", "v"],
    "atlas": ["u", "v"],
    "receptive_fields": ["U", "U montage", "V", "W"],
    "twins": ["adversarial/U", "supervised/U"],
}


@pytest.mark.parametrize("key", NAMES)
def test_the_window_goes_on_while_a_sample_is_made(make_napari_viewer, qtbot, key):
    from qtpy.QtCore import QTimer

    viewer = make_napari_viewer()
    ticks = []
    clock = QTimer()
    clock.timeout.connect(lambda: ticks.append(time.perf_counter()))
    clock.start(5)
    viewer.open_sample("napari-rdkit-nn", key)
    clock.stop()
    assert [layer.name for layer in viewer.layers] == NAMES[key]
    assert len(ticks) >= 2


def test_a_sample_that_cannot_be_made_says_why(qapp, qtbot):
    def fail():
        raise ValueError("No digits here.")

    with pytest.raises(ValueError, match="No digits"):
        samples._beside(fail)
