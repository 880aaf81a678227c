"""The forms of the asking side: start a request, write it, give it up."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from core.forms import AmountField, DayField, MomentField, NumberField, PlainForm
from kpis.domain.scoring import Direction
from kpis.models.choices import Unit
from quotes.domain.drafts import CriterionDraft, LineDraft, RequestDraft
from quotes.forms.fields import RowFormSet
from quotes.models import RFQ, Criterion
from quotes.queries.branches import Choice
from vendors.domain.promises import is_in_order

PLAIN_FIELDS = (
    "title",
    "scope",
    "deliverables",
    "terms",
    "starts_on",
    "ends_on",
    "deadline_at",
    "currency",
    "method",
    "division_base",
    "price_method",
    "price_weight",
    "ceiling",
    "is_ceiling_shown",
    "few_vendors_reason",
)
STANDARD_BASE = Decimal(100)
CURRENCIES = (("JPY", _lazy("円")), ("USD", _lazy("米ドル")))
DIRECTIONS = (
    (Direction.HIGHER.value, _lazy("高いほど良い")),
    (Direction.LOWER.value, _lazy("低いほど良い")),
)


def _check_period(form: forms.Form) -> None:
    data = form.cleaned_data
    starts, ends = data.get("starts_on"), data.get("ends_on")
    if starts and ends and ends <= starts:
        form.add_error("ends_on", _("契約終了日は、契約開始日より後の日にしてください。"))


class RequestStartForm(PlainForm):
    """What a request needs to exist; the rest is written in the editor."""

    title = forms.CharField(label=_lazy("件名"), max_length=200)
    branch = forms.TypedChoiceField(
        label=_lazy("対象のKPI"),
        coerce=UUID,
        help_text=_lazy("このKPIとその下のKPIを、評価項目として選べるようになります。"),
    )
    starts_on = DayField(label=_lazy("契約開始日"))
    ends_on = DayField(label=_lazy("契約終了日"))
    deadline_at = MomentField(label=_lazy("見積の提出期限"))

    def __init__(self, *args: Any, branches: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "branch", [("", _("選んでください")), *branches])

    def clean(self) -> dict[str, Any]:
        """The period must have a length."""
        _check_period(self)
        return self.cleaned_data


class RequestForm(RequestStartForm):
    """The request itself; its lines and criteria are formsets beside it."""

    needed_by = {"scope": _lazy("送付までに必須")}

    scope = forms.CharField(
        label=_lazy("依頼の範囲"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        required=False,
    )
    deliverables = forms.CharField(
        label=_lazy("成果物"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
    )
    terms = forms.CharField(
        label=_lazy("取引条件（検収・支払・権利）"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
    )
    currency = forms.ChoiceField(label=_lazy("通貨"), choices=CURRENCIES)
    method = forms.ChoiceField(
        label=_lazy("評価方式"),
        choices=RFQ.Method.choices,
        help_text=_lazy(
            "迷ったら加算方式をお選びください。TOPSISと最低価格方式では、ほかの見積の有無で順位が変わることがあります。"
        ),
    )
    division_base = NumberField(
        label=_lazy("標準点（除算方式）"),
        min_value=Decimal(0),
        max_digits=7,
        decimal_places=3,
        required=False,
        help_text=_lazy("除算方式で、すべての見積に加える点数です。空欄なら100点です。"),
    )
    price_method = forms.ChoiceField(
        label=_lazy("価格点の計算（加算方式）"), choices=RFQ.PriceMethod.choices
    )
    price_weight = NumberField(
        label=_lazy("価格の配点"), min_value=Decimal(0), max_digits=7, decimal_places=3
    )
    ceiling = AmountField(
        label=_lazy("予定価格（税抜）"),
        required=False,
        min_value=Decimal("0.0001"),
        help_text=_lazy("これを超える見積は評価の対象外になります。空欄なら上限はありません。"),
    )
    is_ceiling_shown = forms.BooleanField(label=_lazy("予定価格を外注先に見せる"), required=False)
    vendors = forms.TypedMultipleChoiceField(
        label=_lazy("依頼先"), coerce=UUID, required=False, widget=forms.CheckboxSelectMultiple
    )
    few_vendors_reason = forms.CharField(
        label=_lazy("依頼先が3社未満である理由"), max_length=300, required=False
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, vendors: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "vendors", vendors)

    def clean_division_base(self) -> Decimal:
        """An empty base is the usual one."""
        typed: Decimal | None = self.cleaned_data["division_base"]
        return STANDARD_BASE if typed is None else typed

    @classmethod
    def initial_of(cls, rfq: RFQ) -> dict[str, Any]:
        """Return the values with which the form shows a stored draft."""
        names = set(cls.base_fields) - {"branch", "vendors", "price_weight"}
        price = next(one for one in rfq.criteria.all() if one.kind == Criterion.Kind.PRICE)
        return {
            **{name: getattr(rfq, name) for name in names},
            "branch": rfq.branch_id,
            "price_weight": price.weight,
            "vendors": [str(one.vendor_id) for one in rfq.invitations.all()],
        }


class LineForm(PlainForm):
    """One line that vendors are asked to price."""

    name = forms.CharField(label=_lazy("品目"), max_length=200)
    quantity = AmountField(
        label=_lazy("数量"), min_value=Decimal("0.0001"), max_digits=16, initial=Decimal(1)
    )
    unit = forms.CharField(label=_lazy("単位"), max_length=20, initial="式")
    note = forms.CharField(label=_lazy("備考"), max_length=300, required=False)

    def has_changed(self) -> bool:
        """A row without a name and a note is an empty row, whatever its defaults are."""
        return any(self.data.get(self.add_prefix(name)) for name in ("name", "note"))


class CriterionForm(PlainForm):
    """One promise by which quotes are judged, from the tree or typed."""

    kpi = forms.TypedChoiceField(
        label=_lazy("KPI"),
        coerce=UUID,
        required=False,
        empty_value=None,
        help_text=_lazy("選ぶと、単位と方向はKPIのものになります。"),
    )
    name = forms.CharField(label=_lazy("評価項目"), max_length=200, required=False)
    weight = NumberField(label=_lazy("配点"), min_value=Decimal(0), max_digits=7, decimal_places=3)
    required_minimum = NumberField(label=_lazy("最低水準"))
    desired_level = NumberField(label=_lazy("望ましい水準"))
    unit = forms.ChoiceField(label=_lazy("単位"), choices=Unit.choices, required=False)
    direction = forms.ChoiceField(label=_lazy("方向"), choices=DIRECTIONS, required=False)
    definition = forms.CharField(
        label=_lazy("測り方"), widget=forms.Textarea(attrs={"rows": 2}), required=False
    )

    def __init__(self, *args: Any, kpis: Mapping[str, Choice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kpis = kpis
        named = [(key, one.label) for key, one in kpis.items()]
        _choose(self, "kpi", [("", _("（ツリーにない項目）")), *named])

    def has_changed(self) -> bool:
        """A row in which nothing that matters was typed is an empty row."""
        typed = ("kpi", "name", "weight", "required_minimum", "desired_level")
        values = [self.data.get(self.add_prefix(name)) for name in typed]
        return any(values)

    def clean(self) -> dict[str, Any]:
        """Ask for a name without a KPI, and for a scale that has a length and a direction."""
        data = self.cleaned_data
        kpi = self.kpis.get(str(data.get("kpi")))
        if kpi is None and not data.get("name"):
            self.add_error("name", _("KPIを選ぶか、評価項目の名前を入力してください。"))
        minimum, desired = data.get("required_minimum"), data.get("desired_level")
        if minimum is None or desired is None:
            return data
        direction = Direction(kpi.direction if kpi else data.get("direction") or "higher")
        if minimum == desired:
            text = _("最低水準と違う値にしてください。同じ値では点数の差がつきません。")
            self.add_error("desired_level", text)
        elif not is_in_order(direction, desired, minimum):
            self.add_error("desired_level", _("最低水準より良い値にしてください。"))
        return data


def _choose(form: forms.Form, name: str, choices: Sequence[Any]) -> None:
    field = form.fields[name]
    if isinstance(field, forms.ChoiceField):
        field.choices = choices


LineFormSet = forms.formset_factory(LineForm, RowFormSet, extra=1, can_delete=True, max_num=500)
CriterionFormSet = forms.formset_factory(
    CriterionForm, RowFormSet, extra=1, can_delete=True, max_num=50
)


def rows_of(formset: Any) -> list[dict[str, Any]]:
    """Return what was typed into the rows that are neither empty nor ticked for removal."""
    return [
        form.cleaned_data
        for form in formset.forms
        if form.has_changed() and not form.cleaned_data.get("DELETE")
    ]


def request_draft(form: RequestForm, lines: Any, criteria: Any) -> RequestDraft:
    """Return the whole draft from valid forms."""
    data = form.cleaned_data
    plain = {name: data[name] for name in PLAIN_FIELDS}
    return RequestDraft(
        **plain,
        branch_id=data["branch"],
        vendor_ids=data["vendors"],
        lines=[
            LineDraft(row["name"], row["quantity"], row["unit"], row["note"])
            for row in rows_of(lines)
        ],
        criteria=[
            CriterionDraft(
                name=row["name"],
                weight=row["weight"],
                required_minimum=row["required_minimum"],
                desired_level=row["desired_level"],
                kpi_id=row["kpi"],
                definition=row["definition"],
                unit=row["unit"],
                direction=row["direction"] or Direction.HIGHER.value,
            )
            for row in rows_of(criteria)
        ],
    )


class CancelForm(PlainForm):
    """Why a request is given up."""

    reason = forms.CharField(
        label=_lazy("取りやめの理由"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_lazy("依頼先への通知にも記載されます。"),
    )
