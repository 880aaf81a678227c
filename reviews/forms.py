"""Forms of the review floor: they validate, nothing else."""

from typing import Any
from uuid import UUID

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, User
from core.forms import DayField, MonthField
from kpis.models import KPI, Tree
from reviews.models import ActionItem, PromiseRating, Review, ReviewCycle
from reviews.queries import participants
from reviews.queries.numbers import kpis_of
from vendors.models import Engagement, EngagementStatus


class CycleForm(forms.Form):
    """The rhythm of reviews."""

    name = forms.CharField(
        label=_("名称"),
        max_length=200,
        error_messages={"required": _("名称を入力してください。")},
    )
    business_day = forms.IntegerField(
        label=_("実施日（翌月の第何営業日）"),
        initial=5,
        validators=[MinValueValidator(1), MaxValueValidator(20)],
        help_text=_("土日・祝日・年末年始（12月29日〜1月3日）を除いて数えます。"),
    )
    remind_days_before = forms.IntegerField(
        label=_("何営業日前に知らせるか"),
        initial=2,
        validators=[MinValueValidator(0), MaxValueValidator(10)],
    )
    starts_on = MonthField(
        label=_("最初の対象月"),
        error_messages={"required": _("最初の対象月を選んでください。")},
    )


class NewCycleForm(CycleForm):
    """A new cycle; with an engagement, its vendor takes part."""

    engagement = forms.ModelChoiceField(
        label=_("対象"),
        queryset=Engagement.objects.none(),
        required=False,
        empty_label=_("ツリー全体（発注者のみ）"),
        help_text=_("契約を選ぶと、その外注先も参加し、約束したKPIを振り返ります。"),
    )
    field_order = ("engagement", "name", "starts_on")

    def __init__(self, *args: Any, tree: Tree, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        engagement = self.fields["engagement"]
        assert isinstance(engagement, forms.ModelChoiceField)  # noqa: S101 - narrows the type
        engagement.queryset = (
            Engagement.objects.filter(tree=tree)
            .exclude(status=EngagementStatus.PROPOSED)
            .order_by("-starts_on", "title")
        )


class CycleEditForm(CycleForm):
    """A change of a cycle, with the version that it was read in."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    @classmethod
    def initial_of(cls, cycle: ReviewCycle) -> dict[str, Any]:
        """Return the values with which the form shows a cycle."""
        names = ("name", "business_day", "remind_days_before", "starts_on", "version")
        return {name: getattr(cycle, name) for name in names}


class MonthForm(forms.Form):
    """Which month to review now."""

    month = MonthField(
        label=_("対象月"), error_messages={"required": _("対象月を選んでください。")}
    )


class MinutesForm(forms.Form):
    """The minutes, with the version of the review that they were written on."""

    minutes = forms.CharField(
        label=_("議事録"),
        required=False,
        max_length=50_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class VersionForm(forms.Form):
    """An act upon what was seen in this version."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class NoteForm(forms.Form):
    """What was said and decided about one point of the agenda."""

    note = forms.CharField(
        label=_("メモ"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    decision = forms.CharField(
        label=_("決定事項"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class ActionForm(forms.Form):
    """Who does what until when, and what it is expected to bring."""

    title = forms.CharField(
        label=_("内容"),
        max_length=300,
        error_messages={"required": _("何をするかを入力してください。")},
    )
    owner = forms.ChoiceField(
        label=_("担当者"), error_messages={"required": _("担当者を選んでください。")}
    )
    due_on = DayField(
        label=_("期限"),
        error_messages={"required": _("期限を入力してください。")},
    )
    kpi = forms.ModelChoiceField(
        label=_("対象のKPI"),
        queryset=KPI.objects.none(),
        required=False,
        empty_label=_("（なし）"),
    )
    expected_effect = forms.CharField(
        label=_("期待する効果"),
        max_length=200,
        required=False,
        help_text=_("例：来月の納期遵守率を95%以上にする"),
    )

    def __init__(self, *args: Any, review: Review, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = list(participants.members(review).order_by("organization__name", "user__name"))
        ids = participants.organization_ids(review)
        self._organizations = {one.pk: one for one in Organization.objects.filter(pk__in=ids)}
        self._owners: dict[str, tuple[Organization, User | None]] = {}
        groups = []
        for pk in ids:
            organization = self._organizations[pk]
            whole = (f"org:{pk}", _("%s（担当者は後で決める）") % organization.name)
            self._owners[whole[0]] = (organization, None)
            people = []
            for one in members:
                if one.organization_id == pk:
                    people.append((f"user:{one.pk}", str(one.user)))
                    self._owners[f"user:{one.pk}"] = (organization, one.user)
            groups.append((organization.name, [*people, whole]))
        owner, kpi = self.fields["owner"], self.fields["kpi"]
        assert isinstance(owner, forms.ChoiceField)  # noqa: S101 - narrows the type
        assert isinstance(kpi, forms.ModelChoiceField)  # noqa: S101 - narrows the type
        owner.choices = [("", _("選んでください")), *groups]
        kpi.queryset = KPI.objects.filter(pk__in=[one.pk for one, _depth in kpis_of(review)])

    def owner_value(self, action: ActionItem) -> str:
        """Return the choice that stands for the owner of an action."""
        wanted = (action.owner_organization_id, action.owner_id)
        for value, (organization, user) in self._owners.items():
            if (organization.pk, user.pk if user else None) == wanted:
                return value
        return ""

    def action(self) -> dict[str, Any]:
        """Return what the operation takes."""
        data = self.cleaned_data
        organization, user = self._owners[data["owner"]]
        return {
            "title": data["title"],
            "owner_organization": organization,
            "owner": user,
            "due_on": data["due_on"],
            "expected_effect": data["expected_effect"],
        }


class ActionEditForm(ActionForm):
    """A change of an action, with the version that it was read in."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, action: ActionItem, **kwargs: Any) -> None:
        super().__init__(*args, review=action.review, **kwargs)
        del self.fields["kpi"]
        if not self.is_bound:
            self.initial = {
                "title": action.title,
                "owner": self.owner_value(action),
                "due_on": action.due_on,
                "expected_effect": action.expected_effect,
                "version": action.version,
            }


class ResultForm(forms.Form):
    """What came of an action, or why it is given up."""

    result = forms.CharField(
        label=_("結果"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("結果を入力してください。")},
    )


class ReasonForm(forms.Form):
    """Why an action is given up."""

    reason = forms.CharField(
        label=_("取りやめる理由"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("取りやめる理由を入力してください。")},
    )


class RatingForm(forms.Form):
    """One side's word on a qualitative promise."""

    # Nobody answers "kept" by leaving the form as it was.
    rating = forms.ChoiceField(
        label=_("守られましたか"),
        choices=[("", _("選んでください")), *PromiseRating.Rating.choices],
        error_messages={"required": _("守られたかどうかを選んでください。")},
    )
    comment = forms.CharField(
        label=_("コメント"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("そう評価した理由を入力してください。")},
    )
    version = forms.IntegerField(widget=forms.HiddenInput, initial=0)

    @classmethod
    def of(cls, promise_id: UUID, known: PromiseRating | None) -> "RatingForm":
        """Return the form of a promise with what was said so far."""
        initial = {}
        if known is not None:
            initial = {
                "rating": known.rating,
                "comment": known.comment,
                "version": known.version,
            }
        return cls(initial=initial, prefix=f"promise-{promise_id}")

    def on_version(self, version: int) -> "RatingForm":
        """Keep what was typed and what is wrong; sent again, it answers the newest version."""
        names = ("rating", "comment")
        typed = {f"{self.prefix}-{name}": self.data.get(f"{self.prefix}-{name}") for name in names}
        self.data = {**typed, f"{self.prefix}-version": version}
        return self
