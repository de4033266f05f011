"""The file of changes, to download."""

from http import HTTPStatus
from pathlib import Path
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpResponseBase

from atomicpay.workspaces.entry import WorkspaceRequest

from .. import storage
from ..asked import CREATE
from ..errors import Expired, NotAllowed, NotReady
from ..pages import ExportPage
from ..views import OneExportView
from .services import download_changes


class DownloadChangesView(OneExportView):
    """What changed since the export before, as a file. Rights are asked again, and the taking is noted."""

    permission = CREATE

    def get(self, request: WorkspaceRequest, public_id: UUID) -> HttpResponseBase:
        export = self.find(public_id)
        try:
            file = download_changes(acting_member=request.membership, export=export)
        except NotAllowed as error:
            raise PermissionDenied from error
        except NotReady:
            return self.show(export, HTTPStatus.CONFLICT)
        except Expired:
            return self.show(export, HTTPStatus.GONE)
        except OSError:
            return self.show_away(export)
        name = f"{Path(ExportPage(export, request.membership).file_name).stem}{storage.CHANGES}"
        return FileResponse(file, as_attachment=True, filename=name, content_type="text/csv; charset=utf-8")
