"""Forms of template trees: for whom, and under which name."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DayField
from kpis.forms.trees import ClientForm


class TemplateForm(ClientForm):
    """Make a tree from a template."""

    targets_from = DayField(
        label=_("目標の適用開始日"),
        help_text=_("目安のあるKPIに、この日からの目標を入れておきます。あとから変更できます。"),
    )
    name = forms.CharField(label=_("ツリー名"), max_length=200)
    field_order = ("client", "name", "targets_from")
