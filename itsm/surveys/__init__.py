"""Satisfaction: after a ticket is closed its requester is asked how we did."""
