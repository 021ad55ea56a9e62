"""Claims of the paper: a statistic, its uncertainty, a threshold that was fixed before, and a verdict."""
