"""What the composition root registers: every blueprint of on call."""

from itsm.oncall import contact_pages, phone, policy_pages, schedule_pages, views
from itsm.oncall.api import api

BLUEPRINTS = (
    views.pages,
    schedule_pages.pages,
    policy_pages.pages,
    contact_pages.pages,
    phone.phone,
)
APIS = (api,)
