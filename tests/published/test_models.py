"""The library of models: steady states, dispersion relations and verdicts in print.

Wavelengths and rates of linear theory come from the sources named with each model; where a
closed form exists it stands in the table as one.
"""

from math import pi, sqrt

import numpy as np
import pytest
import xarray as xr

import rdkit_nn as rd
from rdkit_nn import analysis, initial, models, stability
from rdkit_nn.stability.linearising import matrix

# model, its steady state, verdict, wavelength and growth of the fastest mode
TURING = {
    "schnakenberg": (models.schnakenberg(), dict(u=1.0, v=0.9), 14.94, 0.411),
    "schnakenberg far": (
        models.schnakenberg(a=0.01, b=2.0, Dv=100.0),
        dict(u=2.01, v=2 / 2.01**2),
        12.87,
        None,
    ),
    "schnakenberg 30": (
        models.schnakenberg(a=0.01, b=2.0, Dv=30.0),
        dict(u=2.01, v=2 / 2.01**2),
        10.19,
        None,
    ),
    "brusselator": (models.brusselator(), dict(u=2.0, v=1.5), 7.42, 0.058),
    "brusselator stripes": (
        models.brusselator(a=4.5, b=7.5, Du=2.0, Dv=16.0),
        dict(u=4.5, v=7.5 / 4.5),
        6.66,
        None,
    ),
    "brusselator holes": (
        models.brusselator(a=3.0, b=9.0, Du=5.0, Dv=12.0),
        dict(u=3.0, v=3.0),
        10.0,
        None,
    ),
    "fitzhugh-nagumo": (models.fitzhugh_nagumo(), None, 17.44, 0.066),
    "gierer-meinhardt": (
        models.gierer_meinhardt(),
        dict(u=6.6, v=6.6**2 / 6.1),
        12.04,
        None,
    ),
    "gierer-meinhardt saturated": (models.gierer_meinhardt(K=0.003), None, 12.03, None),
    "lengyel-epstein": (
        models.lengyel_epstein(),
        dict(u=2.4, v=1 + 2.4**2),
        7.25,
        0.198,
    ),
    "lengyel-epstein near onset": (
        models.lengyel_epstein(a=9.0, b=0.14, d=1.07),
        dict(u=1.8, v=1 + 1.8**2),
        8.65,
        0.0034,
    ),
    "thomas": (models.thomas(), None, None, 0.036),
    "turing": (models.turing(), dict(a=4.0, b=4.0), None, None),
    "swift-hohenberg": (models.swift_hohenberg(), dict(u=0.0), 2 * pi, 0.2),
    "swift-hohenberg hexagons": (
        models.swift_hohenberg(r=0.1, g=1.0),
        dict(u=0.0),
        2 * pi,
        0.1,
    ),
    "cahn-hilliard": (models.cahn_hilliard(), dict(c=0.0), 2 * pi * sqrt(2), 0.25),
    "keller-segel": (models.keller_segel(), dict(u=1.0, v=10.0), None, None),
    "amari": (models.amari(), None, 6.08, None),
}


def state_of(term, told):
    """The state that is meant: told, or the only unstable one to a pattern."""
    if told is not None:
        return told
    found = stability.verdict(term).states
    at = int(np.argmax(found.growth.values * (found.kind.values == "Turing")))
    names = dict.fromkeys((*term.inputs, *term.variables))
    return {name: float(found[name][at]) for name in names}


@pytest.mark.parametrize("name", TURING)
def test_a_pattern_has_its_wavelength(name):
    term, told, length, rate = TURING[name]
    state = state_of(term, told)
    still = stability.Waves.along([0.0])
    rest = stability.uniform(term, state, still)
    assert max(abs(float(r)) for r in rest.values()) < 1e-11 * max(
        1.0, *map(abs, state.values())
    )
    assert stability.verdict(term, state).kind == "Turing"
    k, top = stability.fastest_mode(term, state)
    if length is not None:  # printed to two or three figures
        assert 2 * pi / k == pytest.approx(length, rel=3e-3)
    if rate is not None:
        assert top.real == pytest.approx(rate, rel=0.02)


