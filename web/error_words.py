"""The words of the error pages, by status: what happened, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass

from workflow.text import Text


@dataclass(frozen=True, slots=True)
class Words:
    title: Text
    advice: Text


BACK = Text("请返回上一页，或从待办重新开始。", "Go back, or start again from your to-do list.")
WORDS = {
    400: Words(Text("请求无法识别", "The request cannot be read"), BACK),
    401: Words(Text("请先登录", "Sign in first"), Text("登录后再打开这个页面。", "Sign in, then open this page.")),
    403: Words(
        Text("没有权限", "Not permitted"),
        Text(
            "如果这是您的工作，请联系系统管理员核对您的角色。",
            "If this is your work, ask the administrator to check your role.",
        ),
    ),
    404: Words(
        Text("没有找到这个页面", "There is no such page"),
        Text("它可能不存在，或不在您的范围内。", "It may not exist, or lie outside what you may see."),
    ),
    405: Words(Text("这个地址不能这样使用", "This address is not used this way"), BACK),
    409: Words(
        Text("内容刚刚被改动", "It was changed meanwhile"),
        Text(
            "请重新打开，核对最新内容后再操作。什么都没有被覆盖。",
            "Open it again and look at the newest content. Nothing was overwritten.",
        ),
    ),
    413: Words(
        Text("文件太大", "The file is too large"),
        Text(
            "单个文件最多 20 MB，请压缩或分开后重传。",
            "A file may have up to 20 MB: make it smaller or split it, then send it again.",
        ),
    ),
    422: Words(Text("暂时不能这样做", "This cannot be done now"), BACK),
    429: Words(Text("操作过于频繁", "Too many attempts"), Text("请稍后再试。", "Try again later.")),
    500: Words(
        Text("系统出错了", "Something went wrong here"),
        Text(
            "刚才的操作没有保存。请稍后再试；若仍出错，请告诉管理员出错的时间。",
            "Nothing was saved. Try again; if it stays, tell the administrator when it happened.",
        ),
    ),
    503: Words(
        Text("数据库暂时无法使用", "The database cannot be used just now"),
        Text(
            "刚才的操作没有保存。请过一会儿再试一次；同一份表单重复提交不会重复办理。",
            "Nothing was saved. Try again in a moment; sending the same form again does nothing twice.",
        ),
    ),
    507: Words(
        Text("磁盘已满", "The disk is full"),
        Text(
            "文件没有保存。请告诉管理员，腾出空间后再传一次。",
            "The file was not kept. Tell an administrator, and send it again once there is room.",
        ),
    ),
}
STALE_FORM = Text(
    "页面打开太久，已经过期。请返回并刷新后再提交一次。",
    "The page was open too long. Go back, reload it and send it again.",
)


def words_for(status: int) -> Words:
    """A status without words of its own takes those of its kind."""
    return WORDS.get(status, WORDS[500 if status >= 500 else 400])
