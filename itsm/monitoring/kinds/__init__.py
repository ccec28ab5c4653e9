"""The kinds of monitoring systems: one file each, and one line here."""

from collections.abc import Mapping

from itsm.monitoring.kinds import (
    alertmanager,
    azure,
    checkmk,
    cloudevents,
    cloudwatch,
    datadog,
    elastic,
    gcp,
    generic,
    grafana,
    healthchecks,
    icinga,
    librenms,
    nagios,
    netdata,
    newrelic,
    opsgenie,
    pagerduty,
    pingdom,
    prtg,
    sentry,
    site24x7,
    splunk,
    uptimekuma,
    zabbix,
)
from itsm.monitoring.kinds.kind import Kind

KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        alertmanager.KIND,
        azure.KIND,
        checkmk.KIND,
        cloudevents.KIND,
        cloudwatch.KIND,
        datadog.KIND,
        elastic.KIND,
        gcp.KIND,
        generic.KIND,
        grafana.KIND,
        healthchecks.KIND,
        icinga.KIND,
        librenms.KIND,
        nagios.KIND,
        netdata.KIND,
        newrelic.KIND,
        opsgenie.KIND,
        pagerduty.KIND,
        pingdom.KIND,
        prtg.KIND,
        sentry.KIND,
        site24x7.KIND,
        splunk.KIND,
        uptimekuma.KIND,
        zabbix.KIND,
    )
}
