"""Trees out and in over the API: the same files as the pages, and a look without saving."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import content_negotiation_class
from rest_framework.exceptions import ValidationError
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response

from core.access import actor_of
from core.api import api_view
from core.domain.refusals import Refusal
from core.policies import require
from core.problems import refused
from kpis.api.lint import FindingOutput
from kpis.api.serializers import RefusalOutput
from kpis.domain.exchange.entries import Draft, Form
from kpis.domain.exchange.messages import Problem, Unreadable
from kpis.domain.exchange.plan import Plan
from kpis.domain.exchange.reading import read
from kpis.domain.lint.engine import as_json
from kpis.domain.tree import LinkKind
from kpis.models import KPI, Tree
from kpis.operations import exchange as operations
from kpis.policies import trees as policies
from kpis.queries import exchange as queries
from kpis.queries.exchange import Preview
from kpis.queries.exchange_files import FileForm, exported
from kpis.queries.lint import reader
from kpis.queries.trees import clients_of

Serializer = serializers.Serializer[Any]


class FormatIsOurs(DefaultContentNegotiation):
    """`format` names the form of the file, not a renderer of the framework."""

    def filter_renderers(self, renderers: Any, format: str) -> Any:  # noqa: A002
        """Leave all renderers: errors are told as JSON."""
        return renderers


class ImportInput(Serializer):
    """A tree as text: for a client as a tree of its own, or below a KPI of a tree."""

    text = serializers.CharField(trim_whitespace=False)
    form = serializers.ChoiceField([one.value for one in Form], required=False)
    dry_run = serializers.BooleanField(default=False)
    client = serializers.UUIDField(required=False, help_text="Needed when one acts for several.")
    name = serializers.CharField(max_length=200, required=False)
    tree = serializers.UUIDField(required=False, help_text="With parent and version: a branch.")
    parent = serializers.UUIDField(required=False)  # type: ignore[assignment]
    version = serializers.IntegerField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A branch needs its place and the version that the author saw."""
        if "tree" in attrs:
            missing = [name for name in ("parent", "version") if name not in attrs]
            if missing:
                raise ValidationError({name: ["Needed with `tree`."] for name in missing})
        return attrs


class RowProblemOutput(Serializer):
    """Something at a row; what is no note stands in the way of saving."""

    row = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()
    is_note = serializers.BooleanField()


class PlannedLinkOutput(Serializer):
    """A line beside the tree, to the KPI with this key."""

    kind = serializers.ChoiceField([one.value for one in LinkKind])
    key = serializers.CharField()
    note = serializers.CharField(allow_blank=True)


class ImportedKPIOutput(Serializer):
    """A KPI as it would be."""

    row = serializers.IntegerField()
    level = serializers.IntegerField()
    fields_ = serializers.DictField(source="fields")
    targets = serializers.ListField(child=serializers.DictField())
    links = PlannedLinkOutput(many=True)

    def get_fields(self) -> dict[str, Any]:
        """Call the settings `settings`, as the commands of a tree do."""
        found = super().get_fields()
        found["settings"] = found.pop("fields_")
        return found


class ImportOutput(Serializer):
    """What was read; `tree` and `kpi` say what was made, and are null after a dry run."""

    form = serializers.ChoiceField([one.value for one in Form])
    tree = serializers.UUIDField(allow_null=True)
    kpi = serializers.UUIDField(allow_null=True)
    version = serializers.IntegerField(allow_null=True)
    kpis = ImportedKPIOutput(many=True)
    problems = RowProblemOutput(many=True)
    findings = FindingOutput(many=True)


@extend_schema(
    operation_id="trees_export",
    parameters=[OpenApiParameter("format", str, enum=[one.value for one in FileForm])],
    responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
)
@api_view(["GET"])
@content_negotiation_class(FormatIsOurs)
def tree_export(request: Request, pk: UUID) -> HttpResponse | Response:
    """Write a tree in one of the forms; JSON when none is named."""
    visible = Tree.objects.visible_to(actor_of(request)).select_related("client")
    tree = get_object_or_404(visible, pk=pk)
    asked = request.query_params.get("format", FileForm.JSON.value)
    if asked not in list(FileForm):
        raise ValidationError({"format": [f"One of: {', '.join(FileForm)}."]})
    file = exported(tree, FileForm(asked), timezone.localtime(timezone.now(), tree.client.zone))
    response = HttpResponse(file.content, content_type=file.content_type)
    response["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=file.name
    )
    return response


