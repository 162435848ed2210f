"""The stage report of the campaign (活动情况), in the shape in which districts send it up (domain section 1)."""

from __future__ import annotations

from workflow.models import HonourKind, OrganisationType
from workflow.reports import campaign_lists as lists
from workflow.reports.figure import Figure, counted, counted_once, summed
from workflow.reports.reader import Reader
from workflow.reports.report import Section
from workflow.text import Text

PLACES = Text("个", "")
PEOPLE = Text("人", "")
MEMBERS = Text("名", "")
FIRMS = Text("家", "")
TIMES = Text("次", "")
ESSAYS = Text("篇", "")
SUGGESTIONS = Text("条", "")
_PARTICIPANTS, _ESSAYS, _SUGGESTIONS = 3, 4, 5


def sections(reader: Reader) -> tuple[Section, ...]:
    """Four parts, as in the report this one follows: foundations, activities, examples, harmony."""
    return (_foundations(reader), _chambers(reader), _activities(reader), _examples(reader), _harmony(reader))


def _foundations(reader: Reader) -> Section:
    contacts = counted(
        "leader_contacts",
        Text("领导干部联系点", "Leader contact points"),
        PLACES,
        Text(
            "期内设立、未撤回的联系点，一条登记算一个",
            "Contact points set up in the period and not withdrawn, one a record",
        ),
        lists.leader_contacts(reader),
    )
    instructors = counted_once(
        "instructors",
        Text("党建工作指导员", "Party-building instructors"),
        PEOPLE,
        Text(
            "期内选派的指导员，按人计：同一人联系几家企业只算一人；含台账登记和本系统案件的选派",
            "Instructors selected in the period, by person: one with several enterprises counts once; the ledger's"
            " records and the assignments of cases here",
        ),
        lists.instructors(reader),
        column=0,
    )
    founded = counted(
        "founded",
        Text("新建非公有制企业党组织", "Newly founded Party organisations of enterprises"),
        PLACES,
        Text(
            "批复日期在期内：台账登记的新建党组织，加上本系统已成立的案件；同一企业只算一次，各种组建方式都计",
            "The founding reply is dated in the period: those of the ledger and the established cases here; an"
            " enterprise counts once, in whatever form it was founded",
        ),
        lists.founded(reader),
    )
    stations = counted(
        "stations",
        Text("党员联系服务站", "Members' service stations"),
        PLACES,
        Text("期内设立、未撤回的服务站", "Service stations set up in the period and not withdrawn"),
        lists.stations(reader),
    )
    visits = counted(
        "leader_visits",
        Text("联系点走访", "Visits to contact points"),
        TIMES,
        Text(
            "期内领导干部到联系点的走访，一条登记算一次",
            "Visits of leading cadres to contact points in the period, one a record",
        ),
        lists.leader_visits(reader),
    )
    words = Text(
        "累计已建立领导干部联系点{contacts}个，选派党建工作指导员{instructors}人，新建立非公有制企业党组织{founded}个。",
        "{contacts} leader contact points were set up, {instructors} Party-building instructors selected and {founded}"
        " Party organisations founded in private enterprises.",
    ).filled(contacts=contacts.value, instructors=instructors.value, founded=founded.value)
    return Section(
        Text("一、企业党建", "1. Party building in enterprises"),
        (contacts, visits, instructors, founded, stations),
        words,
    )


def _chambers(reader: Reader) -> Section:
    general, branches = _chamber_bodies(reader)
    members = counted(
        "developed_members",
        Text("新发展职工党员", "Employees newly admitted"),
        MEMBERS,
        Text(
            "发展日期在期内、依托基层商会党组织发展的职工党员，一人一条登记",
            "Employees admitted in the period by way of the basic-level chambers' organisations, one a record",
        ),
        lists.developed_members(reader),
    )
    helped = counted(
        "founded_by_chamber",
        Text("帮助组建党支部的企业", "Enterprises helped to found a branch"),
        FIRMS,
        Text(
            "新建党组织中依托商会组建的：台账记“是”的，加上由商会一级党组织承办的本系统案件",
            "Of the newly founded those with the chamber's help: marked so in the ledger, or cases here that a"
            " chamber's body looks after",
        ),
        lists.founded_by_chamber(reader),
    )
    words = Text(
        "共成立了{general}家基层商会党总支和{branches}家基层商会党支部，依托基层商会党组织的平台新发展了{members}名"
        "职工党员，帮助{helped}家非公有制企业组建了党支部。",
        "{general} general branch(es) and {branches} branches of basic-level chambers were founded; by way of them"
        " {members} employees were admitted and {helped} enterprises helped to found a branch.",
    ).filled(general=general.value, branches=branches.value, members=members.value, helped=helped.value)
    return Section(
        Text("二、基层商会党建", "2. Party building in basic-level chambers"),
        (general, branches, members, helped),
        words,
    )


