"""Addresses a person may enter for a webhook, and those that would lead into somebody's inner network."""

from __future__ import annotations

import pytest

from workflow.public_address import LONGEST, AddressRefused, PublicOnly, is_public


def gate(*found: str, allowed: tuple[str, ...] = (), https_only: bool = True) -> PublicOnly:
    return PublicOnly(allowed, https_only, lambda host, port: found or ("93.184.216.34",))


@pytest.mark.parametrize("address", ["93.184.216.34", "223.5.5.5", "2400:3200::1", "::ffff:223.5.5.5"])
def test_the_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        *("10.0.0.1", "172.16.0.1", "192.168.1.1", "127.0.0.1", "127.8.8.8", "255.255.255.255"),
        *("169.254.169.254", "100.100.100.200", "168.63.129.16", "192.0.0.192", "198.18.0.1", "224.0.0.1", "240.0.0.1"),
        *(
            "::1",
            "::",
            "fec0::1",
            "64:ff9b:1::a00:1",
            "fe80::1%eth0",
            "fc00::1",
            "fd00:ec2::254",
            "ff02::1",
            "2001:db8::1",
        ),
        # An IPv4 address inside: mapped, compatible, 6to4, NAT64.
        *("::ffff:10.0.0.1", "::10.0.0.1", "2002:0a00:0001::", "64:ff9b::a9fe:a9fe", "::ffff:169.254.169.254"),
    ],
)
def test_the_inside_is_not(address: str) -> None:
    assert not is_public(address)
    with pytest.raises(AddressRefused, match="inner network"):
        gate("93.184.216.34", address).check("https://hook.example/a")


@pytest.mark.parametrize("url", ["https://hook.example/a?b=c", "https://HOOK.example:8443/", "https://[2400:3200::1]/"])
def test_an_address_on_the_internet_will_do(url: str) -> None:
    gate().check(url)


@pytest.mark.parametrize(
    "url",
    [
        *(
            "",
            "hook.example",
            "https://",
            "https:///a",
            "ftp://hook.example/",
            "file:///etc/passwd",
            "http://hook.example/",
        ),
        *(
            "https://hook.example:22/",
            "https://hook.example:0/",
            "https://hook.example:99999/",
            "https://hook.example:x/",
        ),
        *("https://user:word@hook.example/", "https://user@hook.example/", "https://hook.example/#part"),
        *("https://hook.example/a b", "https://hook.example/\r\nHost: other", "https://hóok.example/", "https://[::1"),
        "https://hook.example/" + "a" * LONGEST,
    ],
)
def test_what_is_not_such_an_address_is_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        gate().check(url)


def test_the_operator_may_name_hosts_of_the_inner_network() -> None:
    inner = gate("10.0.0.9", allowed=("hook.inner", "other.inner:9000"), https_only=False)
    inner.check("http://hook.inner:8080/")
    inner.check("http://other.inner:9000/")
    for url in ("http://other.inner/", "http://third.inner/", "http://hook.inner.example/"):
        with pytest.raises(AddressRefused):
            inner.check(url)
