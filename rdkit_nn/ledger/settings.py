"""How large the ledger is: fixed before anything is run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """Sizes, rates and seeds. All are ours: the paper gives none.

    Args:
        seeds: Draws of the weights; every comparison is paired by seed.
        samples: Inputs of the task.
        hidden: Neurons m of the generator.
        critic: Neurons m_c of the critic.
        time: Length of training, steps x rate.
        rate: Learning rate of both players, where nothing else is said.
        rates: Learning rates at which the game is played for the same time.
        critic_steps: Critic steps a generator step.
        penalty: λ of the gradient penalty.
        holds: How long a random force is held before it is drawn anew, in time.
        frames: Frames that a run is measured at after the first.
        widths: Widths m = m_c at which reaction and diffusion are measured.
        scalar_samples: Inputs of the scalar set-up.
        scalar_hidden: Neurons of the scalar set-up.
        scalar_time: Length of its training.
    """

    seeds: int = 20
    samples: int = 200
    hidden: int = 256
    critic: int = 128
    time: float = 1000.0
    rate: float = 0.05
    rates: tuple[float, ...] = (0.1, 0.05, 0.025, 0.0125, 0.00625)
    critic_steps: int = 2
    penalty: float = 10.0
    holds: tuple[float, ...] = (1.0, 10.0)
    frames: int = 40
    widths: tuple[int, ...] = (64, 256, 1024, 4096)
    scalar_samples: int = 40
    scalar_hidden: int = 4096
    scalar_time: float = 100.0

    def __post_init__(self):
        if self.seeds < 2:
            raise ValueError(
                f"An interval needs at least 2 seeds, but `seeds` is {self.seeds}."
            )
        if self.rate not in self.rates or len(set(self.rates)) < 2:
            raise ValueError(
                f"`rates` must hold `rate` = {self.rate:g} and another one, but are "
                f"{self.rates}."
            )

        if self.scalar_samples > self.samples:
            raise ValueError(
                f"The scalar set-up takes {self.scalar_samples} of {self.samples} samples; "
                "`scalar_samples` must not be more than `samples`."
            )

    @classmethod
    def quick(cls, seeds: int = 5) -> Settings:
        """Fewer seeds, a smaller network, no small rates: minutes instead of an hour."""
        return cls(
            seeds=seeds,
            hidden=128,
            critic=64,
            time=600.0,
            rates=(0.1, 0.05, 0.025),
            widths=(64, 256, 1024),
            scalar_hidden=2048,
        )

    @property
    def network(self) -> dict[str, float]:
        """What every training run is told."""
        names = ("hidden", "critic", "time", "critic_steps", "penalty", "frames")
        return {name: getattr(self, name) for name in names}
