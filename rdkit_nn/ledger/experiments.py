"""The experiments by name, and the list of those that the claims need."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from .. import neural
from ..comparing.runs import matched, travelled
from ..neural.data import Images
from .cells import Cell, Numbers
from .settings import Settings
from .statements import chemistry, scalar, slips, widths
from .training import School, forces, measured


def supervised(images: Images, seed: int, **told: Any) -> Numbers:
    """Trained alone."""
    school = School(images, seed, told)
    return measured(school.alone(), school.task)


def adversarial(images: Images, seed: int, **told: Any) -> Numbers:
    """Trained against a moving critic."""
    school = School(images, seed, told)
    run = school.game()
    return measured(run, school.task) | forces(run, school.task)


def balance(images: Images, seed: int, *, rates: tuple, **told: Any) -> Numbers:
    """Trained alone at several rates, in double precision.

    In single precision rounding adds up, at small rates, to more than the step does.
    """
    drifts = []
    for dt in rates:
        school = School(images, seed, {**told, "dt": dt}, dtype="float64")
        drifts.append(measured(school.alone(), school.task)["drift"])
    order = np.polyfit(np.log(rates), np.log(drifts), 1)[0]
    return {"order": float(order), "drifts": drifts}


def frozen(images: Images, seed: int, **told: Any) -> Numbers:
    """Trained against a critic that stays as it was drawn."""
    school = School(images, seed, told)
    return measured(school.game(frozen=True), school.task)


def shuffled(images: Images, seed: int, *, game: bool, **told: Any) -> Numbers:
    """The same training, with the pixels of pictures and start put anywhere."""
    school = School(images, seed, told, shuffled=True)
    return measured(school.game() if game else school.alone(), school.task)


def labels(images: Images, seed: int, *, goal: float, **told: Any) -> Numbers:
    """Trained alone, on labels so much larger that U goes as far as `goal`."""
    school = School(images, seed, told)
    run = matched(school.alone, school.alone(), goal)
    return measured(run, school.task)


def pushed(
    images: Images, seed: int, *, force: float, hold: float, **told: Any
) -> Numbers:
    """Trained alone, and pushed by random forces as strong as the critic's."""
    school = School(images, seed, told)
    return measured(school.pushed(force, hold), school.task)


def spread(images: Images, seed: int, **told: Any) -> Numbers:
    """One network, two critics: how far apart the two receptive fields end.

    In root mean square distance from each other over that from the start: 0 where the
    critic makes no difference, √2 where the two runs have nothing in common.
    """
    school = School(images, seed, told)
    state = school.weights()
    sizes = {"hidden": told["hidden"], "critic": told["critic"], "dtype": "float32"}
    another = neural.weights(school.task, seed=seed + 10_000, **sizes)
    ends, gone = [], []
    for critic in (state, another):
        run = school.game(state.assign(W=critic.W, a=critic.a))
        ends.append(run.U.values[-1].astype(float))
        gone.append(float(travelled(run)[-1]))
    apart = np.linalg.norm(ends[0] - ends[1])
    return {"apart": float(apart / np.sqrt(np.mean(np.square(gone))))}


EXPERIMENTS: Mapping[str, Callable[..., Numbers]] = {
    f.__name__: f
    for f in (
        supervised,
        adversarial,
        balance,
        frozen,
        shuffled,
        labels,
        pushed,
        spread,
        scalar,
        widths,
        slips,
        chemistry,
    )
}


def first(settings: Settings, seed: int) -> list[Cell]:
    """Experiments that need nothing but a seed, the longest first."""
    net, here = settings.network, {"dt": settings.rate}
    cells = [
        Cell.of(f"{kind} {dt:g}", kind, seed, dt=dt, **net)
        for dt in sorted(settings.rates)
        for kind in ("adversarial", "supervised")
    ]
    coarse = tuple(sorted(settings.rates)[-3:])
    cells += [
        Cell.of("balance", "balance", seed, rates=coarse, **net),
        Cell.of("spread", "spread", seed, **here, **net),
        Cell.of("frozen", "frozen", seed, **here, **net),
        Cell.of("shuffled game", "shuffled", seed, game=True, **here, **net),
        Cell.of("shuffled alone", "shuffled", seed, game=False, **here, **net),
    ]
    scalar = {
        "samples": settings.scalar_samples,
        "hidden": settings.scalar_hidden,
        "time": settings.scalar_time,
    }
    few = min(50, settings.samples)
    cells += [
        Cell.of("scalar", "scalar", seed, **scalar),
        Cell.of("widths", "widths", seed, widths=settings.widths, samples=few),
        Cell.of("slips", "slips", seed, hidden=settings.hidden, draws=2000, delta=0.9),
        Cell.of("chemistry", "chemistry", seed),
    ]
    return cells


def second(settings: Settings, seed: int, found: Mapping[str, Numbers]) -> list[Cell]:
    """Experiments that are fitted to what the adversary did with the same seed."""
    net, game = settings.network, found[f"adversarial {settings.rate:g}"]
    if "stopped" in game:
        return []
    told = {"dt": settings.rate, **net}
    goal, force = round(game["displacement"], 6), round(game["force"], 6)
    return [Cell.of("labels", "labels", seed, goal=goal, **told)] + [
        Cell.of(f"pushed {hold:g}", "pushed", seed, force=force, hold=hold, **told)
        for hold in settings.holds
    ]
