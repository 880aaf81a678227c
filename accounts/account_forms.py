"""allauth's forms in the words of this site: complaints that say what to do, no doubled labels."""

from typing import Any

from allauth.account import forms as allauth
from django.utils.translation import gettext_lazy as _

from core.forms import PlainForm

PASSWORD_HELP = _(
    "8文字以上。数字だけのもの、よく使われるもの、氏名やメールアドレスに似たものは使えません。"
)


class _Quiet(PlainForm):
    """Without the placeholders that repeat each label, and without links inside of help texts."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.help_text = PASSWORD_HELP if name == "password1" else ""


class LoginForm(_Quiet, allauth.LoginForm):  # type: ignore[misc]
    """Sign in."""


class SignupForm(_Quiet, allauth.SignupForm):  # type: ignore[misc]
    """Register."""


class ResetPasswordForm(_Quiet, allauth.ResetPasswordForm):  # type: ignore[misc]
    """Ask for a link to set a new password."""


class ResetPasswordKeyForm(_Quiet, allauth.ResetPasswordKeyForm):  # type: ignore[misc]
    """Set a new password from that link."""


class ChangePasswordForm(_Quiet, allauth.ChangePasswordForm):  # type: ignore[misc]
    """Change the password."""
