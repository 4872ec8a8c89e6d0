"""Learning as a dynamics: two-layer ReLU networks, trained alone or against a critic.

Names and equations are those of Rout (2021), arXiv:2010.00521.
"""

from . import data, theory
from .equilibrium import equilibrium
from .generator import balance, dead, predict, score
from .losses import Adversarial, Critic, Loss, Supervised
from .start import state, weights
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
    "montage",
    "predict",
    "preferred",
    "score",
    "state",
    "theory",
    "weights",
]
