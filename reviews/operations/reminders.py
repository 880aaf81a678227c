"""Tell people what comes up: a notice in the app exactly once, a mail through the outbox."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Organization
from core import audit, outbox
from core.domain.refusals import Refusal
from core.policies import require
from core.tenancy import Actor
from reviews import policies
from reviews.models import ActionItem, Reminder, Review
from reviews.queries.due import Occasion, Recipient


@transaction.atomic
def send_reminders(
    *, client: Organization, occasion: Occasion, by: Actor, at: datetime
) -> list[Reminder]:
    """Tell everybody whom an occasion concerns and who has not been told yet.

    Notice and mail of a person are rows of one transaction: there is never one without the other,
    and the unique notice keeps a second scheduler from writing a second mail.
    """
    require(policies.why_not_work_for(client.pk, by))
    told = [_tell(client, occasion, one, at=at) for one in occasion.recipients]
    reminders = [one for one in told if one is not None]
    if reminders:
        audit.record(
            event="reviews.reminders_sent",
            target=occasion.subject,
            by=by,
            at=at,
            organization_id=client.pk,
            summary=f"「{text_of(occasion)}」を{len(reminders)}人に知らせました。",
            data={
                "kind": occasion.kind.value,
                "recipients": [str(one.recipient_id) for one in reminders],
            },
        )
    return reminders


def _tell(
    client: Organization, occasion: Occasion, recipient: Recipient, *, at: datetime
) -> Reminder | None:
    reminder, is_new = Reminder.objects.get_or_create(
        kind=occasion.kind,
        subject_id=occasion.subject.pk,
        recipient=recipient.user,
        due_on=occasion.due_on,
        defaults={
            "organization_id": recipient.organization_id,
            "text": text_of(occasion)[:300],
            "url": occasion.url,
            "created_at": at,
        },
    )
    if not is_new:
        return None
    outbox.mail(
        template=f"reviews/{occasion.kind.value}",
        to=recipient.user.email,
        context={
            "name": str(recipient.user),
            "client": client.name,
            "path": occasion.url,
            **_context(occasion.subject),
        },
        key=f"reviews.reminder:{reminder.pk}",
        due_at=at,
        organization_id=client.pk,
        language=recipient.user.locale,
    )
    return reminder


def text_of(occasion: Occasion) -> str:
    """Return the sentence of the notice."""
    subject = occasion.subject
    day = _day(occasion.due_on)
    if isinstance(subject, Review):
        return _("%(day)s に「%(cycle)s」%(month)s分の振り返りがあります。") % {
            "day": day,
            "cycle": subject.cycle.name,
            "month": _month(subject.period_start),
        }
    if occasion.kind == Reminder.Kind.ACTION_OVERDUE:
        return _("アクション「%(title)s」が期限（%(day)s）を過ぎています。") % {
            "title": subject.title,
            "day": day,
        }
    return _("アクション「%(title)s」の期限は%(day)sです。") % {
        "title": subject.title,
        "day": day,
    }


def _context(subject: Review | ActionItem) -> dict[str, str]:
    if isinstance(subject, Review):
        return {
            "title": subject.cycle.name,
            "month": _month(subject.period_start),
            "day": _day(subject.scheduled_on),
        }
    return {
        "title": subject.title,
        "day": _day(subject.due_on),
        "effect": subject.expected_effect,
        "kpi": subject.kpi.name if subject.kpi else "",
    }


def _day(day: date) -> str:
    weekday = "月火水木金土日"[day.weekday()]
    return f"{day.year}年{day.month}月{day.day}日（{weekday}）"


def _month(month: date) -> str:
    return f"{month.year}年{month.month}月"


@transaction.atomic
def read_notice(*, reminder: Reminder, by: Actor, at: datetime) -> Reminder:
    """Note that its recipient has seen a notice; a personal act that leaves no audit event."""
    _require_own(reminder, by)
    if reminder.read_at is None:
        reminder.read_at = at
        reminder.save(update_fields=["read_at"])
    return reminder


@transaction.atomic
def read_all_notices(*, by: Actor, at: datetime) -> int:
    """Note that a person has seen all notices; a personal act that leaves no audit event."""
    return Reminder.objects.visible_to(by).unread().update(read_at=at)


def _require_own(reminder: Reminder, by: Actor) -> None:
    if reminder.recipient_id != by.user_id:
        require(Refusal("reviews.other_person", _("ほかの人のお知らせです。")))
