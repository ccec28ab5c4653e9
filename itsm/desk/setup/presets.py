"""What usual departments are asked for, to begin a new desk with. No I/O."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Preset:
    """A department as most firms have it."""

    label: str
    key: str
    name: str
    prefix: str
    categories: tuple[str, ...]
    confidential: bool = False


PRESETS: Mapping[str, Preset] = {
    one.key: one
    for one in (
        Preset(
            "Human resources",
            "hr",
            "Human resources",
            "HR",
            (
                "Payroll",
                "Leave and absence",
                "Contract and certificates",
                "New colleague",
                "Leaver",
            ),
            confidential=True,
        ),
        Preset(
            "Facilities",
            "facilities",
            "Facilities",
            "FAC",
            ("Repair", "Cleaning", "Badge and keys", "Room and move", "Supplies", "Parking"),
        ),
        Preset(
            "Finance",
            "finance",
            "Finance",
            "FIN",
            ("Invoice", "Vendor payment", "Expenses", "Purchase order", "Company card"),
        ),
        Preset(
            "Travel and events",
            "travel",
            "Travel and events",
            "TRV",
            ("Booking", "Visa", "Change or cancellation", "Audio and video", "Catering"),
        ),
        Preset(
            "Security",
            "security",
            "Information security",
            "SOC",
            ("Suspicious mail", "Lost device", "Access review", "Policy exception"),
            confidential=True,
        ),
        Preset(
            "IT",
            "it-services",
            "IT services",
            "",
            ("Hardware", "Software", "Network", "Account and access", "Mail", "Printing", "Phone"),
        ),
    )
}
