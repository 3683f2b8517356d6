"""Which network an address belongs to, for counting who asks. Pure.

A *subscriber* is what one customer is given: an IPv4 address, or the /64 of an IPv6 address, whose holder can change
the other 64 bits at will. A *block* is what one attacker can rent cheaply: the /24 of an IPv4 address, the smallest
block that is routed on the internet, or the same /64.
"""

import ipaddress

UNKNOWN = 60  # characters kept of what is no address


def subscriber(address: str) -> str:
    """``203.0.113.7``, or ``2001:db8:1:2::/64``."""
    return _network(address, 32)


def block(address: str) -> str:
    """``203.0.113.0/24``, or ``2001:db8:1:2::/64``."""
    return _network(address, 24)


def _network(address: str, bits: int) -> str:
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address[:UNKNOWN]
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is None:
            return str(ipaddress.ip_network((found, 64), strict=False))
        found = found.ipv4_mapped
    return str(found) if bits == 32 else str(ipaddress.ip_network((found, bits), strict=False))
