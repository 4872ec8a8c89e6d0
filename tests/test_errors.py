"""Bad input meets a sentence before the first step: what was found, what must hold."""

import numpy as np
import pytest
import xarray as xr

import rdkit_nn as rd
from rdkit_nn import initial, maps, models, neural, presets


def flow(**told):
    return rd.Flow(models.gray_scott(Du=0.1, Dv=0.05, **told), rd.Euler(0.5))


def test_an_unstable_step_names_a_safe_one(fields):
    import re

    term = models.gray_scott(Du=1.0, Dv=0.5)
    with pytest.raises(ValueError, match=r"dt=0\.5 is unstable.*Use dt=") as caught:
        rd.simulate(rd.Flow(term, rd.Euler(0.5)), fields, steps=10)
    safe = float(re.search(r"Use dt=([\d.e-]+),", str(caught.value))[1])
    rd.simulate(rd.Flow(term, rd.Euler(safe)), fields, steps=10)


def test_a_fast_player_is_held_to_the_same_limit(fields):
    term = rd.Diffusion(u=0.1, v=0.1)
    slow = rd.Alternating(0.3, groups=["u", "v"])
    fast = rd.Alternating(0.3, groups=["u", "v"], speed={"v": 8.0})
    rd.simulate(rd.Flow(term, slow), fields, steps=1)
    with pytest.raises(ValueError, match="unstable.*`v`"):
        rd.simulate(rd.Flow(term, fast), fields, steps=1)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_start_must_be_finite(fields, bad):
    fields.v[2, 3] = bad
    with pytest.raises(ValueError, match=r"`v` holds (nan|inf) at \(2, 3\)"):
        rd.simulate(flow(), fields, steps=10)


def test_diffusivities_must_not_be_negative():
    with pytest.raises(ValueError, match="diffusivity of `v` must not be negative"):
        rd.Diffusion(u=1.0, v=-0.1)


def test_a_missing_species_is_named(fields):
    with pytest.raises(KeyError, match="state has only u: v is missing"):
        rd.simulate(flow(), fields[["u"]], steps=10)


def test_shapes_must_match_the_grid():
    grid = rd.Grid((4, 5))
    with pytest.raises(
        ValueError, match=r"`u` has shape \(5, 4\), but the grid is \(4, 5\)"
    ):
        grid.state(u=np.ones((5, 4)))
    with pytest.raises(ValueError, match="leading dims"):
        grid.state(u=np.ones((3, 4, 5)))
    with pytest.raises(ValueError, match="does not end in the grid's"):
        values = {"u": np.ones((4, 4)), "v": np.ones((4, 4))}
        flow().check(values, grid)


def test_whole_numbers_do_not_flow(fields):
    with pytest.raises(TypeError, match=r"`u` is int64, but a flow moves float32"):
        rd.simulate(flow(), fields.assign(u=(fields.u * 0).astype(int)), steps=1)
    with pytest.raises(TypeError, match="share one dtype"):
        rd.simulate(flow(), fields.assign(u=fields.u.astype("float32")), steps=1)


@pytest.mark.parametrize(
    "shape, spacing, said",
    [
        ((0, 4), 1.0, "at least one cell"),
        ((2.5, 4), 1.0, "at least one cell"),
        ((2, 2, 2, 2), 1.0, "at most three axes"),
        ((4, 4), 0.0, "must be positive"),
        ((4, 4), -1.0, "must be positive"),
        ((4, 4), np.nan, "must be positive"),
        ((4, 4), (1.0, 2.0, 3.0), "one spacing per axis"),
    ],
)
def test_a_grid_that_is_none_is_refused(shape, spacing, said):
    with pytest.raises(ValueError, match=said):
        rd.Grid(shape, spacing)


@pytest.mark.parametrize(
    "boundary, said",
    [
        ("reflecting", "periodic, no-flux, dirichlet"),
        ({"x": "periodic"}, "must name each axis of y, x"),
        (("periodic", "no-flux"), "periodic on one side only"),
        (("no-flux",) * 3, "a pair"),
        (3, "periodic, no-flux, dirichlet"),
    ],
)
def test_an_unknown_boundary_is_refused(boundary, said):
    with pytest.raises(ValueError, match=said):
        rd.Grid((4, 4), boundary=boundary)


