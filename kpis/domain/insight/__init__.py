"""Understanding a tree: why a number moved, what would move it, and where to act first."""
