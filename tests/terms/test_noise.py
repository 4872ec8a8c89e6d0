"""Noise against what is known of its moments, spectra and strong orders."""

import numpy as np
import pytest

import rdkit_nn as rd


def end(term, method, state, grid, steps, device="cpu"):
    flow = rd.Flow(term, method, device)
    flow.check(state, grid)
    return np.asarray(flow.advance(state, grid, range(steps))["u"])


def test_an_ornstein_uhlenbeck_process_has_its_moments():
    k, sigma, dt, n = 0.8, 0.6, 0.05, 20_000
    grid = rd.Grid((n,), spacing=1.0)
    term = rd.law(u="-k*u")(k=k) + rd.Noise(u=sigma, seed=1)
    for steps in (20, 200):
        u = end(term, rd.Euler(dt), {"u": np.full(n, 2.0)}, grid, steps)
        a = 1 - k * dt
        mean = 2 * a**steps
        variance = sigma**2 * dt * (1 - a ** (2 * steps)) / (1 - a**2)
        # Four standard errors of independent normal cells.
        assert abs(u.mean() - mean) < 4 * np.sqrt(variance / n)
        assert abs(u.var() - variance) < 4 * variance * np.sqrt(2 / n)


@pytest.mark.parametrize("n", [32, 64, 128])
def test_the_stochastic_heat_equation_has_its_structure_factor(n):
    """S(q) = σ² / (2 (k - D s(q))), and the same at every resolution where q is small."""
    D, k, sigma, length = 0.5, 0.4, 0.3, 32.0
    grid = rd.Grid((n,), spacing=length / n)
    rate = k - D * grid.symbol()
    dt = 0.5 / rate.max()
    term = rd.law(u="-k*u")(k=k) + rd.Diffusion(u=D) + rd.Noise(u=sigma, seed=n)
    members = 600
    state = end(
        term, rd.Euler(dt), {"u": np.zeros((members, n))}, grid, int(12 / (k * dt))
    )
    power = (np.abs(np.fft.fft(state)) ** 2).mean(0) * (length / n) ** 2 / length
    # The stationary variance of Euler's own recursion; its limit is that of the equation.
    theory = sigma**2 / (2 * rate * (1 - rate * dt / 2))
    ratio = power / theory
    # Exponential (q = 0: χ²) variables; modes ±q are one: 4.5 standard errors for all.
    assert np.abs(ratio - 1).max() < 4.5 * np.sqrt(2 / members)
    assert ratio.mean() == pytest.approx(1, abs=4 / np.sqrt(members * n / 2))
    limit = sigma**2 / (2 * (k + D * (2 * np.pi * np.fft.fftfreq(n, length / n)) ** 2))
    low = np.abs(np.fft.fftfreq(n, 1 / n)) <= 3
    assert np.abs(power[low] / limit[low] - 1).max() < 0.05 + 4.5 * np.sqrt(2 / members)


@pytest.mark.parametrize("wall", ["periodic", "no-flux"])
def test_conserved_noise_keeps_its_mass_and_has_a_flat_spectrum(wall):
    D, sigma, n, members = 0.5, 0.3, 24, 800
    grid = rd.Grid((n,), boundary=wall)
    dt = 0.05
    term = rd.Diffusion(u=D) + rd.ConservedNoise(u=sigma, seed=2)
    state = np.full((members, n), 0.7)
    u = end(term, rd.Euler(dt), {"u": state}, grid, 4000)
    assert np.abs(u.mean(1) - 0.7).max() < 1e-12
    if wall == "periodic":
        power = (np.abs(np.fft.fft(u - 0.7)) ** 2).mean(0)[1:] / n
        decay = -D * grid.symbol()[1:]
        # The slowest mode has forgotten its start: e^{-2 · 0.034 · 200}.
        theory = sigma**2 / (2 * D) / (1 - decay * dt / 2)
        assert np.abs(power / theory - 1).max() < 4.5 * np.sqrt(2 / members)


def geometric(a, b, seed, convention):
    noise = rd.MultiplicativeNoise(rd.law(u="b*u")(b=b), seed, convention)
    return rd.law(u="a*u")(a=a) + noise


class Path:
    """Steps of noise that belong to one Brownian path, for each length of step."""

    def __init__(self, n, finest, seed):
        self.fine = np.random.default_rng(seed).standard_normal((finest, n))

    def __call__(self, values, clock):
        finest = len(self.fine)
        every = round(clock.dt * finest)  # the path spans a time of one
        part = self.fine[clock.step * every : (clock.step + 1) * every]
        return {"u": part.sum(0) / np.sqrt(every)}


