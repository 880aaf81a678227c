"""Who may set findings of the design check aside, and for how long."""

from datetime import date

from django.utils.translation import gettext as _

from core.domain.refusals import Refusal

LONGEST_DAYS = 366


def why_not_until(expires_on: date, today: date) -> Refusal | None:
    """A waiver ends on a day to come, within a year: then somebody looks again."""
    if expires_on < today:
        return Refusal("kpis.waiver_past", _("期限は、今日以降の日付にしてください。"), 422)
    if (expires_on - today).days > LONGEST_DAYS:
        return Refusal("kpis.waiver_long", _("期限は、1年以内の日付にしてください。"), 422)
    return None


def gone() -> Refusal:
    """Return why a finding cannot be acted upon: it is not there any more."""
    return Refusal(
        "kpis.finding_gone",
        _("この指摘はすでに解消されています。画面を読み込み直してください。"),
        409,
    )
