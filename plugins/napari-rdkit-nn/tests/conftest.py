"""What needs a screen is skipped at collection where there is none."""

import os
import shutil
import sys

import pytest


def has_screen():
    return (
        sys.platform != "linux"
        or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
        or shutil.which("Xvfb") is not None
    )


def pytest_collection_modifyitems(items):
    # A fixture that skips would be too late: `qapp` is built first, and aborts.
    if has_screen():
        return
    windowed = [item for item in items if "qapp" in getattr(item, "fixturenames", ())]
    if windowed and os.environ.get("CI"):
        raise pytest.UsageError(
            "No screen: the viewer tests need Xvfb (`make screen`)."
        )
    for item in windowed:
        item.add_marker(pytest.mark.skip(reason="no screen and no Xvfb: `make screen`"))
