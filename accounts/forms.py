"""Forms of accounts: they validate, nothing else."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, OrganizationKind, Role, User


class SignupForm(forms.Form):
    """What allauth's sign-up asks beside address and password."""

    name = forms.CharField(label=_("氏名"), max_length=100)

    def signup(self, request: object, user: User) -> None:
        """Keep the name of the new user (called by allauth)."""
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])


class OrganizationSettingsForm(forms.Form):
    """What an owner may change."""

    name = forms.CharField(label=_("組織名"), max_length=200)
    fiscal_year_first_month = forms.TypedChoiceField(
        label=_("会計年度の開始月"),
        choices=[(month, f"{month}月") for month in range(1, 13)],
        coerce=int,
        initial=4,
    )
    tax_rounding = forms.ChoiceField(
        label=_("消費税の端数処理"), choices=Organization.Rounding.choices
    )
    registration_number = forms.CharField(
        label=_("適格請求書発行事業者の登録番号"),
        max_length=14,
        required=False,
        help_text=_("T と13桁の数字です。登録がない場合は空欄のままにします。"),
    )

    def clean_registration_number(self) -> str:
        """T and thirteen digits, or nothing."""
        number = str(self.cleaned_data["registration_number"]).strip().upper()
        if number and not re.fullmatch(r"T\d{13}", number):
            raise forms.ValidationError(_("T に続けて13桁の数字を入力してください。"))
        return number


class OrganizationForm(OrganizationSettingsForm):
    """A new organization: its kind stays for ever."""

    kind = forms.ChoiceField(
        label=_("種別"),
        choices=OrganizationKind.choices,
        help_text=_(
            "発注者は外注する会社、外注先は見積と納品をする会社、相談室は発注者を支援する会社です。あとから変更できません。"
        ),
    )
    field_order = ("name", "kind", "fiscal_year_first_month", "tax_rounding", "registration_number")


class InvitationForm(forms.Form):
    """Whom to invite, as what."""

    email = forms.EmailField(label=_("メールアドレス"))
    role = forms.ChoiceField(label=_("役割"), choices=Role.choices, initial=Role.EDITOR)


class RoleForm(forms.Form):
    """Another role."""

    role = forms.ChoiceField(label=_("役割"), choices=Role.choices)


class AdvisorForm(forms.Form):
    """An advisory firm on the site by its name, or a new one by name and address."""

    name = forms.CharField(label=_("相談室の名前"), max_length=200)
    email = forms.EmailField(
        label=_("担当者のメールアドレス"),
        required=False,
        help_text=_("まだ登録のない相談室を招待するときに入力します。"),
    )

    def firms(self) -> list[Organization]:
        """Return the advisory firms of exactly this name."""
        name: Any = self.cleaned_data["name"]
        found = Organization.objects.filter(kind=OrganizationKind.ADVISORY, name__iexact=name)
        return list(found[:2])
