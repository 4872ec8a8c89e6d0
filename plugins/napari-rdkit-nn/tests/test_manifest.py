"""The manifest: valid, found, and every command of it works."""

from pathlib import Path

import npe2
import pytest

import napari_rdkit_nn
from napari_rdkit_nn.commands import SHORTCUTS


@pytest.fixture(scope="module")
def manifest():
    file = Path(napari_rdkit_nn.__file__).parent / "napari.yaml"
    return npe2.PluginManifest.from_file(file)


def test_the_manifest_is_valid(manifest):
    manifest.validate_imports()
    keys = {sample.key for sample in manifest.contributions.sample_data}
    assert {"gray_scott", "atlas", "receptive_fields", "twins"} <= keys
    assert {"Weights", "Pair mode"} <= {
        widget.display_name for widget in manifest.contributions.widgets
    }


def test_the_plugin_is_found_by_its_entry_point():
    found = npe2.PluginManifest.from_distribution("napari-rdkit-nn")
    assert found.name == "napari-rdkit-nn"


def test_every_menu_is_one_that_napari_has(manifest):
    from napari._app_model.constants._menus import is_menu_contributable

    commands = {command.id for command in manifest.contributions.commands}
    for menu, items in manifest.contributions.menus.items():
        assert is_menu_contributable(menu)
        assert {item.command for item in items} <= commands


def test_no_shortcut_is_taken_from_napari():
    from napari.settings import get_settings
    from napari.utils.key_bindings import coerce_keybinding

    taken = {
        str(keys)
        for every in get_settings().shortcuts.shortcuts.values()
        for keys in every
    }
    ours = {str(coerce_keybinding(keys)) for keys in SHORTCUTS}
    assert len(ours) == len(SHORTCUTS)
    assert ours & taken == set()
    assert all(command.__doc__ for command in SHORTCUTS.values())


def test_shortcuts_open_the_docks(make_napari_viewer):
    from napari_rdkit_nn.viewer import accompany

    viewer = make_napari_viewer()
    accompany(viewer)
    for keys in ("Control-Alt-W", "Control-Alt-C"):
        SHORTCUTS[keys](viewer)
    names = set(viewer.window.dock_widgets)
    assert {"Weights (napari-rdkit-nn)", "Pair mode (napari-rdkit-nn)"} <= names