@pytest.mark.parametrize("convention", ["ito", "stratonovich"])
@pytest.mark.parametrize("method, order", [(rd.Euler, 0.5), (rd.Milstein, 1.0)])
def test_strong_orders_against_geometric_brownian_motion(
    method, order, convention, monkeypatch
):
    a, b, n, finest = 0.3, 0.5, 2000, 256
    path = Path(n, finest, seed=5)
    monkeypatch.setattr(
        rd.MultiplicativeNoise, "drawn", lambda self, v, grid, clock: path(v, clock)
    )
    grid, term = rd.Grid((n,)), geometric(a, b, 0, convention)
    W = path.fine.sum(0) / np.sqrt(finest)
    drift = a - b * b / 2 if convention == "ito" else a
    exact = np.exp(drift + b * W)
    gaps = []
    for steps in (16, 32, 64, 128):
        u = end(term, method(1 / steps), {"u": np.ones(n)}, grid, steps)
        gaps.append(np.sqrt(np.mean((u - exact) ** 2)))
    observed = np.polyfit(np.log([16, 32, 64, 128]), np.log(gaps), 1)[0]
    assert -observed == pytest.approx(order, abs=0.1)


def test_conventions_differ_by_the_drift():
    a, b, n, steps = 0.0, 0.4, 40_000, 50
    grid = rd.Grid((n,))
    means = {}
    for convention in ("ito", "stratonovich"):
        term = geometric(a, b, 3, convention)
        u = end(term, rd.Milstein(1 / steps), {"u": np.ones(n)}, grid, steps)
        means[convention] = u.mean()
    error = 4 * np.sqrt((np.exp(b * b) - 1) / n)
    assert means["ito"] == pytest.approx(1.0, abs=error)
    # Milstein's weak error at this step is below a tenth of the sampling error.
    assert means["stratonovich"] == pytest.approx(np.exp(b * b / 2), abs=1.5 * error)


def test_noise_does_not_depend_on_saving_or_device():
    grid = rd.Grid((6, 5))
    state = grid.state(u=np.ones(grid.shape))
    noise = rd.MultiplicativeNoise(rd.law(u="0.1*u")(), seed=4)
    term = rd.law(u="-u")() + rd.ConservedNoise(u=0.1, seed=7) + noise
    for method in (rd.Euler(0.01), rd.Milstein(0.01)):
        runs = [
            rd.simulate(rd.Flow(term, method), state, 20, every=every)
            for every in (20, 4)
        ]
        np.testing.assert_array_equal(runs[0].u[-1], runs[1].u[-1])
        other = rd.simulate(rd.Flow(term, method, "torch:cpu"), state, 20)
        assert float(abs(other.u[-1] - runs[0].u[-1]).max()) < 1e-13


def test_noises_that_make_no_sense_are_refused():
    g = rd.law(u="0.1*u")()
    with pytest.raises(ValueError, match="`convention` must be one of"):
        rd.MultiplicativeNoise(g, 0, "strato")
    with pytest.raises(TypeError, match="must be a law"):
        rd.MultiplicativeNoise(rd.Diffusion(u=1.0), 0)
    with pytest.raises(ValueError, match="must not be negative"):
        rd.ConservedNoise(u=-1.0, seed=0)
    # g g' goes with the square of a factor: scaling the rate would be wrong in silence.
    for term in (rd.MultiplicativeNoise(g, 0), g + rd.MultiplicativeNoise(g, 0)):
        with pytest.raises(TypeError, match="law of its strength"):
            term.scaled(2.0)
    rough = rd.law(u="abs(u)")()
    with pytest.raises(TypeError, match="no smooth derivative"):
        rd.MultiplicativeNoise(rough, 0, "stratonovich")
    state = rd.Grid((4,)).state(u=np.ones(4))
    flow = rd.Flow(rd.MultiplicativeNoise(rough, 0), rd.Milstein(0.1))
    with pytest.raises(TypeError, match="no smooth derivative"):
        rd.simulate(flow, state, 1)
    for method in (rd.RK4(0.1), rd.Adaptive(0.1), rd.ETDRK4(0.1)):
        with pytest.raises(TypeError, match="smooth rates only"):
            rd.simulate(rd.Flow(rd.MultiplicativeNoise(g, 0), method), state, 1)
