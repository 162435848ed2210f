"""The one request to a server outside goes to the address that was looked at, and is still checked for the host."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.integration.channel_stub import ChannelStub, channel_stub
from workflow.delivery.wire import Unreachable, Wire
from workflow.looking_up import resolve

HOST = "hook.example"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate for the host, signed by itself."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(private + signed.public_bytes(Encoding.PEM))
    return path


@pytest.fixture
def stub(certificate: Path) -> Iterator[ChannelStub]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with channel_stub(tls=context) as stub:
        yield stub


def wire(certificate: Path) -> Wire:
    return Wire(lambda host, port: ["127.0.0.1"], context=ssl.create_default_context(cafile=str(certificate)))


def test_the_connection_goes_to_the_address_and_the_certificate_is_that_of_the_host(
    stub: ChannelStub, certificate: Path
) -> None:
    answer = wire(certificate).post_json(f"https://{HOST}:{stub.port}/hook", {"a": "乙"})
    assert answer.status == 200
    assert stub.requests[0].json == {"a": "乙"}
    assert stub.requests[0].headers["Host"] == f"{HOST}:{stub.port}"


@pytest.mark.parametrize("host", ["other.example", "127.0.0.1"])
def test_a_server_that_cannot_show_the_name_of_the_host_is_told_nothing(
    stub: ChannelStub, certificate: Path, host: str
) -> None:
    with pytest.raises(Unreachable, match="SSLCertVerificationError"):
        wire(certificate).get(f"https://{host}:{stub.port}/hook")
    assert not stub.requests


def test_nobody_else_says_whose_certificates_are_believed(stub: ChannelStub) -> None:
    with pytest.raises(Unreachable, match="SSLCertVerificationError"):
        Wire(lambda host, port: ["127.0.0.1"]).get(f"https://{HOST}:{stub.port}/hook")


def test_a_resolver_that_hangs_is_left_and_one_that_knows_no_such_name_is_heard() -> None:
    answers = threading.Event()

    def hangs(host: str, port: int) -> list[tuple[Any, ...]]:
        answers.wait()
        return []

    with pytest.raises(Unreachable, match="TimeoutError"):
        Wire(partial(resolve, seconds=0.01, look_up=hangs)).get(f"https://{HOST}/hook")
    answers.set()
    with pytest.raises(OSError, match="no such name"):
        resolve(HOST, 443, look_up=partial(refuses, OSError("no such name")))
    assert set(resolve("127.0.0.1", 443)) == {"127.0.0.1"}


def refuses(error: Exception, *_: object) -> NoReturn:
    raise error


def test_a_server_that_never_greets_is_left_and_one_that_is_away_is_passed_over(stub: ChannelStub) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(Unreachable):
            Wire(lambda host, port: ["127.0.0.1"], seconds=0.3).get(f"https://{HOST}:{port}/")
    with channel_stub() as plain:
        # Nothing listens on the first of the two.
        answer = Wire(lambda host, port: ["127.0.0.9", "127.0.0.1"]).get(f"http://{HOST}:{plain.port}/hook")
    assert answer.status == 200
