"""Fault simulation: a hidden fault of a guide is played; the candidate tests, acts and names the cause. Pure.

Only `exams.simulation.freeze` knows the database: it looks up a guide and hands its graph to `build`.
"""

from exams.simulation.body import flaws, is_frozen, recipe
from exams.simulation.build import build, objections
from exams.simulation.play import State, best_cost, play, score

__all__ = ["State", "best_cost", "build", "flaws", "is_frozen", "objections", "play", "recipe", "score"]
