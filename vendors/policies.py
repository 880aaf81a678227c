"""Why something on the vendor floor may not be done; None when it may.

Signing is stricter than everything else: only the owner or an editor of the organization that is
a party signs for it. An advisor prepares and proposes for its client, but never signs for it.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from core.domain.refusals import Refusal
from core.tenancy import Actor
from kpis.domain.scoring import Direction
from kpis.models import KPI
from vendors.domain.promises import SCORED_DIRECTIONS, Promise, is_in_order
from vendors.models import DashboardShare, Engagement, EngagementStatus, Signature
from vendors.queries.agreements import Version, altered_kpis, side_of


def why_not_work_for(client_id: UUID, actor: Actor) -> Refusal | None:
    """Why the actor may not change what belongs to this client."""
    if actor.is_vendor or client_id not in actor.client_ids:
        return Refusal("vendors.other_client", _("この発注者の情報は変更できません。"))
    if not actor.can_edit:
        return Refusal("vendors.viewer", _("閲覧者は変更できません。編集者にご依頼ください。"))
    return None


def why_not_add_vendor(actor: Actor) -> Refusal | None:
    """Why the actor may not add vendors or contracts for any client."""
    if actor.is_vendor or not actor.client_ids:
        return Refusal("vendors.no_client", _("発注者か、担当のアドバイザーだけが登録できます。"))
    if not actor.can_edit:
        return Refusal("vendors.viewer", _("閲覧者は変更できません。編集者にご依頼ください。"))
    return None


def why_not_these_promises(
    promises: Sequence[Promise], kpis: dict[UUID, KPI], *, tree_id: UUID
) -> Refusal | None:
    """Why these promises cannot be agreed on: the KPIs must be of the tree, and scorable."""
    if not promises:
        return Refusal(
            "vendors.no_promises", _("合意するKPIを一つ以上選んでください。"), status=409
        )
    if len({promise.kpi_id for promise in promises}) != len(promises):
        return Refusal(
            "vendors.promise_twice", _("同じKPIを二度選ぶことはできません。"), status=409
        )
    for promise in promises:
        refusal = _why_not_this_promise(promise, kpis.get(promise.kpi_id), tree_id=tree_id)
        if refusal is not None:
            return refusal
    return None


def _why_not_this_promise(promise: Promise, kpi: KPI | None, *, tree_id: UUID) -> Refusal | None:
    if kpi is None or kpi.tree_id != tree_id or kpi.deleted_at is not None:
        return Refusal(
            "vendors.kpi_elsewhere", _("このKPIツリーにないKPIは合意できません。"), status=409
        )
    if Direction(kpi.direction) not in SCORED_DIRECTIONS:
        return Refusal(
            "vendors.kpi_without_line",
            _("「%(kpi)s」は範囲や監視のKPIのため、一つの水準では約束できません。")
            % {"kpi": kpi.name},
            status=409,
        )
    if not is_in_order(Direction(kpi.direction), promise.target, promise.required_minimum):
        return Refusal(
            "vendors.minimum_above_target",
            _("「%(kpi)s」の最低水準が、約束する水準より良い値になっています。")
            % {"kpi": kpi.name},
            status=409,
        )
    return None


def why_not_propose_change(engagement: Engagement, actor: Actor) -> Refusal | None:
    """Why the actor may not put a new version of the agreement on the table."""
    if side_of(engagement, actor) is None and engagement.client_id not in actor.client_ids:
        return Refusal("vendors.no_party", _("この契約の当事者ではありません。"))
    if not actor.can_edit:
        return Refusal("vendors.viewer", _("閲覧者は変更できません。編集者にご依頼ください。"))
    if engagement.status == EngagementStatus.ENDED:
        return Refusal("vendors.ended", _("終了した契約は変更できません。"), status=409)
    return None


def why_not_dates(starts_on: date, ends_on: date) -> Refusal | None:
    """Why an order cannot run from one day to the other."""
    if starts_on < ends_on:
        return None
    return Refusal("vendors.period", _("終了日は開始日より後にしてください。"), status=409)


def why_not_period(order: Engagement, valid_from: date, *, today: date) -> Refusal | None:
    """Why changed terms may not count from this day: a change never rewrites the past."""
    refusal = why_not_dates(order.starts_on, order.ends_on)
    if refusal is not None:
        return refusal
    if not order.starts_on <= valid_from < order.ends_on:
        return Refusal(
            "vendors.outside", _("適用開始日は契約期間の中で選んでください。"), status=409
        )
    if order.status == EngagementStatus.ACTIVE and valid_from < today:
        return Refusal(
            "vendors.rewrites_the_past",
            _("合意済みの目標は、過去にさかのぼって変更できません。今日以降の日付にしてください。"),
            status=409,
        )
    return None


def why_not_stale(version: Version, *, seen_sha256: str) -> Refusal | None:
    """Why a page that shows this hash is out of date."""
    if version.agreement.sha256 == seen_sha256:
        return None
    return Refusal(
        "vendors.agreement_stale",
        _(
            "表示中に合意書が第%(version)s版へ更新されました。"
            "最新の内容を確認してから、もう一度操作してください。"
        )
        % {"version": version.terms.version},
        status=409,
    )


def why_not_sign(
    engagement: Engagement, version: Version, actor: Actor, *, today: date
) -> Refusal | None:
    """Why the actor may not sign this version; also explains the disabled button."""
    return (
        why_no_signer(engagement, actor)
        or _why_not_open_to(engagement, version, actor)
        or _why_not_sound(engagement, version, today=today)
    )


def why_no_signer(engagement: Engagement, actor: Actor) -> Refusal | None:
    """Why the actor never signs this engagement, whatever its text."""
    if side_of(engagement, actor) is None:
        if engagement.client_id in actor.client_ids:
            return Refusal(
                "vendors.advisor_never_signs",
                _("アドバイザーは代わりに署名できません。発注者の編集者にご依頼ください。"),
            )
        return Refusal("vendors.no_party", _("この契約の当事者ではありません。"))
    if actor.user_id is None or not actor.can_edit:
        return Refusal("vendors.viewer_never_signs", _("署名できるのは、管理者または編集者です。"))
    return None


def _why_not_open_to(engagement: Engagement, version: Version, actor: Actor) -> Refusal | None:
    if engagement.status == EngagementStatus.ENDED:
        return Refusal("vendors.ended", _("終了した契約には署名できません。"), status=409)
    sides = {
        Signature.Side.CLIENT: version.client_signature,
        Signature.Side.VENDOR: version.vendor_signature,
    }
    side = side_of(engagement, actor)
    if side is not None and sides[side] is not None:
        return Refusal("vendors.signed_already", _("すでに署名しています。"), status=409)
    return None


def _why_not_sound(engagement: Engagement, version: Version, *, today: date) -> Refusal | None:
    """Why nobody may sign this text any more."""
    if not version.is_intact:
        return Refusal(
            "vendors.agreement_altered",
            _("合意書の内容とハッシュが一致しません。運営にご連絡ください。"),
            status=409,
        )
    is_active = engagement.status == EngagementStatus.ACTIVE
    if is_active and version.terms.valid_from < today.replace(day=1):
        return Refusal(
            "vendors.too_late",
            _("変更の適用開始月が過ぎました。新しい日付で提案し直してください。"),
            status=409,
        )
    altered = altered_kpis(version.terms)
    if altered:
        return Refusal(
            "vendors.kpi_altered",
            _("「%(kpis)s」の定義が提案の後に変わりました。新しい版を提案してください。")
            % {"kpis": "」「".join(altered)},
            status=409,
        )
    return None


def why_not_end(engagement: Engagement, actor: Actor) -> Refusal | None:
    """Why the actor may not end an engagement (or take a proposal back)."""
    if refusal := why_not_work_for(engagement.client_id, actor):
        return refusal
    if engagement.status == EngagementStatus.ENDED:
        return Refusal("vendors.ended", _("すでに終了しています。"), status=409)
    return None


def why_not_revoke(share: DashboardShare, actor: Actor) -> Refusal | None:
    """Why the actor may not take a share back."""
    if refusal := why_not_work_for(share.tree.client_id, actor):
        return refusal
    if share.revoked_at is not None:
        return Refusal("vendors.revoked", _("すでに取り消しています。"), status=409)
    return None


def why_not_edit_version(current: int, seen: int) -> Refusal | None:
    """Why a form that was made from an older state is refused."""
    if current == seen:
        return None
    return Refusal(
        "vendors.stale",
        _("表示中にほかの人が変更しました。最新の内容を確認してから、もう一度入力してください。"),
        status=409,
    )


def why_not_foreign_kpis(
    promises: Sequence[Promise], latest: Version, actor: Actor
) -> Refusal | None:
    """Why a vendor may not name these KPIs: it knows only those that are on the table."""
    if not actor.is_vendor:
        return None
    on_the_table = {line.kpi_id for line in latest.terms.lines}
    if all(str(promise.kpi_id) in on_the_table for promise in promises):
        return None
    return Refusal("vendors.kpi_elsewhere", _("提示されていないKPIは追加できません。"), status=409)
