"""Records that look as a person would have written them. Used inside an entered workspace."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import factory
from factory.django import DjangoModelFactory

from atomicpay.api.models import ApiToken
from atomicpay.attention.models import Finding
from atomicpay.catalog.models import PaymentModel, Plan, Product
from atomicpay.saved_views.models import SavedView
from atomicpay.workspaces.models import Invitation, Membership, User, Workspace
from atomicpay.workspaces.permissions import Role
from customers.duplicates.models import Suggestion
from customers.merging.models import Merge
from customers.models import (
    Customer,
    CustomerDocument,
    CustomerEmail,
    CustomerIdentity,
    CustomerPhone,
    DocumentKind,
    Message,
    Note,
    Tag,
)
from exports.models import Export, FileTemplate, Schedule
from sales.models import AccessGrant, Dispute, Payment, Refund, Sale, SaleEvent
from sales.models.imports import ImportRun
from sales.states import (
    AccessStatus,
    DisputeKind,
    DisputeStatus,
    PaymentMethod,
    PaymentStatus,
    RefundStatus,
    SaleStatus,
)
from subscriptions.lifecycle import EventKind, SubscriptionStatus
from subscriptions.models import Subscription, SubscriptionEvent

PASSWORD = "correct horse battery staple"
NOON = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
"""Noon of 2 March 2026 in São Paulo."""


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Rafael Teles {n}")
    email = factory.Sequence(lambda n: f"rafael{n}@team.example")

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> User:
        return model_class.objects.create_user(*args, **{"password": PASSWORD, **kwargs})


class WorkspaceFactory(DjangoModelFactory[Workspace]):
    class Meta:
        model = Workspace

    slug = factory.Sequence(lambda n: f"loja-{n}")
    name = factory.Sequence(lambda n: f"Loja {n}")


class MembershipFactory(DjangoModelFactory[Membership]):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    role = Role.SUPPORT_AGENT


class InvitationFactory(DjangoModelFactory[Invitation]):
    class Meta:
        model = Invitation

    email = factory.Sequence(lambda n: f"invited{n}@team.example")
    role = Role.FINANCE
    token_hash = factory.Sequence(lambda n: f"{n:064x}")
    expires_at = factory.LazyFunction(lambda: datetime.now(UTC) + timedelta(days=7))


class ProductFactory(DjangoModelFactory[Product]):
    class Meta:
        model = Product

    name = factory.Sequence(lambda n: f"Curso de Aquarela {n}")
    external_id = factory.Sequence(lambda n: f"prod-{n}")
    kind = Product.Kind.COURSE
    delivery = Product.Delivery.EXTERNAL_MEMBERS_AREA


class PlanFactory(DjangoModelFactory[Plan]):
    class Meta:
        model = Plan

    product = factory.SubFactory(ProductFactory)
    name = "Mensal"
    payment_model = PaymentModel.RECURRING
    interval = Plan.Interval.MONTH
    amount = 8900
    currency = "BRL"
    external_id = factory.Sequence(lambda n: f"plan-{n}")


class CustomerFactory(DjangoModelFactory[Customer]):
    class Meta:
        model = Customer

    name = factory.Sequence(lambda n: f"Antônia Figueirêdo {n}")
    email = factory.Sequence(lambda n: f"antonia{n}@correio.example")
    created_at = NOON


class CustomerEmailFactory(DjangoModelFactory[CustomerEmail]):
    class Meta:
        model = CustomerEmail

    customer = factory.SubFactory(CustomerFactory)
    address = factory.LazyAttribute(lambda email: email.customer.email)
    normalised = factory.LazyAttribute(lambda email: email.address.lower())
    is_primary = True


class CustomerPhoneFactory(DjangoModelFactory[CustomerPhone]):
    class Meta:
        model = CustomerPhone

    customer = factory.SubFactory(CustomerFactory)
    number = factory.Sequence(lambda n: f"+55 11 9{n:04d}-0142")
    digits = factory.LazyAttribute(lambda phone: "".join(filter(str.isdigit, phone.number)))


class CustomerDocumentFactory(DjangoModelFactory[CustomerDocument]):
    class Meta:
        model = CustomerDocument

    customer = factory.SubFactory(CustomerFactory)
    kind = DocumentKind.CPF
    number = "529.982.247-25"
    normalised = factory.LazyAttribute(lambda document: "".join(filter(str.isalnum, document.number)))
    is_valid = True


class CustomerIdentityFactory(DjangoModelFactory[CustomerIdentity]):
    class Meta:
        model = CustomerIdentity

    customer = factory.SubFactory(CustomerFactory)
    provider = "hotmart"
    external_id = factory.Sequence(lambda n: f"buyer-{n}")


class TagFactory(DjangoModelFactory[Tag]):
    class Meta:
        model = Tag

    name = factory.Sequence(lambda n: f"embaixadora {n}")


class NoteFactory(DjangoModelFactory[Note]):
    class Meta:
        model = Note

    customer = factory.SubFactory(CustomerFactory)
    body = "Prefere contato por e-mail."


class MessageFactory(DjangoModelFactory[Message]):
    class Meta:
        model = Message

    customer = factory.SubFactory(CustomerFactory)
    channel = Message.Channel.EMAIL
    direction = Message.Direction.IN
    body = "Paguei o boleto hoje cedo e ainda não consigo entrar."
    sent_at = NOON


class MergeFactory(DjangoModelFactory[Merge]):
    class Meta:
        model = Merge

    survivor = factory.SubFactory(CustomerFactory)
    reason = "A mesma pessoa."


class ApiTokenFactory(DjangoModelFactory[ApiToken]):
    class Meta:
        model = ApiToken

    name = factory.Sequence(lambda n: f"Helpdesk {n}")
    token_hash = factory.Sequence(lambda n: f"{n:064x}")
    prefix = "apmsg_AbCdEf"


class SubscriptionFactory(DjangoModelFactory[Subscription]):
    class Meta:
        model = Subscription

    customer = factory.SubFactory(CustomerFactory)
    product = factory.SubFactory(ProductFactory)
    provider = "hotmart"
    external_id = factory.Sequence(lambda n: f"SUB{n}")
    status = SubscriptionStatus.ACTIVE
    started_at = NOON
    amount = 8900
    currency = "BRL"


class SubscriptionEventFactory(DjangoModelFactory[SubscriptionEvent]):
    class Meta:
        model = SubscriptionEvent

    subscription = factory.SubFactory(SubscriptionFactory)
    kind = EventKind.CREATED
    occurred_at = NOON


class SaleFactory(DjangoModelFactory[Sale]):
    class Meta:
        model = Sale

    customer = factory.SubFactory(CustomerFactory)
    product = factory.SubFactory(ProductFactory)
    provider = "hotmart"
    external_id = factory.Sequence(lambda n: f"HP{n}")
    reference = factory.LazyAttribute(lambda sale: sale.external_id)
    status = SaleStatus.APPROVED
    method = PaymentMethod.PIX
    currency = "BRL"
    amount_charged = 9700
    ordered_at = NOON
    buyer_name = factory.LazyAttribute(lambda sale: sale.customer.name)
    buyer_email = factory.LazyAttribute(lambda sale: sale.customer.email)


class SaleEventFactory(DjangoModelFactory[SaleEvent]):
    class Meta:
        model = SaleEvent

    sale = factory.SubFactory(SaleFactory)
    to_status = SaleStatus.APPROVED
    occurred_at = NOON


class _OfSaleFactory(DjangoModelFactory[Any]):
    class Meta:
        abstract = True

    sale = factory.SubFactory(SaleFactory)
    customer = factory.SelfAttribute("sale.customer")
    currency = factory.SelfAttribute("sale.currency")
    amount = factory.SelfAttribute("sale.amount_charged")


class PaymentFactory(_OfSaleFactory):
    class Meta:
        model = Payment

    method = PaymentMethod.PIX
    status = PaymentStatus.PAID
    attempted_at = NOON
    paid_at = NOON


class RefundFactory(_OfSaleFactory):
    class Meta:
        model = Refund

    status = RefundStatus.SUCCEEDED
    provider = "hotmart"
    external_id = factory.Sequence(lambda n: f"RF{n}")
    requested_at = NOON
    completed_at = NOON


class DisputeFactory(_OfSaleFactory):
    class Meta:
        model = Dispute

    kind = DisputeKind.CARD_CHARGEBACK
    status = DisputeStatus.OPEN
    provider = "hotmart"
    external_id = factory.Sequence(lambda n: f"DP{n}")
    opened_at = NOON


class AccessGrantFactory(DjangoModelFactory[AccessGrant]):
    class Meta:
        model = AccessGrant

    sale = factory.SubFactory(SaleFactory)
    customer = factory.SelfAttribute("sale.customer")
    product = factory.SelfAttribute("sale.product")
    status = AccessStatus.GRANTED
    granted_at = NOON


class FindingFactory(DjangoModelFactory[Finding]):
    class Meta:
        model = Finding

    sale = factory.SubFactory(SaleFactory)
    customer = factory.SelfAttribute("sale.customer")
    product = factory.SelfAttribute("sale.product")
    check_code = "stale_pending"
    subject = factory.LazyAttribute(lambda finding: f"s{finding.sale.pk}")
    evidence = factory.LazyAttribute(
        lambda finding: {
            "sale": [str(finding.sale.public_id), finding.sale.reference],
            "ordered_at": NOON.isoformat(),
        }
    )
    digest = factory.Sequence(lambda n: f"{n:032x}")
    found_at = NOON


class SavedViewFactory(DjangoModelFactory[SavedView]):
    class Meta:
        model = SavedView

    page = "sales"
    name = factory.Sequence(lambda n: f"Aguardando pagamento {n}")
    query = "status=pending"


class FileTemplateFactory(DjangoModelFactory[FileTemplate]):
    class Meta:
        model = FileTemplate

    page = "sales"
    name = factory.Sequence(lambda n: f"Contabilidade {n}")
    columns = ["reference", "currency", "amount_charged"]


class ExportFactory(DjangoModelFactory[Export]):
    class Meta:
        model = Export

    number = factory.Sequence(lambda n: n + 1)
    page = "sales"
    columns = ["reference", "amount_charged"]
    timezone = "America/Sao_Paulo"
    rows_confirmed = 1


class ScheduleFactory(DjangoModelFactory[Schedule]):
    class Meta:
        model = Schedule

    name = "Vendas do dia"
    page = "sales"
    columns = ["reference", "amount_charged"]
    rhythm = "daily"
    hour = 6
    zone = "America/Sao_Paulo"
    next_day = date(2099, 1, 1)
    next_at = datetime(2099, 1, 1, 9, tzinfo=UTC)


class ImportRunFactory(DjangoModelFactory[ImportRun]):
    class Meta:
        model = ImportRun

    number = factory.Sequence(lambda n: n + 1)
    file_name = "vendas-marco.csv"
    mapping = {"name": "Vendas da loja"}


class SuggestionFactory(DjangoModelFactory[Suggestion]):
    class Meta:
        model = Suggestion

    low = factory.SubFactory(CustomerFactory)
    high = factory.SubFactory(CustomerFactory)
    case_id = factory.SelfAttribute("low.pk")
    band = "certain"
    probability = 0.997
    percent = 99
    evidence = [["email_same", 18.2], ["phone_different", -1.2]]
    kinds = ["email"]
    digest = factory.Sequence(lambda n: f"{n:064x}")
