"""Steady states, dispersion relations, thresholds and verdicts against closed forms."""

import numpy as np
import pytest

import rdkit_nn as rd
from rdkit_nn import initial, models, stability
from rdkit_nn.stability.linearising import _by_differentiation

FHN = rd.law(u="u - u**3 - v", v="e*(u - a1*v - a0)")


def fitzhugh(D, a0=0.0, a1=0.5, e=4.0):
    return FHN(e=e, a1=a1, a0=a0) + rd.Diffusion(u=1.0, v=D)


def test_the_two_settings_of_the_paper_have_no_turing_instability():
    for k in (0.055, 0.060):
        told = stability.verdict(models.gray_scott(F=0.025, k=k))
        assert told.kind == "finite-amplitude only"
        assert told.states.sizes["state"] == 1
        assert float(told.states.u[0]) == 1.0 and float(told.states.v[0]) == 0.0
        assert "noise about a stable state decays" in str(told)


@pytest.mark.parametrize("F, k", [(0.05, 0.05), (0.022, 0.051), (0.042, 0.059)])
def test_gray_scott_has_more_states_only_where_the_formula_says(F, k):
    assert 4 * (F + k) ** 2 <= F
    states = stability.steady_states(models.gray_scott(F=F, k=k))
    root = np.sqrt(1 - 4 * (F + k) ** 2 / F)
    expected = sorted([(1 - root) / 2, (1 + root) / 2, 1.0])
    np.testing.assert_allclose(states.u, expected, rtol=1e-12)
    v = [F * (1 - u) / (F + k) for u in expected]
    np.testing.assert_allclose(states.v, v, rtol=0, atol=1e-13)


def test_thresholds_equal_their_closed_forms():
    found = stability.threshold(lambda D: models.schnakenberg(Dv=D), 5.0, 12.0)
    assert found == pytest.approx(8.567627457812106, abs=1e-6)
    a, Du, Dv = 2.0, 1.0, 8.0
    found = stability.threshold(
        lambda b: models.brusselator(a=a, b=b, Du=Du, Dv=Dv), 2.0, 4.0
    )
    assert found == pytest.approx((1 + a * np.sqrt(Du / Dv)) ** 2, abs=1e-6)
    found = stability.threshold(
        lambda D: fitzhugh(D), 5.0, 20.0, state={"u": 0, "v": 0}
    )
    assert found == pytest.approx(6 + 4 * np.sqrt(2), abs=1e-6)  # 11.656854
    hopf = stability.threshold(
        lambda b: models.brusselator(a=1.5, b=b, Du=1.0, Dv=0.5), 2.0, 5.0, of="uniform"
    )
    assert hopf == pytest.approx(1 + 1.5**2, abs=1e-6)
    with pytest.raises(ValueError, match="no threshold between"):
        stability.threshold(lambda D: models.schnakenberg(Dv=D), 10.0, 12.0)


def test_the_onset_of_keller_segel():
    D, a = 1.0, 0.1

    def build(c):
        chi = rd.law(u="c*u/(1 + u**2)")(c=c)
        growth = rd.law(u="u*(1 - u)", v="u - a*v")(a=a)
        return growth + rd.Chemotaxis(chi, up={"u": "v"}) + rd.Diffusion(u=1.0, v=D)

    state = {"u": 1.0, "v": 1 / a}
    found = stability.threshold(build, 2.0, 5.0, state=state)
    assert found == pytest.approx(2 * (D + a + 2 * np.sqrt(a * D)), abs=1e-6)  # 3.4649
    assert stability.verdict(build(5.0), state).kind == "Turing"


def test_the_critical_wave_of_schnakenberg():
    D = stability.threshold(lambda D: models.schnakenberg(Dv=D), 5.0, 12.0)
    k, rate = stability.fastest_mode(models.schnakenberg(Dv=D), {"u": 1.0, "v": 0.9})
    assert k**2 == pytest.approx(0.3416408, abs=1e-5)
    assert abs(rate.real) < 1e-8


