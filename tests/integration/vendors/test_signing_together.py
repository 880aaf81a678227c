"""Both sides at the same moment: real transactions, two threads."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from core import tenancy
from core.domain.refusals import Denied
from core.tenancy import Actor
from tests.factories import accounts
from tests.factories.vendors import make_proposed, promises_for
from tests.integration.vendors.conftest import make_stage
from vendors.models import Agreement, Engagement, EngagementStatus, Signature
from vendors.operations import agreements as operations
from vendors.queries.agreements import latest_agreement

pytestmark = pytest.mark.usefixtures("committed_db")


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Do the acts in threads that start together; a refusal is a result like any other."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        barrier.wait()
        try:
            return act()
        except Denied as denied:
            return denied.refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def signing(engagement: Engagement, sha256: str, actor: Actor) -> Callable[[], object]:
    def sign() -> object:
        with tenancy.acting(actor):
            return operations.sign_agreement(
                engagement=engagement, seen_sha256=sha256, by=actor, at=accounts.NOW
            )

    return sign


def test_two_signatures_at_once_put_it_in_force_once() -> None:
    stage = make_stage()
    engagement = make_proposed(
        vendor=stage.vendor_organization, tree=stage.tree, kpis=[stage.on_time], by=stage.owner
    )
    sha256 = latest_agreement(engagement).sha256

    at_once(
        signing(engagement, sha256, stage.owner),
        signing(engagement, sha256, stage.vendor),
        signing(engagement, sha256, stage.owner),
    )

    engagement.refresh_from_db()
    assert engagement.status == EngagementStatus.ACTIVE
    assert sorted(Signature.objects.values_list("side", flat=True)) == ["client", "vendor"]
    assert stage.on_time.targets.filter(superseded_at=None).count() == 1


def test_a_signature_and_a_new_version_at_once_never_mix() -> None:
    stage = make_stage()
    engagement = make_proposed(
        vendor=stage.vendor_organization, tree=stage.tree, kpis=[stage.on_time], by=stage.owner
    )
    sha256 = latest_agreement(engagement).sha256

    def propose() -> object:
        with tenancy.acting(stage.vendor):
            return operations.propose_change(
                engagement=engagement,
                seen_sha256=sha256,
                title=engagement.title,
                starts_on=engagement.starts_on,
                ends_on=engagement.ends_on,
                valid_from=engagement.starts_on,
                amount=None,
                promises=promises_for([stage.on_time], target=93),
                reason="",
                by=stage.vendor,
                at=accounts.NOW,
            )

    signed, _proposed = at_once(signing(engagement, sha256, stage.owner), propose)

    assert Agreement.objects.count() == 2
    if signed == "vendors.agreement_stale":  # the new version came first
        assert not Signature.objects.exists()
    else:
        assert Signature.objects.get().agreement.version == 1
