"""The kinds of monitoring systems: one file each, and one line here."""

from collections.abc import Mapping

from itsm.monitoring.kinds import (
    alertmanager,
    cloudevents,
    generic,
    healthchecks,
    netdata,
    opsgenie,
    pagerduty,
    pingdom,
    sentry,
    site24x7,
    uptimekuma,
)
from itsm.monitoring.kinds.kind import Kind

KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        alertmanager.KIND,
        cloudevents.KIND,
        generic.KIND,
        healthchecks.KIND,
        netdata.KIND,
        opsgenie.KIND,
        pagerduty.KIND,
        pingdom.KIND,
        sentry.KIND,
        site24x7.KIND,
        uptimekuma.KIND,
    )
}
