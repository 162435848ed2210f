"""Every gesture on the demo district, by its three roles: in a browser, and over the API with a token.

One table of gestures is walked twice, each time on cases of another town. After each gesture the history, the state and
who has signed are asked of the API; in the browser the person's next page has to say it too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

import pytest
from playwright.sync_api import Browser, Locator, Page
from sqlalchemy import select

from tests.browser.conftest import serving
from tests.browser.hands import press
from tests.client import ApiClient
from tests.html_forms import as_fields
from tests.visitor import make_app
from workflow.database import Database
from workflow.demo import create_demo
from workflow.gestures.catalogue import GESTURES
from workflow.migrations import upgrade
from workflow.models import Case, Organisation, User
from workflow.runtime import Runtime

PHONE, DESK = {"width": 360, "height": 720}, {"width": 1280, "height": 800}


@dataclass(frozen=True)
class Step:
    """A gesture or an action of `who` on the case that stands in `on`.

    `page` is what the person's page says after it; `signing` the places of the round in order; None: no round runs.
    """

    who: str
    on: str
    name: str
    page: str
    data: dict[str, Any] = field(default_factory=dict)
    reason: str | None = None
    signing: tuple[str, ...] | None = None
    state: str = ""


OPEN, SIGNED = ("agree", "asked"), "candidates_submitted"

SIGNING = (
    Step("member", SIGNED, "sign_refuse", "已办理：不同意", reason="候选人年龄结构不合理"),
    Step("member", SIGNED, "take_back", "还差 1 人", signing=OPEN),
    Step("member", SIGNED, "sign_object", "已办理：提出异议", reason="程序上有疑问，请核实"),
    Step("member", SIGNED, "take_back", "还差 1 人", signing=OPEN),
    Step("member", SIGNED, "sign_abstain", "已办理：弃权", state="candidates_cleared"),
    Step("member", SIGNED, "take_back", "还差 1 人", signing=OPEN),
    Step("member", SIGNED, "add_signer_before", "未轮到", {"person": "clerk"}, signing=("agree", "waiting", "asked")),
    Step("member", SIGNED, "remove_signer", "已办理：减签", {"person": "clerk"}, "不需要了", OPEN),
    Step("member", SIGNED, "add_signer_after", "未轮到", {"person": "quwei"}, signing=("agree", "asked", "waiting")),
    Step("member", SIGNED, "remove_signer", "已办理：减签", {"person": "quwei"}, "不需要了", OPEN),
    Step("member", SIGNED, "delegate", "已委派他人", {"person": "clerk", "question": "请看名册"}, signing=OPEN),
    Step("member", SIGNED, "recall", "已办理：收回委派", signing=OPEN),
    Step("member", SIGNED, "delegate", "已委派他人", {"person": "clerk", "question": "请再看"}, signing=OPEN),
    Step("clerk", SIGNED, "answer", "名册无误", {"answer": "名册无误"}, signing=OPEN),
    Step("member", SIGNED, "hand_over_signing", "已办理：转办", {"person": "quwei"}, "出差", OPEN),
    Step("quwei", SIGNED, "sign_agree", "已办理：同意", state="candidates_cleared"),
)
AROUND = (
    Step("org_dept", "under_review", "ask", "何时上会？", {"person": "instructor", "question": "何时上会？"}),
    Step("instructor", "under_review", "answer", "下周三", {"answer": "下周三"}),
    Step("instructor", "under_review", "ask", "还差什么？", {"person": "clerk", "question": "还差什么？"}),
    Step("clerk", "under_review", "answer", "不差了", {"answer": "不差了"}),
    Step("instructor", "under_review", "copy_to", "已办理：抄送", {"person": "org_dept"}),
    Step("org_dept", "under_review", "seen", "已办理：已阅"),
    Step("clerk", "under_review", "copy_to", "已办理：抄送", {"person": "social_work"}),
    Step("org_dept", "under_review", "copy_to", "已办理：抄送", {"person": "clerk"}),
    Step("clerk", "under_review", "seen", "已办理：已阅"),
    Step("org_dept", "under_review", "nudge", "催办", {}, "请于本周内研究"),
    Step("approver", "under_review", "claim", "认领"),
    Step("approver", "under_review", "release", "已办理：释放认领"),
    Step("approver", "under_review", "hand_over", "认领", {"person": "member"}, "出差"),
    Step("member", "under_review", "release", "已办理：释放认领"),
    Step("org_dept", "no_branch", "claim", "认领"),
    Step("org_dept", "no_branch", "hand_over", "认领", {"person": "social_work"}, "分工调整"),
    Step("social_work", "no_branch", "release", "已办理：释放认领"),
)
BACK = (
    Step(
        "approver",
        "under_review",
        "return_to",
        "退回到之前的环节",
        {"to_state": "training", "afterwards": "continue"},
        "请补走访",
        state="training",
    ),
    Step("approver", "under_review", "take_back", "已办理：撤销我刚才的办理", state="under_review"),
    Step(
        "approver",
        "under_review",
        "return_to",
        "退回到之前的环节",
        {"to_state": "ready", "afterwards": "back"},
        "请补名册",
        state="ready",
    ),
    Step("instructor", "under_review", "submit", "已办理", state="under_review"),
    Step("instructor", "submitted", "withdraw", "撤回请示", {}, "名册有误", state="ready"),
    Step("instructor", "submitted", "take_back", "已办理：撤销我刚才的办理", state="submitted"),
)
WALK = SIGNING + AROUND + BACK


class Hands(Protocol):
    def do(self, step: Step, who: str, case_id: int, data: dict[str, Any]) -> None: ...


@dataclass
class Demo:
    """A demo district that is served, with the passwords of its accounts."""

    runtime: Runtime
    address: str
    passwords: dict[str, str]
    clients: dict[str, ApiClient] = field(default_factory=dict)

    def api(self, who: str) -> ApiClient:
        if who not in self.clients:
            self.clients[who] = ApiClient(self.address).sign_in(who, self.passwords[who])
        return self.clients[who]

    def cases(self, town: str) -> dict[str, int]:
        """A case of the town for each state it has one in."""
        with self.runtime.db.reading() as session:
            query = select(Case.state, Case.id).join(Organisation, Organisation.id == Case.chamber_id)
            rows = session.execute(query.where(Organisation.name.contains(town)))
            return {row.state: row.id for row in rows}

    def instructor_of(self, case_id: int) -> str:
        with self.runtime.db.reading() as session:
            query = select(User.username).join(Case, Case.instructor_id == User.id).where(Case.id == case_id)
            return session.scalars(query).one()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("demo")
    url = f"sqlite:///{folder / 'zujian.db'}"
    upgrade(url)
    database = Database(url)
    runtime = Runtime(database, folder / "documents")
    create_demo(runtime, folder / "accounts.txt")
    rows = (line.split("\t") for line in (folder / "accounts.txt").read_text(encoding="utf-8").splitlines())
    with serving(make_app(runtime, base_url="http://127.0.0.1")) as address:
        yield Demo(runtime, address, {row[0]: row[1] for row in rows})
    database.dispose()


@dataclass
class Tables:
    """Each person's browser window: an instructor's a phone, the others' a desk."""

    demo: Demo
    browser: Browser
    pages: dict[str, Page] = field(default_factory=dict)

    def page(self, who: str) -> Page:
        if who not in self.pages:
            size = PHONE if who.startswith("instructor") else DESK
            page = self.browser.new_page(viewport=size)  # type: ignore[arg-type]  # a plain size
            page.goto(f"{self.demo.address}/sign-in")
            page.fill("input[name=username]", who)
            page.fill("input[name=password]", self.demo.passwords[who])
            press(page.locator("main form button").first)
            self.pages[who] = page
        return self.pages[who]

    def form(self, who: str, case_id: int, name: str) -> Page:
        """Opens the case, finds the link of the gesture or action, follows it."""
        page = self.page(who)
        page.goto(f"{self.demo.address}/cases/{case_id}")
        page.evaluate("document.querySelectorAll('main details').forEach(fold => { fold.open = true })")
        kind = "gestures" if name in GESTURES else "actions"
        link = page.locator(f'main a[href="/cases/{case_id}/{kind}/{name}"]').first
        assert link.is_visible(), f"{who} finds no button for {name}: {page.inner_text('main')}"
        box = link.bounding_box()
        assert box is not None
        assert box["height"] >= 44
        press(link)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{who}, {name}: wider than it"
        return page

    def do(self, step: Step, who: str, case_id: int, data: dict[str, Any]) -> None:
        page = self.form(who, case_id, step.name)
        if step.name not in GESTURES:
            data = self.demo.api(who).actions(case_id)[step.name]["example"] | data
        for name, value in {**as_fields(data), **({"reason": step.reason} if step.reason else {})}.items():
            entry = page.locator(f'main form [name="{name}"]').first
            if entry.count() and entry.is_visible():
                _enter(entry, value)
        press(page.locator("main form .form-end button").first)
        words = page.inner_text("main")
        assert page.url.split("?")[0].split("#")[0].endswith(f"/cases/{case_id}"), words
        assert step.page in page.inner_text("body"), f"{who}, {step.name}: {words}"

    def close(self) -> None:
        for page in self.pages.values():
            page.close()


