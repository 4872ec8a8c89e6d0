"""Claims about distance from the start: what stays near, what grows, and why."""

from __future__ import annotations

import numpy as np
import xarray as xr

from .rows import OPEN, Found, Row, extent, interval, verdict
from .settings import Settings

REST = 0.05  # share of the displacement; less in the last quarter counts as rest


def rows(found: Found, settings: Settings) -> list[Row]:
    """All rows of this subject."""
    return [
        *_supervised(found, settings),
        *_adversarial(found, settings),
        *_step(found, settings),
        *_theorem2(found, settings),
    ]


def _supervised(found: Found, settings: Settings) -> list[Row]:
    alone = f"supervised {settings.rate:g}"
    late = interval(found(alone, "late_growth"))
    share = extent(found("scalar", "displacement"))
    least = float(found("scalar", "least").min())
    within = extent(found("scalar", "within"))
    rate = interval(found("scalar", "rate"))
    kept = least >= 0.5
    balance = interval(found("balance", "order"))
    coarse = sorted(settings.rates)[-3:]
    slow = f"supervised {min(settings.rates):g}"
    return [
        Row(
            name="supervised: rest",
            claim="Under supervision the weights stay near the start.",
            source="Theorem 1",
            measure="growth of ‖U - U(0)‖ in the last quarter, share of the whole",
            **late,
            null="0, a run at rest",
            rule=f"interval below {REST:g}",
            verdict=verdict(late["high"] < REST),
            remark=f"‖U - U(0)‖ ends at {found.mean(alone, 'displacement')}.",
        ),
        Row(
            name="supervised: bound on each neuron",
            claim="‖u_j(t) - u_j(0)‖ stays below 2√n ‖z(0)-y‖ (1 - e^{-λ₀t/2})/(√m λ₀).",
            source="Theorem 1, explicit",
            measure="largest share of the bound reached, scalar set-up",
            **share,
            null="1, the bound",
            rule="below 1 for every seed, and λ_min(H) ≥ λ₀/2 along the way",
            verdict=verdict(share["high"] <= 1) if kept else OPEN,
            remark=f"λ_min(H)/λ₀ was {least:.2f} at least, where 0.5 is asked for.",
        ),
        Row(
            name="supervised: linear rate",
            claim="‖z(t)-y‖ ≤ e^{-λ₀t/2} ‖z(0)-y‖.",
            source="Remark 3",
            measure="largest share of the bound reached after the start, scalar set-up",
            **within,
            null="1, the bound",
            rule="below 1 for every seed, and λ_min(H) ≥ λ₀/2 along the way",
            verdict=verdict(within["high"] <= 1) if kept else OPEN,
            remark=f"The rate at the end is {rate['effect']:.2f} times λ₀/2.",
        ),
        Row(
            name="supervised: balance",
            claim="The flow conserves ‖u_j‖² - ‖v_j‖² of each neuron.",
            source="ours",
            measure="order in the rate at which its drift goes to zero",
            **balance,
            null="0, a drift that no smaller step takes away",
            rule="interval above 0.9; a step changes it by dt² (‖u̇‖² - ‖v̇‖²), order 1",
            verdict=verdict(balance["low"] > 0.9),
            remark=f"Rates {coarse[0]:g} to {coarse[-1]:g}, double precision. In single "
            f"precision rounding adds up: {found.mean(alone, 'drift')} at "
            f"{settings.rate:g}, {found.mean(slow, 'drift')} at {min(settings.rates):g}.",
        ),
    ]


