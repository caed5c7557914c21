"""Millstream: a tree of SQL files, read into one graph and applied to real streaming engines."""

__version__ = "0.1.0"