def test_walls_of_nobody_are_refused(fields):
    with pytest.raises(
        ValueError, match="`boundary` names `w`, but this term needs conditions of u"
    ):
        rd.Diffusion(u=1.0, boundary={"w": "no-flux"})
    with pytest.raises(ValueError, match="axis 'top', not z, y or x"):
        rd.Diffusion(u=1.0, boundary={"u": {"top": "no-flux"}})
    term = rd.Diffusion(u=0.01, boundary={"u": {"z": "no-flux"}})
    with pytest.raises(ValueError, match="axis z, but the grid has y, x"):
        rd.simulate(rd.Flow(term, rd.Euler(0.1)), fields, steps=1)
    with pytest.raises(ValueError, match="does not determine the field"):
        rd.Robin(2.0, -1.0, 0.0).ghost(1.0)
    with pytest.raises(ValueError, match="finite"):
        rd.Dirichlet(np.nan)


def test_two_terms_must_not_disagree_about_a_wall(fields):
    one = rd.Diffusion(u=0.01, boundary={"u": "no-flux"})
    other = rd.Linear(u=(0.0, 0.01))
    with pytest.raises(ValueError, match="boundary conditions of `u` are told twice"):
        rd.simulate(rd.Flow(one + other, rd.Euler(0.1)), fields, steps=1)


def test_a_state_without_walls_or_even_coordinates_is_refused(fields):
    bare = xr.Dataset({"u": (("y", "x"), np.ones((3, 4)))})
    with pytest.raises(ValueError, match="no coordinate, so its spacing is unknown"):
        rd.Grid.of(bare)
    named = bare.assign_coords(y=np.arange(3), x=np.arange(4))
    with pytest.raises(ValueError, match="declares no boundary"):
        rd.Grid.of(named)
    with pytest.raises(ValueError, match="even steps"):
        rd.Grid.of(fields.isel(x=[0, 1, 3, 4]))
    with pytest.raises(ValueError, match="even steps"):
        rd.Grid.of(fields.isel(x=slice(None, None, -1)))


def test_counts_that_do_not_fit_are_refused(fields):
    with pytest.raises(ValueError, match="10 is not a multiple of 3"):
        rd.simulate(flow(), fields, steps=10, every=3)
    for bad in (-1, 2.5, True, "ten"):
        with pytest.raises(ValueError, match="`steps` is a count"):
            rd.simulate(flow(), fields, steps=bad)
    with pytest.raises(ValueError, match="increasing whole step numbers"):
        rd.simulate(flow(), fields, steps=10, every=[0, 5, 5])
    with pytest.raises(ValueError, match="goes to step 12, but the run has 10"):
        rd.simulate(flow(), fields, steps=10, every=[0, 12])
    with pytest.raises(ValueError, match="1001 steps span"):
        rd.Flow(models.gray_scott(), rd.Euler(0.1)).steps(100.07)


def test_what_is_no_state_is_refused(fields):
    with pytest.raises(TypeError, match="xarray Dataset"):
        rd.simulate(flow(), {"u": np.ones((3, 3))}, steps=1)
    run = rd.simulate(flow(), fields, steps=2)
    with pytest.raises(ValueError, match=r"one frame, run\.isel\(time=-1\)"):
        rd.simulate(flow(), run, steps=1)


def test_names_that_nobody_knows_are_refused(fields):
    with pytest.raises(KeyError, match="`save` names w, but the state has only u, v"):
        rd.simulate(flow(), fields, steps=2, save=("w",))
    with pytest.raises(ValueError, match="in the place of `u`"):
        rd.simulate(flow(), fields, steps=2, watch={"u": float})
    with pytest.raises(KeyError, match="there are gray-scott-k0.055"):
        presets.get("stripes")


@pytest.mark.parametrize("dt", [0, -1.0, np.nan, np.inf, "fast", True])
def test_a_step_must_be_positive(dt):
    for method in (rd.Euler, rd.RK4, lambda dt: rd.Alternating(dt, ["u"])):
        with pytest.raises(ValueError, match="`dt` must be"):
            method(dt)


