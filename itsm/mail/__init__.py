"""Mail that comes in: kept as it is before it is answered for, then read by whom it is for."""
