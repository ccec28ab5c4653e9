"""How long the flows wait, and the timers they wait by."""

from datetime import timedelta

# An incident whose alerts all recovered is resolved after this, if nobody has worked on it.
QUIET = "flows.quiet"
QUIET_FOR = timedelta(minutes=5)
# An incident that a person resolved while its alerts fire is looked at again after this.
HOLD = "flows.hold"
HOLD_FOR = timedelta(minutes=60)
# An alert that fires again brings its resolved incident back within this, else a new one opens.
REOPEN_WITHIN = timedelta(hours=24)
