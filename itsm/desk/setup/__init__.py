"""Setting up desks: their names and numbers, their categories, and who works at them."""
