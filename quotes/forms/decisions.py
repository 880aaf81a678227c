"""The form of the decision."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _lazy

from core.forms import PlainForm


class DecisionForm(PlainForm):
    """Whom, and why; the choices are the vendors of the ranking."""

    vendor = forms.TypedChoiceField(label=_lazy("発注先"), coerce=UUID, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_lazy("選定理由"),
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_lazy("社内の承認や記録のために、そのまま読める文章で残してください。"),
    )
    explains_rank = forms.BooleanField(
        label=_lazy("合計点が1位ではない外注先を選ぶ理由を、選定理由に書きました"), required=False
    )

    def __init__(self, *args: Any, vendors: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["vendor"]
        if isinstance(field, forms.ChoiceField):
            field.choices = vendors
