"""Approval of service requests: somebody allows what is asked for, or does not."""
