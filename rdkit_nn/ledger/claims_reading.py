"""Claims about the reading of learning as reaction and diffusion."""

from __future__ import annotations

import xarray as xr

from .rows import OPEN, Found, Row, extent, interval, verdict
from .settings import Settings


def rows(found: Found, settings: Settings) -> list[Row]:
    """All rows of this subject."""
    game = f"adversarial {settings.rate:g}"
    slope = interval(found("widths", "slope_D_u"))
    share = extent(found("widths", "share"))
    smooth = interval(found(game, "smoothing") - found(game, "smoothing_shuffled"))
    moran = interval(found(game, "moran") - found("shuffled game", "moran"))
    noise = [found("chemistry", f"gray_scott_k{k}") for k in ("055", "060")]
    left = extent(xr.concat(noise, "setting").max("setting"))
    subset, lemma = (interval(found("slips", key)) for key in ("subset", "lemma1"))
    right = float(found("slips", "lemma1_right").mean())
    wide = f"m = m_c = {settings.widths[0]} to {settings.widths[-1]}"
    return [
        Row(
            name="diffusion grows with the width",
            claim="D_j^u is of the order n m² d_in d_out^{3/2}.",
            source="Theorem 3",
            measure=f"exponent of the mean ‖D_j^u‖ in m, {wide}, at the start",
            **slope,
            null="2, the bound that rises",
            rule="interval contains 2",
            verdict=verdict(slope["low"] <= 2 <= slope["high"]),
            remark="It falls. D_j^v has "
            f"{found.mean('widths', 'slope_D_v')}, R_j^u "
            f"{found.mean('widths', 'slope_R_u')}, R_j^v "
            f"{found.mean('widths', 'slope_R_v')}.",
        ),
        Row(
            name="bounds on reaction and diffusion",
            claim="‖R_j‖₁ and ‖D_j‖₁ stay below their bounds.",
            source="Theorem 3, explicit",
            measure=f"largest share of a bound reached, {wide}, at the start",
            **share,
            null="1, the bound",
            rule="below 1 for every seed",
            verdict=verdict(share["high"] <= 1),
            remark="The printed bounds on D are m² times as large, and more.",
        ),
        Row(
            name="the adversary diffuses",
            claim="The adversarial term acts on receptive fields like a diffusion.",
            source="title; eq. (19)",
            measure="cosine of D^u and ∇²U over pixels, less that with places shuffled",
            **smooth,
            null="0, pixels without places",
            rule="interval above 0.05",
            verdict=verdict(smooth["low"] > 0.05),
            remark="No Laplacian is in it; 1 would be diffusion proper.",
        ),
        Row(
            name="Turing instability of learning",
            claim="The adversary makes a Turing instability.",
            source="title, abstract",
            measure="Moran's I of receptive fields, real - shuffled pixels",
            **moran,
            null="0 for a dynamics that makes structure without the data's",
            rule="none: no uniform state is shown that only diffusion destabilises",
            verdict=OPEN,
            remark="Training commutes with any permutation of pixels, so it does not know "
            "which are neighbours: all structure here is the data's.",
        ),
        Row(
            name="Turing instability of Gray-Scott",
            claim="The Gray-Scott patterns at F = 0.025, k = 0.055 and 0.060 are Turing's.",
            source="figures",
            measure="share of the contrast of small noise about (1, 0) that is left",
            **left,
            null="1, noise that neither grows nor fades",
            rule="above 1 for every seed",
            verdict=verdict(left["low"] > 1),
            remark="4 (F + k)² > F: (1, 0) is the only uniform state. The patterns grow "
            "from a finite seed.",
        ),
        Row(
            name="slip: sums over active units",
            claim="|Σ a_r w_r 1{w_r z ≥ 0}| ≤ |Σ a_r w_r|.",
            source="eq. (23), (W 30), (W 40)",
            measure="share of random draws in which it is false",
            **subset,
            null="0, an inequality that always holds",
            rule="0 for every seed",
            verdict=verdict(subset["effect"] == 0),
            remark="Hoeffding's inequality on each sign apart repairs it: log(4/δ).",
        ),
        Row(
            name="slip: Lemma 1",
            claim="‖U(0)‖_F ≤ 2√(m d_in)/(√(2π) δ) with probability 1 - δ.",
            source="Lemma 1",
            measure="share of draws above the bound at δ = 0.9",
            **lemma,
            null="0.9, what may fail",
            rule="interval below 0.9",
            verdict=verdict(lemma["high"] <= 0.9),
            remark=f"√(m d_in)/δ was passed in {right:.2g} of the draws.",
        ),
    ]
