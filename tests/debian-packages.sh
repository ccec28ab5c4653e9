#!/bin/sh
# Installs the Debian packages named as arguments, by default those that the tests need.
# Where that is not allowed it names what is missing and lets the tests tell the rest.
set -eu

wanted=${*:-postgresql redis-server chromium prometheus prometheus-alertmanager snmp snmpd nagios4-core icinga2-bin zabbix-server-pgsql zabbix-agent curl fonts-noto-core}

missing=
for package in $wanted; do
    status=$(dpkg-query --show --showformat '${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$status" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "missing Debian packages, please install:$missing" >&2
    exit 0
fi

# Debian starts a server as it is installed unless this script says no; ours are started by tests.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    trap 'rm -f "$policy"' EXIT INT TERM
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
fi

echo "installing Debian packages:$missing"
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
if ! { apt-get update && apt-get install --yes --no-install-recommends $missing; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    exit 1
fi
rm -f "$log"
