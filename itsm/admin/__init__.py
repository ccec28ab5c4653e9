"""Administration: how the instance is doing, what waits, who did what, and its rules."""
