"""Claims about pictures: structure in receptive fields and in the top layer."""

from __future__ import annotations

from .rows import OPEN, Found, Row, interval, verdict
from .settings import Settings


def rows(found: Found, settings: Settings) -> list[Row]:
    """All rows of this subject."""
    return [
        *_structure(found, settings),
        *_distance(found, settings),
        *_order(found, settings),
    ]


def _structure(found: Found, settings: Settings) -> list[Row]:
    alone, game = f"supervised {settings.rate:g}", f"adversarial {settings.rate:g}"
    start = interval(found(game, "moran") - found(game, "moran_start"))
    twin = interval(found(game, "moran") - found("labels", "moran"))
    mixed = "shuffled game"
    gone = interval(found(mixed, "moran") - found(mixed, "moran_start"))
    noise = f"pushed {min(settings.holds):g}"
    forced = interval(found(game, "moran") - found(noise, "moran"))
    loss = found(mixed, "displacement") / found(game, "displacement") - 1
    exact = found("shuffled alone", "displacement") / found(alone, "displacement") - 1
    symmetry = interval(found(game, "asymmetry") - found(alone, "asymmetry"))
    morans = ", ".join(
        f"{name} {found.mean(key, 'moran')}"
        for name, key in (
            ("adversarial", game),
            ("supervised", alone),
            ("matched", "labels"),
        )
    )
    return [
        Row(
            name="patterns in U",
            claim="Adversarial receptive fields have a structure that the start has not.",
            source="figures",
            measure="Moran's I, mean over neurons, end - start",
            **start,
            null=f"0, the start ({found.mean(game, 'moran_start')})",
            rule="interval without 0",
            verdict=verdict(start["low"] > 0 or start["high"] < 0),
            remark=f"Moran's I: {morans}. Negative: neighbours differ more than by chance.",
        ),
        Row(
            name="patterns in U, at equal distance",
            claim="Its structure is not that of supervision that goes as far.",
            source="ours",
            measure="Moran's I, adversarial - supervised on larger labels",
            **twin,
            null="0, the twin matched in displacement",
            rule="interval without 0",
            verdict=verdict(twin["low"] > 0 or twin["high"] < 0),
        ),
        Row(
            name="patterns in U, against random forces",
            claim="Nor that of random forces as strong.",
            source="ours",
            measure="Moran's I, adversarial - random forces, held for "
            f"{min(settings.holds):g}",
            **forced,
            null="0, random forces of equal norm",
            rule="interval without 0",
            verdict=verdict(forced["low"] > 0 or forced["high"] < 0),
            remark=f"Random forces leave {found.mean(noise, 'moran')}.",
        ),
        Row(
            name="patterns of the dynamics",
            claim="The dynamics makes the structure, whatever the data.",
            source="title",
            measure="Moran's I, end - start, pixels of all pictures put anywhere",
            **gone,
            null="0, pixels without places",
            rule="interval without 0",
            verdict=verdict(gone["low"] > 0 or gone["high"] < 0),
            remark="Shuffled, displacement is what it was: to "
            f"{float(abs(exact).max()):.0e} supervised (rounding), to "
            f"{float(abs(loss).max()):.1%} adversarial (rounding, grown by the game).",
        ),
        Row(
            name="broken symmetry",
            claim="Supervision keeps the weights symmetric; the game does not.",
            source="Theorems 1 and 2",
            measure="distance of the distributions of U and -U, adversarial - supervised",
            **symmetry,
            null="0, the supervised twin",
            rule="interval above 0",
            verdict=verdict(symmetry["low"] > 0),
            remark="Kolmogorov-Smirnov distance over all entries of U.",
        ),
    ]


def _distance(found: Found, settings: Settings) -> list[Row]:
    alone, game = f"supervised {settings.rate:g}", f"adversarial {settings.rate:g}"
    pushes = {
        hold: found(f"pushed {hold:g}", "displacement") for hold in settings.holds
    }
    far = max(settings.holds)
    random = interval(found(game, "displacement") - pushes[far])
    rank = interval(found(game, "rank") - found("labels", "rank"))
    spread = interval(found("spread", "apart"))
    told = ", ".join(
        f"{float(gone.mean()):.3g} where they are held for {hold:g}"
        for hold, gone in pushes.items()
    )
    return [
        Row(
            name="distance tells an adversary",
            claim="Only an adversary takes the weights so far.",
            source="figures",
            measure=f"‖U - U(0)‖, adversarial - random forces as strong, held for {far:g}",
            **random,
            null="0, random forces of equal norm",
            rule="interval above 0",
            verdict=verdict(random["low"] > 0),
            remark=f"Random forces go {told}; larger labels go as far by construction.",
        ),
        Row(
            name="larger subspace",
            claim="The adversarial solution lies in a larger subspace about the start.",
            source="figure: linear rate",
            measure="effective rank of U - U(0), adversarial - supervised on larger labels",
            **rank,
            null="0, the twin matched in displacement",
            rule="interval above 0",
            verdict=verdict(rank["low"] > 0),
            remark=f"Of {found.mean(game, 'rank')}, {found.mean('labels', 'rank')} and "
            f"{found.mean(alone, 'rank')} (supervised).",
        ),
        Row(
            name="spread of solutions",
            claim="From one start, different critics lead to different solutions.",
            source="figures",
            measure="distance of two ends, share of their distance from the start",
            **spread,
            null="0, one solution (supervision is deterministic); √2, nothing in common",
            rule="interval above 0.05",
            verdict=verdict(spread["low"] > 0.05),
        ),
    ]


def _order(found: Found, settings: Settings) -> list[Row]:
    game = f"adversarial {settings.rate:g}"
    chance = -1 / settings.hidden
    U, V = (interval(found(game, f"order_{w}") - chance) for w in "UV")
    return [
        Row(
            name="patterns along neurons",
            claim="Patterns along the index of hidden neurons mean something.",
            source="figures",
            measure="lag-one correlation of the rows of U, mean row out, less -1/m",
            **U,
            null="0, neurons in any order",
            rule="interval without 0",
            verdict=verdict(U["low"] > 0 or U["high"] < 0),
            remark="Permuting neurons permutes the run: the order is the draw's.",
        ),
        Row(
            name="patterns in V",
            claim="The top layer forms patterns.",
            source="figures",
            measure="lag-one correlation of the columns of V, mean column out, less -1/m",
            **V,
            null="0, neurons in any order",
            rule="none: neither outputs nor neurons have neighbours",
            verdict=OPEN,
        ),
    ]
