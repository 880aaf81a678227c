"""Forms of accounts: they validate, nothing else."""

import re
import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import ApiToken, Organization, OrganizationKind, Role, User


class NameField(forms.CharField):
    """A name on one line: it stands in the subject of mails."""

    def to_python(self, value: object) -> str:
        """Join what stands on several lines, and drop spaces at the ends."""
        return " ".join(str(super().to_python(value) or "").split())


class SignupForm(forms.Form):
    """What allauth's sign-up asks beside address and password."""

    name = NameField(
        label=_("氏名"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def signup(self, request: object, user: User) -> None:
        """Keep the name of the new user (called by allauth)."""
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])


class OrganizationSettingsForm(forms.Form):
    """What an owner may change."""

    name = NameField(label=_("組織名"), max_length=200)
    fiscal_year_first_month = forms.TypedChoiceField(
        label=_("会計年度の開始月"),
        choices=[(month, f"{month}月") for month in range(1, 13)],
        coerce=int,
        initial=4,
        help_text=_("年度や四半期の集計の区切りになります。"),
    )
    tax_rounding = forms.ChoiceField(
        label=_("消費税の端数処理"), choices=Organization.Rounding.choices
    )
    registration_number = forms.CharField(
        label=_("適格請求書発行事業者の登録番号"),
        max_length=30,
        required=False,
        help_text=_("T と13桁の数字です。登録がない場合は空欄のままにします。"),
    )

    def clean_registration_number(self) -> str:
        """T and thirteen digits, or nothing."""
        typed = unicodedata.normalize("NFKC", str(self.cleaned_data["registration_number"]))
        number = re.sub(r"[\s-]", "", typed).upper()
        if number and not re.fullmatch(r"T[0-9]{13}", number):
            raise forms.ValidationError(_("T に続けて13桁の数字を入力してください。"))
        return number


class OrganizationEditForm(OrganizationSettingsForm):
    """The settings together with the version that the owner saw."""

    version = forms.IntegerField(widget=forms.HiddenInput)


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
    role = forms.ChoiceField(
        label=_("役割"),
        choices=Role.choices,
        initial=Role.EDITOR,
        help_text=_(
            "管理者は組織の設定とメンバーも変更でき、編集者は業務の入力ができ、閲覧者は見るだけです。"
        ),
    )


class RoleForm(forms.Form):
    """Another role."""

    role = forms.ChoiceField(label=_("役割"), choices=Role.choices)


class AdvisorForm(forms.Form):
    """One of the advisory firms on the site."""

    firm = forms.UUIDField()


class AdvisorInvitationForm(forms.Form):
    """An advisory firm that is not on the site yet, and who will own it there."""

    name = NameField(label=_("招待する相談室の名前"), max_length=200)
    email = forms.EmailField(label=_("担当者のメールアドレス"))


class TokenForm(forms.Form):
    """A new API token: what it is for, what it may do, and for how long."""

    name = NameField(
        label=_("名前"),
        max_length=100,
        help_text=_("どこで使うかが分かる名前にします。例：実績の自動取り込み"),
    )
    scope = forms.ChoiceField(
        label=_("できること"),
        choices=ApiToken.Scope.choices,
        help_text=_("ご自身の役割でできる範囲を超えることはありません。"),
    )
    days = forms.TypedChoiceField(
        label=_("有効期間"),
        coerce=int,
        choices=[(7, _("7日")), (30, _("30日")), (90, _("90日")), (365, _("1年"))],
        initial=90,
    )

    def __init__(self, *args: Any, can_edit: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not can_edit:
            reading = [one for one in ApiToken.Scope.choices if one[0] == ApiToken.Scope.READ]
            self.fields["scope"] = forms.ChoiceField(
                label=_("できること"),
                choices=reading,
                help_text=_("閲覧者のトークンは読み取りのみです。"),
            )

    def clean_scope(self) -> ApiToken.Scope:
        """The scope as the operation takes it."""
        return ApiToken.Scope(self.cleaned_data["scope"])
