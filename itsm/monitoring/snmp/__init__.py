"""SNMP traps and informs: from a datagram to a signal about one alert."""
