"""Every write of the review floor, by subject; what the scheduler calls has its name here."""

from reviews.operations.agendas import make_agenda
from reviews.operations.reminders import send_reminders
from reviews.operations.scheduling import schedule_reviews

__all__ = ["make_agenda", "schedule_reviews", "send_reminders"]
