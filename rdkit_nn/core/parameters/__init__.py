"""Parameters of terms: what one may be, and its value in a cell at a time.

A parameter is a number, or one of the classes below. All are resolved alike: `resolve`
gives a number or an array that broadcasts against a field, in the field's library and
dtype, for one grid and one clock. Parameters support `+ - * /` and unary minus.
"""

from .arrays import ArrayParameter, TensorParameter
from .base import SPACE, Members, Parameter, common_members, number, quoted, resolve
from .functions import FormulaParameter, FunctionParameter
from .reading import CombinedParameter, as_parameter, combine

__all__ = [
    "SPACE",
    "ArrayParameter",
    "CombinedParameter",
    "FormulaParameter",
    "FunctionParameter",
    "Members",
    "Parameter",
    "TensorParameter",
    "as_parameter",
    "combine",
    "common_members",
    "number",
    "quoted",
    "resolve",
]
