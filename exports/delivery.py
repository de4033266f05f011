"""How a file comes to who may have it: sent by this process, by the web server in front, or by the bucket."""

from django.conf import settings
from django.http import FileResponse, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.http import content_disposition_header

from . import bucket, storage
from .attempts import place_of
from .models import Export


def deliver(export: Export, name: str, content_type: str) -> HttpResponseBase:
    """The answer that makes a browser save the file under a name; raises FileNotFoundError.

    Every right has been asked for by now: each way works for this one answer, or for a minute.
    """
    place = place_of(export)
    match settings.EXPORT_DOWNLOADS:
        case "accel":
            answer = HttpResponse(content_type=content_type)
            answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
            answer["X-Accel-Redirect"] = f"{settings.EXPORT_ACCEL_LOCATION}{place.key(export.attempt)}"
            return answer
        case "signed":
            return HttpResponseRedirect(
                bucket.signed_address(place.key(export.attempt), name=name, content_type=content_type)
            )
        case _:
            file = storage.open_file(place, export.attempt)
            return FileResponse(file, as_attachment=True, filename=name, content_type=content_type)
