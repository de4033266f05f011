"""What buyers and support wrote about purchases, so that a claim is read beside what happened."""

from typing import Final, NamedTuple

from atomicpay.devstack.seeding.buyers import Buyer
from atomicpay.devstack.seeding.catalogue import Shop
from atomicpay.devstack.seeding.ledger import Ledger, later
from atomicpay.devstack.seeding.streams import stream
from customers.models import Customer


class Said(NamedTuple):
    """One message: who wrote, or was written to, how many hours ago, and what."""

    email: str
    hours_ago: float
    is_answer: bool
    channel: str
    subject: str
    body: str


_ACCESS: Final = "Paguei e não consigo entrar"
_SAID: Final = (
    Said(
        "jp.goncalves@mail.example",
        70,
        False,
        "email",
        _ACCESS,
        "Bom dia! O pagamento do Luz e Cor foi aprovado ontem e até agora não recebi o acesso.",
    ),
    Said(
        "jp.goncalves@mail.example",
        66,
        True,
        "email",
        _ACCESS,
        "Olá, João! Recebemos o pagamento. Vamos pedir de novo o acesso à plataforma do curso.",
    ),
    Said(
        "eder.sobrinho@correio.example",
        70,
        True,
        "email",
        "Retrato a Lápis",
        "Olá, Éder! O valor foi devolvido no Pix a seu pedido, e o acesso terminou com a devolução.",
    ),
    Said(
        "flavia.calcada@correio.example",
        24 * 40 - 2,
        False,
        "whatsapp",
        "",
        "Oi, já paguei o Pix da mentoria e não consigo entrar no grupo.",
    ),
    Said(
        "flavia.calcada@correio.example",
        24 * 40 - 5,
        True,
        "whatsapp",
        "",
        "Oi, Flávia! O pagamento não aparece aqui. Pode mandar o comprovante?",
    ),
    Said(
        "marcio.evora@correio.example",
        46,
        False,
        "chat",
        _ACCESS,
        "Passei o cartão três vezes para a mentoria. Foi cobrado? Não consigo entrar.",
    ),
    Said(
        "nubia.leao@mail.example",
        24 * 57,
        False,
        "email",
        "Boleto pago",
        "Paguei o boleto do Retrato a Lápis na lotérica e ainda não consigo entrar no curso.",
    ),
    Said(
        "nubia.leao@mail.example",
        24 * 54,
        True,
        "phone",
        "Boleto confirmado",
        "Ligação: o boleto pago depois do vencimento foi confirmado; o acesso está liberado.",
    ),
    Said(
        "otavio.reis@mail.example",
        24 * 69,
        False,
        "email",
        "Produto não recebido",
        "Comprei o curso de aquarela e não recebi nada. Vou contestar no cartão.",
    ),
)


def conversations(shop: Shop, ledger: Ledger) -> None:
    """Write the messages of buyers who are in the books already."""
    known = {customer.email: customer for customer in ledger.rows[Customer]}
    chance = stream("conversations", shop.seed)
    for said in _SAID:
        buyer = Buyer(shop, ledger, chance, known[said.email], provider="helpdesk")
        write = buyer.is_answered if said.is_answer else buyer.writes
        write(said.body, later(shop.as_of, hours=-said.hours_ago), subject=said.subject, channel=said.channel)
