"""Learning as a dynamics: two-layer ReLU networks, trained alone or against a critic.

Names and equations are those of Rout (2021), arXiv:2010.00521.
"""

from . import data, theory
from .equilibrium import equilibrium
from .generator import balance, dead, predict, score
from .initial import state, weights
from .linearising import growth_rates, rates_of_modes
from .losses import Adversarial, Critic, Loss, Supervised
from .task import Task
from .visualise import montage, preferred

__all__ = [
    "Adversarial",
    "Critic",
    "Loss",
    "Supervised",
    "Task",
    "balance",
    "data",
    "dead",
    "equilibrium",
    "growth_rates",
    "montage",
    "predict",
    "preferred",
    "rates_of_modes",
    "score",
    "state",
    "theory",
    "weights",
]
