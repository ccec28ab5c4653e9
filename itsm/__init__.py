"""An IT service desk: incidents, changes, a CMDB, monitoring intake and on-call paging."""

__version__ = "0.1.0"
