"""The explorer: one page on which a person browses the examples of a study, and how networks learned them."""