def test_smooth_methods_refuse_noise(fields):
    term = models.gray_scott() + rd.Noise(u=0.1, seed=0)
    with pytest.raises(TypeError, match="needs a first-order method such as Euler"):
        rd.simulate(rd.Flow(term, rd.RK4(0.1)), fields, steps=1)


def test_chance_needs_a_whole_number():
    with pytest.raises(TypeError):
        rd.Noise(u=0.1)
    with pytest.raises(TypeError, match="whole number"):
        rd.Noise(u=0.1, seed=0.5)
    with pytest.raises(TypeError):
        initial.noise(rd.Grid((4,)), u=1.0)
    with pytest.raises(ValueError, match="amplitude of `u` must not be negative"):
        rd.Noise(u=-0.1, seed=0)


def test_groups_must_cover_what_moves(fields):
    term = models.gray_scott()
    with pytest.raises(ValueError, match="No group moves v"):
        rd.simulate(rd.Flow(term, rd.Alternating(0.1, ["u"])), fields, steps=1)
    with pytest.raises(ValueError, match="groups name w, which no term moves"):
        rd.simulate(
            rd.Flow(term, rd.Alternating(0.1, ["u", "v", "w"])), fields, steps=1
        )
    with pytest.raises(ValueError, match="names a variable twice"):
        rd.Alternating(0.1, [("u", "u")])
    with pytest.raises(ValueError, match="at least one group"):
        rd.Alternating(0.1, [])
    with pytest.raises(ValueError, match="`speed` names `w`"):
        rd.Alternating(0.1, ["u"], speed={"w": 1.0})


def test_constraints_on_what_does_not_move_are_refused(fields):
    method = rd.Projected(rd.Euler(0.1), onto={"w": rd.Clip(low=0.0)})
    with pytest.raises(ValueError, match="`onto` names w"):
        rd.simulate(rd.Flow(models.gray_scott(), method), fields, steps=1)
    with pytest.raises(ValueError, match="low < high"):
        rd.Clip(1.0, 0.0)
    with pytest.raises(TypeError, match="wraps a method"):
        rd.Projected(0.1, onto={"u": rd.Clip(low=0.0)})


def test_a_law_without_parameters_is_no_term():
    with pytest.raises(TypeError, match="give a law its parameters"):
        rd.Flow(models.gray_scott_kinetics, rd.Euler(1.0))
    with pytest.raises(TypeError, match="Only terms add up"):
        models.gray_scott() + 1.0
    with pytest.raises(TypeError, match="needs a method"):
        rd.Flow(models.gray_scott(), 0.1)


def test_an_unknown_device_is_named(fields):
    with pytest.raises(ValueError, match="Unknown device 'gpu'"):
        rd.simulate(rd.Flow(models.gray_scott(), rd.Euler(0.1), "gpu"), fields, steps=1)


def test_a_device_that_is_not_there_is_told(fields):
    torch = pytest.importorskip("torch")
    if torch.cuda.is_available():
        pytest.skip("there is one")
    with pytest.raises(ValueError, match="no CUDA device here"):
        rd.simulate(
            rd.Flow(models.gray_scott(), rd.Euler(0.1), "cuda"), fields, steps=1
        )


def test_a_rate_of_the_wrong_shape_is_named(fields):
    class Wrong(rd.Term):
        variables = ("u",)

        def rate(self, values, grid, clock):
            return {"u": np.ones((3, *grid.shape))}

    with pytest.raises(ValueError, match="rate of `u` has shape"):
        rd.simulate(rd.Flow(Wrong(), rd.Euler(0.1)), fields, steps=1)


def test_more_frames_than_memory_are_refused_with_the_number(fields):
    with pytest.raises(ValueError, match=r"needs .* GiB.*`every`.*`store`"):
        rd.simulate(flow(), fields, steps=10**9, every=1)


