"""What the pages of export templates show."""

from urllib.parse import urlencode

from django.urls import reverse

from atomicpay.ui.registry import get_list_page
from atomicpay.workspaces.models import Membership

from ..asked import documents_among
from ..dialects import Dialect
from .models import FileTemplate
from .rules import SHARE, columns_beyond, may_change, may_withdraw

LIST, START = "list", "start"


class TemplatePage:
    """One template for one member: what it holds, who has it, what they may do with it."""

    def __init__(self, template: FileTemplate, member: Membership) -> None:
        self.template, self.member = template, member
        self.page = get_list_page(template.page)
        self._known = {column.key: column for column in self.page.export_columns}

    @property
    def columns(self) -> list[str]:
        """Its columns as people call them."""
        return [str(self._known[key].label) if key in self._known else key for key in self.template.columns]

    @property
    def beyond(self) -> list[str]:
        """Those that the member may not have, or that are no more: it cannot be used then."""
        beyond = columns_beyond(self.member, self.page, self.template.columns)
        return [str(self._known[key].label) if key in self._known else key for key in beyond]

    @property
    def has_documents(self) -> bool:
        chosen = (self._known[key] for key in self.template.columns if key in self._known)
        return bool(documents_among(chosen))

    @property
    def format(self) -> str:
        return str(Dialect(self.template.dialect).label)

    @property
    def use_url(self) -> str:
        """The confirm step of its list, begun with it."""
        parameters = urlencode([(LIST, self.page.name), (START, self.template.public_id)])
        return f"{reverse('exports:new')}?{parameters}"

    @property
    def may_change(self) -> bool:
        return may_change(self.member, self.template) and not self.beyond

    @property
    def may_withdraw(self) -> bool:
        return may_withdraw(self.member, self.template)

    @property
    def may_share(self) -> bool:
        return self.member.may(SHARE) and self.may_withdraw
