"""The pipeline in figures; each carries the address of the list it counts."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import url_for
from pydantic import Field

from web.actor import actor
from web.api.blueprint import bp, documented
from web.api.shapes import Shape, Words
from web.context import reading, today, versions
from workflow.queries.figures import Figure
from workflow.queries.pipeline import ChamberLine, StageLine, pipeline


class FigureShape(Shape):
    number: int
    cases: str = Field(description="The list of exactly these cases.")


class StageLineShape(Shape):
    """`entered` and `left` are the cases that came in and went out in the present month."""

    stage: str
    name: Words
    is_beside: bool
    now: FigureShape
    overdue: FigureShape
    nobody: FigureShape
    entered: FigureShape
    left: FigureShape


class ChamberLineShape(Shape):
    """`figures` are in the order of the stages above."""

    chamber: str
    town: str
    figures: list[FigureShape]
    total: FigureShape


class PipelineShape(Shape):
    stages: list[StageLineShape]
    chambers: list[ChamberLineShape]
    total: FigureShape
    overdue: FigureShape
    nobody: FigureShape
    month: str


@bp.get("/pipeline")
@bp.output(PipelineShape)
@documented("process", "getPipeline")
def get_pipeline() -> PipelineShape:
    """Your cases in figures: at each headline stage, for each chamber, late, or with nobody to go on."""
    found = pipeline(reading(), actor(), versions=versions(), today=today())
    return PipelineShape(
        stages=[_stage(line) for line in found.stages],
        chambers=[_chamber(line) for line in found.chambers],
        total=_figure(found.total),
        overdue=_figure(found.overdue),
        nobody=_figure(found.nobody),
        month=found.month,
    )


def _stage(line: StageLine) -> StageLineShape:
    return StageLineShape(
        stage=line.stage.code,
        name=Words.model_validate(line.stage.name),
        is_beside=line.stage.is_beside,
        now=_figure(line.now),
        overdue=_figure(line.overdue),
        nobody=_figure(line.nobody),
        entered=_figure(line.entered),
        left=_figure(line.left),
    )


def _chamber(line: ChamberLine) -> ChamberLineShape:
    return ChamberLineShape(
        chamber=line.chamber,
        town=line.town,
        figures=[_figure(figure) for figure in line.figures],
        total=_figure(line.total),
    )


def _figure(figure: Figure) -> FigureShape:
    return FigureShape(number=figure.number, cases=f"{url_for('api.get_cases')}?{urlencode(figure.wanted.as_args())}")
