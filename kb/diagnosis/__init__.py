"""Fault trees: build the graph of a guide, find its mistakes, walk it, draw it. Pure: knows no database."""

from kb.diagnosis.check import Problem, errors, problems
from kb.diagnosis.tree import (
    CANNOT,
    DONE,
    NONE,
    UNRESOLVED,
    Edge,
    Graph,
    Node,
    Range,
    expand,
    graph,
    included,
    said,
)
from kb.diagnosis.walk import Turn, WrongTurn, land, reading, step, walk, walk_as_far

__all__ = [
    "CANNOT",
    "DONE",
    "NONE",
    "UNRESOLVED",
    "Edge",
    "Graph",
    "Node",
    "Problem",
    "Range",
    "Turn",
    "WrongTurn",
    "errors",
    "expand",
    "graph",
    "included",
    "land",
    "problems",
    "reading",
    "said",
    "step",
    "walk",
    "walk_as_far",
]