def test_a_dispersion_relation_is_that_of_its_matrix():
    term, state = models.schnakenberg(a=0.1, b=0.9, Dv=40.0), {"u": 1.0, "v": 0.9}
    J = stability.jacobian(term, state)
    np.testing.assert_allclose(J, [[0.8, 1.0], [-1.8, -1.0]], rtol=1e-15)
    for k in (0.0, 0.3, 2.0):
        told = stability.dispersion(term, state, k).values[0]
        exact = np.linalg.eigvals(J.values - k**2 * np.diag([1.0, 40.0]))
        np.testing.assert_allclose(sorted(told.real), sorted(exact.real), rtol=1e-12)
    ((low, high),) = stability.unstable_band(term, state)
    # det(J - k² D) = 0 at the edges
    for k in (low, high):
        det = np.linalg.det(J.values - k**2 * np.diag([1.0, 40.0]))
        assert abs(det) < 1e-10


def test_linear_terms_have_their_polynomials():
    term = rd.law(u="g*u**2 - u**3")(g=1.0) + rd.Linear(u=(0.1 - 1, -2.0, -1.0))
    k, rate = stability.fastest_mode(term, {"u": 0.0})
    assert k == pytest.approx(1.0, abs=1e-6) and rate.real == pytest.approx(0.1)
    assert stability.verdict(term, {"u": 0.0}).kind == "Turing"
    ((low, high),) = stability.unstable_band(term, {"u": 0.0})
    exact = np.sqrt(1 - np.sqrt(0.1)), np.sqrt(1 + np.sqrt(0.1))
    assert (low, high) == pytest.approx(exact, rel=1e-10)


def test_cahn_hilliard_asks_for_the_state_that_is_meant():
    term = rd.Conserved(rd.law(c="c**3 - c")()) + rd.Linear(c=(0.0, 0.0, -1.0))
    with pytest.raises(ValueError, match="conserves: give the state"):
        stability.steady_states(term)
    k, rate = stability.fastest_mode(term, {"c": 0.0})
    assert k == pytest.approx(1 / np.sqrt(2), abs=1e-6)
    assert rate.real == pytest.approx(0.25, rel=1e-9)


@pytest.mark.parametrize("dims", [1, 2, 3])
def test_a_neural_field_grows_as_its_kernel_says(dims):
    def kernel(r):
        norm = (2 * np.pi) ** (-dims / 2)
        return 2.0 * norm * np.exp(-(r**2) / 2) - 1.5 * norm / 1.6**dims * np.exp(
            -(r**2) / (2 * 1.6**2)
        )

    rate = rd.law(u="1/(1 + exp(-4*u)) - 0.5")()
    term = rd.law(u="-u")() + rd.Convolution(rate, u=kernel)
    k = np.array([0.0, 0.5, 1.0, 2.0])
    told = stability.dispersion(term, {"u": 0.0}, k, dims=dims)[:, 0].real
    exact = -1 + 2 * np.exp(-(k**2) / 2) - 1.5 * np.exp(-(1.6**2) * k**2 / 2)
    np.testing.assert_allclose(told, exact, rtol=0, atol=1e-12)


def test_a_graph_has_modes_of_its_own():
    n = 12
    ring = np.roll(np.eye(n), 1, 0) + np.roll(np.eye(n), -1, 0)
    term = models.schnakenberg_kinetics(a=0.1, b=0.9) + rd.Diffusion.on(
        ring, u=1.0, v=40.0
    )
    told = stability.dispersion(term, {"u": 1.0, "v": 0.9})
    assert told.sizes["wavenumber"] == n
    plane = models.schnakenberg(Dv=40.0)
    k = np.sqrt(-told.eigenvalue.values.clip(max=0))
    same = stability.dispersion(plane, {"u": 1.0, "v": 0.9}, k)
    np.testing.assert_allclose(told.values, same.values, rtol=1e-12)


