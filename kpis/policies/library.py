"""Who may add to the library, and change what was added."""

from django.utils.translation import gettext as _

from core.domain.refusals import Refusal
from core.tenancy import Actor
from kpis.models import Definition


def why_not_define(actor: Actor) -> Refusal | None:
    """Editors of a client or of an advisory firm add definitions of their own."""
    if actor.kind is None or actor.is_vendor:
        return Refusal(
            "kpis.not_yours", _("KPI定義を追加できるのは、発注者か相談室の方です。"), 403
        )
    if not actor.can_edit:
        return Refusal("kpis.viewer", _("閲覧者は変更できません。管理者にご相談ください。"), 403)
    return None


def why_not_redefine(definition: Definition, actor: Actor) -> Refusal | None:
    """The standard library stays as it is; one's own can be changed as long as it is in use."""
    if refusal := why_not_define(actor):
        return refusal
    if definition.organization_id is None:
        return Refusal(
            "kpis.standard",
            _("標準のKPI定義は変更できません。写しを作って、自社の定義にしてください。"),
            403,
        )
    if definition.organization_id != actor.organization_id:
        return Refusal("kpis.not_yours", _("他の組織のKPI定義は変更できません。"), 403)
    if definition.retired_at is not None:
        return Refusal("kpis.retired", _("このKPI定義は取り下げられています。"), 409)
    return None


def why_not_version(definition: Definition, version: int) -> Refusal | None:
    """The author must have seen the newest version."""
    if definition.version == version:
        return None
    return Refusal(
        "kpis.definition_stale",
        _("この画面を開いたあとに、第%(version)d版に変更されました。内容を確かめてください。")
        % {"version": definition.version},
        409,
    )
