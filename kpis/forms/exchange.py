"""Forms of the exchange: paste or upload a tree, and say where it goes."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from accounts.models import Organization
from core.forms import PlainForm
from kpis.domain.exchange.entries import Draft, Form
from kpis.domain.exchange.messages import Unreadable
from kpis.domain.exchange.reading import check_size, read, text_of

FORMS = [
    ("", _lazy("自動で判別")),
    (Form.INDENTED.value, _lazy("字下げした一覧")),
    (Form.TABLE.value, _lazy("見出しのある表（Excel・CSV）")),
    (Form.JSON.value, _lazy("書き出したJSON")),
]


class PasteForm(PlainForm):
    """A text or a file; the file's text takes the place of what was pasted, and stays to be mended."""

    text = forms.CharField(
        label=_lazy("貼り付ける内容"),
        required=False,
        strip=False,
        widget=forms.Textarea(
            attrs={"rows": 14, "class": "exchange-text", "spellcheck": "false", "wrap": "off"}
        ),
        help_text=_lazy(
            "1行に1件、下のKPIは字下げします。Excelの範囲は、見出しの行ごと貼り付けられます。"
        ),
    )
    file = forms.FileField(
        label=_lazy("またはファイル"),
        required=False,
        help_text=_lazy("テキスト・CSV・Excel（.xlsx）・JSON。2 MB、2,000行まで。"),
        error_messages={"empty": _lazy("ファイルが空です。内容のあるファイルを選んでください。")},
    )
    form = forms.ChoiceField(label=_lazy("書き方"), choices=FORMS, required=False)

    draft: Draft | None = None

    def clean(self) -> dict[str, Any]:
        """Read the draft; what was read from a file is shown as text from then on."""
        data = super().clean() or {}
        upload, chosen = data.get("file"), data.get("form")
        place = "file" if upload else "text"
        try:
            if upload:
                check_size(upload.size)
                data["text"] = text_of(upload.read())
                self._show("text", data["text"])
            self.draft = read(data.get("text") or "", Form(chosen) if chosen else None)
        except Unreadable as error:
            self.add_error(place, error.problem.text(_))
        return data

    def _show(self, name: str, value: str) -> None:
        """Let the form show this value when it is shown again."""
        self.data = MultiValueDict({**{one: [self.data[one]] for one in self.data}, name: [value]})


class TreeImportForm(PasteForm):
    """A new tree: whose it is, and its name."""

    client = forms.TypedChoiceField(label=_lazy("発注者"), coerce=UUID)
    name = forms.CharField(
        label=_lazy("ツリー名"),
        max_length=200,
        required=False,
        help_text=_lazy("空欄なら、一番上のKPIの名称にします。"),
    )

    def __init__(self, *args: Any, clients: Sequence[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("client", [(str(one.pk), one.name) for one in clients])
        if len(clients) == 1:
            self.fields["client"].initial = str(clients[0].pk)
            self.fields["client"].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        """A tree without a name is called as it was, or like its goal."""
        data = super().clean()
        if self.draft and not data.get("name"):
            data["name"] = (self.draft.name or self.draft.entries[0].name)[:200]
            self._show("name", data["name"])
        return data


class BranchImportForm(PasteForm):
    """A branch: below which KPI, and the version of the tree that the author saw."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    parent = forms.TypedChoiceField(label=_lazy("置き場所"), coerce=UUID)

    def __init__(self, *args: Any, places: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("parent", places)

    def show_version(self, version: int) -> None:
        """Go on from the version that stands now."""
        self._show("version", str(version))