def _adversarial(found: Found, settings: Settings) -> list[Row]:
    alone, game = f"supervised {settings.rate:g}", f"adversarial {settings.rate:g}"
    gap = interval(found(game, "displacement") - found(alone, "displacement"))
    late = interval(found(game, "late_growth") - found(alone, "late_growth"))
    power = interval(found(game, "exponent"))
    still = interval(found("frozen", "late_growth"))
    force = interval(found(game, "force_end"))
    return [
        Row(
            name="game: farther",
            claim="Against a moving critic the weights go farther.",
            source="title, figures; Theorem 2 is an upper bound",
            measure=f"‖U - U(0)‖ at rate {settings.rate:g}, adversarial - supervised",
            **gap,
            null="0, the supervised twin",
            rule="interval above 0",
            verdict=verdict(gap["low"] > 0),
            remark=f"{found.mean(game, 'displacement')} against "
            f"{found.mean(alone, 'displacement')}. See the rows on the step. Dead "
            f"neurons: {found.mean(game, 'dead')} and {found.mean(alone, 'dead')}.",
        ),
        Row(
            name="game: still growing",
            claim="Against a moving critic displacement goes on growing.",
            source="Theorem 2, read as a lower bound",
            measure="last quarter's share of ‖U - U(0)‖, adversarial - supervised",
            **late,
            null="0, the supervised twin",
            rule="interval above 0",
            verdict=verdict(late["low"] > 0),
        ),
        Row(
            name="game: linear in time",
            claim="Displacement grows like t, as the bound does.",
            source="Theorem 2, eq. (26)",
            measure="exponent of ‖U - U(0)‖ in t over the last three quarters",
            **power,
            null="1, the bound; the supervised twin has "
            f"{found.mean(alone, 'exponent')}",
            rule="interval contains 1",
            verdict=verdict(power["low"] <= 1 <= power["high"]),
        ),
        Row(
            name="frozen critic",
            claim="A critic makes displacement grow even frozen, as the proof asks.",
            source="Theorem 2",
            measure="last quarter's share of ‖U - U(0)‖, critic frozen",
            **still,
            null=f"0; the supervised twin has {found.mean(alone, 'late_growth')}",
            rule=f"interval above {REST:g}",
            verdict=verdict(still["low"] > REST),
            remark="A frozen critic shifts labels; the network comes to rest at others.",
        ),
        Row(
            name="game: no rest",
            claim="z = y is no equilibrium: the critic pushes on.",
            source="eq. (3) with the penalty of (C)",
            measure="mean ‖∇g(z_p)‖ at the end",
            **force,
            null="0 where nothing pushes; 1 is what the penalty asks for",
            rule="interval above 0.5",
            verdict=verdict(force["low"] > 0.5),
        ),
    ]


def _step(found: Found, settings: Settings) -> list[Row]:
    slow, fast = min(settings.rates), max(settings.rates)
    excess = {
        dt: found(f"adversarial {dt:g}", "displacement")
        - found(f"supervised {dt:g}", "displacement")
        for dt in settings.rates
    }
    share = interval(excess[slow] / excess[fast])
    left = interval(excess[slow])
    orders = interval(_order(found, "adversarial", settings))
    table = ", ".join(
        f"{found.mean(f'adversarial {dt:g}', 'displacement')} at {dt:g}"
        for dt in settings.rates
    )
    drift = ", ".join(
        f"{found.mean(f'adversarial {dt:g}', 'drift')} at {dt:g}"
        for dt in settings.rates
    )
    return [
        Row(
            name="game: growth without the step",
            claim="The growth belongs to the dynamics (4), not to the size of its step.",
            source="eq. (4), a differential equation",
            measure=f"excess over supervision at rate {slow:g}, share of that at {fast:g}",
            **share,
            null="1, the step makes no difference",
            rule="interval above 0.9",
            verdict=verdict(share["low"] > 0.9),
            remark=f"‖U - U(0)‖ at equal time: {table}.",
        ),
        Row(
            name="game: farther at the smallest step",
            claim="At the smallest step the adversary still goes farther.",
            source="ours",
            measure=f"‖U - U(0)‖ at rate {slow:g}, adversarial - supervised",
            **left,
            null="0, the supervised twin",
            rule="interval above 0",
            verdict=verdict(left["low"] > 0),
            remark="What the limit of no step leaves is not settled by these rates.",
        ),
        Row(
            name="game: balance",
            claim="The game as it is run follows the flow (4).",
            source="eq. (4)",
            measure="order in the rate at which the drift of ‖u_j‖² - ‖v_j‖² goes to zero",
            **orders,
            null="0, a drift that no smaller step takes away; the flow has no drift",
            rule="interval above 0.9, as under supervision",
            verdict=verdict(orders["low"] > 0.9),
            remark=f"Mean drift: {drift}.",
        ),
    ]


