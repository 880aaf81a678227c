"""Files to be saved."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header


def download(content: bytes | str, name: str, content_type: str) -> HttpResponse:
    """Answer with a file to be saved under this name."""
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return response
