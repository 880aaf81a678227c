"""Question 5 of the guided start: who answers, on both sides, and when both look at it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from core.forms import PlainForm
from kpis.models import Definition
from kpis.models.choices import (
    ResponsibleSide,
)
from kpis.queries.guided import OF_THE_CLIENT

RHYTHMS = [
    ("month", _("毎月（おすすめ）")),
    ("quarter", _("四半期ごと")),
    ("week", _("毎週")),
    ("later", _("あとで決める")),
]


class OwnerForm(PlainForm):
    """Question 5: who answers, on both sides, and when both look at it."""

    client_owner = forms.CharField(
        label=_("発注側の責任者"),
        max_length=100,
        help_text=_("例：マーケティング部、山田さん。KPIごとに変えるときは下の欄に書きます。"),
    )
    vendor = forms.TypedChoiceField(
        label=_("外注先"), coerce=UUID, empty_value=None, required=False
    )
    vendor_label = forms.CharField(
        label=_("外注先の名前・役割"),
        max_length=100,
        required=False,
        help_text=_("一覧にない、またはまだ決まっていないときに書きます。"),
    )
    rhythm = forms.ChoiceField(label=_("振り返りの頻度"), choices=RHYTHMS, initial="month")
    business_day = forms.IntegerField(
        label=_("実施日（翌月の第何営業日）"),
        initial=5,
        validators=[MinValueValidator(1), MaxValueValidator(20)],
    )

    def __init__(
        self,
        *args: Any,
        definitions: Sequence[Definition],
        vendors: Sequence[Organization],
        vendor_label: str,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, initial={"vendor_label": vendor_label}, **kwargs)
        self.definitions = definitions
        nobody = [("", _t("一覧から選ばない"))]
        self.choose("vendor", nobody + [(str(one.pk), one.name) for one in vendors])
        for one in definitions:
            side = ResponsibleSide.CLIENT if one.code in OF_THE_CLIENT else ResponsibleSide.VENDOR
            self.fields[f"side_{one.code}"] = forms.ChoiceField(
                label=_t("%(name)sの責任の所在") % {"name": one.name},
                choices=ResponsibleSide.choices,
                initial=side.value,
            )
            self.fields[f"owner_{one.code}"] = forms.CharField(
                label=_t("%(name)sの発注側の責任者") % {"name": one.name},
                max_length=100,
                required=False,
            )

    def rows(self) -> list[tuple[Definition, Any, Any]]:
        """Return each KPI with its two fields."""
        return [
            (one, self[f"side_{one.code}"], self[f"owner_{one.code}"]) for one in self.definitions
        ]

    def clean(self) -> dict[str, Any]:
        """Where a vendor moves a number, it has a name."""
        data = super().clean() or {}
        sides = {data.get(f"side_{one.code}") for one in self.definitions}
        is_needed = sides & {ResponsibleSide.VENDOR.value, ResponsibleSide.SHARED.value}
        if is_needed and not data.get("vendor") and not data.get("vendor_label", "").strip():
            self.add_error("vendor_label", _("外注先を選ぶか、名前・役割を入力してください。"))
        return data

    def owner_of(self, code: str) -> dict[str, Any]:
        """Return the fields that say who answers for a KPI."""
        data = self.cleaned_data
        return {
            **self._vendor(data[f"side_{code}"]),
            "client_owner": data[f"owner_{code}"].strip() or data["client_owner"],
        }

    def goal_owner(self) -> dict[str, Any]:
        """Return the same for the goal, which both sides share."""
        return {
            **self._vendor(ResponsibleSide.SHARED.value),
            "client_owner": self.cleaned_data["client_owner"],
        }

    def _vendor(self, side: str) -> dict[str, Any]:
        data = self.cleaned_data
        is_vendor = side in (ResponsibleSide.VENDOR, ResponsibleSide.SHARED)
        return {
            "responsible_side": side,
            "responsible_organization": data["vendor"] if is_vendor else None,
            "responsible_label": data["vendor_label"].strip() if is_vendor else "",
        }