def _theorem2(found: Found, settings: Settings) -> list[Row]:
    floor = interval(found("scalar", "floor_share"))
    within = extent(found("scalar", "game_within"))
    path = extent(found("scalar", "game_displacement"))
    kept = float(found("scalar", "game_least").min()) >= 0.5
    width = interval(xr.apply_ufunc(np.log10, found("scalar", "breakdown_game")))
    drawn = float(found("scalar", "drawn_within").max())
    game = f"adversarial {settings.rate:g}"
    near = interval(found(game, "misfit_share"))
    return [
        Row(
            name="(17): critic as it is drawn",
            claim="Against the critic ‖z - y‖ approaches an ε-neighbourhood.",
            source="eq. (17)",
            measure="κμ/‖z(0)-y‖, w ~ N(0, 1)",
            **floor,
            null="1: above it the bound lies above the start and says nothing",
            rule="interval below 1, so that it can be tested; then below the bound",
            verdict=verdict(drawn <= 1) if floor["high"] < 1 else OPEN,
        ),
        Row(
            name="(17): critic scaled, frozen",
            claim="The same, w scaled until κμ = ‖z(0)-y‖/2.",
            source="eq. (17), Theorem 2",
            measure="largest share of the bound reached after the start, scalar set-up",
            **within,
            null="1, the bound",
            rule="below 1 for every seed, and λ_min(H) ≥ λ₀/2 along the way",
            verdict=verdict(within["high"] <= 1) if kept else OPEN,
        ),
        Row(
            name="(17): critic that moves",
            claim="The same, against the critic of the pictures.",
            source="figures; (17) needs a independent of w",
            measure=f"‖Z - Y‖ at the end, share of the start, rate {settings.rate:g}",
            **near,
            null=f"{found.mean(f'supervised {settings.rate:g}', 'misfit_share')}, "
            "the supervised twin",
            rule="none: ε is not given, and training a takes away the hypothesis",
            verdict=OPEN,
        ),
        Row(
            name="Theorem 2: bound on each neuron",
            claim="‖u_j(t) - u_j(0)‖ stays below (26).",
            source="Theorem 2, eq. (26)",
            measure="largest share of the bound reached, scalar set-up",
            **path,
            null="1, the bound",
            rule="below 1 for every seed, and λ_min(H) ≥ λ₀/2 along the way",
            verdict=verdict(path["high"] <= 1) if kept else OPEN,
            remark="An upper bound that rises does not make what it bounds rise.",
        ),
        Row(
            name="breakdown threshold",
            claim="Below a width m the linear rate breaks down.",
            source="Theorem 2 (W 47)",
            measure="log₁₀ of that m, constant 1, 40 digits",
            **width,
            null="3 to 6, widths that can be trained",
            rule="none: the constant is not given, and a threshold needs both sides of it",
            verdict=OPEN,
            remark="The rate did not break down at any width that was run.",
        ),
    ]


def _order(found: Found, player: str, settings: Settings):
    """Slope of log drift against log rate, seed by seed."""
    dt = np.log(settings.rates)
    drifts = [np.log(found(f"{player} {r:g}", "drift")) for r in settings.rates]
    weight = (dt - dt.mean()) / ((dt - dt.mean()) ** 2).sum()
    return sum(float(w) * d for w, d in zip(weight, drifts))
