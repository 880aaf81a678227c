"""Problem details (RFC 9457): the kinds of errors that the API answers with, and where they are."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProblemType:
    """One kind of error: its name in the type URI, a title, and what the caller does about it."""

    name: str
    status: int
    title: str
    remedy: str


PROBLEM_TYPES = {
    one.name: one
    for one in (
        ProblemType(
            "invalid",
            400,
            "入力に誤りがあります",
            "errors に挙がった項目を直して、もう一度送ってください。pointer は本文の中の場所です。",
        ),
        ProblemType(
            "malformed",
            400,
            "リクエストを読み取れません",
            "本文が正しいJSONか、アドレスに使えない文字がないかを確かめてください。",
        ),
        ProblemType(
            "unauthenticated",
            401,
            "認証が必要です",
            "有効なAPIトークンを Authorization: Bearer で送ってください。期限切れや取り消し済みの"
            "トークンも同じ応答になります。",
        ),
        ProblemType(
            "refused",
            403,
            "この操作はできません",
            "detail に理由があります。code は理由の種類です。状態は 403、409、422 のいずれかです。",
        ),
        ProblemType(
            "not-found",
            404,
            "見つかりません",
            "アドレスとIDを確かめてください。権限のない対象も同じ応答になります。",
        ),
        ProblemType(
            "method-not-allowed",
            405,
            "このメソッドは使えません",
            "使えるメソッドは Allow ヘッダーにあります。",
        ),
        ProblemType(
            "not-acceptable",
            406,
            "この形式では返せません",
            "Accept に application/json を指定してください。",
        ),
        ProblemType(
            "stale",
            409,
            "ほかの変更が先に保存されています",
            "changes で変更の内容を確かめ、version を新しくしてもう一度送ってください。"
            "If-Match を使った場合の状態は 412 です。",
        ),
        ProblemType(
            "busy",
            409,
            "同じ Idempotency-Key の処理が続いています",
            "少し待って、同じキーと同じ本文でもう一度送ってください。",
        ),
        ProblemType(
            "unsupported-media-type",
            415,
            "この形式の本文は受け取れません",
            "Content-Type を application/json にしてください。",
        ),
        ProblemType(
            "key-reused",
            422,
            "Idempotency-Key が別の内容で使われています",
            "別の操作には、新しいキーを使ってください。",
        ),
        ProblemType(
            "too-many-requests",
            429,
            "リクエストが多すぎます",
            "Retry-After の秒数だけ待って、もう一度送ってください。",
        ),
        ProblemType(
            "server-error",
            500,
            "サーバーで問題が起きました",
            "時間をおいて、同じ Idempotency-Key でもう一度送ってください。X-Request-ID を添えて"
            "お問い合わせいただくと調べられます。",
        ),
    )
}
BY_STATUS = {400: "malformed"} | {
    one.status: one.name
    for one in PROBLEM_TYPES.values()
    if one.name not in {"invalid", "malformed", "stale", "busy", "key-reused"}
}


def type_of_status(status: int) -> ProblemType:
    """Return the kind of error that a bare status stands for."""
    fallback = "server-error" if status >= 500 else "refused"
    return PROBLEM_TYPES[BY_STATUS.get(status, fallback)]


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one place of the body; the pointer is a JSON pointer (RFC 6901)."""

    pointer: str
    detail: str
    code: str


WHOLE = "non_field_errors"


def field_errors(errors: object, pointer: str = "") -> Iterator[FieldError]:
    """Flatten nested errors: a mapping is fields, a list is messages or the items of a list."""
    if isinstance(errors, Mapping):
        for name, below in errors.items():
            step = "" if name == WHOLE else f"/{_escaped(str(name))}"
            yield from field_errors(below, pointer + step)
    elif isinstance(errors, Sequence) and not isinstance(errors, str):
        for place, below in enumerate(errors):
            is_message = isinstance(below, str)
            yield from field_errors(below, pointer if is_message else f"{pointer}/{place}")
    else:
        yield FieldError(pointer, str(errors), str(getattr(errors, "code", "invalid")))


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
