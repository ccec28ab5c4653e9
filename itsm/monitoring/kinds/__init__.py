"""The kinds of monitoring systems: one file each, and one line here."""

from collections.abc import Mapping

from itsm.monitoring.kinds import (
    alertmanager,
    checkmk,
    cloudevents,
    generic,
    grafana,
    icinga,
    librenms,
    nagios,
    pagerduty,
    prtg,
    zabbix,
    azure,
    cloudevents,
    cloudwatch,
    datadog,
    elastic,
    gcp,
    generic,
    newrelic,
    pagerduty,
    splunk,
)
from itsm.monitoring.kinds.kind import Kind

KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        alertmanager.KIND,
        checkmk.KIND,
        azure.KIND,
        cloudevents.KIND,
        cloudwatch.KIND,
        datadog.KIND,
        elastic.KIND,
        gcp.KIND,
        generic.KIND,
        grafana.KIND,
        icinga.KIND,
        librenms.KIND,
        nagios.KIND,
        pagerduty.KIND,
        prtg.KIND,
        zabbix.KIND,
        newrelic.KIND,
        pagerduty.KIND,
        splunk.KIND,
    )
}
