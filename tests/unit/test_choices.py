"""What tables store equals what the domain computes with."""

from enum import StrEnum

import pytest
from django.db.models import TextChoices

from core.domain.periods import Frequency
from kpis.domain.aggregation import Aggregation
from kpis.domain.scoring import Direction, Status
from kpis.domain.states import TreeState
from kpis.models import choices
from quotes.domain.criteria import PriceMethod
from quotes.domain.states import RfqState
from quotes.models.rfqs import RFQ, RFQStatus
from reviews.domain.agenda import AgendaKind
from reviews.domain.states import ActionState, ReviewState
from reviews.models import ActionStatus, AgendaItem, ReviewStatus
from vendors.domain.states import EngagementState
from vendors.models import EngagementStatus


@pytest.mark.parametrize(
    ("stored", "computed"),
    [
        (choices.Aggregation, Aggregation),
        (choices.Direction, Direction),
        (choices.Frequency, Frequency),
        (choices.Status, Status),
        (choices.TreeStatus, TreeState),
        (RFQStatus, RfqState),
        (RFQ.PriceMethod, PriceMethod),
        (EngagementStatus, EngagementState),
        (ReviewStatus, ReviewState),
        (ActionStatus, ActionState),
        (AgendaItem.Kind, AgendaKind),
    ],
)
def test_choices_hold_the_values_of_the_domain(
    stored: type[TextChoices], computed: type[StrEnum]
) -> None:
    assert {choice.value for choice in stored} == {value.value for value in computed}
