"""Forms of the vendor floor: they validate, nothing else."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from core.forms import AmountField, DayField, NumberField
from kpis.domain.scoring import Direction
from kpis.models import KPI
from kpis.models.choices import Unit
from vendors.domain.agreement import Line, Terms
from vendors.domain.promises import Promise, is_in_order
from vendors.models import Engagement, OutsourcingType, Vendor

SHARE_DAYS = ((7, _("7日間")), (30, _("30日間")), (90, _("90日間")), (365, _("1年間")))


class LinesField(forms.CharField):
    """A list of short texts, one a line."""

    widget = forms.Textarea(attrs={"rows": 3})

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        """Return the lines without blanks and doubles, in their order."""
        lines = (line.strip() for line in (super().to_python(value) or "").splitlines())
        return list(dict.fromkeys(line for line in lines if line))

    def prepare_value(self, value: Any) -> Any:
        """Show a list one a line."""
        return "\n".join(value) if isinstance(value, list) else value

    def validate(self, value: Any) -> None:
        """Refuse a line that the directory cannot hold."""
        super().validate(value)
        if any(len(line) > 200 for line in value):
            raise forms.ValidationError(_("1行は200文字以内で入力してください。"), code="long")


class VendorNotesForm(forms.Form):
    """What a client notes about a vendor."""

    contact_name = forms.CharField(label=_("担当者名"), max_length=100, required=False)
    contact_email = forms.EmailField(
        label=_("連絡先メール"),
        error_messages={"required": _("メールアドレスを入力してください。")},
    )
    outsourcing_types = forms.MultipleChoiceField(
        label=_("外注の種類"),
        choices=OutsourcingType.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    aliases = LinesField(
        label=_("データ上の名前"),
        required=False,
        help_text=_("取り込むファイルの中での表記です。1行に1つ入力してください。"),
    )
    notes = forms.CharField(
        label=_("メモ"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("外注先には表示されません。"),
    )


class VendorAddForm(VendorNotesForm):
    """A vendor to enter in the directory."""

    name = forms.CharField(
        label=_("会社名"),
        max_length=200,
        error_messages={"required": _("会社名を入力してください。")},
    )
    client = forms.ModelChoiceField(
        label=_("発注者"), queryset=Organization.objects.none(), empty_label=None
    )
    field_order = ("client", "name", "contact_name", "contact_email")

    def __init__(self, *args: Any, clients: Sequence[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ids = [client.pk for client in clients]
        client = self.fields["client"]
        assert isinstance(client, forms.ModelChoiceField)  # noqa: S101 - narrows the type
        client.queryset = Organization.objects.filter(pk__in=ids).order_by("name")
        if len(ids) == 1:
            client.initial, client.widget = ids[0], forms.HiddenInput()


class VendorEditForm(VendorNotesForm):
    """The client's notes, with the version that they were read in."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    @classmethod
    def initial_of(cls, vendor: Vendor) -> dict[str, Any]:
        """Return the values with which the form shows a vendor."""
        return {
            name: getattr(vendor, name)
            for name in (
                "contact_name",
                "contact_email",
                "outsourcing_types",
                "aliases",
                "notes",
                "version",
            )
        }


class PeriodForm(forms.Form):
    """From when to when, and for how much."""

    title = forms.CharField(label=_("件名"), max_length=200)
    starts_on = DayField(label=_("開始日"))
    ends_on = DayField(label=_("終了日"))
    amount = AmountField(
        label=_("金額（税抜）"),
        min_value=0,
        required=False,
        help_text=_("決まっていなければ空欄のままにしてください。"),
    )

    def clean(self) -> dict[str, Any]:
        """The end comes after the beginning."""
        data = super().clean() or {}
        starts_on, ends_on = data.get("starts_on"), data.get("ends_on")
        if starts_on and ends_on and ends_on <= starts_on:
            self.add_error("ends_on", _("終了日は開始日より後の日付にしてください。"))
        return data


