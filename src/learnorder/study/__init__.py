"""What a study is: its configuration, checked whole, and what follows from it.

Read by the Snakefile, which every cluster job reads again: nothing here may import torch, polars or data.
"""
