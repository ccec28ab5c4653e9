"""How a major incident stands for those who wait, and who does what about it."""

from enum import StrEnum


class Status(StrEnum):
    """What employees are told of how it stands, in the words of status pages."""

    INVESTIGATING = "investigating"
    IDENTIFIED = "identified"
    MONITORING = "monitoring"
    RESOLVED = "resolved"


class Role(StrEnum):
    """Who does what while it lasts."""

    COMMANDER = "commander"
    COMMUNICATIONS = "communications"
    SCRIBE = "scribe"
