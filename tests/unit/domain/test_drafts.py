"""Drafts of quotes, packed for the envelope and back."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from core.domain.refusals import Denied, Refusal
from quotes.domain.drafts import PriceDraft, PromiseDraft, QuoteDraft

LINE, CRITERION = UUID(int=1), UUID(int=2)
WHOLE = QuoteDraft(
    discount=Decimal("50000.5"),
    valid_until=date(2026, 12, 31),
    payment_terms="月末締め翌月末払い",
    delivery_terms="データ納品",
    assumptions="素材は支給",
    exclusions="撮影費",
    lines=[
        PriceDraft(Decimal("0.1"), Decimal(8), "軽減税率", LINE, "弁当", Decimal("2.50"), "個"),
        PriceDraft(None),
    ],
    promises=[PromiseDraft(CRITERION, Decimal("97.25"), "直近1年"), PromiseDraft(CRITERION, None)],
)


@pytest.mark.parametrize("draft", [WHOLE, QuoteDraft(lines=[], promises=[])])
def test_a_draft_comes_back_to_the_last_digit(draft: QuoteDraft) -> None:
    restored = QuoteDraft.unpacked(draft.packed())

    assert restored == draft
    assert restored.packed() == draft.packed()


def test_numbers_are_packed_as_text_and_japanese_as_it_is() -> None:
    packed = WHOLE.packed().decode()

    assert '"unit_price":"0.1"' in packed
    assert "月末締め翌月末払い" in packed


def test_a_denial_says_its_reason() -> None:
    denied = Denied(Refusal("quotes.closed", "締め切りました。"))

    assert str(denied) == "締め切りました。"
    assert denied.refusal.status == 403
