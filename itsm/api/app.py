"""`/api/v1`: all resources in one OpenAPI 3.1 document, and a page of our own to read it."""

from collections.abc import Sequence
from typing import Any, NoReturn

from flask.json.provider import DefaultJSONProvider
from flask_openapi3 import APIBlueprint
from pydantic import ValidationError

from itsm.api.views import pages
from itsm.assets.api import api as cis
from itsm.desk.setup.api import api as desks
from itsm.incidents.api import api as incidents
from itsm.incidents.major.api import api as majors
from itsm.incidents.major.review_api import api as reviews
from itsm.incidents.major.status_api import api as status
from itsm.monitoring.api import api as alerts
from itsm.monitoring.correlation.api import api as correlation_rules
from itsm.monitoring.integration_api import api as integrations
from itsm.monitoring.maintenance.api import api as maintenance_windows
from itsm.news.api import api as notifications
from itsm.oncall.api import api as oncall
from itsm.oncall.calendar_api import api as calendars
from itsm.oncall.cover_api import api as cover
from itsm.oncall.report_api import api as fairness
from itsm.oncall.responder_api import api as responders
from itsm.oncall.schedule_api import api as schedules
from itsm.people.absence_api import api as absences
from itsm.people.api import api as people
from itsm.requests.api import api as requests
from itsm.requests.approval.api import api as approvals
from itsm.surveys.api import api as surveys
from itsm.surveys.api import rules as survey_rules
from itsm.tasks import api as tasks
from itsm.tasks.checklists.api import RESOURCES as CHECKLISTS
from itsm.tasks.my_api import api as my_tasks
from itsm.tickets.bulk import api as bulk
from itsm.tickets.composer.api import api as templates
from itsm.web.door import DeskApp

RESOURCES: Sequence[APIBlueprint] = (
    incidents,
    requests,
    approvals,
    bulk.resource("incidents"),
    bulk.resource("requests"),
    templates,
    majors,
    reviews,
    status,
    alerts,
    correlation_rules,
    integrations,
    maintenance_windows,
    oncall,
    responders,
    schedules,
    cover,
    calendars,
    fairness,
    cis,
    people,
    absences,
    desks,
    notifications,
    *tasks.RESOURCES,
    my_tasks,
    *CHECKLISTS,
    surveys,
    survey_rules,
)
DESCRIPTION = """\
Send a token as `Authorization: Bearer …`. Errors are problem documents (RFC 9457). Lists come in
pages: hand `next` in again as `cursor`. A POST with an `Idempotency-Key` is done once in 24 hours.
A PATCH with `If-Match` changes nothing that somebody else has changed since."""


def install(app: DeskApp) -> None:
    """Serve all resources and their description."""
    app.validation_error_callback = _refuse
    app.json = BoundedJson(app)
    app.info.description = DESCRIPTION
    app.security_schemes = {"token": {"type": "http", "scheme": "bearer"}}
    for resource in RESOURCES:
        app.register_api(resource)
    app.register_blueprint(pages)


class BoundedJson(DefaultJSONProvider):
    """Reads JSON, and takes one that is nested beyond reading for malformed."""

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:  # noqa: ANN401 - as it is declared
        """Return the value. Raises ValueError."""
        try:
            return super().loads(s, **kwargs)
        except RecursionError as error:
            message = "nested too deep"
            raise ValueError(message) from error


def _refuse(error: ValidationError) -> NoReturn:
    """Leave what is wrong to the handler that answers with a problem document."""
    raise error
