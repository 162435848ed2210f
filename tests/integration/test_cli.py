"""The console command: what it prints, and its exit codes. 0 done, 1 refused or damage found, 2 wrong call."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select, text

from tests.rosters import enterprise, town
from tests.servers import PostgresServer
from tests.versions import RENAMED, version_of
from workflow.cli import main
from workflow.cli.main import ENTRIES
from workflow.database import Database
from workflow.definition.library import BRANCH_FORMATION
from workflow.models import Case, Enterprise, InstructorProfile, Organisation, User
from workflow.models.case import founding
from workflow.passwords import is_right

Zujian = Callable[..., Result]


@pytest.fixture
def zujian(sqlite_url: str, tmp_path: Path) -> Zujian:
    """Runs the command on a migrated, empty SQLite file."""

    def run(*arguments: str, **settings: str) -> Result:
        environment = {"ZUJIAN_DATA_DIR": str(tmp_path), "DATABASE_URL": sqlite_url, **settings}
        result = CliRunner(env=environment).invoke(main, arguments)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return run


@pytest.fixture
def demo(zujian: Zujian, demo_dir: Path) -> Zujian:
    """The same on the demo district."""

    def run(*arguments: str, **settings: str) -> Result:
        return zujian(*arguments, ZUJIAN_DATA_DIR=str(demo_dir), DATABASE_URL="", **settings)

    return run


@pytest.fixture
def demo_database(demo_dir: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{demo_dir / 'zujian.db'}")
    yield database
    database.dispose()


def test_the_command_explains_itself(zujian: Zujian) -> None:
    shown = zujian("--help")
    assert shown.exit_code == 0
    for name in ENTRIES:
        assert f"\n  {name}" in shown.output
    assert "Exit codes" in shown.output


@pytest.mark.parametrize("name", ENTRIES)
def test_every_command_explains_itself(zujian: Zujian, name: str) -> None:
    shown = zujian(name, "--help")
    assert shown.exit_code == 0
    assert "Usage:" in shown.output


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("db", "nonsense"),
        ("user", "add", "lina"),
        ("user", "disable"),
        ("user", "disable", "lina", "--demo"),
        ("case", "show", "twelve"),
        ("case", "show", str(2**63)),
        ("org", "set-type", "0", "branch"),
        ("definition", "check", "nosuch.yaml"),
        ("run", "--fast"),
    ],
)
def test_a_wrong_call_is_answered_with_2(zujian: Zujian, arguments: tuple[str, ...]) -> None:
    assert zujian(*arguments).exit_code == 2


def test_a_refusal_is_one_sentence_in_both_languages_and_answered_with_1(zujian: Zujian) -> None:
    refused = zujian("case", "show", "12")
    assert refused.exit_code == 1
    assert refused.stderr.splitlines() == ["没有找到：case 12", "Not found: case 12"]
    assert refused.stdout == ""


def test_a_database_without_tables_says_what_to_do(zujian: Zujian, tmp_path: Path) -> None:
    new = f"sqlite:///{tmp_path / 'new.db'}"
    refused = zujian("ledger", "verify", DATABASE_URL=new)
    assert refused.exit_code == 1
    assert "zujian db upgrade" in refused.stderr
    assert zujian("db", "upgrade", DATABASE_URL=new).exit_code == 0
    assert zujian("db", "upgrade", DATABASE_URL=new).exit_code == 0
    assert zujian("ledger", "verify", DATABASE_URL=new).exit_code == 0


def test_a_database_that_does_not_answer_is_a_sentence(zujian: Zujian, tmp_path: Path) -> None:
    nowhere = f"postgresql://nobody@/nothing?host={tmp_path}"
    refused = zujian("org", "list", DATABASE_URL=nowhere)
    assert refused.exit_code == 1
    assert "The database cannot be opened" in refused.stderr


def test_the_database_is_brought_up_on_postgresql_too(zujian: Zujian, postgres_server: PostgresServer) -> None:
    postgres_server.execute("CREATE DATABASE from_the_console TEMPLATE template0")
    done = zujian("db", "upgrade", DATABASE_URL=postgres_server.url("from_the_console"))
    assert done.exit_code == 0
    postgres_server.execute("DROP DATABASE from_the_console WITH (FORCE)")


def test_the_demo_gives_every_account_a_random_password_only_its_owner_can_read(
    demo_dir: Path, demo_database: Database
) -> None:
    file = demo_dir / "demo-accounts.txt"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    accounts = [line.split("\t") for line in file.read_text(encoding="utf-8").splitlines()]
    assert len(accounts) > 5
    assert {len(account) for account in accounts} == {4}
    assert len({password for _, password, _, _ in accounts}) == len(accounts)
    with demo_database.reading() as session:
        users = {user.username: user for user in session.scalars(select(User))}
    assert set(users) == {name for name, _, _, _ in accounts}
    assert all(user.is_demo for user in users.values())
    name, password, _, _ = accounts[0]
    assert is_right(users[name].password_hash, password)


def test_the_demo_is_made_in_an_empty_database_only(demo: Zujian) -> None:
    refused = demo("demo", "create")
    assert refused.exit_code == 1
    assert "not empty" in refused.stderr


def test_there_is_no_demo_in_production(zujian: Zujian) -> None:
    refused = zujian(
        "demo", "create", ZUJIAN_ENV="production", SECRET_KEY="s" * 32, FIELD_KEYS="a" * 64, FIELD_LOOKUP_KEY="b" * 64
    )
    assert refused.exit_code == 1
    assert "no demo district in production" in refused.stderr


def test_an_account_is_opened_with_a_password_shown_once(demo: Zujian, demo_database: Database) -> None:
    added = demo("user", "add", "LiNa", "--name", "李娜", "--role", "instructor", "--organisation", "5")
    assert added.exit_code == 0
    username, password = added.stdout.strip().split("\t")
    with demo_database.reading() as session:
        user = session.scalars(select(User).where(User.username == username)).one()
        assert is_right(user.password_hash, password)
        assert [(held.role, held.organisation_id) for held in user.roles] == [("instructor", 5)]
        assert not user.is_demo
        assert session.get(InstructorProfile, user.id) is not None


@pytest.mark.parametrize(
    ("changed", "exit_code", "reason"),
    [
        ({"--organisation": "999"}, 1, "zujian org add"),
        ({"--role": "org_dept"}, 1, "choose the organisation department or the district"),
        ({"--email": "lina"}, 1, "Write the e-mail address like"),
        ({"--role": "emperor"}, 2, "emperor"),
        ({"--role": "system"}, 2, "system"),
    ],
)
def test_an_account_needs_a_role_and_an_organisation_that_exist(
    demo: Zujian, changed: dict[str, str], exit_code: int, reason: str
) -> None:
    options = {"--name": "李娜", "--role": "clerk", "--organisation": "5", **changed}
    refused = demo("user", "add", "lina", *(word for option in options.items() for word in option))
    assert refused.exit_code == exit_code
    assert reason in refused.stderr


def test_organisations_are_listed_as_a_tree_and_their_type_decides_who_may_approve(
    demo: Zujian, demo_database: Database
) -> None:
    listed = demo("org", "list").stdout
    assert listed.splitlines()[0].endswith("可审批 may approve）")
    with demo_database.reading() as session:
        number = session.scalars(select(Organisation.id).where(Organisation.type == "branch")).first()
    changed = demo("org", "set-type", str(number), "committee")
    assert changed.exit_code == 0
    body, routed = changed.stdout.splitlines()
    assert "可审批 may approve" in body
    assert body in demo("org", "list").stdout.splitlines()
    assert "open cases routed anew" in routed


def test_a_district_without_the_demo_is_built_by_hand(zujian: Zujian, sqlite_database: Database) -> None:
    for arguments in (
        ("某区委", "--type", "committee"),
        ("某区委组织部", "--type", "organisation_department", "--parent", "1"),
        ("甲镇党委", "--type", "committee", "--parent", "1"),
        ("甲镇商会党支部", "--type", "branch", "--parent", "3"),
        ("乙商会党委", "--type", "committee", "--kind", "chamber", "--parent", "1"),
    ):
        assert zujian("org", "add", *arguments).exit_code == 0
    with sqlite_database.reading() as session:
        bodies = session.scalars(select(Organisation).order_by(Organisation.id)).all()
    assert [(body.kind, body.path) for body in bodies] == [
        ("district", "/1/"),
        ("department", "/1/2/"),
        ("town", "/1/3/"),
        ("chamber", "/1/3/4/"),
        ("chamber", "/1/5/"),
    ]
    opened = zujian("user", "add", "lina", "--name", "李娜", "--role", "clerk", "--organisation", "3")
    assert opened.exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("另一区委", "--type", "committee"), "There is a district already"),
        (("甲镇党委", "--type", "committee", "--kind", "town"), "name the parent"),
        (("下级区委", "--type", "committee", "--kind", "district", "--parent", "1"), "name the parent"),
        (("组织部", "--type", "organisation_department", "--kind", "town", "--parent", "1"), "of the kind department"),
        (("示例区委组织部", "--type", "committee", "--parent", "1"), "choose another name"),
        (("丙镇党委", "--type", "committee", "--parent", "999"), "There is no organisation 999"),
        ((" ", "--type", "committee", "--parent", "1"), "a name"),
    ],
)
def test_an_organisation_that_has_no_place_is_refused(demo: Zujian, arguments: tuple[str, ...], reason: str) -> None:
    before = demo("org", "list").stdout
    refused = demo("org", "add", *arguments)
    assert refused.exit_code == 1
    assert reason in refused.stderr
    assert demo("org", "list").stdout == before


def test_demo_accounts_are_disabled_in_production_too(demo: Zujian, demo_database: Database, demo_dir: Path) -> None:
    keys = {"FIELD_KEYS": "a" * 64, "FIELD_LOOKUP_KEY": "b" * 64}
    production = {"ZUJIAN_ENV": "production", "SECRET_KEY": "s" * 32, **keys}
    file = demo_dir / "demo-accounts.txt"
    refused = demo("prepare", **production)
    assert refused.exit_code == 1
    assert f"remove {file}, then run zujian user disable --demo" in refused.stderr
    file.unlink()
    assert "zujian user disable --demo" in demo("prepare", **production).stderr
    assert demo("user", "disable", "--demo", **production).exit_code == 0
    assert demo("prepare", **production).exit_code == 0
    with demo_database.reading() as session:
        assert not session.scalars(select(User).where(User.is_active)).all()


def test_the_definition_we_ship_is_sound(zujian: Zujian) -> None:
    checked = zujian("definition", "check")
    assert checked.exit_code == 0
    assert "established" in checked.stdout


def test_a_definition_with_a_fault_is_refused_with_file_and_line(zujian: Zujian, tmp_path: Path) -> None:
    shipped = BRANCH_FORMATION.read_text(encoding="utf-8")
    faulty = tmp_path / "faulty.yaml"
    faulty.write_text(shipped.replace("guards: [review_is_ahead]", "guards: [review_is_far]"), encoding="utf-8")
    unreadable = tmp_path / "unreadable.yaml"
    unreadable.write_text("states: [", encoding="utf-8")
    for file in (faulty, unreadable):
        checked = zujian("definition", "check", str(file))
        assert checked.exit_code == 1, file
        assert file.name in checked.stderr


def test_the_definition_is_drawn_as_a_picture_in_either_language(zujian: Zujian) -> None:
    chinese = zujian("definition", "diagram")
    assert chinese.exit_code == 0
    assert fromstring(chinese.stdout).tag == "{http://www.w3.org/2000/svg}svg"  # noqa: S314 (our own)
    assert "已摸排" in chinese.stdout
    assert "已摸排" not in zujian("definition", "diagram", "--language", "en").stdout


def test_the_history_is_intact_until_somebody_changes_it(demo: Zujian, demo_database: Database) -> None:
    intact = demo("ledger", "verify")
    assert intact.exit_code == 0
    assert "intact" in intact.stdout
    with demo_database.unit_of_work() as session:
        session.execute(text("DROP TRIGGER ledger_entry_no_update"))
        session.execute(text("UPDATE ledger_entry SET action = 'forged' WHERE case_id = 3 AND seq = 1"))
    damaged = demo("ledger", "verify")
    assert damaged.exit_code == 1
    assert "case 3" in damaged.stderr
    assert "entry 1" in damaged.stderr
    assert demo("ledger", "verify", "--case", "4").exit_code == 0


def test_a_case_is_shown_with_its_step_its_holder_and_its_history(demo: Zujian) -> None:
    shown = demo("case", "show", "1")
    assert shown.exit_code == 0
    for word in ("环节 State", "下一步 Next", "历史 History", "立案 Case opened"):
        assert word in shown.stdout


def test_a_roster_that_is_no_workbook_is_refused_in_one_sentence(zujian: Zujian, tmp_path: Path) -> None:
    file = tmp_path / "roster.xlsx"
    file.write_text("this is no workbook")
    refused = zujian("roster", "import", str(file))
    assert refused.exit_code == 1
    assert len(refused.stderr.splitlines()) == 2
    assert zujian("roster", "import", str(tmp_path / "nowhere.xlsx")).exit_code == 2


def test_a_file_of_errors_that_cannot_be_written_is_told_before_the_import(
    zujian: Zujian, sqlite_database: Database, tmp_path: Path
) -> None:
    roster = tmp_path / "roster.xlsx"
    roster.write_bytes(town(enterprise(1), enterprise(2, 正式党员="若干")))
    create = ("roster", "import", str(roster), "--create-organisations", "--errors")
    assert zujian(*create, str(tmp_path / "nosuch" / "errors.xlsx")).exit_code == 2
    with sqlite_database.reading() as session:
        assert not session.scalars(select(Enterprise)).all()
    assert zujian(*create, str(tmp_path / "errors.xlsx")).exit_code == 0
    assert (tmp_path / "errors.xlsx").exists()


@pytest.fixture
def second(tmp_path: Path) -> Path:
    path = tmp_path / "second.yaml"
    path.write_text(RENAMED, encoding="utf-8")
    return path


def test_a_version_is_shown_published_and_put_back(demo: Zujian, demo_database: Database, second: Path) -> None:
    def live() -> dict[int, int]:
        with demo_database.reading() as session:
            running = select(Case.definition_version).where(Case.finished_on.is_(None), founding())
            rows = session.execute(running).scalars().all()
        return {number: rows.count(number) for number in set(rows)}

    (cases,) = live().values()
    shown = demo("definition", "publish", str(second))
    assert shown.exit_code == 0
    assert "不受影响 / unaffected" in shown.output
    assert "(--list)" in shown.output
    assert live() == {1: cases}
    assert "(--list)" not in demo("definition", "publish", str(second), "--list").output
    published = demo("definition", "publish", str(second), "--apply", "--move-cases", "--note", "试行")
    assert published.exit_code == 0
    assert live() == {2: cases}
    again = demo("definition", "publish", str(second), "--apply", "--move-cases")
    assert (again.exit_code, "迁移 0 件" in again.output) == (0, True)
    listed = demo("definition", "list").output.splitlines()
    assert listed[0].startswith("* branch_formation 2 ")
    assert "试行" in listed[0]
    assert f"在办 open {cases}" in listed[0]
    back = demo("definition", "rollback", "--to", "1")
    assert (back.exit_code, live()) == (0, {1: cases})
    assert demo("definition", "list").output.splitlines()[1].startswith("* branch_formation 1 ")
    assert demo("ledger", "verify").exit_code == 0


def test_publishing_is_refused_with_its_sentence_and_code_one(demo: Zujian, tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(version_of(2, (r"guards: \[first_visit_logged\]", "guards: [no_such]")), encoding="utf-8")
    faulty = demo("definition", "publish", str(path), "--apply")
    assert faulty.exit_code == 1
    assert "mine.yaml:" in faulty.output
    assert demo("definition", "publish", str(BRANCH_FORMATION)).exit_code == 1
    assert demo("definition", "rollback", "--to", "7").exit_code == 1
    assert demo("definition", "publish", str(path), "--move-cases").exit_code == 2
    unknown = demo("definition", "rollback", "--process", "other", "--to", "1")
    assert (unknown.exit_code, "other" in unknown.output) == (1, True)
    path.write_text(version_of(2, (r"(?<!\w)under_review(?!\w)", "deliberated")), encoding="utf-8")
    dropping = demo("definition", "publish", str(path), "--apply")
    assert dropping.exit_code == 1
    assert "renamed_states" in dropping.output
    assert "* branch_formation 1 " in demo("definition", "list").output
