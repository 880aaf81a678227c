"""Moved: use `kpis.queries.trees.goal_of`."""

from kpis.queries.trees import goal_of

__all__ = ["goal_of"]
