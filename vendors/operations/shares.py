"""Make, take back and count uses of links to a dashboard."""

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from core import audit
from core.domain.refusals import Refusal
from core.policies import require
from core.tenancy import ANONYMOUS, Actor
from core.tokens import hash_of, new_token
from kpis.models import Tree
from vendors import policies
from vendors.models import DashboardShare, Engagement


@transaction.atomic
def create_share(
    *,
    tree: Tree,
    engagement: Engagement | None,
    label: str,
    expires_at: datetime,
    by: Actor,
    at: datetime,
) -> tuple[DashboardShare, str]:
    """Make a link to a tree's dashboard, or to one engagement's part; the token is told once."""
    require(policies.why_not_work_for(tree.client_id, by))
    if engagement is not None and engagement.tree_id != tree.pk:
        require(Refusal("vendors.other_tree", _("この契約のKPIツリーではありません。"), status=409))
    if expires_at <= at:
        require(Refusal("vendors.expired", _("有効期限は先の日時にしてください。"), status=409))
    token = new_token()
    share = DashboardShare.objects.create(
        tree=tree,
        engagement=engagement,
        label=label,
        token_hash=hash_of(token),
        created_at=at,
        created_by_id=by.user_id,
        expires_at=expires_at,
    )
    audit.record(
        event="vendors.share_created",
        target=share,
        by=by,
        at=at,
        organization_id=tree.client_id,
        summary=f"「{tree.name}」のダッシュボードの共有リンク「{label}」を作りました。",
        data={
            "engagement": str(engagement.pk) if engagement else None,
            "expires_at": expires_at.isoformat(),
        },
    )
    return share, token


@transaction.atomic
def revoke_share(*, share: DashboardShare, by: Actor, at: datetime) -> DashboardShare:
    """Close a link at once; who has it open sees nothing more."""
    share = (
        DashboardShare.objects.select_for_update(of=("self",))
        .select_related("tree")
        .get(pk=share.pk)
    )
    require(policies.why_not_revoke(share, by))
    share.revoked_at = at
    share.save(update_fields=["revoked_at"])
    audit.record(
        event="vendors.share_revoked",
        target=share,
        by=by,
        at=at,
        organization_id=share.tree.client_id,
        summary=f"「{share.tree.name}」の共有リンク「{share.label}」を取り消しました。",
    )
    return share


@transaction.atomic
def record_view(*, share: DashboardShare, at: datetime, by: Actor = ANONYMOUS) -> None:
    """Count that the link was opened."""
    DashboardShare.objects.filter(pk=share.pk).update(
        viewed_count=F("viewed_count") + 1, last_viewed_at=at
    )
    audit.record(
        event="vendors.share_opened",
        target=share,
        by=by,
        at=at,
        organization_id=share.tree.client_id,
        summary=f"共有リンク「{share.label}」が開かれました。",
    )