def _enter(entry: Locator, value: str) -> None:
    if entry.evaluate("element => element.tagName") == "SELECT":
        entry.select_option(value)
    else:
        entry.fill(value)


@dataclass
class Wire:
    """The same by a token, with nothing but what the case says."""

    demo: Demo

    def do(self, step: Step, who: str, case_id: int, data: dict[str, Any]) -> None:
        client = self.demo.api(who)
        if step.name not in GESTURES:
            example = client.actions(case_id)[step.name]["example"]
            client.act(case_id, step.name, example | data, reason=step.reason)
            return
        offered = {view["gesture"] for view in client.case(case_id)["gestures"]}
        assert step.name in offered, f"{who} is not offered {step.name}: {offered}"
        client.post(f"/cases/{case_id}/gestures/{step.name}", {"data": data, "reason": step.reason})


@pytest.fixture
def tables(demo: Demo, browser: Browser) -> Iterator[Tables]:
    tables = Tables(demo, browser)
    yield tables
    tables.close()


def walk(demo: Demo, hands: Hands, town: int, cases: dict[str, int]) -> None:
    """`town` is the number in the accounts of its people: clerk2."""

    def account(word: str, case_id: int) -> str:
        if word == "instructor":
            return demo.instructor_of(case_id)
        return f"{word}{town}" if word in ("clerk", "approver", "member") else word

    _put_forward(demo, f"approver{town}", cases[SIGNED])
    for step in WALK:
        case_id = cases[step.on]
        who = account(step.who, case_id)
        data = {name: account(value, case_id) if name == "person" else value for name, value in step.data.items()}
        hands.do(step, who, case_id, data)
        _proved(demo.api(who), case_id, step)


