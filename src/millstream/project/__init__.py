"""The only reader of the tree: folders become a `Project` of resources and diagnostics."""

from millstream.project.tree import load

__all__ = ["load"]
