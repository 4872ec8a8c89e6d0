"""The game of the paper."""

from __future__ import annotations

from collections.abc import Sequence

from .. import neural
from ..flow import Flow
from ..methods import Alternating, Euler


def pseudo_reaction_diffusion(
    task: neural.Task,
    *,
    dt: float,
    seed: int,
    critic_steps: int = 2,
    penalty: float = 10.0,
    weight: float = 1.0,
    descends: Sequence[str] = ("U", "V"),
    device: str = "cpu",
) -> Flow:
    """The game of Rout (2021): supervised descent against a moving critic.

    Each step the critic (W and a) descends `critic_steps` times on its Wasserstein loss
    with gradient penalty; then the generator descends once on L_sup - weight · L_adv with
    the new critic. The sources leave the rates, λ and the number of critic steps open;
    the defaults are ours, and dt · penalty up to 0.5 was seen to stay stable.

    Args:
        task: Inputs and targets.
        dt: Learning rate of both players.
        seed: Where the critic's interpolation begins.
        critic_steps: Critic steps a generator step; 0 keeps the critic frozen, which
            merely shifts the labels.
        penalty: λ of the gradient penalty.
        weight: Strength of the adversary; 0 is supervision, bit for bit.
        descends: Layers of the generator that are trained.
        device: As in `Flow`.

    Source:
        Rout (2021), eq. (1)-(5), arXiv:2010.00521.
    """
    if critic_steps < 0:
        raise ValueError(f"`critic_steps` must not be negative, but is {critic_steps}.")
    players = tuple(descends)
    term = neural.Supervised(task, players) + neural.Adversarial(task, weight, players)
    if critic_steps == 0:
        return Flow(term, Euler(dt), device)
    turns = [("W", "a")] * critic_steps + [players]
    critic = neural.Critic(task, penalty, seed=seed)
    return Flow(term + critic, Alternating(dt, turns), device)
