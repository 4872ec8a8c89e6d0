"""Sample data: real runs, made quickly, beside the window."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from napari_rdkit_nn.beside import beside

NAMES = {
    "gray_scott": ["u", "v"],
    "atlas": ["u", "v"],
    "receptive_fields": ["V", "W", "U", "U montage"],
    "twins": [
        f"{name}/{kind}"
        for name in ("supervised", "adversarial")
        for kind in ("U", "U montage")
    ],
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


def test_what_goes_wrong_beside_the_window_is_raised_in_it(qapp, qtbot):
    def fail():
        raise ValueError("No digits here.")

    with pytest.raises(ValueError, match="No digits"):
        beside(fail)
    assert beside(lambda: threading.current_thread()) is not threading.main_thread()
    with ThreadPoolExecutor() as pool:  # not in the window's thread: done on the spot
        there = pool.submit(
            lambda: beside(threading.get_ident) == threading.get_ident()
        )
    assert there.result()
