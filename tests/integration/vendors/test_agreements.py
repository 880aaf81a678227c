"""The agreement: one text, two signatures, and what becomes of them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.mail import EmailMessage

from core import outbox
from core.domain.fingerprint import fingerprint
from core.domain.refusals import Denied
from core.models import AuditEvent, OutboxMessage
from dashboards.queries import engagement_dashboard
from kpis.models import KPI, Score, ScorecardRun, Target
from kpis.operations.tree_commands import update_kpi
from tests.factories.kpis import compute_scorecards, make_measurement, make_target
from tests.factories.vendors import promises_for, sign
from tests.integration.vendors.acts import NOW, active, address, change, mails, proposed
from tests.integration.vendors.conftest import Stage
from vendors.domain.promises import Promise
from vendors.models import AgreedKPI, Agreement, EngagementStatus, Signature
from vendors.operations import agreements as operations
from vendors.operations.engagements import end_engagement
from vendors.queries import agreements as queries
from vendors.queries.agreements import in_force, latest_agreement, versions_of
from vendors.queries.directory import records_of


def test_the_text_holds_everything_that_is_agreed(stage: Stage) -> None:
    engagement = proposed(stage)

    agreement = latest_agreement(engagement)

    assert agreement.sha256 == fingerprint(agreement.content)
    assert agreement.content["client"]["name"] == "東都商事"
    assert agreement.content["vendor"]["name"] == "北斗広告"
    assert (agreement.content["starts_on"], agreement.content["ends_on"]) == (
        "2026-04-01",
        "2027-04-01",
    )
    assert agreement.content["amount"] == "2400000"
    assert agreement.content["kpis"] == [
        {
            "kpi_id": str(stage.on_time.pk),
            "key": stage.on_time.key,
            "name": "納期遵守率",
            "definition": "期限までに納めた件数の割合",
            "unit": "percent",
            "decimals": 1,
            "direction": "higher",
            "frequency": "month",
            "target": "95",
            "required_minimum": "80",
            "measured_by": "東都商事",
            "reported_by": "北斗広告",
            "acted_by": "北斗広告",
        }
    ]


def test_a_proposal_asks_every_side_that_has_to_sign(stage: Stage) -> None:
    proposed(stage)

    assert mails("agreement_proposed") == {address(stage.owner), address(stage.vendor)}


def test_one_signature_is_not_enough(stage: Stage) -> None:
    engagement = sign(proposed(stage), by=[stage.owner])

    assert engagement.status == EngagementStatus.PROPOSED
    assert not Target.objects.exists()
    assert mails("agreement_signed") == {address(stage.vendor)}


@pytest.mark.parametrize("order", [("owner", "vendor"), ("vendor", "owner")])
def test_both_signatures_put_it_in_force(stage: Stage, order: tuple[str, str]) -> None:
    engagement = sign(proposed(stage), by=[getattr(stage, name) for name in order])

    assert engagement.status == EngagementStatus.ACTIVE
    target = Target.objects.get(kpi=stage.on_time)
    assert (target.value, target.worst, target.valid_from) == (95, 80, date(2026, 4, 1))
    assert (target.rationale_kind, target.agreed_at) == ("negotiation", NOW)
    stage.on_time.refresh_from_db()
    assert stage.on_time.responsible_organization_id == stage.vendor.organization_id
    assert stage.on_time.responsible_side == "vendor"
    assert ScorecardRun.objects.filter(tree=stage.tree, requested_at=NOW).exists()
    assert mails("agreement_in_force") == {address(stage.owner), address(stage.vendor)}


def test_the_recomputation_has_the_clients_rights_when_the_vendor_signs_last(
    stage: Stage,
) -> None:
    sign(proposed(stage), by=[stage.owner, stage.vendor])

    newest = ScorecardRun.objects.order_by("-input_version")[0]
    job = OutboxMessage.objects.get(kind="job", payload={"run": str(newest.pk)})

    assert job.actor["is_system"]
    assert job.actor["client_ids"] == [str(stage.client.pk)]


@pytest.mark.parametrize(
    ("who", "reason"),
    [
        ("advisor", "アドバイザーは代わりに署名できません"),
        ("viewer", "管理者または編集者"),
        ("vendor_viewer", "管理者または編集者"),
        ("rival", "当事者ではありません"),
        ("stranger", "当事者ではありません"),
    ],
)
def test_others_never_sign(stage: Stage, who: str, reason: str) -> None:
    engagement = proposed(stage)

    with pytest.raises(Denied, match=reason):
        sign(engagement, by=[getattr(stage, who)])

    assert not Signature.objects.exists()


def test_a_side_signs_once(stage: Stage) -> None:
    engagement = sign(proposed(stage), by=[stage.owner])

    with pytest.raises(Denied, match="すでに署名"):
        sign(engagement, by=[stage.owner])


def test_a_text_that_was_overtaken_cannot_be_signed(stage: Stage) -> None:
    engagement = proposed(stage)
    seen = latest_agreement(engagement).sha256
    change(stage, engagement, by=stage.vendor, target=93)

    with pytest.raises(Denied, match="第2版") as refused:
        operations.sign_agreement(engagement=engagement, seen_sha256=seen, by=stage.owner, at=NOW)

    assert refused.value.refusal.status == 409
    assert not Signature.objects.exists()


def test_two_proposals_made_on_the_same_version_do_not_overwrite_each_other(
    stage: Stage,
) -> None:
    engagement = proposed(stage)
    seen = latest_agreement(engagement).sha256
    change(stage, engagement, by=stage.owner)

    with pytest.raises(Denied) as refused:
        operations.propose_change(
            engagement=engagement,
            seen_sha256=seen,
            title="別の案",
            starts_on=engagement.starts_on,
            ends_on=engagement.ends_on,
            valid_from=engagement.starts_on,
            amount=None,
            promises=promises_for([stage.on_time]),
            reason="",
            by=stage.vendor,
            at=NOW,
        )

    assert refused.value.refusal.status == 409


def test_a_counter_proposal_of_the_vendor_starts_anew(stage: Stage) -> None:
    engagement = sign(proposed(stage), by=[stage.owner])

    change(stage, engagement, by=stage.vendor, target=93)

    versions = versions_of(engagement)
    assert [one.terms.version for one in versions] == [2, 1]
    assert versions[0].client_signature is None
    assert versions[1].client_signature is not None
    assert AgreedKPI.objects.get(engagement=engagement).target == 93


def test_a_change_counts_only_after_new_signatures(stage: Stage) -> None:
    engagement = active(stage)

    change(stage, engagement, by=stage.advisor)

    assert AgreedKPI.objects.get(engagement=engagement).target == 95
    now_in_force = in_force(versions_of(engagement))
    assert now_in_force is not None
    assert now_in_force.terms.version == 1
    sign(engagement, by=[stage.vendor, stage.owner])
    assert AgreedKPI.objects.get(engagement=engagement).target == 97
    targets = Target.objects.standing().filter(kpi=stage.on_time).order_by("valid_from")
    assert [(one.value, one.valid_from) for one in targets] == [
        (95, date(2026, 4, 1)),
        (97, date(2026, 5, 1)),
    ]
    assert [one.is_signed for one in versions_of(engagement)] == [True, True]


def test_a_change_never_rewrites_the_past(stage: Stage) -> None:
    engagement = active(stage)

    with pytest.raises(Denied, match="さかのぼって"):
        change(stage, engagement, by=stage.owner, valid_from=NOW.date() - timedelta(days=1))
    change(stage, engagement, by=stage.owner, valid_from=date(2026, 4, 20))
    with pytest.raises(Denied, match="適用開始月が過ぎました"):
        sign(engagement, by=[stage.owner], at=NOW + timedelta(days=20))


def test_a_redefined_kpi_cannot_be_signed_on(stage: Stage) -> None:
    engagement = proposed(stage)
    KPI.objects.filter(pk=stage.on_time.pk).update(unit="count")

    with pytest.raises(Denied, match="定義が提案の後に変わりました"):
        sign(engagement, by=[stage.owner])


def test_a_vendor_cannot_reach_for_kpis_that_were_not_shown_to_it(stage: Stage) -> None:
    engagement = proposed(stage)

    with pytest.raises(Denied, match="提示されていないKPI"):
        change(stage, engagement, by=stage.vendor, kpis=[stage.on_time, stage.cost])


@pytest.mark.parametrize(
    ("promise", "reason"),
    [
        ({"target": 95, "required_minimum": 96}, "最低水準が"),
        ({"kpi": "cost", "target": 5000, "required_minimum": 4000}, "最低水準が"),
    ],
)
def test_a_minimum_is_never_better_than_the_target(
    stage: Stage, promise: dict[str, object], reason: str
) -> None:
    kpi = getattr(stage, str(promise.get("kpi", "on_time")))
    engagement = proposed(stage)

    with pytest.raises(Denied, match=reason):
        operations.propose_change(
            engagement=engagement,
            seen_sha256=latest_agreement(engagement).sha256,
            title="案",
            starts_on=engagement.starts_on,
            ends_on=engagement.ends_on,
            valid_from=engagement.starts_on,
            amount=None,
            promises=[
                Promise(
                    kpi.pk,
                    Decimal(str(promise["target"])),
                    Decimal(str(promise["required_minimum"])),
                )
            ],
            reason="",
            by=stage.owner,
            at=NOW,
        )


def test_ending_keeps_the_record(stage: Stage) -> None:
    engagement = active(stage)

    end_engagement(engagement=engagement, reason="契約満了", by=stage.owner, at=NOW)

    engagement.refresh_from_db()
    assert engagement.status == EngagementStatus.ENDED
    assert Agreement.objects.filter(engagement=engagement).count() == 1
    with pytest.raises(Denied, match="終了した契約"):
        change(stage, engagement, by=stage.owner)


def test_a_proposal_that_was_taken_back_leaves_no_promises(stage: Stage) -> None:
    engagement = proposed(stage)

    end_engagement(engagement=engagement, reason="見直し", by=stage.advisor, at=NOW)

    assert not AgreedKPI.objects.exists()
    assert Agreement.objects.filter(engagement=engagement).exists()


def test_each_act_leaves_one_event_of_this_floor(stage: Stage) -> None:
    engagement = proposed(stage)
    change(stage, engagement, by=stage.vendor, target=93)
    sign(engagement, by=[stage.owner, stage.vendor])
    end_engagement(engagement=engagement, reason="満了", by=stage.owner, at=NOW)

    events = AuditEvent.objects.filter(event__startswith="vendors.", target_id=str(engagement.pk))
    assert sorted(events.values_list("event", flat=True)) == [
        "vendors.agreement_proposed",
        "vendors.agreement_signed",
        "vendors.agreement_signed",
        "vendors.engagement_ended",
        "vendors.engagement_proposed",
    ]


def test_the_mails_say_who_asks_and_lead_to_the_page(
    stage: Stage, mailoutbox: list[EmailMessage]
) -> None:
    OutboxMessage.objects.all().delete()
    engagement = sign(proposed(stage), by=[stage.owner, stage.vendor])

    for message in OutboxMessage.objects.filter(kind="mail", recipient=address(stage.vendor)):
        outbox.deliver_one(message.pk, at=NOW)

    assert sorted(mail.subject for mail in mailoutbox) == [
        "「広告運用」合意書 第1版が成立しました",
        "【署名のお願い】「広告運用」合意書 第1版",
        "【署名のお願い】「広告運用」合意書 第1版に署名がありました",
    ]
    for mail in mailoutbox:
        assert f"/vendors/engagements/{engagement.pk}/" in mail.body
        assert latest_agreement(engagement).sha256 in mail.body
        assert mail.body.startswith("北斗広告 御中")


def test_one_side_cannot_replace_what_both_signed(stage: Stage) -> None:
    active(stage)
    signed = Target.objects.get(kpi=stage.on_time)

    for day in (date(2026, 4, 1), date(2026, 4, 20), date(2026, 6, 1)):
        with pytest.raises(Denied, match="双方が合意した目標"):
            make_target(kpi=stage.on_time, by=stage.owner, value=99, worst=0, valid_from=day)

    signed.refresh_from_db()
    assert signed.superseded_at is None
    assert Target.objects.filter(kpi=stage.on_time).count() == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"unit": "count"},
        {"definition": "別のもの"},
        {"aggregation": "mean"},
        {"responsible_side": "client"},
        {"direction": "lower"},
    ],
)
def test_one_side_cannot_redefine_what_both_signed(stage: Stage, fields: dict[str, str]) -> None:
    active(stage)
    stage.tree.refresh_from_db()
    kpi = KPI.objects.get(pk=stage.on_time.pk)

    with pytest.raises(Denied, match="合意した目標"):
        update_kpi(kpi=kpi, version=stage.tree.version, fields=fields, by=stage.owner, at=NOW)
    update_kpi(
        kpi=kpi, version=stage.tree.version, fields={"importance": 5}, by=stage.owner, at=NOW
    )


def test_signing_leaves_last_quarter_as_it_was(stage: Stage) -> None:
    january = date(2026, 1, 1)
    make_target(kpi=stage.on_time, by=stage.owner, value=95, worst=0, valid_from=january)
    make_measurement(
        kpi=stage.on_time, by=stage.owner, period_start=january, numerator=90, denominator=100
    )
    compute_scorecards(tree=stage.tree, by=stage.owner)

    def scored() -> list[Any]:
        found = Score.objects.filter(scorecard__period_start=january, kpi=stage.on_time)
        return list(found.values_list("target", "score", "status", "is_reference"))

    before = scored()
    active(stage)
    stage.tree.refresh_from_db()
    compute_scorecards(tree=stage.tree, by=stage.owner)

    assert scored() == before
    assert before[0][1] is not None
    assert stage.tree.status == "active", "what both sides signed is in use"


def test_a_change_of_the_day_alone_is_shown(stage: Stage) -> None:
    engagement = active(stage)
    change(stage, engagement, by=stage.owner, valid_from=date(2026, 5, 1))
    change(stage, engagement, by=stage.vendor, valid_from=date(2027, 3, 1))

    versions = queries.versions_of(engagement)
    found = queries.changes_to(versions[0], versions)

    assert [(one.field, one.after) for one in found] == [("valid_from", date(2027, 3, 1))]


def test_who_left_early_sees_nothing_of_the_successor(stage: Stage) -> None:
    engagement = end_engagement(
        engagement=active(stage),
        reason="途中で終了",
        by=stage.owner,
        at=datetime(2026, 6, 15, tzinfo=UTC),
    )
    for month in (date(2026, 5, 1), date(2026, 6, 1), date(2026, 9, 1), date(2027, 4, 1)):
        make_measurement(
            kpi=stage.on_time,
            by=stage.owner,
            period_start=month,
            numerator=99,
            denominator=100,
            at=datetime(2027, 6, 1, tzinfo=UTC),
        )
    compute_scorecards(tree=stage.tree, by=stage.owner)

    seen = engagement_dashboard(engagement).months
    record = records_of([engagement])[0].promises[0]

    assert list(seen) == [date(2026, 6, 1), date(2026, 5, 1)]
    assert record.months_scored == 2
    assert record.month == date(2026, 6, 1)
