"""What the API takes and gives; plain serializers, nothing is saved here."""

from typing import Any
from uuid import UUID

from rest_framework import serializers

from core.api import ProblemOutput
from kpis.models.choices import (
    Aggregation,
    Direction,
    Frequency,
    LinkKind,
    Perspective,
    ResponsibleSide,
    Status,
    TreeStatus,
    Unit,
    ValueSource,
)
from kpis.operations.tree_commands import Shift

NUMBER: dict[str, Any] = {"max_digits": 20, "decimal_places": 6}
LONG_NUMBER: dict[str, Any] = {"max_digits": 26, "decimal_places": 12}


class ClientOutput(serializers.Serializer[Any]):
    """The client that a tree belongs to."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class TargetOutput(serializers.Serializer[Any]):
    """A target: a value or a band, and where its line is 0."""

    id = serializers.UUIDField()
    valid_from = serializers.DateField()
    value = serializers.DecimalField(**NUMBER, allow_null=True)
    worst = serializers.DecimalField(**NUMBER, allow_null=True)
    accept_low = serializers.DecimalField(**NUMBER, allow_null=True)
    accept_high = serializers.DecimalField(**NUMBER, allow_null=True)
    worst_low = serializers.DecimalField(**NUMBER, allow_null=True)
    worst_high = serializers.DecimalField(**NUMBER, allow_null=True)
    rationale_kind = serializers.CharField()
    rationale = serializers.CharField()
    agreed_at = serializers.DateTimeField(allow_null=True)


class KPIFields(serializers.Serializer[Any]):
    """The settings of a KPI; what is left out stays as it is."""

    name = serializers.CharField(max_length=200, required=False)
    definition = serializers.CharField(allow_blank=True, required=False)
    unit = serializers.ChoiceField(Unit.choices, required=False)
    unit_per = serializers.ChoiceField(Unit.choices, allow_blank=True, required=False)
    decimals = serializers.IntegerField(min_value=0, max_value=6, required=False)
    direction = serializers.ChoiceField(Direction.choices, required=False)
    frequency = serializers.ChoiceField(Frequency.choices, required=False)
    aggregation = serializers.ChoiceField(Aggregation.choices, required=False)
    value_source = serializers.ChoiceField(ValueSource.choices, required=False)
    formula = serializers.CharField(max_length=500, allow_blank=True, required=False)
    data_source = serializers.CharField(max_length=200, allow_blank=True, required=False)
    perspective = serializers.ChoiceField(Perspective.choices, allow_blank=True, required=False)
    importance = serializers.IntegerField(min_value=1, max_value=5, required=False)
    weight = serializers.DecimalField(max_digits=9, decimal_places=3, min_value=0, required=False)
    responsible_side = serializers.ChoiceField(ResponsibleSide.choices, required=False)
    responsible_organization = serializers.UUIDField(allow_null=True, required=False)
    responsible_label = serializers.CharField(max_length=100, allow_blank=True, required=False)
    client_owner = serializers.CharField(max_length=100, allow_blank=True, required=False)
    baseline = serializers.DecimalField(**NUMBER, allow_null=True, required=False)
    deadline_on = serializers.DateField(allow_null=True, required=False)
    notes = serializers.CharField(allow_blank=True, required=False)


class NewKPIFields(KPIFields):
    """The settings of a new KPI: it needs a name."""

    name = serializers.CharField(max_length=200)


class KPIOutput(serializers.Serializer[Any]):
    """A KPI in its place, with the target in force today."""

    id = serializers.UUIDField()
    parent_id = serializers.UUIDField(allow_null=True)
    key = serializers.CharField()
    position = serializers.IntegerField()
    name = serializers.CharField()
    definition = serializers.CharField()
    unit = serializers.ChoiceField(Unit.choices)
    unit_per = serializers.ChoiceField(Unit.choices, allow_blank=True)
    decimals = serializers.IntegerField()
    direction = serializers.ChoiceField(Direction.choices)
    frequency = serializers.ChoiceField(Frequency.choices)
    aggregation = serializers.ChoiceField(Aggregation.choices)
    value_source = serializers.ChoiceField(ValueSource.choices)
    formula = serializers.CharField()
    data_source = serializers.CharField()
    perspective = serializers.ChoiceField(Perspective.choices, allow_blank=True)
    importance = serializers.IntegerField()
    weight = serializers.DecimalField(max_digits=9, decimal_places=3)
    responsible_side = serializers.ChoiceField(ResponsibleSide.choices)
    responsible_organization_id = serializers.UUIDField(allow_null=True)
    responsible_label = serializers.CharField()
    client_owner = serializers.CharField()
    baseline = serializers.DecimalField(**NUMBER, allow_null=True)
    deadline_on = serializers.DateField(allow_null=True)
    notes = serializers.CharField()
    counts_from = serializers.DateField(allow_null=True)
    retired_from = serializers.DateField(allow_null=True)
    target = TargetOutput(source="target_in_force", allow_null=True)


class TreeOutput(serializers.Serializer[Any]):
    """A tree of the list."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    status = serializers.ChoiceField(TreeStatus.choices)
    outsourcing_type = serializers.CharField()
    phase = serializers.CharField()
    version = serializers.IntegerField()
    client = ClientOutput()
    created_at = serializers.DateTimeField()


