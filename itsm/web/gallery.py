"""Every component on one page, with sample data, for those who build pages and for the tests."""

from datetime import timedelta

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from itsm.kernel.access import Permission
from itsm.web.door import current_work
from itsm.web.needs import needs

pages = Blueprint("gallery", __name__)

COLUMNS = (
    "priority",
    "number",
    "title",
    "about",
    "state",
    "due",
    "share",
    "clock",
    "owner",
    "unread",
)
ROWS = (
    (1, "INC-1042", "Payments API answers 502 at checkout", "pay-api-02 · 3 alerts · Alertmanager",
     "in_progress", "38 min left", 0.2, "running", "Otto Brandt", True),
    (1, "INC-1040", "Sales cannot log in to CRM", "23 people reported · master of 4",
     "new", "over by 6 min", 0.0, "breached", "", True),
    (2, "INC-1039", "Core switch FRA-2: uplink flapping", "sw-fra-2 · SNMP linkDown",
     "pending", "paused", 1.0, "paused", "Lena Vogt", False),
    (3, "INC-1035", "Outlook signature broken after update", "7 similar, KB-229 fits",
     "new", "3 h left", 0.8, "running", "", True),
    (4, "INC-1028", "How do I change the default printer?", "Denver office",
     "resolved", "met", 1.0, "met", "Mia Chen", False),
)  # fmt: skip


@pages.get("/gallery")
@needs(Permission.CONFIG_READ)
def show() -> ResponseReturnValue:
    """Show all components."""
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in ROWS]
    at = current_work().now - timedelta(minutes=3)
    return render_template("gallery.html", rows=rows, at=at)
