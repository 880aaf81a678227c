"""Forms of accounts: they validate, nothing else."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class SignupForm(forms.Form):
    """What allauth's sign-up asks beside address and password."""

    name = forms.CharField(label=_("氏名"), max_length=100)

    def signup(self, request: object, user: User) -> None:
        """Keep the name of the new user (called by allauth)."""
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])
