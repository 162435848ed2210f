"""A case as a folder: what lies in it, and that whatever is changed in it is found."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.desk import Desk
from tests.district import PDF, District, make_district
from workflow.casefile import handing_over
from workflow.casefile.export import export_folder
from workflow.casefile.verify import verify_casefile
from workflow.cli import main
from workflow.cli.case import OPERATOR
from workflow.database import Database
from workflow.ledger import chain_hash, digest
from workflow.queries.seen import seen_work


@pytest.fixture(scope="module")
def place(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """An established case, exported once."""
    root = tmp_path_factory.mktemp("casefile")
    database = Database(f"sqlite:///{shutil.copy(sqlite_template, root / 'zujian.db')}")
    district = make_district(database, root)
    case_id = district.walk(district.open())
    with database.reading() as session:
        export_folder(seen_work(session, district.runtime, OPERATOR, case_id), root / "case", district.clock())
    yield Place(district, case_id, root / "case")
    database.dispose()


@dataclass(frozen=True)
class Place:
    district: District
    case_id: int
    exported: Path

    def run(self, *arguments: str) -> Result:
        database = self.district.db.url
        environment = {"ZUJIAN_DATA_DIR": str(self.exported.parent), "DATABASE_URL": database}
        return CliRunner(env=environment).invoke(main, arguments)


@pytest.fixture
def folder(place: Place, tmp_path: Path) -> Path:
    """A copy of the exported case for this test to damage."""
    return Path(shutil.copytree(place.exported, tmp_path / "case"))


def words_of(folder: Path) -> list[str]:
    return [fault.en for fault in verify_casefile(folder).faults]


def test_it_holds_papers_history_and_a_manifest_whose_digests_match(folder: Path, place: Place) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    for row in manifest["files"]:
        content = (folder / row["path"]).read_bytes()
        assert (row["size"], row["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
    history = json.loads((folder / "history.json").read_text())
    assert manifest["ledger"] == {"entries": len(history), "head": history[-1]["hash"]}
    assert (folder / "papers/D06-v1.pdf").read_bytes() == PDF
    found = verify_casefile(folder)
    assert (found.case_id, found.entries, found.papers, found.faults) == (place.case_id, len(history), 9, ())


def test_a_person_can_read_it(folder: Path) -> None:
    rows = list(csv.reader(io.StringIO((folder / "papers.csv").read_text(encoding="utf-8-sig"))))
    assert [row[1] for row in rows[1:]] == ["D01", "D02", "D06", "D08", "D13", "D14", "D15", "D16", "D17"]
    assert rows[3][10] == "永久 permanent"
    readable = (folder / "history.txt").read_text()
    for words in ("批复成立", "approver（测试）", "批复文号：商党〔2026〕5号", "文件：D06 第 1 版", "→ 党支部已成立"):
        assert words in readable


def change_a_paper(folder: Path) -> None:
    (folder / "papers/D06-v1.pdf").write_bytes(b"%PDF-1.4 another")


def take_a_paper_away(folder: Path) -> None:
    (folder / "papers/D08-v1.pdf").unlink()


def add_a_file(folder: Path) -> None:
    (folder / "papers/D22-v1.pdf").write_bytes(PDF)


def rewrite(folder: Path, change: Callable[[list[dict]], object]) -> None:  # type: ignore[type-arg]  # entries as JSON
    """Changes the history and makes the manifest fit again, as a careful hand would."""
    history = json.loads((folder / "history.json").read_text())
    change(history)
    (folder / "history.json").write_text(json.dumps(history))
    manifest = json.loads((folder / "manifest.json").read_text())
    for row in manifest["files"]:
        row["sha256"] = hashlib.sha256((folder / row["path"]).read_bytes()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest))


def change_a_reply(folder: Path) -> None:
    def change(history: list[dict]) -> None:  # type: ignore[type-arg]  # entries as JSON
        approved = next(entry for entry in history if entry["action"] == "approve")
        approved["content"]["data"]["reply_no"] = "商党〔2026〕99号"

    rewrite(folder, change)


def cut_the_end(folder: Path) -> None:
    rewrite(folder, lambda history: history.pop())


def swap_a_paper_and_mend_the_manifest(folder: Path) -> None:
    change_a_paper(folder)
    rewrite(folder, lambda history: None)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (change_a_paper, "A file was changed: papers/D06-v1.pdf"),
        (take_a_paper_away, "A file is missing: papers/D08-v1.pdf"),
        (add_a_file, "A file was added: papers/D22-v1.pdf"),
        (change_a_reply, "what was entered was changed"),
        (cut_the_end, "Entries are missing at the end"),
        (swap_a_paper_and_mend_the_manifest, "A paper is not the one the history names: papers/D06-v1"),
    ],
)
def test_whatever_is_changed_is_named(damage: Callable[[Path], None], words: str, folder: Path) -> None:
    damage(folder)
    assert any(words in found for found in words_of(folder))


def test_the_commands_export_verify_and_refuse_to_overwrite(place: Place, tmp_path: Path) -> None:
    target = tmp_path / "case.zip"
    assert place.run("case", "export", str(place.case_id), str(target)).exit_code == 0
    verified = place.run("case", "verify", str(target), "--with-database")
    again = place.run("case", "export", str(place.case_id), str(target))
    target.write_bytes(target.read_bytes()[:-50])
    broken = place.run("case", "verify", str(target))

    assert (verified.exit_code, "intact" in verified.output) == (0, True)
    assert place.district.case(place.case_id).ledger_head in verified.output
    assert (again.exit_code, "is there already" in again.output) == (1, True)
    assert (broken.exit_code, "no exported case" in broken.output) == (1, True)
    assert list(tmp_path.iterdir()) == [target]


def test_a_history_written_anew_is_not_the_one_of_the_database(place: Place, folder: Path) -> None:
    def forge(history: list[dict]) -> None:  # type: ignore[type-arg]  # entries as JSON
        history[-1] |= {"content": {"data": {}}, "salt": "00"}
        history[-1]["content_digest"] = digest({"data": {}}, "00")
        history[-1]["hash"] = chain_hash(history[-1])
        manifest = json.loads((folder / "manifest.json").read_text())
        manifest["ledger"]["head"] = history[-1]["hash"]
        (folder / "manifest.json").write_text(json.dumps(manifest))

    rewrite(folder, forge)
    assert place.run("case", "verify", str(folder)).exit_code == 0
    compared = place.run("case", "verify", str(folder), "--with-database")
    assert (compared.exit_code, "not the one in the database" in compared.output) == (1, True)


def test_a_manager_takes_it_from_the_page_small_or_large(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(place.district)
    assert "导出案卷" in desk.page("org_dept", f"/cases/{place.case_id}")
    assert "导出案卷" not in desk.page("clerk", f"/cases/{place.case_id}")
    for limit in (handing_over.IN_MEMORY, 0):
        monkeypatch.setattr(handing_over, "IN_MEMORY", limit)
        with desk.as_("org_dept").get(f"/cases/{place.case_id}/casefile", buffered=True) as answer:
            target = tmp_path / f"{limit}.zip"
            target.write_bytes(answer.data)
        assert verify_casefile(target).faults == ()
