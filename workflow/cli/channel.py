"""`zujian channel`."""

from __future__ import annotations

from uuid import uuid4

import click

from workflow.channels import CHANNELS
from workflow.cli.opening import open_runtime
from workflow.contacts import account_of, address_of, vault_of
from workflow.delivery.failure import DeliveryFailed
from workflow.delivery.refusals import Refused
from workflow.delivery.senders import senders_from
from workflow.delivery.short_words import TEST, Message
from workflow.errors import InvalidInput, SettingsError, WorkflowError
from workflow.runtime import Runtime
from workflow.settings import load_settings
from workflow.text import Text


@click.group(help="应用外的通知渠道 / Channels outside the application.")
def group() -> None:
    pass


@group.command("list")
def show() -> None:
    """各渠道是否已配置，缺哪些设置。/ Which channels are set up, and which settings the others lack."""
    channels = load_settings().channels
    for name, kind in CHANNELS.items():
        missing = ", ".join(channels.missing(name))
        state = f"未配置，缺 not set up, missing: {missing}" if missing else "已配置 set up"
        click.echo(f"{name}\t{kind.label.zh} {kind.label.en}\t{state}")


@group.command("test")
@click.argument("channel", type=click.Choice(list(CHANNELS)))
@click.argument("username")
def test(channel: str, username: str) -> None:
    """向某人发一条测试消息，说明对方的答复。/ Sends one test message and says what the service answered."""
    runtime = open_runtime()
    settings = load_settings()
    senders = senders_from(settings.channels, runtime.clock)
    if channel not in senders:
        missing = ", ".join(settings.channels.missing(channel))
        raise SettingsError(Text(f"{channel} 未配置，缺 {missing}", f"{channel} is not set up, missing: {missing}"))
    address = _address(runtime, username, channel)
    try:
        code = senders[channel].send(address, Message(uuid4().hex, TEST, runtime.base_url))
    except DeliveryFailed as failure:
        raise _not_sent(channel, failure) from failure
    click.echo(f"对方已接受：{code} / accepted: {code}")


def _address(runtime: Runtime, username: str, channel: str) -> str:
    with runtime.db.reading() as session:
        address = address_of(session, vault_of(runtime), account_of(session, username), channel)
    if address is None:
        fault = Text(
            f"{username} 没有填写 {channel} 的联系方式：用 zujian user contact 填写",
            f"{username} has no address in {channel}: zujian user contact gives one",
        )
        raise InvalidInput({"username": fault})
    return address


def _not_sent(channel: str, failure: DeliveryFailed) -> WorkflowError:
    if isinstance(failure, Refused):
        code, words = failure.code, failure.words
        return WorkflowError(
            Text(f"{channel} 没有接受：{code} {words.zh}", f"{channel} did not take it: {code} {words.en}")
        )
    return WorkflowError(
        Text(f"没有送到 {channel}：{failure.reason}", f"It did not get to {channel}: {failure.reason}")
    )
