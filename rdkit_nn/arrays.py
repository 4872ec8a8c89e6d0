"""The few operations that numpy and torch spell differently.

No library is imported here: an array knows which one it belongs to.
"""

import sys
from collections.abc import Mapping
from types import ModuleType
from typing import Any

import numpy as np

Values = Mapping[str, Any]
"""Arrays by name, grid axes last: what every room of the house works on."""


def is_tensor(array: Any) -> bool:
    """Whether `array` is a torch tensor. Never imports torch."""
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(array, torch.Tensor)


def namespace(array: Any) -> ModuleType:
    """Library that `array` belongs to: torch for tensors, numpy for all else."""
    return sys.modules["torch"] if is_tensor(array) else np


def asnumpy(array: Any) -> np.ndarray:
    """Bring an array home: a numpy array on the CPU, copied only where it must be."""
    return array.detach().cpu().numpy() if is_tensor(array) else np.asarray(array)


def aslike(array: np.ndarray, model: Any) -> Any:
    """Give a numpy array the library, dtype and device of `model`."""
    if is_tensor(model):
        torch = sys.modules["torch"]
        if isinstance(array, np.ndarray) and not array.flags.writeable:
            array = array.copy()
        return torch.as_tensor(array).to(dtype=model.dtype, device=model.device)
    return array.astype(model.dtype, copy=False)


def dtype_name(array: Any) -> str:
    """Name of an array's dtype, the same for numpy and torch: `float32`."""
    return str(array.dtype).removeprefix("torch.")


def cut(array: Any, axis: int, low: int | None, high: int | None) -> Any:
    """Slice `low:high` along a negative `axis`, a view."""
    return array[(..., slice(low, high)) + (slice(None),) * (-axis - 1)]