@pytest.mark.parametrize("name", TURING)
def test_a_seeded_mode_grows_at_the_rate_of_its_grid(name):
    """And a factor of two in a diffusivity would be seen."""
    term, told, _, _ = TURING[name]
    state = state_of(term, told)
    k, top = stability.fastest_mode(term, state, dims=1 if name == "amari" else 2)
    if name == "amari":
        term = models.amari(kernel=models.Gaussians((20.0, -18.0), (1.0, 1.6), dims=1))
        state = {"u": float(stability.steady_states(term, dims=1).u[0])}
        k = 1.0
    n, turns = 64, 4
    grid = rd.Grid((n,), spacing=2 * pi * turns / (k * n))
    waves = stability.Waves.along([k], grid=grid)
    names = tuple(dict.fromkeys((*term.inputs, *term.variables)))
    whole = matrix(term, state, waves, names)[0].real
    values, vectors = np.linalg.eig(whole)
    lead = vectors[:, np.argmax(values.real)].real
    rate = float(values.real.max())
    shape = np.cos(k * (np.arange(n) + 0.5) * grid.spacing[0])
    begin = {m: state[m] + 1e-7 * lead[i] * shape for i, m in enumerate(names)}
    stiff = np.abs(np.linalg.eigvals(matrix(term, state, _fine(grid), names))).max()
    dt, span = 1.5 / stiff, min(3.0, 0.5 / abs(rate))
    steps = max(1, int(span / dt))
    flow = rd.Flow(term, rd.RK4(span / steps))
    end = flow.advance(begin, grid, range(steps))
    who = int(np.argmax(np.abs(lead)))
    ends = [(x[names[who]] - state[names[who]]) @ shape for x in (begin, end)]
    measured = np.log(ends[1] / ends[0]) / span
    assert measured == pytest.approx(rate, abs=2e-3 * abs(rate) + 1e-6)


def _fine(grid):
    """All waves of a grid, for its fastest decay."""
    k = np.linspace(0, pi / grid.spacing[0], 33)
    return stability.Waves.along(k, grid=grid)


def test_thresholds_in_print():
    found = stability.threshold(lambda d: models.thomas(d=d), 25.0, 35.0, positive=True)
    assert found == pytest.approx(27.02, abs=0.01)
    # As Turing gave it, exactly marginal.
    state = {"a": 4.0, "b": 4.0}
    found = stability.threshold(lambda D: models.turing(Db=D), 0.03, 0.1, state=state)
    assert found == pytest.approx(1 / 16, abs=1e-6)
    found = stability.threshold(
        lambda D: models.fitzhugh_nagumo(epsilon=4.0, a0=0.0, a1=0.5, Dv=D),
        5.0,
        20.0,
        state={"u": 0.0, "v": 0.0},
    )
    assert found == pytest.approx(6 + 4 * sqrt(2), abs=1e-6)
    found = stability.threshold(
        lambda c: models.keller_segel(c=c), 2.0, 5.0, state={"u": 1.0, "v": 10.0}
    )
    assert found == pytest.approx(2 * (1.1 + 2 * sqrt(0.1)), abs=1e-6)


@pytest.mark.parametrize(
    "term, state, kind, frequency",
    [
        (
            models.fitzhugh_nagumo(epsilon=0.05, a0=-0.1, a1=2.0, Dv=4.0),
            None,
            "bistable",
            None,
        ),
        (models.brusselator(a=1.0, b=3.0, Du=1.0, Dv=0.1), None, "Hopf", None),
        (
            models.rosenzweig_macarthur(),
            dict(prey=0.15 / 4.7, predator=0.5149),
            "Hopf",
            0.52,
        ),
        (models.lambda_omega(), dict(u=0.0, v=0.0), "none", None),
        (models.fisher_kpp(), None, "none", None),
        (models.nagumo(), None, "bistable", None),
        (models.allen_cahn(), None, "bistable", None),
        (models.excitable(), None, "finite-amplitude only", None),
        (models.barkley(), None, "finite-amplitude only", None),
    ],
    ids=lambda x: repr(x)[:30],
)
def test_other_verdicts(term, state, kind, frequency):
    told = stability.verdict(term, state)
    assert told.kind == kind
    if frequency is not None:
        row = told.states.isel(state=0)
        assert float(row.frequency_at_rest) == pytest.approx(frequency, abs=0.01)
        assert float(row.growth_at_rest) == pytest.approx(0.013, abs=0.001)


