"""Engines as clients, one module or subpackage each; they know nothing of each other."""
