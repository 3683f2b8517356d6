"""Which network an address belongs to, for counting who asks. Pure.

* *subscriber*: what one customer is given: an IPv4 address, or the /64 of an IPv6 address, whose holder can change the
  other 64 bits at will. Counts requests.
* *block*: what one attacker can rent cheaply: the /24 of an IPv4 address, the smallest block that is routed on the
  internet, or the same /64. Counts wrong passwords.
* *access network*: the part that a subscriber keeps when the router restarts: IPv4 /24, IPv6 /56 (what many carriers
  delegate to one line). Counts answers of strangers; only its keyed digest is kept.
"""

import ipaddress

from app.codes import keyed_digest

UNKNOWN = 60  # characters kept of what is no address
DIGEST_LENGTH = 16


def subscriber(address: str) -> str:
    """``203.0.113.7``, or ``2001:db8:1:2::/64``."""
    return _network(address, 32, 64) or address[:UNKNOWN]


def block(address: str) -> str:
    """``203.0.113.0/24``, or ``2001:db8:1:2::/64``."""
    return _network(address, 24, 64) or address[:UNKNOWN]


def network_of(address: str) -> str:
    """The access network, ``203.0.113.0/24`` of ``203.0.113.77``; an empty text for what is no address."""
    return _network(address, 24, 56)


def network_digest(secret: str, scope: str, address: str) -> str:
    """The same for addresses of one access network within ``scope``; across scopes nothing can be joined."""
    return keyed_digest(secret, f"network:{scope}", network_of(address))[:DIGEST_LENGTH]


def network_label(digest: str) -> str:
    """``M-7F3A2C``: how screens and papers name a network."""
    return f"M-{digest[:6].upper()}"


def _network(address: str, ipv4_bits: int, ipv6_bits: int) -> str:
    """The address itself for 32 bits of IPv4; an empty text for what is no address."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    plain = getattr(found, "ipv4_mapped", None) or found
    if plain.version == 4 and ipv4_bits == 32:
        return str(plain)
    return str(ipaddress.ip_network((plain, ipv4_bits if plain.version == 4 else ipv6_bits), strict=False))
