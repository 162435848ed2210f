"""Invented names. No row of any real register is used."""

from __future__ import annotations

from random import Random

from workflow.credit_code import ALPHABET, check_digit

TOWNS = ("青溪镇", "白石镇", "云桥街道", "东湖街道")
_BRANDS = ("恒", "盛", "远", "安", "明", "嘉", "润", "泰", "华", "瑞", "腾", "宏", "信", "源", "达", "丰")
_SECOND = ("翔", "兴", "航", "晟", "禾", "川", "益", "朗", "创", "联", "辉", "诺", "驰", "盈", "锐", "和")
_TRADES = ("机电", "纺织", "食品", "物流", "科技", "包装", "建材", "电子", "贸易", "新材料", "服饰", "环保")
_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗"
_GIVEN = (
    "建国",
    "志强",
    "丽华",
    "海燕",
    "文斌",
    "晓东",
    "玉兰",
    "国平",
    "春梅",
    "立新",
    "思远",
    "雅琴",
    "永康",
    "慧敏",
)


class Names:
    """A seeded source: the same district every time, only the passwords differ."""

    def __init__(self, seed: int = 2026) -> None:
        self._random = Random(seed)  # noqa: S311  # invented names need no unguessable numbers
        self._firms: set[str] = set()
        self._people: set[str] = set()

    def firm(self, town: str) -> str:
        while True:
            pick = self._random.choice
            name = f"{town[:2]}{pick(_BRANDS)}{pick(_SECOND)}{pick(_TRADES)}有限公司"
            if name not in self._firms:
                self._firms.add(name)
                return name

    def person(self) -> str:
        while True:
            name = self._random.choice(_SURNAMES) + self._random.choice(_GIVEN)
            if name not in self._people:
                self._people.add(name)
                return name

    def credit_code(self) -> str:
        """Valid by its check digit; the area 000000 belongs to no place."""
        body = "91000000" + "".join(self._random.choice(ALPHABET) for _ in range(9))
        return body + check_digit(body)

    def number(self, low: int, high: int) -> int:
        return self._random.randint(low, high)