@extend_schema(
    operation_id="trees_import",
    request=ImportInput,
    responses={
        200: ImportOutput,
        201: ImportOutput,
        403: RefusalOutput,
        409: RefusalOutput,
        422: ImportOutput,
    },
)
@api_view(["POST"])
def tree_import(request: Request) -> Response:
    """Make a tree or a branch of a text; with `dry_run` only tell what would come of it."""
    require(policies.why_not_create_tree(actor_of(request)))
    form = ImportInput(data=request.data)
    form.is_valid(raise_exception=True)
    data = form.validated_data
    try:
        draft = read(data["text"], Form(data["form"]) if "form" in data else None)
    except Unreadable as error:
        code = f"kpis.import_{error.problem.code}"
        return refused(Refusal(code, error.problem.text(_), 422))
    if "tree" in data:
        return _import_branch(request, data, draft)
    return _import_tree(request, data, draft)


def _import_tree(request: Request, data: dict[str, Any], draft: Draft) -> Response:
    clients = {one.pk: one for one in clients_of(actor_of(request))}
    client_id = data.get("client") or (next(iter(clients)) if len(clients) == 1 else None)
    if client_id not in clients:
        raise ValidationError({"client": [f"One of: {', '.join(map(str, clients))}."]})
    now = timezone.now()
    today = timezone.localtime(now, clients[client_id].zone).date()
    plan = queries.plan_of_tree(client_id, draft, today)
    preview = queries.preview_of_tree(client_id, plan, today)
    if data["dry_run"] or plan.errors:
        return _answer(draft, plan, preview, status=200 if data["dry_run"] else 422)
    name = data.get("name") or draft.name or draft.entries[0].name
    tree = operations.import_tree(
        client_id=client_id, name=name[:200], plan=plan, by=actor_of(request), at=now
    )
    return _answer(draft, plan, preview, status=201, tree=tree)


def _import_branch(request: Request, data: dict[str, Any], draft: Draft) -> Response:
    actor = actor_of(request)
    visible = Tree.objects.visible_to(actor).select_related("client")
    tree = get_object_or_404(visible, pk=data["tree"])
    require(policies.why_not_edit_tree(tree, actor))
    parent = get_object_or_404(KPI.objects.living(), tree=tree, pk=data["parent"])
    now = timezone.now()
    today = timezone.localtime(now, tree.client.zone).date()
    plan = queries.plan_of_branch(tree, parent, draft, today)
    preview = queries.preview_of_branch(tree, parent, plan, today)
    if data["dry_run"] or plan.errors:
        return _answer(draft, plan, preview, status=200 if data["dry_run"] else 422)
    kpi = operations.import_branch(
        tree=tree, parent_id=parent.pk, version=data["version"], plan=plan, by=actor, at=now
    )
    tree.refresh_from_db(fields=["version"])
    return _answer(draft, plan, preview, status=201, tree=tree, kpi=kpi)


def _answer(
    draft: Draft,
    plan: Plan,
    preview: Preview,
    *,
    status: int,
    tree: Tree | None = None,
    kpi: KPI | None = None,
) -> Response:
    body = {
        "form": draft.form.value,
        "tree": tree and tree.pk,
        "kpi": kpi and kpi.pk,
        "version": tree and tree.version,
        "kpis": plan.kpis,
        "problems": [_plain(one) for one in plan.problems],
        "findings": [
            {**as_json(one.finding, reader()), "waiver": None} for one in preview.findings
        ],
    }
    data = ImportOutput(body).data
    if status == 422:
        reason = _("読み取った内容に、直すところがあります。")
        return refused(Refusal("kpis.import_problems", reason, 422), **data)
    return Response(data, status=status)


def _plain(problem: Problem) -> dict[str, Any]:
    return {
        "row": problem.row,
        "code": problem.code,
        "detail": problem.text(_),
        "is_note": problem.is_note,
    }