class TreeDetailOutput(TreeOutput):
    """A tree with its KPIs, parents before children and siblings in order."""

    kpis = KPIOutput(many=True)


class _Versioned(serializers.Serializer[Any]):
    version = serializers.IntegerField(help_text="The version of the tree that the author saw.")


class AddInput(_Versioned):
    """Add a KPI below another one, last or as the index-th child."""

    kind = serializers.ChoiceField(["add"])
    parent_id = serializers.UUIDField()
    index = serializers.IntegerField(min_value=0, required=False, allow_null=True)
    id = serializers.UUIDField(
        required=False, help_text="The new KPI's id, where the author wants to choose it."
    )
    settings = NewKPIFields()


class OneUpdate(serializers.Serializer[Any]):
    """New values for settings of one KPI."""

    kpi = serializers.UUIDField()
    settings = KPIFields()


class BulkInput(_Versioned):
    """Give settings of several KPIs new values, all or none; undone in one step."""

    kind = serializers.ChoiceField(["bulk"])
    updates = serializers.ListField(child=OneUpdate(), min_length=1, max_length=2000)


class CopyInput(_Versioned):
    """Copy a KPI with all below it, also out of another tree."""

    kind = serializers.ChoiceField(["copy"])
    kpi = serializers.UUIDField()
    parent_id = serializers.UUIDField()
    index = serializers.IntegerField(min_value=0, required=False, allow_null=True)
    ids = serializers.DictField(
        child=serializers.UUIDField(),
        required=False,
        help_text="The id of each copy by the id of its original, where the author chooses them.",
    )

    def validate_ids(self, value: dict[str, UUID]) -> dict[UUID, UUID]:
        """Read the ids of the originals."""
        try:
            found = {UUID(old): new for old, new in value.items()}
        except ValueError:
            raise serializers.ValidationError("Not ids.") from None
        if len(set(found.values())) != len(found):
            raise serializers.ValidationError("An id is used twice.")
        return found


class LinkInput(_Versioned):
    """Draw a line beside the tree: a reference below another KPI, or an influence on it."""

    kind = serializers.ChoiceField(["link"])
    kpi = serializers.UUIDField()
    target = serializers.UUIDField()
    line = serializers.ChoiceField(LinkKind.choices)
    note = serializers.CharField(max_length=300, required=False, allow_blank=True)


class UnlinkInput(_Versioned):
    """Take a line away."""

    kind = serializers.ChoiceField(["unlink"])
    link = serializers.UUIDField()


class UpdateInput(_Versioned):
    """Give settings of a KPI new values."""

    kind = serializers.ChoiceField(["update"])
    kpi = serializers.UUIDField()
    settings = KPIFields()


class MoveInput(_Versioned):
    """Put a KPI with all below it under another parent."""

    kind = serializers.ChoiceField(["move"])
    kpi = serializers.UUIDField()
    parent_id = serializers.UUIDField()
    index = serializers.IntegerField(min_value=0, required=False, allow_null=True)


class ShiftInput(_Versioned):
    """Move a KPI one place up or down, or one level in or out."""

    kind = serializers.ChoiceField(["shift"])
    kpi = serializers.UUIDField()
    shift = serializers.ChoiceField([(one.value, one.value) for one in Shift])


class ReorderInput(_Versioned):
    """Put all children of one KPI into this order."""

    kind = serializers.ChoiceField(["reorder"])
    kpis = serializers.ListField(child=serializers.UUIDField(), min_length=1)


class DeleteInput(_Versioned):
    """Delete a KPI with all below it."""

    kind = serializers.ChoiceField(["delete"])
    kpi = serializers.UUIDField()


class UndoInput(_Versioned):
    """Take back one's own newest command."""

    kind = serializers.ChoiceField(["undo"])


class RedoInput(_Versioned):
    """Do again what one took back last."""

    kind = serializers.ChoiceField(["redo"])