def test_lotka_volterra_is_a_centre():
    term = models.lotka_volterra(alpha=2.0, gamma=0.5)
    told = stability.dispersion(term, {"prey": 0.5, "predator": 2.0}, [0.0, 1.0]).values
    np.testing.assert_allclose(np.abs(told[0].imag), 1.0, rtol=1e-12)
    np.testing.assert_allclose(told[0].real, 0.0, atol=1e-15)
    np.testing.assert_allclose(told[1].real, -1.0, rtol=1e-12)  # all waves decay alike


def test_cyclic_competitors_leave_coexistence_together():
    term = models.cyclic_competition(a=0.8, b=1.9)
    u = 1 / 3.7
    told = stability.dispersion(term, dict(u=u, v=u, w=u), 0.0).values[0]
    assert told.real.max() == pytest.approx(u * (0.8 + 1.9 - 2) / 2, rel=1e-12)


def test_the_limit_cycle_of_a_lambda_omega_system():
    term = models.lambda_omega(a=3.0, c=-1.0)
    grid = rd.Grid((1,))
    flow = rd.Flow(term, rd.RK4(0.01))
    end = flow.advance({"u": np.array([0.1]), "v": np.array([0.0])}, grid, range(1000))
    radius = np.hypot(end["u"], end["v"])[0]
    assert radius == pytest.approx(sqrt(3.0), rel=1e-8)
    on = flow.advance(end, grid, range(1000, 1010))
    turn = np.angle((on["u"] + 1j * on["v"]) / (end["u"] + 1j * end["v"]))[0]
    assert turn / 0.1 == pytest.approx(-3.0, rel=1e-6)


@pytest.mark.parametrize("b, c, stable", [(0.0, 0.5, True), (2.0, -1.2, False)])
def test_uniform_oscillation_breaks_where_benjamin_feir_and_newell_say(b, c, stable):
    """A long wave upon A = e^{-ict} grows at about -(1 + bc) k²."""
    term, n = models.ginzburg_landau(b=b, c=c), 64
    grid = rd.Grid((n,), spacing=2 * pi / (0.2 * n))
    x = (np.arange(n) + 0.5) * grid.spacing[0]
    state = {"u": 1 + 1e-6 * np.cos(0.2 * x), "v": 1e-6 * np.cos(0.2 * x)}
    flow = rd.Flow(term, rd.RK4(0.02))
    one = flow.advance(state, grid, range(1000))
    two = flow.advance(one, grid, range(1000, 2000))
    sizes = [(s["u"] + 1j * s["v"]).std() for s in (one, two)]
    rate = np.log(sizes[1] / sizes[0]) / 20
    s = -4 / grid.spacing[0] ** 2 * np.sin(0.1 * grid.spacing[0]) ** 2
    # The exact growth: -1 - k² + √(1 - 2bc k² - b² k⁴) with k² = -s
    exact = (-1 + s + np.sqrt(1 + 0j + 2 * b * c * s - b**2 * s**2)).real
    assert rate == pytest.approx(exact, rel=2e-3)
    assert (rate < 0) == stable


def test_a_front_of_nagumo_moves_as_its_formula_says():
    a, D = 0.25, 1.0
    grid = rd.Grid((600,), spacing=0.2, boundary="no-flux")
    x = (np.arange(600) + 0.5) * 0.2
    state = grid.state(u=1 / (1 + np.exp((x - 40) / sqrt(2 * D))))
    flow = rd.Flow(models.nagumo(a=a, D=D), rd.RK4(0.01))
    run = rd.simulate(flow, state, 4000, 2000)
    places = [0.2 * float(frame.sum()) for frame in run.u]
    speed = (places[2] - places[1]) / 20
    assert speed == pytest.approx(sqrt(D / 2) * (1 - 2 * a), rel=3e-3)


