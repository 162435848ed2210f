"""`zujian backup` and `zujian restore`."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path

import click

from workflow.backup import make_backup, restore_backup
from workflow.cli.opening import open_runtime
from workflow.launcher.lock import data_lock
from workflow.settings import load_settings

FOLDER = click.Path(path_type=Path)


@click.command()
@click.argument("target", type=FOLDER)
def backup(target: Path) -> None:
    """备份数据库、文件到目录；运行中即可执行。不含密钥。

    Keeps database and files in a folder, beside running users. The keys are not in it.
    """
    runtime = open_runtime()
    manifest = make_backup(load_settings(), runtime, target.resolve())
    head = manifest.ledger
    click.echo(f"已备份 / kept: {target}")
    click.echo(f"{head.cases} 个案 cases, {head.entries} 条记录 entries, {len(manifest.files)} 个文件 files")
    click.echo("备份不含 SECRET_KEY 和加密密钥（FIELD_KEYS 或数据目录中的 field_keys.json）：请另行妥善保管")
    click.echo(
        "Not in it: SECRET_KEY and the field keys (FIELD_KEYS, or field_keys.json of the data folder): keep them apart"
    )
    if manifest.keys:
        click.echo(f"恢复时需要的密钥编号 / field keys needed to read personal numbers: {', '.join(manifest.keys)}")


@click.command()
@click.argument("source", type=FOLDER)
@click.option("--replace", is_flag=True, help="覆盖现有数据，原有数据会丢失 / Overwrite what is there, which is lost.")
def restore(source: Path, replace: bool) -> None:
    """从备份恢复，核对摘要、升级表结构并核验历史。请先停止服务。

    Brings a backup back: checks digests, upgrades the tables, verifies the history. Stop the product first.
    """
    settings = load_settings()
    with data_lock(settings.data_dir) if settings.is_sqlite else nullcontext():
        done = restore_backup(settings, source.resolve(), replace=replace)
    verdict = done.verdict
    click.echo(f"已恢复 / restored: {done.manifest.made_at.isoformat(timespec='seconds')}")
    if done.missing_keys:
        names = ", ".join(done.missing_keys)
        click.echo(f"缺少或不符的密钥 / keys missing or not those of the backup: {names}", err=True)
        click.echo("身份证号、电话在补上密钥前无法读取 / personal numbers cannot be read without them", err=True)
    if verdict.damage is not None:
        damage = verdict.damage
        click.echo(f"历史有损坏 / damage: 个案 case {damage.case_id}, entry {damage.seq}: {damage.kind}", err=True)
        sys.exit(1)
    click.echo(f"历史完好 / intact: {verdict.cases} 个案 cases, {verdict.entries} 条记录 entries")
