"""What is told to people: sentences of errors, and notifications of napari."""

from __future__ import annotations


def sentence_of(error: BaseException) -> str:
    """What an error says, as the core wrote it."""
    words = error.args[0] if isinstance(error, KeyError) and error.args else str(error)
    return str(words) or type(error).__name__


def say(error: BaseException | str) -> None:
    """Tell what went wrong as a notification."""
    from napari.utils.notifications import show_error

    show_error(error if isinstance(error, str) else sentence_of(error))


def warn(words: str) -> None:
    """Tell what the user may want to know as a notification."""
    from napari.utils.notifications import show_warning

    show_warning(words)
