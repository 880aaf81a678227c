"""Trees out and in: what comes back, what is refused at which row, and what one undo takes back."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from core.models import AuditEvent
from core.tenancy import Actor
from kpis.domain.exchange.reading import read, text_of
from kpis.domain.tree import LinkKind
from kpis.models import KPI, Link, Target, Tree
from kpis.operations import exchange as operations
from kpis.operations import tree_commands
from kpis.operations.links import link_kpis
from kpis.queries import exchange as queries
from kpis.queries.exchange_files import FileForm, exported
from kpis.queries.trees import goal_of
from tests.factories.accounts import NOW, user_of
from tests.factories.kpis import client_of, make_kpi, make_target, make_tree
from tests.integration.kpis.conftest import drawn, named

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
LIST = "新規顧客数 [人]\n\t商談数 [件]\n\t\t問い合わせ数\n\t成約率 [%]\n"


def browser(actor: Actor) -> Client:
    client = Client()
    client.force_login(user_of(actor))
    return client


def rich_tree(owner: Actor) -> Tree:
    """Make a tree in which every kind of field says something."""
    tree = make_tree(by=owner, name="売上を増やす", deadline_on=date(2027, 3, 31), importance=5)
    leads = make_kpi(
        tree=tree,
        by=owner,
        name="=リード数",
        definition="1行目\n2行目",
        weight=Decimal("2.5"),
        responsible_side="vendor",
        responsible_label="制作部、渋谷",
        client_owner="営業部長",
        baseline=Decimal("-3.25"),
        perspective="customer",
        data_source="GA4",
        notes='"注意"',
    )
    rate = make_kpi(tree=tree, by=owner, name=" 成約率 ", unit="percent", aggregation="ratio")
    make_target(kpi=leads, by=owner, value=120, valid_from=date(2030, 1, 1))
    make_target(kpi=leads, by=owner, value=100, valid_from=date(2029, 1, 1))
    make_target(kpi=rate, by=owner, value=Decimal("12.5"))
    make_kpi(
        tree=tree,
        by=owner,
        name="成約数",
        value_source="formula",
        formula=f"{leads.key} * {rate.key}",
    )
    draw(tree, owner, rate, leads, LinkKind.INFLUENCE, '"質"が上がると: 数も増える\n（担当者の話）')
    area = make_kpi(tree=tree, by=owner, name="地域別")
    draw(tree, owner, leads, area, LinkKind.REFERENCE, "")
    tree.refresh_from_db()
    return tree


def draw(tree: Tree, owner: Actor, node: KPI, target: KPI, kind: LinkKind, note: str) -> None:
    """Draw a line beside the tree."""
    tree.refresh_from_db()
    link_kpis(
        tree=tree,
        version=tree.version,
        node_id=node.pk,
        target_id=target.pk,
        kind=kind,
        note=note,
        by=owner,
        at=NOW,
    )


def contents(tree: Tree) -> list[Any]:
    """Return everything that the exchange carries."""
    return [
        (one.level, dict(one.fields), [dict(each.fields) for each in one.targets])
        for one in queries.entries_of(tree, TODAY)
    ]


@pytest.mark.parametrize("form", [FileForm.JSON, FileForm.CSV, FileForm.XLSX])
def test_a_tree_comes_back_exactly(owner: Actor, form: FileForm) -> None:
    tree = rich_tree(owner)
    draft = read(text_of(exported(tree, form, NOW).content))
    plan = queries.plan_of_tree(tree.client_id, draft, TODAY)
    assert plan.problems == []
    copy = operations.import_tree(
        client_id=tree.client_id, name="写し", plan=plan, by=owner, at=NOW
    )
    assert copy.pk != tree.pk
    assert contents(copy) == contents(tree)
    assert AuditEvent.objects.filter(event="kpis.tree_created", target_id=str(copy.pk)).exists()


def test_the_page_shows_first_and_saves_then(owner: Actor) -> None:
    address, client = reverse("kpis:tree-import"), browser(owner)
    sent = {"client": client_of(owner), "text": LIST}
    before = Tree.objects.count()
    page = client.post(address, {**sent, "do": "look"})
    assert page.status_code == 200
    assert "保存できます" in page.content.decode()
    assert page.context["looked"].findings
    assert Tree.objects.count() == before
    answer = client.post(address, {**sent, "do": "save"})
    tree = Tree.objects.latest("created_at")
    assert answer["Location"] == reverse("kpis:tree-detail", args=[tree.pk])
    assert (tree.name, drawn(tree)) == ("新規顧客数", "新規顧客数(商談数(問い合わせ数) 成約率)")
    assert {one.unit for one in tree.kpis.all()} == {"people", "count", "percent"}


@pytest.mark.parametrize(
    ("text", "row", "code"),
    [
        ("売上 [円]\n客数 [人]", 2, "two_roots"),
        ("売上 [円]\n\t\t客数 [人]", 2, "level_jump"),
        ("売上 [円]\n\t客数 [本]", 2, "unit_unknown"),
        ("階層,名称,単位\n1,売上,円\n2,,人", 3, "name_missing"),
        (f"階層,名称,単位\n1,{'長' * 201},円", 2, "text_too_long"),
        ("階層,名称,担当の外注先\n1,売上,知らない会社", 2, "vendor_unknown"),
        ("階層,名称,値の出どころ,計算式\n1,売上,計算式,[客数]*2", 2, "formula"),
        ("階層,名称,値の出どころ,計算式\n1,甲,計算式,[乙]\n2,乙,計算式,[甲]", 2, "formula_circle"),
        ("階層,名称,目標値\n1,売上,100", 2, "no_rationale"),
        ("階層,名称,目標値,根拠,方向\n1,売上,100,理由,監視のみ", 2, "monitor_only"),
        ("階層,名称,基準値\n1,売上,百", 2, "number_unreadable"),
        ("階層,名称,重要度\n1,売上,9", 2, "number_range"),
        ("階層,名称,達成期限\n1,売上,来年", 2, "day_unreadable"),
        ("階層,名称,集計,値の出どころ\n1,売上,増減,合算", 2, "not_poolable"),
        ("階層,名称,キー\n1,売上,sales\n2,客数,sales", 3, "key_twice"),
    ],
)
def test_a_problem_stands_at_its_row_and_nothing_is_saved(
    owner: Actor, text: str, row: int, code: str
) -> None:
    before = Tree.objects.count(), KPI.objects.count()
    page = browser(owner).post(
        reverse("kpis:tree-import"), {"client": client_of(owner), "text": text, "do": "save"}
    )
    assert page.status_code == 422
    assert f'href="{reverse("kpis:tree-list")}">戻る' in page.content.decode()
    assert (row, code) in [(one.row, one.code) for one, _text in page.context["looked"].problems]
    assert text.replace("\n", "\r\n").splitlines()[0] in page.content.decode()
    assert (Tree.objects.count(), KPI.objects.count()) == before


def test_a_file_in_shift_jis_stays_in_the_page_as_text(owner: Actor) -> None:
    file = SimpleUploadedFile(
        "tree.csv", "階層,名称,単位\n1,売上高,円\n2,客数,名\n".encode("cp932")
    )
    page = browser(owner).post(
        reverse("kpis:tree-import"), {"client": client_of(owner), "file": file, "do": "look"}
    )
    assert page.status_code == 200
    assert "1,売上高,円" in page.content.decode()
    assert page.context["form"]["name"].value() == "売上高"


def test_what_cannot_be_read_is_told_beside_the_field(owner: Actor) -> None:
    client, address = browser(owner), reverse("kpis:tree-import")
    empty = client.post(address, {"client": client_of(owner), "text": " \n"})
    assert empty.status_code == 422
    assert "1行に1件" in empty.context["form"].errors["text"][0]
    pdf = SimpleUploadedFile("tree.pdf", b"%PDF-1.7")
    refused = client.post(address, {"client": client_of(owner), "file": pdf})
    assert "PDF" in refused.context["form"].errors["file"][0]


def test_too_much_is_refused(owner: Actor) -> None:
    client, address = browser(owner), reverse("kpis:tree-import")
    many = "売上\n" + "\t客数\n" * 2000
    page = client.post(address, {"client": client_of(owner), "text": many})
    assert "2000 行まで" in page.context["form"].errors["text"][0]
    large = client.post(address, {"client": client_of(owner), "text": "長" * 800_000})
    assert "2 MB まで" in large.context["form"].errors["text"][0]


def branch(tree: Tree, parent: KPI, text: str, owner: Actor, version: int | None = None) -> KPI:
    plan = queries.plan_of_branch(tree, parent, read(text), TODAY)
    return operations.import_branch(
        tree=tree,
        parent_id=parent.pk,
        version=version or tree.version,
        plan=plan,
        by=owner,
        at=NOW,
    )


def test_a_branch_is_one_command(tree: Tree, owner: Actor) -> None:
    version, before = tree.version, drawn(tree)
    ads = named(tree, "集客")
    branch(tree, ads, "広告\n\t表示回数 [回]\n\tクリック数 [回]", owner)
    tree.refresh_from_db()
    assert tree.version == version + 1
    grown = "新規顧客数(集客(クリック率 獲得単価 広告(表示回数 クリック数)) 商談)"
    assert drawn(tree) == grown
    tree_commands.undo(tree=tree, version=tree.version, by=owner, at=NOW)
    assert drawn(tree) == before
    tree.refresh_from_db()
    tree_commands.redo(tree=tree, version=tree.version, by=owner, at=NOW)
    assert drawn(tree) == grown


def test_several_branches_with_lines_are_one_command(tree: Tree, owner: Actor) -> None:
    """Lines lead within what is pasted, and to what the tree has; one undo takes all of it back."""
    version, before, ads = tree.version, drawn(tree), named(tree, "集客")
    text = (
        "階層,名称,キー,参照,影響\n"
        f"1,広告,ads_new,{ads.key},\n"
        "2,表示回数,shown,,fairs: 認知が広がる\n"
        "1,展示会,fairs,,\n"
    )
    branch(tree, goal_of(tree), text, owner)
    tree.refresh_from_db()
    assert tree.version == version + 1
    assert drawn(tree) == "新規顧客数(集客(クリック率 獲得単価) 商談 広告(表示回数) 展示会)"
    links = Link.objects.filter(tree=tree).order_by("kind")
    assert [(one.node.name, one.kind, one.target.name, one.note) for one in links] == [
        ("表示回数", "influence", "展示会", "認知が広がる"),
        ("広告", "reference", "集客", ""),
    ]
    tree_commands.undo(tree=tree, version=tree.version, by=owner, at=NOW)
    assert (drawn(tree), Link.objects.filter(tree=tree).exists()) == (before, False)
    tree.refresh_from_db()
    tree_commands.redo(tree=tree, version=tree.version, by=owner, at=NOW)
    assert Link.objects.filter(tree=tree).count() == 2


def test_a_preview_and_drawings_name_the_lines(owner: Actor) -> None:
    tree = rich_tree(owner)
    text = exported(tree, FileForm.CSV, NOW).content.decode("utf-8-sig")
    page = browser(owner).post(
        reverse("kpis:tree-import"), {"client": client_of(owner), "text": text, "do": "look"}
    )
    assert "参照先：地域別" in page.content.decode()
    assert "参照先：地域別" in exported(tree, FileForm.SVG, NOW).content.decode()
    mermaid = exported(tree, FileForm.MERMAID, NOW).content.decode()
    assert (mermaid.count("-.-"), mermaid.count("-.->|~|")) == (2, 1)


def test_a_branch_takes_over_who_is_responsible_and_brings_its_targets(
    tree: Tree, owner: Actor
) -> None:
    parent = make_kpi(
        tree=tree, by=owner, name="制作", responsible_label="制作部", frequency="week"
    )
    made = branch(tree, parent, "階層,名称,目標値,根拠\n1,納品数,30,契約", owner)
    assert (made.responsible_label, made.frequency) == ("制作部", "week")
    target = Target.objects.get(kpi=made)
    assert (target.value, target.rationale, target.valid_from) == (30, "契約", TODAY.replace(day=1))


def test_a_key_that_the_tree_has_is_renewed_also_in_formulas(tree: Tree, owner: Actor) -> None:
    ads = named(tree, "集客")
    text = (
        "階層,名称,キー,値の出どころ,計算式\n"
        f"1,粗利,profit_now,計算式,{ads.key} * 2\n2,広告費,{ads.key},,\n"
    )
    made = branch(tree, goal_of(tree), text, owner)
    cost = named(tree, "広告費")
    assert cost.key != ads.key
    assert made.formula == f"{cost.key} * 2"


def test_a_formula_may_name_kpis_of_the_tree_but_not_need_itself(tree: Tree, owner: Actor) -> None:
    goal = goal_of(tree)
    text = "階層,名称,値の出どころ,計算式\n1,単価,計算式,[集客] / [商談]"
    assert queries.plan_of_branch(tree, goal, read(text), TODAY).errors == []
    KPI.objects.filter(pk=goal.pk).update(value_source="children")
    goal.refresh_from_db()
    circle = "階層,名称,値の出どころ,計算式\n1,単価,計算式,[新規顧客数] / 2"
    plan = queries.plan_of_branch(tree, goal, read(circle), TODAY)
    assert [one.code for one in plan.errors] == ["formula_circle"]


def test_a_stale_branch_is_told_and_keeps_the_input(tree: Tree, owner: Actor) -> None:
    old = tree.version
    make_kpi(tree=tree, by=owner, name="あとから")
    sent = {"version": old, "parent": goal_of(tree).pk, "text": "追加する枝", "do": "save"}
    page = browser(owner).post(reverse("kpis:branch-import", args=[tree.pk]), sent)
    assert page.status_code == 409
    assert "追加する枝" in page.content.decode()
    again = browser(owner).post(
        reverse("kpis:branch-import", args=[tree.pk]),
        {**sent, "version": page.context["form"]["version"].value()},
    )
    assert again.status_code == 302
    assert named(tree, "追加する枝").parent == goal_of(tree)


def test_a_branch_is_checked_within_its_tree_and_only_what_is_new_is_told(
    tree: Tree, owner: Actor
) -> None:
    page = browser(owner).post(
        reverse("kpis:branch-import", args=[tree.pk]),
        {"version": tree.version, "parent": goal_of(tree).pk, "text": "しっかり対応", "do": "look"},
    )
    findings = page.context["looked"].preview.findings
    assert findings
    assert {one.kpi.name for one in findings} == {"しっかり対応"}


def test_every_form_can_be_downloaded(tree: Tree, viewer: Actor) -> None:
    client = browser(viewer)
    page = client.get(reverse("kpis:tree-export", args=[tree.pk]))
    starts = {"xlsx": b"PK", "csv": b"\xef\xbb\xbf", "pdf": b"%PDF", "svg": b"<svg", "json": b"{"}
    for form in FileForm:
        address = reverse("kpis:tree-export-file", args=[tree.pk, form.value])
        assert address in page.content.decode()
        file = client.get(address)
        assert file.status_code == 200
        assert file.content.startswith(starts.get(form.value, b""))
        assert f".{form.value}" in file["Content-Disposition"]
    assert client.get(reverse("kpis:tree-export-file", args=[tree.pk, "exe"])).status_code == 404


def test_the_api_exports(tree: Tree, viewer: Actor) -> None:
    client, address = browser(viewer), reverse("kpis-api:tree-export", args=[tree.pk])
    assert client.get(address).json()["format"] == "aimitsu.tree"
    text = client.get(address, {"format": "txt"}).content.decode()
    assert text.splitlines()[1] == "\t集客 [件]"
    assert client.get(address, {"format": "exe"}).status_code == 400


def test_the_api_looks_before_it_saves(owner: Actor) -> None:
    client, address = browser(owner), reverse("kpis-api:tree-import")
    before = Tree.objects.count()
    looked = client.post(address, {"text": LIST, "dry_run": True}, "application/json")
    assert looked.status_code == 200
    body = looked.json()
    assert (body["tree"], body["form"], body["problems"]) == (None, "indented", [])
    assert [one["level"] for one in body["kpis"]] == [1, 2, 3, 2]
    assert body["kpis"][0]["settings"]["unit"] == "people"
    assert {one["code"] for one in body["findings"]}
    assert Tree.objects.count() == before
    made = client.post(address, {"text": LIST, "name": "APIから"}, "application/json")
    assert made.status_code == 201
    assert Tree.objects.get(pk=made.json()["tree"]).name == "APIから"


def test_the_api_tells_problems_by_row(owner: Actor) -> None:
    client, address = browser(owner), reverse("kpis-api:tree-import")
    refused = client.post(address, {"text": "売上\n客数"}, "application/json")
    assert refused.status_code == 422
    assert [(one["row"], one["code"]) for one in refused.json()["problems"]] == [(2, "two_roots")]
    broken = client.post(address, {"text": "{"}, "application/json")
    assert (broken.status_code, broken.json()["code"]) == (422, "kpis.import_json_broken")


def test_the_api_adds_a_branch_on_the_version_that_was_seen(
    tree: Tree, owner: Actor, stranger: Actor
) -> None:
    address = reverse("kpis-api:tree-import")
    sent = {
        "text": "広告\n\t表示回数",
        "tree": str(tree.pk),
        "parent": str(goal_of(tree).pk),
        "version": tree.version,
    }
    assert browser(stranger).post(address, sent, "application/json").status_code == 404
    made = browser(owner).post(address, sent, "application/json")
    assert made.status_code == 201
    assert named(tree, "広告").pk == KPI.objects.get(pk=made.json()["kpi"]).pk
    assert browser(owner).post(address, sent, "application/json").status_code == 409
    incomplete = {"text": "広告", "tree": str(tree.pk)}
    assert browser(owner).post(address, incomplete, "application/json").status_code == 400
