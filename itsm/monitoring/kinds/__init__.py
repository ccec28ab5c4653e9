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
    icinga,
    librenms,
    nagios,
    newrelic,
    pagerduty,
    prtg,
    splunk,
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
        icinga.KIND,
        librenms.KIND,
        nagios.KIND,
        newrelic.KIND,
        pagerduty.KIND,
        prtg.KIND,
        splunk.KIND,
        zabbix.KIND,
    )
}
