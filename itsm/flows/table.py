"""The table of reactions, and the handlers of jobs and timers by kind."""

from itsm.platform.house import Table

TABLE = Table()
