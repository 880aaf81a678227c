"""The guided start over the API: the same five questions, asked and answered one by one."""

from collections.abc import Mapping
from itertools import islice
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from core.access import actor_of
from core.api import ProblemOutput, api_view, page_of, paged
from core.domain.refusals import Denied, Refusal
from core.policies import require
from kpis.api import serializers as trees
from kpis.api.loading import checked
from kpis.api.trees import client_named, made
from kpis.forms.guided_walk import LONGEST_ANSWER, MOST_ANSWERS, Walk
from kpis.models import GuidedStart
from kpis.models.guided import STEPS
from kpis.operations import guided as operations
from kpis.policies.trees import why_not_create_tree
from kpis.queries.guided import goal_kinds

Serializer = serializers.Serializer[Any]
Answers = dict[str, list[str]]


class BeginInput(Serializer):
    """Whose goal, and which kind; `client` may be left out by who acts for one client only."""

    client = serializers.UUIDField(required=False)
    kind = serializers.CharField()


class GuidedStartOutput(Serializer):
    """A guided start, and the question to go on with; `tree` is what was made of it."""

    id = serializers.UUIDField()
    client = serializers.UUIDField(source="client_id")
    kind = serializers.CharField()
    title = serializers.CharField()
    step = serializers.IntegerField()
    tree = serializers.UUIDField(source="tree_id", allow_null=True)
    changed_at = serializers.DateTimeField()


class OptionOutput(Serializer):
    """Something that can be chosen."""

    value = serializers.CharField(allow_blank=True)
    label = serializers.CharField(allow_blank=True)  # type: ignore[assignment]


class InputOutput(Serializer):
    """An input of a question, with its answer so far or what is proposed."""

    name = serializers.CharField()
    label = serializers.CharField(allow_blank=True)  # type: ignore[assignment]
    is_required = serializers.BooleanField()
    is_many = serializers.BooleanField()
    options = OptionOutput(many=True)
    answer = serializers.ListField(child=serializers.CharField())
    problems = serializers.ListField(child=serializers.CharField())


class QuestionOutput(Serializer):
    """A question; `findings` are what the design check says of the KPIs chosen before."""

    step = serializers.IntegerField()
    is_answered = serializers.BooleanField()
    inputs = InputOutput(many=True)
    problems = serializers.ListField(child=serializers.CharField())
    findings = serializers.ListField(child=serializers.CharField())


class AnswersInput(Serializer):
    """Answers by the name of the input; what is left out stays as it is or as proposed."""

    answers = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField(allow_blank=True))
    )


def _start(request: Request, pk: UUID) -> GuidedStart:
    actor = actor_of(request)
    if actor.is_vendor or actor.user_id is None:
        raise Http404
    visible = GuidedStart.objects.visible_to(actor).filter(discarded_at=None)
    return get_object_or_404(visible.select_related("client", "tree"), pk=pk)


def _walk(request: Request, start: GuidedStart) -> Walk:
    return Walk(start, actor_of(request), timezone.localdate(timezone=start.client.zone))


@extend_schema(
    operation_id="guided_list",
    methods=["GET"],
    description="List one's own guided starts that are not finished.",
    responses=page_of(GuidedStartOutput),
)
@extend_schema(
    operation_id="guided_begin",
    methods=["POST"],
    description="Begin the five questions.",
    request=BeginInput,
    responses={201: GuidedStartOutput, 403: ProblemOutput},
)
@api_view(["GET", "POST"])
def guided_list(request: Request) -> Response:
    """List one's own guided starts that are not finished, or begin one."""
    actor = actor_of(request)
    require(why_not_create_tree(actor))
    if request.method == "GET":
        own = GuidedStart.objects.visible_to(actor).unfinished().order_by("-changed_at", "pk")
        return paged(request, own, GuidedStartOutput)
    data = checked(BeginInput, request.data)
    kinds = {one.code for one in goal_kinds()}
    if data["kind"] not in kinds:
        raise ValidationError({"kind": [", ".join(sorted(kinds))]})
    start = operations.begin_guided_start(
        client_id=client_named(data, actor), kind=data["kind"], by=actor, at=timezone.now()
    )
    return Response(GuidedStartOutput(start).data, status=201)


