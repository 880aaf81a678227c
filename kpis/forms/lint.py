"""Forms of the design check."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DayField, PlainForm
from kpis.domain.lint.rules import RULE_BY_CODE


class FindingForm(PlainForm):
    """Which finding."""

    code = forms.ChoiceField(choices=[(code, code) for code in RULE_BY_CODE])
    kpi = forms.UUIDField(required=False)


class FixForm(FindingForm):
    """The finding to be mended, on the version of the tree that was seen."""

    version = forms.IntegerField()


class WaiverForm(FindingForm):
    """Why a finding is accepted, and up to when."""

    reason = forms.CharField(label=_("許容する理由"), max_length=1000)
    expires_on = DayField(label=_("期限"))
