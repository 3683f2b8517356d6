"""The network behind an address, and its keyed digest: to see that answers came from one place, not from where.

A subscriber changes the last part of an address at will (a router restarted, a phone's privacy extensions), so the
part that the carrier gives is counted: IPv4 /24 and IPv6 /56. Both hold 256 of what one subscriber commonly has, one
IPv4 address or one /64. Wider would put a whole district behind one count; narrower (/32, /64) is left by restarting
the router, or by one line that is delegated a /56.
"""

import ipaddress

from app.codes import keyed_digest

IPV4_BITS, IPV6_BITS = 24, 56
DIGEST_LENGTH = 16


def network_of(address: str) -> str:
    """``203.0.113.0/24`` of ``203.0.113.77``; an empty text for what is no address."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    plain = getattr(found, "ipv4_mapped", None) or found
    bits = IPV4_BITS if plain.version == 4 else IPV6_BITS
    return str(ipaddress.ip_network((plain, bits), strict=False))


def network_digest(secret: str, scope: str, address: str) -> str:
    """The same for addresses of one network within ``scope``; across scopes nothing can be joined."""
    return keyed_digest(secret, f"network:{scope}", network_of(address))[:DIGEST_LENGTH]


def network_label(digest: str) -> str:
    """``M-7F3A2C``: how screens and papers name a network."""
    return f"M-{digest[:6].upper()}"