@rd.reaction
def listening(u, v, d, e):
    return {"u": u * rd.sin(d) + rd.exp(v) * d, "v": v - e}


GRID = rd.Grid((32,), spacing=0.7)
STATE = {"u": 0.7, "v": 0.3}
TERMS = [
    models.gray_scott_kinetics(F=0.03, k=0.06),
    rd.law(u="exp(-u)*v + tanh(u*v)", v="where(u > v, u**2, v)")(),
    rd.Diffusion(u=0.3, v=1.0),
    rd.Diffusion(u=0.3, v=1.0, stencil="4th-order"),
    rd.Linear(u=(0.5, -2.0, -1.0), v=(0.1, 0.2)),
    rd.CrossDiffusion(u={"v": 0.4}, v={"u": -0.2}),
    rd.Advection(u={"x": 0.5}, v={"x": -0.3}),
    rd.Advection(u={"x": 0.5}, scheme="central"),
    rd.Conserved(rd.law(u="u**3 - u", v="u*v")(), 0.5),
    rd.Convolution(rd.law(u="u**2", v="u*v")(), u=lambda r: rd.exp(-r)),
    (rd.law(u="u*v", v="-u")() + rd.Diffusion(u=1.0)).scaled(0.4),
    rd.Chemotaxis(rd.law(u="u/(1 + u**2)*v", v="0*u")(), up={"u": "v"}),
    rd.Noise(u=0.1, seed=0),
    rd.SquaredGradient(u=-0.5, v=1.0),
    rd.Flux(rd.law(u="u**2 * v", v="v")(), along={"u": "x"}),
    rd.Flux(rd.law(u="u**2 * v")(v=0.5), along={"u": "x"}, scheme="spectral"),
    rd.Network(rd.law(u="tanh(u)*v", v="u")()),
    rd.Driven(
        listening(),
        d=rd.Convolution(rd.law(u="u - v**2", v="0*v")(), u=lambda r: rd.exp(-r)),
        e=rd.Diffusion(v=0.3),
    ),
]


@pytest.mark.parametrize("term", TERMS, ids=lambda t: repr(t)[:40])
def test_what_a_term_does_to_a_wave_is_what_its_rate_does(term):
    """The symbols against automatic differentiation of the very rate."""
    pytest.importorskip("torch")
    k = 2 * np.pi * np.array([0, 1, 5]) / (32 * 0.7)
    waves = stability.Waves.along(k, grid=GRID)
    names = dict.fromkeys((*term.inputs, *term.variables))
    state = {name: STATE[name] for name in names}
    told = stability.linearised(term, state, waves)
    if isinstance(term, rd.Noise):
        assert told == {}
        return
    exact = _by_differentiation(term, state, waves)
    assert set(told) <= set(exact)
    for key, entry in exact.items():
        given = np.broadcast_to(told.get(key, 0.0), entry.shape)
        np.testing.assert_allclose(given, entry, rtol=1e-11, atol=1e-12)


def test_a_term_of_ones_own_is_differentiated():
    pytest.importorskip("torch")

    class Inhibition(rd.Term):
        variables = ("u",)

        def rate(self, values, grid, clock):
            u = values["u"]
            return {"u": -(u * u).mean() * u}

    told = stability.dispersion(Inhibition(), {"u": 2.0}, [0.0, 1.0])[:, 0].real
    # the mean changes with a uniform push alone
    np.testing.assert_allclose(told, [-3 * 4.0, -4.0], rtol=1e-12)
    assert stability.uniform(
        Inhibition(), {"u": 2.0}, stability.Waves.along([0.0])
    ) == {"u": -8.0}


