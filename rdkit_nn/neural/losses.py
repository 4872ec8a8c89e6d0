"""What the players of the game descend on."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

import numpy as np

from ..arrays import Values, aslike, asnumpy, is_tensor
from ..core.parameters import Parameter
from ..core.random import generator
from ..dynamics import Clock
from ..grid import Grid
from ..terms import Term, fields
from . import generator as network
from .task import Task


class _TaskField(fields.Field):
    """A task."""

    bare = True

    def read(self, name: str, value: Any, term: Any) -> Task:
        if not isinstance(value, Task):
            raise TypeError(f"`{name}` must be a neural.Task, not {value!r:.80}.")
        return value


class _Layers(fields.Field):
    """Layers of the generator that are trained."""

    def read(self, name: str, value: Any, term: Any) -> tuple[str, ...]:
        return _players(value, ("U", "V"))


class Loss(Term):
    """A scalar of the weights; some go down on it, some go up.

        dw/dt = -∂L/∂w for w in `descends`,   +∂L/∂w for w in `ascends`

    The rate follows by automatic differentiation. Weights that neither descend nor ascend
    are constants of the gradient. A min-max game is two tuples.
    """

    ascends: tuple[str, ...] = ()
    descends: tuple[str, ...] = ()
    needs_torch = True  # which kernel can step it

    @abstractmethod
    def loss(self, weights: Mapping[str, Any], clock: Clock) -> Any:
        """The scalar.

        Args:
            weights: Tensors by name.
            clock: For losses that draw by chance; most do not look.

        Returns:
            A tensor without dims.
        """

    @property
    def variables(self) -> tuple[str, ...]:  # type: ignore[override]
        """Players that descend, then those that ascend."""
        return (*self.descends, *self.ascends)

    @property
    def uses(self) -> tuple[str, ...]:
        """Weights that the scalar depends on."""
        return self.variables

    @property
    def _inputs(self) -> tuple[str, ...]:
        return self.uses

    def rate(self, values: Values, grid: Grid, clock: Clock) -> dict[str, Any]:
        """Gradients by automatic differentiation; numpy in, numpy out."""
        import torch

        home = not is_tensor(values[self.variables[0]])
        weights = {}
        for name in self.uses:
            array = values[name]
            tensor = torch.as_tensor(array) if home else array.detach()
            weights[name] = tensor.clone().requires_grad_(name in self.variables)
        with torch.enable_grad():
            scalar = self.loss(weights, clock)
            players = [weights[name] for name in self.variables]
            gradients = torch.autograd.grad(scalar, players)
        signs = [-1.0] * len(self.descends) + [1.0] * len(self.ascends)
        moved = (s * g for s, g in zip(signs, gradients))
        return {n: asnumpy(g) if home else g for n, g in zip(self.variables, moved)}


def _players(descends: tuple[str, ...], among: tuple[str, ...]) -> tuple[str, ...]:
    told = (descends,) if isinstance(descends, str) else tuple(descends)
    if not told or not set(told) <= set(among) or len(set(told)) < len(told):
        raise ValueError(
            f"`descends` must name one or more of {', '.join(among)}, each once, but is "
            f"{descends!r}."
        )
    return told


def _check_weight(name: str, value: Any) -> None:
    """Refuse what a loss has no place for: a field in space, or members."""
    if isinstance(value, Parameter) and (value.in_space or value.members):
        raise TypeError(
            f"`{name}` of a loss is a number or a function of time, not {value!r}: a loss "
            "is one scalar of one set of weights. For many take a sweep."
        )


def _check_shapes(term: Any, values: Values) -> None:
    """Refuse weights that do not fit the task or each other."""
    n = term.task.sizes
    U, V = values["U"], values["V"]
    hidden = U.shape[0]
    expected: dict[str, tuple] = {
        "U": (hidden, n["input"]),
        "V": (n["output"], hidden),
    }
    found: dict[str, tuple] = {
        "U": (hidden, int(np.prod(U.shape[1:]))),
        "V": tuple(V.shape),
    }
    if "W" in term.uses:
        critics = values["W"].shape[0]
        expected |= {"W": (critics, n["output"]), "a": (critics,)}
        found |= {"W": tuple(values["W"].shape), "a": tuple(values["a"].shape)}
    for name in expected:
        if found[name] != expected[name]:
            raise ValueError(
                f"`{name}` has shape {found[name]}, but {term.task!r} and the other "
                f"weights ask for {expected[name]}."
            )


class Supervised(Loss):
    """Squared error, summed over samples.

        L_sup(U, V) = ½ Σ_p ‖z_p - y_p‖²

    In the pseudo-reaction-diffusion reading its descent is the *reaction*.

    Args:
        task: Inputs and targets.
        descends: Layers that are trained: `("U", "V")`, `("U",)` or `("V",)`.

    Source:
        Rout (2021), eq. (2), (7), arXiv:2010.00521.
    """

    task: Any = _TaskField()
    descends: Any = _Layers(("U", "V"))

    @property
    def uses(self) -> tuple[str, ...]:
        """Both layers, trained or not."""
        return ("U", "V")

    def loss(self, weights: Mapping[str, Any], clock: Clock) -> Any:
        """½ ‖Z - Y‖²."""
        X, Y = self.task.arrays(weights["U"])
        return 0.5 * ((network.output(weights["U"], weights["V"], X) - Y) ** 2).sum()

    def check(self, values: Values, grid: Grid) -> None:
        """Refuse weights of the wrong shape."""
        super().check(values, grid)
        _check_shapes(self, values)


class Adversarial(Loss):
    """What the generator gains from pleasing the critic.

        -weight · L_adv,   L_adv = Σ_p g(z_p)

    The generator descends on L_sup - weight · L_adv: write
    `Supervised(task) + Adversarial(task)`. The critic's weights are constants of this
    gradient; they move only where a `Critic` stands in the sum. In the
    pseudo-reaction-diffusion reading its descent is the *diffusion* - though no
    Laplacian is in it, and it does not smooth. A critic that does not move merely shifts
    the labels.

    Args:
        task: Inputs; targets are not looked at.
        weight: Strength; 0 is supervision, bit for bit.
        descends: Layers that are trained.

    Source:
        Rout (2021), eq. (3), (8), arXiv:2010.00521.
    """

    task: Any = _TaskField()
    weight = fields.parameter(1.0)
    descends: Any = _Layers(("U", "V"))

    def _check_fields(self) -> None:
        _check_weight("weight", self.weight)

    @property
    def uses(self) -> tuple[str, ...]:
        """The generator's weights, and the critic's as they stand."""
        return ("U", "V", "W", "a")

    def loss(self, weights: Mapping[str, Any], clock: Clock) -> Any:
        """-weight Σ_p g(z_p)."""
        X, _ = self.task.arrays(weights["U"])
        Z = network.output(weights["U"], weights["V"], X)
        return -self.weight * network.critic(weights["W"], weights["a"], Z).sum()

    def check(self, values: Values, grid: Grid) -> None:
        """Refuse weights of the wrong shape."""
        super().check(values, grid)
        _check_shapes(self, values)


class Critic(Loss):
    """The critic's own loss: Wasserstein distance with a gradient penalty.

        L(W, a) = ⟨g(z_p)⟩ - ⟨g(y_p)⟩ + λ ⟨(‖∇g(ẑ_p)‖₂ - 1)²⟩
        ẑ_p = e_p y_p + (1 - e_p) z_p,   e_p ~ U(0, 1) drawn anew at each critic step

    means over samples; each target is paired with the prediction for its own input (our
    choice). The predictions are constants. The penalty keeps ‖∇g‖ near one even where
    z = y, so that z = y is no equilibrium of the game. A critic whose gradient is zero
    somewhere (all units off) gets no penalty from there.

    Args:
        task: Inputs and targets.
        penalty: λ. Steps of plain descent stay stable for dt · λ up to about 0.5.
        seed: Where the e_p begin.

    Source:
        Gulrajani et al., NeurIPS (2017), arXiv:1704.00028, as Rout (2021) uses it.
    """

    task: Any = _TaskField()
    penalty = fields.parameter(10.0, least=0.0)
    seed = fields.seed()
    descends = ("W", "a")
    stochastic = False  # the mean of what is drawn is smooth: any method may step it

    def _check_fields(self) -> None:
        _check_weight("penalty", self.penalty)

    @property
    def uses(self) -> tuple[str, ...]:
        """All weights; only the critic's move."""
        return ("U", "V", "W", "a")

    def shares(self, clock: Clock) -> np.ndarray:
        """e_p of this step and stage, (sample, 1), in float64."""
        rng = generator(self.seed, "critic", clock.step, clock.stage)
        return rng.random((self.task.sizes["sample"], 1))

    def loss(self, weights: Mapping[str, Any], clock: Clock) -> Any:
        """Distance and penalty."""
        W, a = weights["W"], weights["a"]
        X, Y = self.task.arrays(W)
        Z = network.output(weights["U"], weights["V"], X).detach()
        e = aslike(self.shares(clock), W)
        G = network.slope(W, a, e * Y + (1 - e) * Z)
        square = (G * G).sum(dim=1)
        alive = square > 0  # the square root has no slope at zero
        norm = square.where(alive, square.new_ones(())).sqrt()
        penalty = ((norm - 1) ** 2).where(alive, square.new_zeros(()))
        distance = network.critic(W, a, Z).mean() - network.critic(W, a, Y).mean()
        return distance + self.penalty * penalty.mean()

    def check(self, values: Values, grid: Grid) -> None:
        """Refuse weights of the wrong shape."""
        super().check(values, grid)
        _check_shapes(self, values)
