"""The console: pages across rooms, such as my work and search."""