def _put_forward(demo: Demo, approver: str, case_id: int) -> None:
    """Candidates that are not being signed yet are put forward: another has still to agree."""
    client = demo.api(approver)
    if client.get(f"/cases/{case_id}/signing")["round"] is None:
        assert client.act(case_id, "clear_candidates")["waits_for"] == 1


def _proved(client: ApiClient, case_id: int, step: Step) -> None:
    case = client.case(case_id)
    assert case["state"] == (step.state or step.on), step
    history = client.get(f"/cases/{case_id}/history")["items"]
    assert step.name == history[-1]["action"] or step.name in {entry["action"] for entry in history[-2:]}, step
    running = client.get(f"/cases/{case_id}/signing")["round"]
    places = tuple(line["decision"] or line["status"] for line in running["signers"]) if running else None
    assert (sorted(places) if places else None) == (sorted(step.signing) if step.signing else None), step


def test_the_walk_leaves_no_gesture_out() -> None:
    assert {step.name for step in WALK} >= set(GESTURES)


def test_every_gesture_in_the_web(demo: Demo, tables: Tables) -> None:
    cases = demo.cases("青溪镇") | {"submitted": demo.cases("云桥街道")["submitted"]}
    walk(demo, tables, 1, cases)
    case_id = cases["under_review"]

    manager = tables.page("org_dept")
    manager.goto(f"{demo.address}/cases/{case_id}/gestures/nudge")
    assert "24 小时内已催办过一次" in manager.inner_text("main")

    deciding = tables.form("approver1", case_id, "approve")
    deciding.fill("[name=branch_name]", "中共示例支部（草稿）")
    with deciding.expect_navigation():
        deciding.click("[name=put_aside]")
    assert "已暂存" in deciding.inner_text("body")
    assert tables.form("approver1", case_id, "approve").input_value("[name=branch_name]") == "中共示例支部（草稿）"


def test_every_gesture_over_the_api(demo: Demo) -> None:
    cases = demo.cases("白石镇")
    walk(demo, Wire(demo), 2, cases)
    path = f"/cases/{cases['under_review']}"
    again = demo.api("org_dept").send("POST", f"{path}/gestures/nudge", json={})
    assert (again.status, again.json["problems"][0]["code"]) == (422, "NUDGED_ALREADY")
    draft = {"values": {"branch_name": "中共示例支部（草稿）"}}
    demo.api("approver2").expect("PUT", f"{path}/drafts/approve", json=draft)
    assert demo.api("approver2").get(f"{path}/drafts/approve")["values"] == draft["values"]