def _chamber_bodies(reader: Reader) -> tuple[Figure, Figure]:
    definition = Text("成立日期在期内的基层商会{kind}", "Basic-level chambers' {kind} founded in the period")
    kinds = (
        ("chamber_general_branches", OrganisationType.GENERAL_BRANCH, Text("党总支", "general branches")),
        ("chamber_branches", OrganisationType.BRANCH, Text("党支部", "branches")),
    )
    general, branches = (
        counted(
            code,
            Text(f"基层商会{kind.zh}", f"Chambers' {kind.en}"),
            FIRMS,
            definition.filled(kind=kind),
            lists.chamber_organisations(reader, type_),
        )
        for code, type_, kind in kinds
    )
    return general, branches


def _activities(reader: Reader) -> Section:
    held = lists.activities(reader)
    reviews = counted(
        "reviews",
        Text("讲评次数", "Activity reviews"),
        TIMES,
        Text("期内举行的活动情况讲评，一条登记算一次", "Activities reviewed in the period, one a record"),
        held,
    )
    participants = summed(
        "participants",
        Text("参与人数", "Participants"),
        PEOPLE,
        Text("各次讲评参与人数之和，按人次计", "The sum over the reviews; who came twice counts twice"),
        held,
        _PARTICIPANTS,
    )
    essays = summed(
        "essays",
        Text("学习心得", "Essays"),
        ESSAYS,
        Text("各次讲评学习心得篇数之和", "The sum of the essays over the reviews"),
        held,
        _ESSAYS,
    )
    suggestions = summed(
        "suggestions",
        Text("献计献策", "Suggestions"),
        SUGGESTIONS,
        Text("各次讲评献计献策条数之和", "The sum of the suggestions over the reviews"),
        held,
        _SUGGESTIONS,
    )
    words = Text(
        "开展创先争优活动情况讲评{reviews}次，参与人数达{participants}人，撰写学习心得{essays}篇，献计献策{suggestions}条。",
        "{reviews} activities were reviewed with {participants} participants, who wrote {essays} essays and made"
        " {suggestions} suggestions.",
    ).filled(reviews=reviews.value, participants=participants.value, essays=essays.value, suggestions=suggestions.value)
    return Section(Text("三、活动开展", "3. Activities"), (reviews, participants, essays, suggestions), words)


def _examples(reader: Reader) -> Section:
    sites = counted(
        "demonstration_sites",
        Text("示范点", "Demonstration sites"),
        PLACES,
        Text("命名日期在期内的创先争优活动示范点", "Demonstration sites named in the period"),
        lists.honours(reader, HonourKind.DEMONSTRATION_SITE),
    )
    models = counted(
        "models",
        Text("典型", "Models"),
        PLACES,
        Text("命名日期在期内的先进典型", "Models named in the period"),
        lists.honours(reader, HonourKind.MODEL),
    )
    words = Text(
        "已建立创先争优活动示范点{sites}个，树立创先争优活动典型{models}个。",
        "{sites} demonstration sites were set up and {models} models named.",
    ).filled(sites=sites.value, models=models.value)
    return Section(Text("四、典型培育", "4. Examples"), (sites, models), words)


def _harmony(reader: Reader) -> Section:
    firms = counted(
        "harmonious_enterprises",
        Text("和谐企业", "Harmonious enterprises"),
        FIRMS,
        Text("命名日期在期内的新增和谐企业", "Harmonious enterprises named in the period"),
        lists.honours(reader, HonourKind.HARMONIOUS_ENTERPRISE),
    )
    words = Text("新增和谐企业{firms}家。", "{firms} harmonious enterprises were added.").filled(firms=firms.value)
    return Section(Text("五、和谐企业", "5. Harmony"), (firms,), words)
