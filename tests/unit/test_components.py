"""Each part of a page, drawn alone in both languages: what it must say, to eyes and to a screen reader."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import render_template_string

from tests.clocks import START, StandingClock
from tests.visitor import make_app
from workflow.clock import local_day
from workflow.database import Database
from workflow.definition.model import Field
from workflow.guards.problem import Problem
from workflow.runtime import Runtime
from workflow.text import Text

MACROS = Path(__file__).parents[2] / "web" / "templates" / "macros"
TODAY = local_day(START)
PROBLEM = Problem(
    code="G05",
    guard="has_enough_full_members",
    text=Text("正式党员 2 名，还差 1 名", "2 full members, 1 short"),
    clause=Text("第四条", "art. 4"),
    mender=Text("指导员", "instructor"),
    where="head_count",
    soft=True,
)
SEATS = Field("seats", Text("名额", "Seats"), "integer")
POST = Field("post", Text("职务", "Post"), "choice", choices={"secretary": Text("书记", "Secretary")})
FIELDS = [
    SEATS,
    POST,
    Field("held_on", Text("日期", "Day"), "date"),
    Field("checked", Text("已核实", "Checked"), "boolean"),
    Field("note", Text("说明", "Note"), "long_text", is_optional=True),
    Field("number", Text("文号", "Number"), "text"),
    Field("instructor", Text("指导员", "Instructor"), "instructor"),
    Field("candidates", Text("候选人", "Candidates"), "rows", columns=(POST, SEATS)),
]
VALUES = {"seats": "三", "post": "secretary", "checked": "true", "note": "<b>", "candidates": [{"seats": "5"}, {}]}
ERRORS = {"seats": Text("应为整数", "must be a whole number"), "candidates.0.post": Text("请选择", "choose one")}

# For each macro a call of it, and what has to be found in the Chinese and in the English drawing.
EXAMPLES: dict[str, tuple[str, str, str]] = {
    "page.page_head": (
        "{% call page_head(word, 'x') %}<a>y</a>{% endcall %}{{ page_head(word) }}",
        "<h1>词",
        "<h1>word",
    ),
    "page.badge": ("{{ badge('done', word) }}{{ badge('plain', word) }}", "词", "word"),
    "page.due_badge": ("{{ due_badge(late) }}{{ due_badge(none) }}", "已逾期 2 天", "2 days overdue"),
    "page.card": ("{% call card(word, 'here') %}x{% endcall %}", "<h2>词", 'id="here"'),
    "page.facts": ("{{ facts([(word, none), (word, 0)]) }}", "<dd>—</dd>", "<dd>0</dd>"),
    "page.empty_state": ("{{ empty_state(word, word, '/next') }}", 'href="/next">词', "word"),
    "page.figure_tile": (
        "{{ figure_tile(7, word, '/list', 'overdue') }}{{ figure_tile(8, word) }}",
        "<a class=",
        ">8<",
    ),
    "page.job_progress": ("{{ job_progress('running', word, 3, 9) }}", 'value="3" max="9"', "Running"),
    "page.confirm_page": (
        "{% call confirm_page(word, word, '/do', word, '/back', {'v': 3}) %}z{% endcall %}",
        "不，返回",
        "csrf_token",
    ),
    "page.pager": ("{{ pager('/a', '/b', word) }}", "上一页", "Next"),
    "case.step_chain": ("{{ step_chain(steps) }}", 'aria-current="step"', "(here)"),
    "case.holder_card": ("{{ holder_card(word, '', then, late, word, word, true) }}", "暂无人办理", "provisional"),
    "case.why_not": (
        "{{ why_not([problem], links={'head_count': '/cases/1#head_count'}) }}{{ why_not([]) }}",
        "还差 1 名",
        'href="/cases/1#head_count"',
    ),
    "case.work_item_card": (
        "{{ work_item_card(word, word, word, '/cases/1', then, late, word) }}",
        'class="item overdue"',
        "3 days ago",
    ),
    "case.timeline_entry": (
        "{% call timeline_entry(word, word, then, note=word) %}z{% endcall %}",
        "3 天前",
        "2026-08-29 09:00",
    ),
    "forms.csrf": ("{{ csrf() }}", 'name="csrf_token"', "hidden"),
    "forms.title_prefix": ("{{ title_prefix(errors) }}{{ title_prefix({}) }}", "错误：", "Error: "),
    "forms.error_summary": (
        "{{ error_summary(errors) }}{{ error_summary({}) }}",
        "有 2 处需要改正",
        'href="#f-candidates.0.post"',
    ),
    "forms.text_input": (
        "{{ text_input('seats', word, 'kept', errors, hint=word) }}",
        'value="kept"',
        'aria-describedby="h-seats e-seats"',
    ),
    "forms.text_area": ("{{ text_area('note', word, 'kept') }}", ">kept</textarea>", "word"),
    "forms.select_input": ("{{ select_input('town', word, [(1, word)], '1') }}", 'value="1" selected', "Choose"),
    "forms.rows": ("{{ rows(specs[-1], [{}], {}) }}", "再加一行", 'name="candidates.0.post"'),
    "forms.field": ("{{ field(specs[0]) }}", "名额", 'inputmode="numeric"'),
    "forms.fields": ("{{ fields(specs, values, errors, [(9, word)]) }}", 'value="三"', 'name="candidates.1.seats"'),
    "forms.form_end": ("{{ form_end(word, '/back', 'destructive') }}", "button destructive", "Back"),
}


@pytest.fixture
def draw(tmp_path: Path) -> Callable[..., str]:
    runtime = Runtime(Database(f"sqlite:///{tmp_path / 'unused.db'}"), tmp_path, clock=StandingClock())
    app = make_app(runtime)

    def drawn(name: str, call: str, language: str = "zh") -> str:
        file, _, macro = name.partition(".")
        with app.test_request_context(f"/?lang={language}"):
            return render_template_string(
                f'{{% from "macros/{file}.html" import {macro} %}}{call}',
                word=Text("词", "word"),
                then=START - timedelta(days=3),
                late=TODAY - timedelta(days=2),
                steps=[
                    {"label": "未建", "state": state, "note": "", "at": None} for state in ("done", "here", "ahead")
                ],
                problem=PROBLEM,
                specs=FIELDS,
                values=VALUES,
                errors=ERRORS,
            )

    return drawn


def test_every_macro_has_an_example() -> None:
    defined = {
        f"{path.stem}.{name}"
        for path in MACROS.glob("*.html")
        for name in re.findall(r"{% macro ([a-z]\w*)\(", path.read_text(encoding="utf-8"))
    }
    assert {name for name in defined if name.partition(".")[0] in {"page", "case", "forms"}} == set(EXAMPLES)


@pytest.mark.parametrize("name", EXAMPLES)
def test_each_part_is_drawn_in_both_languages(draw: Callable[..., str], name: str) -> None:
    call, chinese, english = EXAMPLES[name]
    assert chinese in draw(name, call)
    assert english in draw(name, call, "en")


def test_what_was_entered_is_kept_and_never_becomes_markup(draw: Callable[..., str]) -> None:
    page = draw("forms.fields", "{{ fields(specs, values, errors) }}")
    assert "&lt;b&gt;</textarea>" in page
    assert "<b>" not in page
    assert re.search(r'<option value="secretary" selected>书记', page)
    assert re.search(r'<option value="true" selected>是', page)


def test_each_fault_stands_at_its_field_and_every_field_has_its_label(draw: Callable[..., str]) -> None:
    page = draw("forms.fields", "{{ fields(specs, values, errors) }}")
    for name in ERRORS:
        assert re.search(
            rf'id="f-{re.escape(name)}"[^>]*aria-invalid="true"[^>]*aria-describedby="[^"]*e-{re.escape(name)}', page
        )
        assert f'id="e-{name}"' in page
    controls = set(re.findall(r'<(?:input|select|textarea)[^>]*\sid="([^"]+)"', page))
    assert controls == set(re.findall(r'<label[^>]*\sfor="([^"]+)"', page))


def test_a_problem_without_a_place_to_go_has_no_link(draw: Callable[..., str]) -> None:
    page = draw("case.why_not", "{{ why_not([problem]) }}")
    assert "<a " not in page
    assert "G05" in page