class EngagementForm(PeriodForm):
    """An engagement made by hand: for contracts that were there before."""

    vendor = forms.ModelChoiceField(
        label=_("外注先"),
        queryset=Vendor.objects.none(),
        empty_label=_("選んでください"),
        error_messages={"required": _("外注先を選んでください。")},
    )
    field_order = ("vendor", "title")

    def __init__(self, *args: Any, client_id: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        vendor = self.fields["vendor"]
        assert isinstance(vendor, forms.ModelChoiceField)  # noqa: S101 - narrows the type
        vendor.queryset = (
            Vendor.objects.filter(client_id=client_id)
            .select_related("organization")
            .order_by("organization__name")
        )


class ChangeForm(PeriodForm):
    """A new version of an agreement, with the hash of the one that was seen."""

    valid_from = DayField(
        label=_("変更の適用開始日"),
        required=False,
        help_text=_("合意済みの契約では、この日から新しい目標で評価します。"),
    )
    reason = forms.CharField(
        label=_("変更の理由"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("変更の理由を入力してください。")},
    )
    seen_sha256 = forms.CharField(widget=forms.HiddenInput)

    @classmethod
    def initial_of(cls, terms: Terms, *, sha256: str, valid_from: date) -> dict[str, Any]:
        """Return the values with which the form shows what is agreed now."""
        return {
            "title": terms.title,
            "starts_on": terms.starts_on,
            "ends_on": terms.ends_on,
            "amount": terms.amount,
            "valid_from": valid_from,
            "seen_sha256": sha256,
        }


class PromiseForm(forms.Form):
    """One KPI of the agreement: whether it is part of it, at which level, and who does what."""

    is_agreed = forms.BooleanField(label=_("合意する"), required=False)
    target = NumberField(label=_("約束する水準"), required=False)
    required_minimum = NumberField(label=_("最低水準"), required=False)
    measured_by = forms.CharField(label=_("測定する人"), max_length=200, required=False)
    reported_by = forms.CharField(label=_("報告する人"), max_length=200, required=False)
    acted_by = forms.CharField(label=_("改善する人"), max_length=200, required=False)

    def __init__(self, *args: Any, kpi: KPI, **kwargs: Any) -> None:
        kwargs["prefix"] = f"kpi-{kpi.pk}"
        super().__init__(*args, **kwargs)
        self.kpi = kpi
        self.unit = str(Unit(kpi.unit).label)

    def clean(self) -> dict[str, Any]:
        """An agreed KPI has a level, and the minimum is not better than it."""
        data = super().clean() or {}
        if not data.get("is_agreed"):
            return data
        target = data.get("target")
        if target is None:
            if "target" not in self.errors:
                self.add_error("target", _("約束する水準を入力してください。"))
        elif not is_in_order(Direction(self.kpi.direction), target, data.get("required_minimum")):
            self.add_error("required_minimum", _("約束する水準より厳しくない値にしてください。"))
        return data

    def promise(self) -> Promise:
        """Return the promise that the person entered."""
        data = self.cleaned_data
        return Promise(
            kpi_id=self.kpi.pk,
            target=data["target"],
            required_minimum=data["required_minimum"],
            measured_by=data["measured_by"],
            reported_by=data["reported_by"],
            acted_by=data["acted_by"],
        )

    @classmethod
    def initial_of(cls, line: Line) -> dict[str, Any]:
        """Return the values with which the form shows a line of an agreement."""
        return {
            "is_agreed": True,
            "target": line.target,
            "required_minimum": line.required_minimum,
            "measured_by": line.measured_by,
            "reported_by": line.reported_by,
            "acted_by": line.acted_by,
        }


def promises_of(forms_of_kpis: Iterable[PromiseForm]) -> list[Promise]:
    """Return the promises of the KPIs that were ticked."""
    return [one.promise() for one in forms_of_kpis if one.cleaned_data.get("is_agreed")]


class SignForm(forms.Form):
    """A signature: the hash of what was shown, and the word that it was read."""

    seen_sha256 = forms.CharField(widget=forms.HiddenInput)
    has_read = forms.BooleanField(
        label=_("合意書の内容を確認し、署名します。"),
        error_messages={"required": _("内容を確認したら、チェックを入れてください。")},
    )


class EndForm(forms.Form):
    """Why an engagement ends."""

    reason = forms.CharField(
        label=_("理由"),
        max_length=500,
        error_messages={"required": _("理由を入力してください。")},
    )


class ShareForm(forms.Form):
    """A link to a dashboard."""

    label = forms.CharField(
        label=_("共有先のメモ"),
        max_length=100,
        help_text=_("例：経営会議、監査法人"),
        error_messages={"required": _("だれに渡すリンクかを入力してください。")},
    )
    engagement = forms.ModelChoiceField(
        label=_("見せる範囲"),
        queryset=Engagement.objects.none(),
        required=False,
        empty_label=_("ツリー全体"),
    )
    days = forms.TypedChoiceField(label=_("有効期間"), choices=SHARE_DAYS, coerce=int, initial=30)

    def __init__(self, *args: Any, tree_id: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        engagement = self.fields["engagement"]
        assert isinstance(engagement, forms.ModelChoiceField)  # noqa: S101 - narrows the type
        engagement.queryset = Engagement.objects.filter(tree_id=tree_id).order_by("title")

    @property
    def lifetime(self) -> timedelta:
        """How long the link is to live."""
        return timedelta(days=self.cleaned_data["days"])


def complaints_of(rows: Sequence[PromiseForm]) -> list[tuple[str, str]]:
    """Return (field, sentence) of everything that is wrong in the rows, for the top of the page."""
    return [
        (field.id_for_label, f"{row.kpi.name}：{error}")
        for row in rows
        if row.is_bound
        for field in row
        for error in field.errors
    ]
