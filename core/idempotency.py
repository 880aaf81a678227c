"""Idempotency-Key: the first answer to a key is kept with its write, and is given again.

As the IETF draft of the header says: the same key with the same request gets the same answer, with
another request 422; a request that comes while the first one works waits for it, or is told to.
"""

import hashlib
import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from core.access import actor_of
from core.domain.refusals import Denied, Refusal
from core.models import IdempotentAnswer
from core.problems import CONTENT_TYPE, problem_of
from core.tenancy import Actor

HEADER = "Idempotency-Key"
REPLAY = "Idempotent-Replay"
KEPT = timedelta(hours=24)
WAIT = "5s"
KEY = re.compile(r'"?([!#-~]{1,200})"?')
KEPT_HEADERS = ("ETag", "Location")


def once(request: Request, *, at: datetime, answer: Callable[[], Response]) -> Response:
    """Answer the request, or repeat the answer that was given to its key."""
    key = _key_of(request)
    if key is None:
        return answer()
    actor = actor_of(request)
    fingerprint = _fingerprint(request, actor)
    kept, is_first = _claim(actor, key, fingerprint, at)
    if not is_first:
        return _again(kept, fingerprint)
    try:
        with transaction.atomic():
            response = answer()
    except Exception as error:
        refused = problem_of(error)
        if refused is None:
            raise  # the key is free again: its row goes with the transaction of the view
        response = refused
    _keep(kept, response)
    return response


def purge(*, at: datetime) -> int:
    """Forget the answers that nobody may ask for any more; return how many."""
    gone, _by_table = IdempotentAnswer.objects.older_than(at - KEPT).delete()
    return gone


def _key_of(request: Request) -> str | None:
    given = request.headers.get(HEADER)
    if given is None:
        return None
    match = KEY.fullmatch(given.strip())
    if match is None:
        reason = _("Idempotency-Key は、空白を含まない1〜200文字の英数字・記号で指定してください。")
        raise ValidationError({HEADER: [reason]})
    return match[1]


def _fingerprint(request: Request, actor: Actor) -> str:
    """Tell this request from others; who has lost or won rights since asks for something else."""
    parts = (
        str(actor.role),
        *sorted(str(one) for one in actor.organization_ids),
        str(request.method),
        request.get_full_path(),
        request.headers.get("If-Match", ""),
        hashlib.sha256(request._request.body).hexdigest(),
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _claim(actor: Actor, key: str, fingerprint: str, at: datetime) -> tuple[IdempotentAnswer, bool]:
    """Take the key, or find who has it; waits for a request that has it and is not done."""
    own = IdempotentAnswer.objects.visible_to(actor).filter(key=key)
    new = IdempotentAnswer(
        user_id=actor.user_id,
        organization_id=actor.organization_id,
        key=key,
        fingerprint=fingerprint,
        created_at=at,
    )
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [WAIT])
            own.older_than(at - KEPT).delete()
            IdempotentAnswer.objects.bulk_create([new], ignore_conflicts=True)
            cursor.execute("SET LOCAL lock_timeout TO DEFAULT")
    except OperationalError as error:
        reason = _("同じ Idempotency-Key の処理がまだ終わっていません。少し待ってお試しください。")
        raise Denied(Refusal("core.idempotency_busy", reason, 409)) from error
    kept = own.get()
    return kept, kept.pk == new.pk


def _again(kept: IdempotentAnswer, fingerprint: str) -> Response:
    if kept.fingerprint != fingerprint or kept.status is None:
        reason = _(
            "この Idempotency-Key は、別の内容か別の権限の操作で使われています。"
            "新しいキーでお試しください。"
        )
        raise Denied(Refusal("core.idempotency_reused", reason, 422))
    is_problem = kept.status >= HTTPStatus.BAD_REQUEST
    return Response(
        json.loads(kept.body) if kept.body else None,
        status=kept.status,
        headers={**kept.headers, REPLAY: "true"},
        content_type=CONTENT_TYPE if is_problem else None,
    )


def _keep(kept: IdempotentAnswer, response: Response) -> None:
    kept.status = response.status_code
    kept.body = "" if response.data is None else JSONRenderer().render(response.data).decode()
    kept.headers = {name: response[name] for name in KEPT_HEADERS if name in response}
    kept.save(update_fields=["status", "body", "headers"])
