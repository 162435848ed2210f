"""Where a newcomer stands: tells once, as soon as the web answers, its address and how to sign in."""

from __future__ import annotations

import socket
import time

from workflow.settings import Settings

PATIENCE = 5.0


class Doorstep:
    """`is_open` once the web has answered; `is_late` when it should have by now."""

    def __init__(self, settings: Settings) -> None:
        self.is_open = False
        self._settings = settings
        self._since = time.monotonic()

    @property
    def is_late(self) -> bool:
        return time.monotonic() - self._since > PATIENCE

    def look(self) -> None:
        if not self.is_open and self._web_answers():
            self.is_open = True
            print(_greeting(self._settings), flush=True)

    def _web_answers(self) -> bool:
        # One who listens on every address answers on this one too.
        everywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104
        host = everywhere.get(self._settings.host, self._settings.host)
        try:
            socket.create_connection((host, self._settings.port), timeout=0.2).close()
        except OSError:
            return False
        return True


def _greeting(settings: Settings) -> str:
    accounts = settings.demo_accounts_file
    sign_in = f"用户名和密码见 / user names and passwords are in {accounts}"
    if not accounts.exists():
        sign_in = "先建组织再开户 / add organisations, then accounts: zujian org add --help, zujian user add --help"
    return "\n".join(
        (
            "",
            "  组建 zujian 已启动 / is running",
            "",
            f"  地址 Address  {settings.base_url}",
            f"  登录 Sign in  {sign_in}",
            f"  数据 Data     {settings.data_dir}",
            "  结束 End      Ctrl-C",
            "",
        )
    )
