"""Work beside the window: the latest counts, errors are sentences, threads end."""

import threading
import time

import pytest

from napari_rdkit_nn._qt.latest import Latest
from napari_rdkit_nn.sentences import sentence_of


@pytest.fixture
def errands(qapp):
    told = []
    errands = Latest(tell=lambda error: told.append(sentence_of(error)))
    errands.told = told
    yield errands
    errands.close()


def test_only_the_latest_of_a_name_is_told(errands, qtbot):
    seen = []
    for n in range(20):
        errands.ask("n", lambda stale, n=n: (time.sleep(0.005), n)[1], seen.append)
    errands.ask("other", lambda stale: "other", seen.append)
    qtbot.waitUntil(lambda: errands.idle)
    assert sorted(map(str, seen)) == ["19", "other"]


def test_an_error_is_a_sentence(errands, qtbot):
    def fail(stale):
        raise KeyError("There is no such thing.")

    errands.ask("n", fail, lambda result: None)
    qtbot.waitUntil(lambda: errands.idle)
    assert errands.told == ["There is no such thing."]


def test_long_work_is_told_that_it_is_stale_and_the_thread_ends(errands, qtbot):
    begun = threading.Event()

    def long(stale):
        begun.set()
        while not stale():
            time.sleep(0.001)

    errands.ask("n", long, lambda result: None)
    assert begun.wait(5)
    thread = errands._errands._thread
    errands.close()
    assert not thread.is_alive()


def test_a_thread_ends_with_its_work(errands, qtbot):
    errands.ask("n", lambda stale: 1, lambda result: None)
    thread = errands._errands._thread
    qtbot.waitUntil(lambda: errands.idle)
    if thread is not None:
        thread.join(5)
        assert not thread.is_alive()