@extend_schema(operation_id="guided_read", methods=["GET"], responses=GuidedStartOutput)
@extend_schema(
    operation_id="guided_discard",
    methods=["DELETE"],
    responses={204: None, 409: trees.RefusalOutput},
)
@api_view(["GET", "DELETE"])
def guided_detail(request: Request, pk: UUID) -> Response:
    """Read a guided start, or throw it away."""
    start = _start(request, pk)
    if request.method == "GET":
        return Response(GuidedStartOutput(start).data)
    operations.discard_guided_start(start=start, by=actor_of(request), at=timezone.now())
    return Response(status=204)


@extend_schema(
    operation_id="guided_question",
    methods=["GET"],
    responses={200: QuestionOutput, 409: trees.RefusalOutput},
)
@extend_schema(
    operation_id="guided_answer",
    methods=["PUT"],
    description="Answer a question. What was sent is kept; `is_answered` says if it is right.",
    request=AnswersInput,
    responses={200: QuestionOutput, 409: trees.RefusalOutput},
)
@api_view(["GET", "PUT"])
def guided_step(request: Request, pk: UUID, step: int) -> Response:
    """Ask a question, or answer it; those before it come first."""
    if not 1 <= step <= STEPS:
        raise Http404
    start = _start(request, pk)
    walk = _walk(request, start)
    if (earlier := walk.first_open(step)) != step:
        raise _not_yet(earlier)
    if request.method == "GET":
        return Response(_question(walk, step))
    typed = _answers(walk.form(step), checked(AnswersInput, request.data)["answers"])
    start.answers = {**start.answers, str(step): typed}
    walk = _walk(request, start)
    is_right = walk.first_open(step + 1) > step
    operations.answer_step(
        start=start,
        step=step,
        typed=typed,
        resume_at=step + 1 if is_right else step,
        by=actor_of(request),
        at=timezone.now(),
    )
    return Response(_question(walk, step))


@extend_schema(
    operation_id="guided_finish",
    request=None,
    responses={201: trees.TreeDetailOutput, 409: trees.RefusalOutput},
)
@api_view(["POST"])
def guided_finish(request: Request, pk: UUID) -> Response:
    """Make the tree of all five answers; a start makes one tree, however often it is asked."""
    walk = _walk(request, _start(request, pk))
    if (earlier := walk.first_open(STEPS + 1)) <= STEPS:
        raise _not_yet(earlier)
    tree = operations.finish_guided_start(
        start=walk.start,
        name=walk.goal.cleaned_data["name"],
        plan=walk.plan(),
        by=actor_of(request),
        at=timezone.now(),
    )
    return made(request, tree)


def _not_yet(step: int) -> Denied:
    reason = _("先に質問%(step)dに答えてください。") % {"step": step}
    return Denied(Refusal("kpis.guided_earlier", reason, 409))


def _answers(form: forms.Form, sent: Mapping[str, list[str]]) -> Answers:
    """Return what a browser would send: every field, as it was or as it is answered now."""
    kept = {name: values for name in form.fields if (values := _shown(form[name].value()))}
    clean = {
        name.replace("\0", ""): [one[:LONGEST_ANSWER].replace("\0", "") for one in values]
        for name, values in sent.items()
    }
    merged = {name: values for name, values in {**kept, **clean}.items() if values}
    return dict(islice(merged.items(), MOST_ANSWERS))


def _shown(value: Any) -> list[str]:
    """Write a value of a field as a browser does."""
    if value is None or value is False or value == "":
        return []
    if value is True:
        return ["on"]
    return [str(one) for one in value] if isinstance(value, list | tuple) else [str(value)]


def _question(walk: Walk, step: int) -> dict[str, Any]:
    form = walk.form(step)
    question = {
        "step": step,
        "is_answered": form.is_bound and form.is_valid(),
        "inputs": [_input(form, name) for name in form.fields],
        "problems": [str(one) for one in form.non_field_errors()],
        "findings": walk.design() if step > 3 else [],
    }
    return dict(QuestionOutput(question).data)


def _input(form: forms.Form, name: str) -> dict[str, Any]:
    field = form.fields[name]
    listed = getattr(field, "choices", [])
    return {
        "name": name,
        "label": str(field.label or ""),
        "is_required": field.required,
        "is_many": isinstance(field, forms.MultipleChoiceField),
        "options": [{"value": str(value), "label": str(label)} for value, label in listed],
        "answer": _shown(form[name].value()),
        "problems": [str(one) for one in form.errors.get(name, [])],
    }
