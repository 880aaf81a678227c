"""What becomes of the tables when a version is written and when it counts.

Parts of other operations, in their transaction: these record the audit event.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from core.domain.fingerprint import fingerprint
from core.tenancy import Actor
from kpis.domain.scoring import Direction
from kpis.models import KPI, Tree
from kpis.models.choices import ResponsibleSide, TreeStatus
from kpis.operations.targets import agree_target
from kpis.operations.tree_commands import update_kpi
from kpis.operations.trees import change_status
from vendors.domain.agreement import Line, Terms, content_of
from vendors.domain.promises import worst_of
from vendors.domain.states import ENGAGEMENT_TRANSITIONS, EngagementState
from vendors.models import AgreedKPI, Agreement, Engagement, EngagementStatus


@transaction.atomic
def write_version(*, engagement: Engagement, terms: Terms, by: Actor, at: datetime) -> Agreement:
    """Freeze the terms as the next version; while nothing is in force the engagement follows it."""
    content = content_of(terms)
    agreement = Agreement.objects.create(
        engagement=engagement,
        version=terms.version,
        content=content,
        sha256=fingerprint(content),
        proposed_by_id=by.user_id,
        proposed_at=at,
    )
    if engagement.status == EngagementStatus.PROPOSED:
        _apply(engagement, terms)
    return agreement


@transaction.atomic
def put_in_force(*, engagement: Engagement, terms: Terms, by: Actor, at: datetime) -> None:
    """Let both signatures count: the promises become targets and the vendor is responsible.

    `by` is the system for the client, whoever signed last: a vendor has no rights in the tree.
    """
    if engagement.status == EngagementStatus.PROPOSED:
        ENGAGEMENT_TRANSITIONS.check(EngagementState(engagement.status), EngagementState.ACTIVE)
        engagement.status = EngagementStatus.ACTIVE
        engagement.save(update_fields=["status"])
    _apply(engagement, terms)
    tree = Tree.objects.select_for_update(of=("self",)).get(pk=engagement.tree_id)
    if tree.status == TreeStatus.DRAFT:  # what both sides signed is in use
        tree = change_status(
            tree=tree, version=tree.version, status=TreeStatus.ACTIVE, by=by, at=at
        )
    kpis = KPI.objects.select_related("tree").in_bulk([UUID(line.kpi_id) for line in terms.lines])
    for line in terms.lines:
        kpi = kpis[UUID(line.kpi_id)]
        _make_responsible(tree, kpi, engagement.vendor_id, by=by, at=at)
        agree_target(
            kpi=kpi,
            value=line.target,
            worst=worst_of(Direction(line.direction), line.target, line.required_minimum),
            valid_from=terms.valid_from,
            rationale=_rationale(terms),
            by=by,
            at=at,
        )


def _make_responsible(tree: Tree, kpi: KPI, vendor_id: UUID, *, by: Actor, at: datetime) -> None:
    """Name the vendor in the tree, as a command like any other: an open editor sees what changed."""
    wanted = (vendor_id, ResponsibleSide.VENDOR)
    if (kpi.responsible_organization_id, kpi.responsible_side) == wanted:
        return
    fields = {"responsible_organization": vendor_id, "responsible_side": wanted[1].value}
    update_kpi(kpi=kpi, version=tree.version, fields=fields, by=by, at=at)
    tree.refresh_from_db(fields=["version"])


def _rationale(terms: Terms) -> str:
    return _("「%(title)s」の合意書 第%(version)s版（%(vendor)s）") % {
        "title": terms.title,
        "version": terms.version,
        "vendor": terms.vendor.name,
    }


def _apply(engagement: Engagement, terms: Terms) -> None:
    """Make the engagement and its agreed KPIs say what the terms say."""
    engagement.title, engagement.amount = terms.title, terms.amount
    engagement.starts_on, engagement.ends_on = terms.starts_on, terms.ends_on
    engagement.save(update_fields=["title", "amount", "starts_on", "ends_on"])
    agreed = [_agreed(engagement, line) for line in terms.lines]
    AgreedKPI.objects.filter(engagement=engagement).exclude(
        kpi_id__in=[one.kpi_id for one in agreed]
    ).delete()
    AgreedKPI.objects.bulk_create(
        agreed,
        update_conflicts=True,
        unique_fields=["engagement", "kpi"],
        update_fields=["target", "required_minimum", "measured_by", "reported_by", "acted_by"],
    )


def _agreed(engagement: Engagement, line: Line) -> AgreedKPI:
    return AgreedKPI(
        engagement=engagement,
        kpi_id=UUID(line.kpi_id),
        target=line.target,
        required_minimum=line.required_minimum,
        measured_by=line.measured_by,
        reported_by=line.reported_by,
        acted_by=line.acted_by,
    )
