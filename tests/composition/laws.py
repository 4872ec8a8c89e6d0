"""Laws written as functions, for every set of names that a sum may use.

A `@reaction` names its species in its signature; here one is written for each pair of
names, at the top of the module, so that it can be pickled.
"""

from __future__ import annotations

import rdkit_nn as rd  # noqa: F401  the laws below are written with it

NAMES = ("u", "v", "w", "q", "p", "o")

_SWITCH = """
@rd.reaction
def switch_{u}_{v}({u}, {v}, *, a, b, s):
    up = rd.exp(-({u} / s) ** 2)
    gone = rd.where({v} > s, b * {v}, 0.5 * b * {u})
    return {{"{u}": a * {u} * up - gone, "{v}": b * ({u} - {v})}}
"""

_PULL = """
@rd.reaction
def pull_{u}({u}, drive, *, a, k, s):
    return {{"{u}": a * (drive / k - {u}) / (1 + ({u} / s) ** 2)}}


@rd.reaction
def squash_{u}({u}, drive, *, a, s):
    return {{"{u}": a * s * rd.tanh(drive / s) + 0 * {u}}}


@rd.reaction
def passed_{u}({u}, drive):
    return {{"{u}": drive + 0 * {u}}}
"""

for _u in NAMES:
    exec(_PULL.format(u=_u))
    for _v in NAMES:
        if _u != _v:
            exec(_SWITCH.format(u=_u, v=_v))


def switch(u: str, v: str):
    """A law of two species with an exponential and a branch."""
    return globals()[f"switch_{u}_{v}"]


def pull(u: str):
    """A law that follows a drive, with an inner saturation."""
    return globals()[f"pull_{u}"]


def squash(u: str):
    """A bounded function of a drive."""
    return globals()[f"squash_{u}"]


def passed(u: str):
    """A drive as it is."""
    return globals()[f"passed_{u}"]
