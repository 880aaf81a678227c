"""All forms of one request together: what is asked, the lines, the criteria, whom to ask."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from core.tenancy import Actor
from quotes.domain.drafts import RequestDraft
from quotes.forms.complaints import complaints_of
from quotes.forms.requests import CriterionFormSet, LineFormSet, RequestForm, request_draft
from quotes.models import RFQ, Criterion
from quotes.queries.branches import Choice, criterion_choices, tree_choices
from vendors.models import Vendor


@dataclass(frozen=True, slots=True)
class RequestEditor:
    """The forms of one draft, as they are stored or as they were sent."""

    form: RequestForm
    lines: Any
    criteria: Any
    kpis: Mapping[str, Choice]

    def is_valid(self) -> bool:
        """Ask every form, so that the page shows all complaints at once."""
        return all([self.form.is_valid(), self.lines.is_valid(), self.criteria.is_valid()])

    @property
    def version(self) -> int:
        """The version that the form was made from."""
        version: int = self.form.cleaned_data["version"]
        return version

    def draft(self) -> RequestDraft:
        """Return what valid forms say."""
        return request_draft(self.form, self.lines, self.criteria)

    @property
    def complaints(self) -> list[str]:
        """Every complaint of every form, once."""
        return complaints_of(self.form, self.lines, self.criteria)

    @property
    def kpi_data(self) -> dict[str, dict[str, str]]:
        """What the page fills in when a KPI is chosen."""
        return {
            key: {
                "name": one.name,
                "definition": one.definition,
                "unit": one.unit,
                "direction": one.direction,
            }
            for key, one in self.kpis.items()
        }


def request_editor(
    rfq: RFQ, *, actor: Actor, data: QueryDict | None, more: int = 0
) -> RequestEditor:
    """Return the forms for a draft, filled from it or from what was sent."""
    directory = Vendor.objects.visible_to(actor).filter(client_id=rfq.client_id)
    vendors = directory.select_related("organization").order_by("organization__name", "id")
    kpis = criterion_choices(rfq.branch) if rfq.branch else {}
    known = _criteria(rfq)
    lines = LineFormSet(data, prefix="lines", initial=_lines(rfq))
    criteria = CriterionFormSet(data, prefix="criteria", initial=known, form_kwargs={"kpis": kpis})
    lines.extra = 1 + more
    criteria.extra = more or int(not known)
    form = RequestForm(
        data,
        initial=RequestForm.initial_of(rfq),
        branches=tree_choices(rfq.tree) if rfq.tree else [],
        vendors=[(str(one.organization_id), one.organization.name) for one in vendors],
    )
    return RequestEditor(form, lines, criteria, kpis)


def _lines(rfq: RFQ) -> list[dict[str, Any]]:
    return [
        {"name": one.name, "quantity": one.quantity, "unit": one.unit, "note": one.note}
        for one in rfq.lines.order_by("position", "id")
    ]


def _criteria(rfq: RFQ) -> list[dict[str, Any]]:
    return [
        {
            "kpi": str(one.kpi_id or ""),
            "name": one.name,
            "weight": one.weight,
            "required_minimum": one.required_minimum,
            "desired_level": one.desired_level,
            "unit": one.unit,
            "direction": one.direction,
            "definition": one.definition,
        }
        for one in rfq.criteria.order_by("position", "id")
        if one.kind == Criterion.Kind.COMMITMENT
    ]
