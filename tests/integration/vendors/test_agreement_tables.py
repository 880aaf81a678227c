"""What PostgreSQL itself refuses: other hashes, old versions, changed texts."""

import pytest
from django.db import DatabaseError, IntegrityError, ProgrammingError, transaction

from accounts.models import User
from tests.integration.vendors.acts import NOW, active, change, proposed
from tests.integration.vendors.conftest import Stage
from vendors.models import Agreement, Signature
from vendors.queries.agreements import latest_agreement


def test_the_database_refuses_a_signature_with_another_hash(stage: Stage) -> None:
    agreement = latest_agreement(proposed(stage))
    user = User.objects.get(pk=str(stage.owner.user_id))

    with pytest.raises(IntegrityError, match="hash of what it signs"), transaction.atomic():
        Signature.objects.create(
            agreement=agreement,
            side="client",
            sha256="0" * 64,
            signed_by=user,
            signed_name="x",
            signed_at=NOW,
        )


def test_the_database_refuses_a_signature_under_an_old_version(stage: Stage) -> None:
    engagement = proposed(stage)
    old = latest_agreement(engagement)
    change(stage, engagement, by=stage.owner)

    with pytest.raises(IntegrityError, match="newest version"), transaction.atomic():
        Signature.objects.create(
            agreement=old,
            side="client",
            sha256=old.sha256,
            signed_by=User.objects.get(pk=str(stage.owner.user_id)),
            signed_name="x",
            signed_at=NOW,
        )


@pytest.mark.parametrize("model", [Agreement, Signature])
def test_texts_and_signatures_can_neither_change_nor_go(
    stage: Stage, model: type[Agreement] | type[Signature]
) -> None:
    active(stage)

    with pytest.raises((ProgrammingError, DatabaseError)), transaction.atomic():
        model.objects.update(sha256="0" * 64)
    with pytest.raises((ProgrammingError, DatabaseError)), transaction.atomic():
        model.objects.all().delete()
