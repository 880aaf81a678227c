"""The form of a qualitative promise."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from core.forms import PlainForm
from kpis.models import KPI, Promise
from kpis.policies.promises import PROMISING


class PromiseForm(PlainForm):
    """A sentence, whose it is, and where it belongs."""

    text = forms.CharField(
        label=_("約束"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_(
            "守られたかどうかを双方が答えられる文にします（例：仕様の変更は前日までに相談する）。"
        ),
    )
    side = forms.ChoiceField(
        label=_("約束する側"), choices=[(one.value, one.label) for one in PROMISING]
    )
    organization = forms.TypedChoiceField(
        label=_("対象の外注先"),
        coerce=UUID,
        required=False,
        empty_value=None,
        help_text=_("選んだ外注先との合意書に入ります。"),
    )
    kpi = forms.TypedChoiceField(
        label=_("KPI"),
        coerce=UUID,
        required=False,
        empty_value=None,
        help_text=_("外注先を選ばないときは、このKPIを含むすべての合意書に入ります。"),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, initial=0)

    def __init__(
        self,
        *args: Any,
        kpis: Sequence[KPI],
        organizations: Sequence[Organization],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.choose("kpi", [("", _now("ツリー全体")), *((str(one.pk), one.name) for one in kpis)])
        named = [(str(one.pk), one.name) for one in organizations]
        self.choose("organization", [("", _now("指定しない")), *named])

    @classmethod
    def initial_of(cls, promise: Promise) -> dict[str, Any]:
        """Return the values with which the form shows a promise."""
        return {
            "text": promise.text,
            "side": promise.side,
            "organization": str(promise.organization_id or ""),
            "kpi": str(promise.kpi_id or ""),
            "version": promise.version,
        }

    def fields_of(self, kpis: Sequence[KPI]) -> dict[str, Any]:
        """Return what the operations take."""
        data = self.cleaned_data
        return {
            "text": data["text"],
            "side": data["side"],
            "organization_id": data["organization"],
            "kpi": next((one for one in kpis if one.pk == data["kpi"]), None),
        }