def test_klausmeiers_stripes_need_the_flow():
    wet = dict(a=2.0, m=0.54)
    still = stability.verdict(models.klausmeier(**wet, V=0.0, Dw=100.0))
    assert still.kind == "bistable"  # bare ground, and plants everywhere
    flowing = models.klausmeier(**wet, V=50.0)
    n = (2.0 + sqrt(4 - 4 * 0.54**2)) / (2 * 0.54)
    state = {"w": 0.54 / n, "n": n}
    k, top = stability.fastest_mode(flowing, state)
    assert top.real > 0 and abs(top.imag) > 0 and k > 0
    assert stability.verdict(flowing, state).kind == "wave"


def test_a_soliton_of_purwins_rests_on_a_stable_state():
    told = stability.verdict(models.purwins())
    assert told.kind == "finite-amplitude only"
    assert list(told.states.kind.values) == ["stable"]


@pytest.mark.parametrize(
    "seeds, steps", [(1, 3000), pytest.param(2, 5000, marks=pytest.mark.slow)]
)
def test_chaos_of_flames_has_the_size_in_print(seeds, steps):
    """Conservative, L = 100: a standard deviation of about 1.3, a peak near 9.1."""
    grid = rd.Grid((256,), spacing=100 / 256)
    lengths, widths = [], []
    for seed in range(seeds):
        state = initial.noise(grid, u=0.0, amplitude=0.1, seed=seed)
        for how in (
            dict(scheme="spectral", stencil="spectral"),
            dict(scheme="central"),
        ):
            term = models.kuramoto_sivashinsky(conservative=True, **how)
            run = rd.simulate(rd.Flow(term, rd.ETDRK4(0.1)), state, steps, 200)
            late = run.u[steps // 500 :]
            widths.append(float(late.std()))
            power = analysis.power_spectrum(late).mean("time").values
            lengths.append(100 / (power.argmax() + 1))
            assert float(abs(late.mean("x") - state.u.mean()).max()) < 1e-9
    # Ten frames of some ten humps each, twice: eight seeds were within four per cent.
    assert np.mean(widths) == pytest.approx(1.33, rel=0.05)
    assert np.mean(lengths) == pytest.approx(9.1, rel=0.08)


def test_the_slope_of_a_flame_obeys_the_conservative_form():
    grid = rd.Grid((128,), spacing=32 / 128)
    x = grid.coords["x"][1]
    h = np.cos(2 * np.pi * x / 32) + 0.3 * np.sin(6 * np.pi * x / 32)
    wave = 2j * np.pi * np.fft.rfftfreq(128, 0.25)

    def slope(field):
        return np.fft.irfft(wave * np.fft.rfft(field))

    ends = []
    for conservative, field in ((False, h), (True, slope(h))):
        term = models.kuramoto_sivashinsky(
            conservative=conservative, scheme="spectral", stencil="spectral"
        )
        flow = rd.Flow(term, rd.ETDRK4(0.02))
        ends.append(flow.advance({"u": field}, grid, range(500))["u"])
    np.testing.assert_allclose(slope(ends[0]), ends[1], rtol=0, atol=1e-6)


def test_a_flame_grows_as_it_should_while_it_is_small():
    told = stability.verdict(models.kuramoto_sivashinsky(), {"u": 0.0})
    row = told.states.isel(state=0)
    assert float(row.wavenumber) == pytest.approx(sqrt(0.5), rel=1e-6)
    assert float(row.growth) == pytest.approx(0.25, rel=1e-9)
    assert float(row.band_high) == pytest.approx(1.0, rel=1e-9)


def test_wilson_and_cowans_populations_oscillate_or_remember():
    told = stability.verdict(models.wilson_cowan())
    assert told.kind == "Hopf"
    memory = dict(ee=12.0, ei=4.0, ie=13.0, ii=11.0, P=0.0)
    memory |= dict(gain_e=1.2, gain_i=1.0, threshold_e=2.8, threshold_i=4.0)
    term = models.wilson_cowan(**memory)
    told = stability.verdict(term)
    assert told.kind == "bistable" and told.states.sizes["state"] == 3
    assert abs(float(told.states.E[0])) < 1e-14  # silence, since S(0) is subtracted
    grid, flow = rd.Grid((2,)), rd.Flow(term, rd.RK4(0.05))
    state = {"E": np.array([0.15, 0.20]), "I": np.full(2, 0.06)}
    end = flow.advance(state, grid, range(2000))["E"]
    np.testing.assert_allclose(end, told.states.E[[0, 2]], rtol=0, atol=1e-9)
    alone = stability.verdict(models.wilson_cowan(silent=0.0)).states
    assert float(alone.E.min()) > 0


def test_a_field_of_wilson_and_cowan_is_its_node_where_it_is_even():
    field = models.wilson_cowan(widths=(1.0, 2.0), dims=1)
    node = models.wilson_cowan()
    grid = rd.Grid((64,), spacing=0.5)
    even = {"E": np.full(64, 0.1), "I": np.full(64, 0.05)}
    ends = [
        rd.Flow(t, rd.RK4(0.05)).advance(even, grid, range(200)) for t in (field, node)
    ]
    for name in "EI":
        np.testing.assert_allclose(ends[0][name], ends[1][name], rtol=1e-11)
    state = {"E": 0.2, "I": 0.1}
    k = np.array([0.0, 0.7])
    told = stability.dispersion(field, state, k, dims=1)
    one = stability.dispersion(node, state, 0.0)
    np.testing.assert_allclose(told[0], one[0], rtol=1e-10)


def test_lateral_inhibition_breaks_a_field_of_wilson_and_cowan():
    """Where inhibition reaches farther and is quick, waves of k > 0 alone grow."""
    told = dict(ee=16.0, ei=11.0, ie=9.0, ii=0.0, P=3.2, Q=1.8, tau_i=0.7)
    term = models.wilson_cowan(**told, widths=(1.0, 2.0), dims=1)
    told = stability.verdict(term, dims=1)
    row = told.states.isel(state=int(np.argmax(told.states.growth.values)))
    state = {n: float(row[n]) for n in "EI"}
    assert told.kind == "Turing"
    n, turns = 128, 6
    grid = rd.Grid((n,), spacing=2 * pi * turns / float(row.wavenumber) / n)
    rate = stability.dispersion(term, state, float(row.wavenumber), grid=grid, dims=1)
    begin = initial.noise(grid, **state, amplitude=1e-9, seed=0)
    run = rd.simulate(rd.Flow(term, rd.RK4(0.08)), begin, 500, 50)
    size = [abs(np.fft.rfft(frame)[turns]) for frame in run.E.values[4:]]
    grown = np.polyfit(run.time.values[4:], np.log(size), 1)[0]
    assert grown == pytest.approx(float(rate[0, 0].real), rel=2e-3)


@pytest.mark.parametrize("K", [1.5, 2.0, 4.0])
def test_kuramotos_order_is_the_root_in_print(K):
    """R = sqrt(1 - K_c / K) for a Lorentzian of half-width 1/2, K_c = 1."""
    n = 4000
    places = (np.arange(n) + 0.5) / n
    omega = xr.DataArray(0.5 * np.tan(pi * (places - 0.5)), dims="x")
    omega = omega.clip(-50, 50)  # a few that never lock
    term = models.kuramoto(K=K, omega=omega)
    begin = {"theta": 2 * pi * np.random.default_rng(0).random(n)}
    flow = rd.Flow(term, rd.RK4(0.04))
    state, order = flow.advance(begin, rd.Grid((n,)), range(500)), []
    for k in range(20):
        state = flow.advance(state, rd.Grid((n,)), range(500 + 5 * k, 505 + 5 * k))
        order.append(abs(np.exp(1j * state["theta"]).mean()))
    # Finite n: fluctuations of the order of 1 / sqrt(n) = 0.016, larger near K_c.
    assert np.mean(order) == pytest.approx(sqrt(1 - 1 / K), abs=0.015)


def test_oscillators_on_a_ring_relax_like_its_laplacian():
    n = 16
    ring = np.roll(np.eye(n), 1, 0) + np.roll(np.eye(n), -1, 0)
    term = models.kuramoto(K=0.5, weights=ring)
    told = stability.dispersion(term, {"theta": 0.3})[:, 0]
    exact = 0.5 * (2 * np.cos(2 * pi * np.arange(n) / n) - 2)
    np.testing.assert_allclose(told, np.sort(exact)[::-1], rtol=0, atol=1e-13)
    from scipy.sparse import csr_array

    state = {"theta": np.random.default_rng(0).random(n)}
    pairs = [
        0.5
        * sum(
            ring[i, j] * np.sin(state["theta"][j] - state["theta"][i]) for j in range(n)
        )
        for i in range(n)
    ]
    for weights in (ring, csr_array(ring)):
        term = models.kuramoto(K=0.5, weights=weights)
        rate = term.rate(state, rd.Grid((n,)), rd.Clock(0, 1.0))["theta"]
        np.testing.assert_allclose(rate, pairs, rtol=1e-13, atol=1e-15)


def test_a_random_network_falls_silent_or_never_does():
    weights = models.gaussian_weights(800, seed=0)
    state = {"h": np.random.default_rng(1).standard_normal(800)}
    sizes = {}
    for g in (0.8, 1.5):
        term = models.rate_network(weights, g=g)
        lead = complex(stability.dispersion(term, {"h": 0.0})[0, 0])
        # The edge of the unit disc is sharp to about n^(-1/2).
        assert lead.real == pytest.approx(g - 1, abs=0.08)
        flow = rd.Flow(term, rd.RK4(0.1))
        end = flow.advance(state, rd.Grid((800,)), range(600))["h"]
        sizes[g] = float(np.sqrt((end**2).mean()))
    assert sizes[0.8] < 1e-3 and sizes[1.5] == pytest.approx(0.89, abs=0.1)


def test_a_graded_memory_recalls_and_its_energy_falls():
    rng = np.random.default_rng(0)
    patterns = rng.choice([-1.0, 1.0], (5, 200))
    gain = 4.0
    term = models.hopfield(patterns, gain=gain)
    w = models.hebbian_weights(patterns)
    noisy = patterns[0] * np.where(rng.random(200) < 0.15, -1, 1)
    run = rd.simulate(
        rd.Flow(term, rd.RK4(0.05)), rd.Grid((200,)).state(h=0.5 * noisy), 400, 20
    )
    out = np.tanh(gain * run.h.values)
    # Hopfield 1984, eq. (8): -½ Vᵀ w V + Σ ∫ artanh(V) / β
    inner = out * np.arctanh(out) + 0.5 * np.log(1 - out**2)
    energy = -0.5 * ((out @ w) * out).sum(1) + inner.sum(1) / gain
    assert (np.diff(energy) <= 1e-9).all()
    assert (np.sign(out[-1]) == patterns[0]).mean() > 0.99
    with pytest.raises(ValueError, match="of -1 and 1"):
        models.hebbian_weights([[0.0, 1.0]])


NEEDS = {
    "rate_network": lambda: models.rate_network(models.gaussian_weights(120, seed=0)),
    "hopfield": lambda: models.hopfield(
        np.where(np.arange(240) % 3, 1, -1).reshape(2, 120)
    ),
}
NO_MODELS = ("gaussian_weights", "hebbian_weights")


@pytest.mark.parametrize("name", [n for n in models.__all__ if not n[0].isupper()])
def test_every_model_says_where_it_comes_from_and_runs_alike_on_tensors(name):
    maker = getattr(models, name)
    if hasattr(maker, "law") or name in NO_MODELS:
        return  # a kinetics, which its model documents
    assert "Source:" in maker.__doc__ and "doi:10." in maker.__doc__, name
    term = NEEDS.get(name, maker)()
    grid = rd.Grid((12, 10), spacing=0.8 if name != "purwins" else 0.02)
    rng = np.random.default_rng(0)
    names = dict.fromkeys((*term.inputs, *term.variables))
    fields = {n: 0.2 + 0.2 * rng.random(grid.shape) for n in names}
    ends = [
        rd.Flow(term, rd.Euler(1e-4), device).advance(fields, grid, range(20))
        for device in ("cpu", "torch:cpu")
    ]
    for n in names:
        np.testing.assert_allclose(
            np.asarray(ends[1][n]), np.asarray(ends[0][n]), rtol=1e-10, atol=1e-12
        )
