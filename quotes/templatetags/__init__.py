"""Template tags of the quotes floor."""
