"""Incidents: unplanned interruptions, from report to closure."""