@pytest.mark.parametrize(
    "term, state, kind",
    [
        (models.schnakenberg(Dv=40.0), None, "Turing"),
        (models.schnakenberg(Dv=8.0), None, "finite-amplitude only"),
        (models.brusselator(a=2.0, b=3.0, Du=1.0, Dv=8.0), None, "Turing"),
        (models.brusselator(a=1.0, b=3.0, Du=1.0, Dv=0.1), None, "Hopf"),
        (models.brusselator(a=3.0, b=10.2, Du=1.0, Dv=10.0), None, "Turing-Hopf"),
        (fitzhugh(20.0, a0=-0.1, a1=1.0, e=0.5), None, "Turing"),
        (rd.law(u="u - u**3")() + rd.Diffusion(u=1.0), None, "bistable"),
        (rd.law(u="u*(1 - u)")() + rd.Diffusion(u=1.0), None, "none"),
        (rd.Diffusion(u=1.0), {"u": 0.0}, "none"),
        (models.gray_scott(F=0.022, k=0.051), None, "Turing-Hopf"),
        (models.gray_scott(F=0.042, k=0.059), None, "bistable"),
    ],
    ids=lambda x: str(x)[:40],
)
def test_verdicts(term, state, kind):
    assert stability.verdict(term, state).kind == kind


def test_the_turing_space_of_schnakenberg_has_its_closed_borders():
    """Stable to uniform change where b - a < (a + b)³; the band where d is large enough."""
    a, b = np.linspace(0.02, 0.5, 7), np.linspace(0.3, 2.0, 8)
    told = stability.turing_space(
        lambda a, b: models.schnakenberg(a=a, b=b, Dv=40.0), {"a": a, "b": b}
    )
    A, B = np.meshgrid(a, b, indexing="ij")
    fu, fv, gu, gv = (B - A) / (A + B), (A + B) ** 2, -2 * B / (A + B), -((A + B) ** 2)
    trace, det = fu + gv, fu * gv - fv * gu
    still = trace < 0
    breaks = (40 * fu + gv > 0) & ((40 * fu + gv) ** 2 > 4 * 40 * det)
    np.testing.assert_array_equal(told.kind == "Turing", still & breaks)
    turns = ~still & (trace**2 < 4 * det)  # else uniform change leaves without turning
    np.testing.assert_array_equal(told.kind.str.contains("Hopf"), turns)
    assert (told.states == 1).all()
    inside = (told.kind == "Turing").values
    assert np.isfinite(told.wavelength.values[inside]).all()
    one = stability.verdict(models.schnakenberg(a=a[1], b=b[3], Dv=40.0)).states
    assert float(told.growth[1, 3]) == pytest.approx(float(one.growth[0]), rel=1e-9)


def test_a_map_finds_the_states_of_gray_scott_where_they_are():
    F, k = np.linspace(0.01, 0.08, 6), np.linspace(0.045, 0.065, 5)
    told = stability.turing_space(
        lambda F, k: models.gray_scott(F=F, k=k), {"F": F, "k": k}, positive=True
    )
    more = 4 * (F[:, None] + k) ** 2 < F[:, None]
    np.testing.assert_array_equal(told.states, np.where(more, 3, 1))
    with pytest.raises(ValueError, match="over which parameters"):
        stability.turing_space(models.gray_scott, {})


def test_three_species_can_break_into_waves():
    """A slow local inhibitor and a fast far one: the wave bifurcation."""
    law = rd.law(u="a*u - b*v - c*w - u**3", v="(u - v)/tau", w="(u - w)/theta")
    term = law(a=2.5, b=4.0, c=3.0, tau=2.0, theta=0.2)
    term = term + rd.Diffusion(u=0.05, v=0.0, w=20.0)
    told = stability.verdict(term, {"u": 0.0, "v": 0.0, "w": 0.0})
    row = told.states.isel(state=0)
    assert told.kind == "wave" and "frequency" in str(told)
    assert float(row.growth_at_rest) < 0 < float(row.growth)
    k = float(row.wavenumber)
    J = np.array([[2.5, -4, -3], [0.5, -0.5, 0], [5, 0, -5]])
    roots = np.linalg.eigvals(J - k**2 * np.diag([0.05, 0.0, 20.0]))
    assert float(row.growth) == pytest.approx(roots.real.max(), rel=1e-12)
    assert float(row.frequency) == pytest.approx(abs(roots.imag).max(), rel=1e-9)