def test_maps_refuse_what_they_cannot_move():
    grid = rd.Grid((4, 4))
    with pytest.raises(ValueError, match="zeros and ones"):
        rd.simulate(maps.life(), grid.state(cells=np.full((4, 4), 2)), steps=1)
    line = rd.Grid((4,)).state(cells=np.ones(4, int))
    with pytest.raises(ValueError, match="needs a plane"):
        rd.simulate(maps.life(), line, steps=1)
    held = rd.Grid((4, 4), boundary="dirichlet").state(cells=np.ones((4, 4), int))
    with pytest.raises(ValueError, match="periodic walls and no-flux"):
        rd.simulate(maps.life(), held, steps=1)
    with pytest.raises(KeyError, match="moves `cells`"):
        rd.simulate(maps.life(), grid.state(u=np.ones((4, 4))), steps=1)
    with pytest.raises(ValueError, match="between 0 and 1"):
        rd.simulate(
            maps.coupled_logistic(), grid.state(u=np.full((4, 4), 2.0)), steps=1
        )
    with pytest.raises(ValueError, match="`r` must lie between 0 and 4"):
        maps.coupled_logistic(r=5)


def test_starts_refuse_what_does_not_fit():
    grid = rd.Grid((8, 8))
    told = dict(around=dict(u=1.0), inside=dict(u=0.5), seed=0)
    with pytest.raises(ValueError, match="does not fit a grid"):
        initial.patch(grid, size=9, **told)
    with pytest.raises(ValueError, match="the same species"):
        initial.patch(grid, around=dict(u=1.0), inside=dict(v=0.5), size=2, seed=0)
    with pytest.raises(ValueError, match="not all alike"):
        initial.from_image(grid, np.ones((8, 8)), dark=dict(u=0.0), bright=dict(u=1.0))
    with pytest.raises(ValueError, match=r"shape \(3, 3\), but the grid"):
        initial.from_image(grid, np.eye(3), dark=dict(u=0.0), bright=dict(u=1.0))
    with pytest.raises(ValueError, match="must be finite"):
        initial.uniform(grid, u=np.nan)
    with pytest.raises(TypeError, match="at least one species"):
        initial.uniform(grid)


def test_weights_must_fit_the_task_and_each_other(task, weights):
    U, V, W, a = (weights[n].values for n in ("U", "V", "W", "a"))
    with pytest.raises(ValueError, match=r"`V` must be \(output, 16\)"):
        neural.state(U=U, V=V.T)
    with pytest.raises(ValueError, match="both `W` and `a`"):
        neural.state(U=U, V=V, W=W)
    with pytest.raises(ValueError, match=r"`W` must be \(critic, 3\)"):
        neural.state(U=U, V=V, W=W.T, a=a)
    with pytest.raises(ValueError, match="`a` must have one entry for each of 8"):
        neural.state(U=U, V=V, W=W, a=a[:3])
    other = neural.weights(neural.Task(np.eye(6), np.arange(6) % 2), hidden=4, seed=0)
    learn = rd.Flow(neural.Supervised(task), rd.Euler(0.1))
    with pytest.raises(ValueError, match="`U` has shape .* ask for"):
        rd.simulate(learn, other, steps=1)
    game = presets.pseudo_reaction_diffusion(task, dt=0.1, seed=0)
    with pytest.raises(KeyError, match="W, a is missing"):
        rd.simulate(game, weights[["U", "V"]], steps=1)


def test_tasks_refuse_what_cannot_be_learned():
    x = np.random.default_rng(0).standard_normal((6, 4))
    with pytest.raises(ValueError, match="6 inputs but 5 targets"):
        neural.Task(x, np.ones(5))
    with pytest.raises(ValueError, match="not finite in sample 2"):
        neural.Task(np.where(np.arange(6)[:, None] == 2, np.nan, x), np.ones(6))
    with pytest.raises(ValueError, match="Sample 0 is zero, so it cannot"):
        neural.Task(np.vstack([np.zeros(4), x[1:]]), np.ones(6), centre=False)
    with pytest.raises(ValueError, match="0, 1, …, K-1"):
        neural.Task(x, np.array([1, 2, 3, 1, 2, 3]))
    with pytest.raises(ValueError, match="must be \\(sample, input\\)"):
        neural.Task(np.ones(6), np.ones(6))
    with pytest.raises(ValueError, match="count of neurons"):
        neural.weights(neural.Task(x, np.ones(6)), hidden=0, seed=0)
    with pytest.raises(ValueError, match="`descends` must name"):
        neural.Supervised(neural.Task(x, np.ones(6)), descends=("W",))
