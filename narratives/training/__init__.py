"""Training of the embedded model, and of a user's own, by a recipe."""
