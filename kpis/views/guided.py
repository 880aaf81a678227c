from django.http import HttpRequest, HttpResponse


def guided_begin(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def guided_step(request: HttpRequest, pk: str, step: int) -> HttpResponse:
    return HttpResponse()


def guided_discard(request: HttpRequest, pk: str) -> HttpResponse:
    return HttpResponse()


def guided_done(request: HttpRequest, pk: str) -> HttpResponse:
    return HttpResponse()
