"""Alerts of monitoring systems: intake, state, mapping to CIs."""
