"""Learners: what is not a network trained by gradients, behind the same face as training."""
