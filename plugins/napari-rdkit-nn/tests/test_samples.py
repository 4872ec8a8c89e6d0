"""Sample data: real runs, made quickly, beside the window."""

import time

import pytest

from napari_rdkit_nn import samples


def test_sample_data_are_real_runs():
    assert samples.gray_scott()[1][0].sizes["time"] == 101
    names = [words["name"] for _, words, _ in samples.twins()]
    assert names == ["adversarial/U", "supervised/U"]
    names = [words["name"] for _, words, _ in samples.receptive_fields()]
    assert names == ["U", "U montage", "V", "W"]
    assert dict(samples.atlas()[1][0].sizes) == {
        "F": 3,
        "k": 3,
        "time": 9,
        "y": 64,
        "x": 64,
    }


@pytest.mark.parametrize("key", ["gray_scott", "atlas", "receptive_fields", "twins"])
def test_the_window_goes_on_while_a_sample_is_made(make_napari_viewer, qtbot, key):
    from qtpy.QtCore import QTimer

    viewer = make_napari_viewer()
    ticks = []
    clock = QTimer()
    clock.timeout.connect(lambda: ticks.append(time.perf_counter()))
    clock.start(5)
    begun = time.perf_counter()
    viewer.open_sample("napari-rdkit-nn", key)
    clock.stop()
    assert time.perf_counter() - begun < 5
    assert len(viewer.layers) >= 2 and len(ticks) >= 2