COMMANDS: dict[str, type[_Versioned]] = {
    "add": AddInput,
    "update": UpdateInput,
    "bulk": BulkInput,
    "copy": CopyInput,
    "move": MoveInput,
    "shift": ShiftInput,
    "reorder": ReorderInput,
    "delete": DeleteInput,
    "link": LinkInput,
    "unlink": UnlinkInput,
    "undo": UndoInput,
    "redo": RedoInput,
}


class LoggedOutput(serializers.Serializer[Any]):
    """A command as the log keeps it: applied in order, they lead from one version to the next."""

    version = serializers.IntegerField()
    kind = serializers.CharField()
    payload = serializers.JSONField()
    summary = serializers.CharField()
    by = serializers.CharField()
    is_own = serializers.BooleanField()


class ChangedOutput(serializers.Serializer[Any]):
    """The tree's version after a change, and the KPI that was added or changed."""

    version = serializers.IntegerField()
    kpi = serializers.UUIDField(allow_null=True)


class CommandOutput(ChangedOutput):
    """The tree's version after the command, the KPI that it added, and what the log keeps of it."""

    commands = LoggedOutput(many=True)
    undo = serializers.CharField(allow_null=True, help_text="What undo would take back.")
    redo = serializers.CharField(allow_null=True, help_text="What redo would do again.")


class LogOutput(serializers.Serializer[Any]):
    """What happened since a version; `version` is the tree's now, after more than are listed."""

    version = serializers.IntegerField()
    commands = LoggedOutput(many=True)
    undo = serializers.CharField(allow_null=True)
    redo = serializers.CharField(allow_null=True)


class ChangeOutput(serializers.Serializer[Any]):
    """One command of the log: who did what, when."""

    version = serializers.IntegerField()
    at = serializers.DateTimeField()
    by = serializers.CharField(source="by_user", allow_null=True)
    summary = serializers.CharField()


class RefusalOutput(ProblemOutput):
    """Why something was not done; on a stale version also what others changed."""

    version = serializers.IntegerField(required=False)
    changes = ChangeOutput(many=True, required=False)


class ScoreOutput(serializers.Serializer[Any]):
    """One row of a scorecard."""

    kpi = serializers.UUIDField(source="kpi_id")
    value = serializers.DecimalField(**LONG_NUMBER, allow_null=True)
    numerator = serializers.DecimalField(**NUMBER, allow_null=True)
    denominator = serializers.DecimalField(**NUMBER, allow_null=True)
    target = serializers.DecimalField(**NUMBER, allow_null=True)
    attainment = serializers.DecimalField(**LONG_NUMBER, allow_null=True)
    own_score = serializers.DecimalField(**LONG_NUMBER, allow_null=True)
    rolled_score = serializers.DecimalField(**LONG_NUMBER, allow_null=True)
    score = serializers.DecimalField(**LONG_NUMBER, allow_null=True)
    status = serializers.CharField(help_text=", ".join(Status.values))
    weight = serializers.DecimalField(max_digits=9, decimal_places=3)
    coverage = serializers.DecimalField(**LONG_NUMBER)
    low = serializers.DecimalField(**LONG_NUMBER, allow_null=True)
    high = serializers.DecimalField(**LONG_NUMBER, allow_null=True)
    reason = serializers.CharField()
    is_reference = serializers.BooleanField()


class ScorecardOutput(serializers.Serializer[Any]):
    """The result of a tree for one month."""

    month = serializers.DateField(source="period_start", format="%Y-%m")
    tree_version = serializers.IntegerField()
    input_version = serializers.IntegerField()
    computed_at = serializers.DateTimeField()
    scores = ScoreOutput(many=True)


class MeasurementInput(serializers.Serializer[Any]):
    """A value, or numerator and denominator, of the period that holds the day."""

    period_start = serializers.DateField()
    value = serializers.DecimalField(**NUMBER, required=False, allow_null=True)
    numerator = serializers.DecimalField(**NUMBER, required=False, allow_null=True)
    denominator = serializers.DecimalField(**NUMBER, required=False, allow_null=True)
    reason = serializers.CharField(max_length=300, required=False, allow_blank=True)
    revision = serializers.IntegerField(
        min_value=0, required=False, help_text="The revision that the author saw; 0 for none."
    )


class MeasurementOutput(serializers.Serializer[Any]):
    """A measurement in its newest revision."""

    id = serializers.UUIDField()
    kpi = serializers.UUIDField(source="kpi_id")
    period_start = serializers.DateField()
    value = serializers.DecimalField(**NUMBER, allow_null=True)
    numerator = serializers.DecimalField(**NUMBER, allow_null=True)
    denominator = serializers.DecimalField(**NUMBER, allow_null=True)
    revision = serializers.IntegerField()
    reason = serializers.CharField()
    recorded_at = serializers.DateTimeField()
