"""The order in which networks learn, and which examples are hard.

Datasets become arrays, arrays train collections, a collection leaves one outcome table, outcome tables become
measures, measures become figures. Each module imports only modules of the stages before its own.
"""

__version__ = "0.1.0"