@pytest.mark.parametrize(
    "term, state, mode",
    [
        (models.schnakenberg(Dv=40.0), {"u": 1.0, "v": 0.9}, 4),
        (models.brusselator(a=2.0, b=3.0, Du=1.0, Dv=8.0), {"u": 2.0, "v": 1.5}, 8),
        (models.gray_scott(F=0.025, k=0.055, Du=0.2, Dv=0.1), {"u": 1.0, "v": 0.0}, 3),
    ],
    ids=["schnakenberg", "brusselator", "gray-scott"],
)
def test_a_seeded_mode_grows_as_the_grid_says(term, state, mode):
    grid = rd.Grid((96,), spacing=0.6)
    k = 2 * np.pi * mode / (96 * 0.6)
    rate = stability.dispersion(term, state, k, grid=grid)
    wave = np.cos(k * (np.arange(96) + 0.5) * 0.6)
    names = list(state)
    # along the leading eigenvector, so that one branch alone is seen
    from rdkit_nn.stability.linearising import matrix

    whole = matrix(term, state, stability.Waves.along([k], grid=grid), tuple(names))[0]
    values, vectors = np.linalg.eig(whole.real)
    lead = vectors[:, np.argmax(values.real)].real
    begin = grid.state(
        **{n: state[n] + 1e-6 * lead[i] * wave for i, n in enumerate(names)}
    )
    run = rd.simulate(rd.Flow(term, rd.RK4(0.004)), begin, 500)
    name = names[int(np.argmax(np.abs(lead)))]
    ends = [(run[name][i].values - state[name]) @ wave for i in (0, -1)]
    measured = np.log(ends[1] / ends[0]) / float(run.time[-1])
    assert measured == pytest.approx(float(rate[0, 0].real), abs=2e-3 * abs(measured))


def test_noise_about_the_state_of_gray_scott_decays():
    term = models.gray_scott(F=0.025, k=0.055)
    grid = rd.Grid((64, 64), spacing=2.5 / 256)
    state = initial.noise(grid, u=1.0, v=0.0, amplitude=1e-3, seed=0)
    run = rd.simulate(rd.Flow(term, rd.Euler(1.0)), state, 400)
    assert float(run.v[-1].std() / run.v[0].std()) < 1e-10


def test_media_and_members_have_no_uniform_state():
    import xarray as xr

    feeds = xr.DataArray([0.02, 0.03], dims="F")
    with pytest.raises(TypeError, match="no single number"):
        stability.verdict(models.gray_scott(F=feeds))
    with pytest.raises(KeyError, match="lacks v"):
        stability.dispersion(models.gray_scott(), {"u": 1.0})


def test_a_flow_between_closed_walls_is_told():
    term = models.schnakenberg(Dv=40.0) + rd.Advection(u={"x": 0.1})
    state = {"u": 1.0, "v": 0.9}
    words = "no uniform state is steady"
    assert words not in str(stability.verdict(term, state))
    closed = rd.Grid((8, 8), boundary={"y": "periodic", "x": "no-flux"})
    assert words in str(stability.verdict(term, state, grid=closed))
    across = models.schnakenberg(Dv=40.0) + rd.Advection(u={"y": 0.1})
    assert words not in str(stability.verdict(across, state, grid=closed))
    stated = rd.Advection(u={"x": 0.1}, boundary={"u": "no-flux"})
    assert words in str(stability.verdict(stated + rd.law(u="-u")(), {"u": 0.0}))
