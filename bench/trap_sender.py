"""A sender of traps at a steady rate, in a process of its own: `python -m bench.trap_sender`.

Its arguments are port, rate and seconds; it prints how many traps it sent.
"""

import socket
import sys
import time
from typing import Final

from itsm.monitoring.snmp import ber

DEVICES: Final = 200


def link_down(device: int, port: int) -> bytes:
    """Return a linkDown of six varbinds; `device` tells the interface apart."""
    index = ber.integer(port)
    pairs = (
        ("1.3.6.1.2.1.1.3.0", ber.integer(device, tag=0x43)),
        ("1.3.6.1.6.3.1.1.4.1.0", ber.identifier("1.3.6.1.6.3.1.1.5.3")),
        (f"1.3.6.1.2.1.2.2.1.1.{port}", index),
        (f"1.3.6.1.2.1.2.2.1.7.{port}", ber.integer(1)),
        (f"1.3.6.1.2.1.2.2.1.8.{port}", ber.integer(2)),
        (f"1.3.6.1.2.1.2.2.1.2.{port}", ber.octets(b"GigabitEthernet0/%d" % port)),
    )
    varbinds = (ber.sequence(ber.identifier(oid), value) for oid, value in pairs)
    zero = ber.integer(0)
    pdu = ber.sequence(ber.integer(device), zero, zero, ber.sequence(*varbinds), tag=0xA7)
    return ber.sequence(ber.integer(1), ber.octets(b"bench"), pdu)


def send(port: int, rate: int, seconds: float) -> None:
    """Send at `rate` and print how many."""
    datagrams = [link_down(device, device) for device in range(DEVICES)]
    sent, began = 0, time.monotonic()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as device:
        device.connect(("127.0.0.1", port))
        while (elapsed := time.monotonic() - began) < seconds:
            due = int(elapsed * rate)
            for number in range(sent, due):
                device.send(datagrams[number % DEVICES])
            sent = max(sent, due)
            time.sleep(0.002)
    print(sent)


if __name__ == "__main__":
    send(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
