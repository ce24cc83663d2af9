"""Which network addresses may be asked for a page: those of the public internet alone.

Without this, anybody who can name a URL, or answer with a redirect, could have Tercet read the
router, the cloud's metadata service or the database beside it.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import TypeAlias

from tercet.errors import LoadError

Resolver: TypeAlias = Callable[[str, int], Sequence[str]]
"""The numeric addresses of a host and port. Raises `OSError` when there are none."""

_NAT64 = IPv6Network("64:ff9b::/96")
_UNICAST = IPv6Network("2000::/3")  # all that has been given out of IPv6


def resolve(host: str, port: int) -> list[str]:
    """The addresses that the system knows for `host`, in the order to try them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[4][0]) for address in found))


def is_public(address: str) -> bool:
    """Whether `address` lies on the public internet.

    Not so are private, loopback, link-local, multicast and reserved ones, those of the carriers
    (100.64.0.0/10), and IPv6 addresses that stand for such an IPv4 address.
    """
    try:
        ip = _unwrapped(ip_address(address.partition("%")[0]))
    except ValueError:
        return False
    if isinstance(ip, IPv6Address) and ip not in _UNICAST:
        return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved)


def _unwrapped(ip: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that packets to `ip` arrive at, where it is written as IPv6."""
    if isinstance(ip, IPv4Address):
        return ip
    if ip in _NAT64:
        return IPv4Address(ip.packed[-4:])
    return ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else ip)


def checked_addresses(
    host: str, port: int, source: str, *, private: bool, resolver: Resolver
) -> Sequence[str]:
    """The addresses to connect to for `host`. With `private`, any address will do.

    A caller that connects to one of these, and does not resolve the name again, cannot be sent
    elsewhere by a name server that changes its answer. One address that is not public refuses
    the host.

    Raises `LoadError`, which begins with `source`.
    """
    try:
        addresses = resolver(host, port)
    except (OSError, UnicodeError) as error:  # UnicodeError: a part of over 63 characters
        addresses, reason = (), getattr(error, "strerror", None)
    else:
        reason = None
    if not addresses:
        raise LoadError(
            f"{source} cannot be reached: {host} has no address ({reason or 'no such name'}).",
            "Check the spelling, the network and the name server.",
        )
    for address in addresses:
        if not (private or is_public(address)):
            raise LoadError(
                f"{source} is refused: {host} is {address}, not on the public internet.",
                "If you trust the page, allow private hosts, or save it as a file.",
            )
    return addresses
