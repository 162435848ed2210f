"""Which servers an address that a person entered may lead to: those on the internet, and those the operator names.

Without this anybody with an account could have the product ask servers of the inner network, or the cloud's own
address for its keys. A name is resolved once and the connection goes to what was found: a name that points elsewhere
a moment later gains nothing.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from workflow.looking_up import resolve
from workflow.text import Text

Resolver = Callable[[str, int], Sequence[str]]
IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

LONGEST = 500
PORTS = frozenset({80, 443, 8443})
DEFAULT_PORTS = {"https": 443, "http": 80}
# Taken for the internet by the standard library, or by some versions of it: the inside of clouds, where they tell their
# machines their keys and settings, and what is kept for the networks themselves.
INSIDE = tuple(ipaddress.ip_network(one) for one in ("168.63.129.16/32", "192.0.0.0/24", "100.64.0.0/10"))
# All of the internet that IPv6 has.
GLOBAL_SIX = ipaddress.ip_network("2000::/3")
# An IPv6 address in these carries an IPv4 one in its last bits, and a gateway may lead there.
CARRIERS = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("::/96"))


class AddressRefused(ValueError):
    """`text` says to a person what is wrong with it."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


@dataclass(frozen=True, slots=True)
class PublicOnly:
    """`allowed` are hosts, or hosts with a port, that are trusted wherever they are. `https_only` in production."""

    allowed: Collection[str] = ()
    https_only: bool = True
    resolve: Resolver = resolve

    def check(self, url: str) -> None:
        """Raises AddressRefused for one to which nothing will be sent."""
        parts = self.read(url)
        self.addresses(str(parts.hostname), port_of(parts))

    def read(self, url: str) -> SplitResult:
        """The parts of an address as it may be written; raises AddressRefused."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", port_of(parts)
        except ValueError:
            raise AddressRefused(Text("这不是一个网址", "This is no web address")) from None
        if not host or not url.isascii() or not url.isprintable() or " " in url or len(url) > LONGEST:
            raise AddressRefused(Text("请填写完整的网址", "Write the whole web address, in plain letters"))
        if parts.scheme not in (("https",) if self.https_only else ("https", "http")):
            raise AddressRefused(Text("网址须以 https:// 开头", "The address must begin with https://"))
        if parts.username is not None or parts.password is not None or parts.fragment:
            raise AddressRefused(Text("网址不得带用户名或 #", "The address may hold no user name and no #"))
        if port not in PORTS and not self._is_named(host, port):
            raise AddressRefused(Text("端口只能是 80、443 或 8443", "The port must be 80, 443 or 8443"))
        return parts

    def addresses(self, host: str, port: int) -> Sequence[str]:
        """Where to connect to; one address that may not be reached refuses them all. Raises AddressRefused, OSError."""
        found = self.resolve(host, port)
        if not self._is_named(host, port) and not all(is_public(address) for address in found):
            raise AddressRefused(Text("不得指向内部网络", "The address must not lead into an inner network"))
        return found

    def _is_named(self, host: str, port: int) -> bool:
        return host.lower() in self.allowed or f"{host.lower()}:{port}" in self.allowed


def port_of(parts: SplitResult) -> int:
    """Raises ValueError for a port that is none."""
    return parts.port if parts.port is not None else DEFAULT_PORTS.get(parts.scheme, 0)


def is_public(raw: str) -> bool:
    """Whether an address is one of the internet: not private, loopback, link-local, multicast, reserved or carried."""
    address = _carried(ipaddress.ip_address(raw.partition("%")[0]))
    is_inside = any(address in network for network in INSIDE) or (address.version == 6 and address not in GLOBAL_SIX)
    return address.is_global and not address.is_multicast and not is_inside


def _carried(address: IpAddress) -> IpAddress:
    if isinstance(address, ipaddress.IPv4Address):
        return address
    inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
    if inner is None and any(address in network for network in CARRIERS):
        inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return inner or address
