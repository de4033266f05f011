"""What to answer a buyer who asks about access: a sentence or two for each rule, in English and Portuguese.

Both languages stand here, and not in the catalogue: the buyer's language is not the reader's, and a reply is
read as a whole by whoever changes it. Nothing internal belongs in one: no note, no name of a colleague, no id
of a provider, nothing of a dispute but that a payment is being looked at.
"""

from typing import Final, NamedTuple


class Text(NamedTuple):
    """The same in both languages."""

    en: str
    pt: str


HELLO: Final = Text("Hello%(name)s,", "Olá%(name)s,")
BYE: Final = Text("Kind regards", "Um abraço")
LOOK: Final = Text(
    "We are looking into it now and will write to you as soon as we know more.",
    "Já estamos verificando e escrevemos para você assim que soubermos mais.",
)
HOW_TO_ENTER: Final = Text(
    "You can enter with the email address of your purchase.",
    "Você pode entrar com o mesmo e-mail da compra.",
)
_AGAIN: Final = Text(
    "If you would like to have it again, you are welcome to make a new purchase.",
    "Se quiser ter acesso de novo, é só fazer uma nova compra.",
)
_RESTART: Final = Text(
    "If you would like to come back, you can subscribe again at any time.",
    "Se quiser voltar, você pode assinar de novo quando quiser.",
)
_WRITE: Final = Text(
    "If this does not match what you see, please answer this message.",
    "Se não for isso que aparece para você, responda a esta mensagem.",
)

CHECKING: Final = (
    Text(
        "we have found your purchase of %(product)s, and need a closer look at its records before we answer.",
        "encontramos sua compra de %(product)s e precisamos conferir os registros antes de responder.",
    ),
    LOOK,
)
_PAID: Final = Text(
    "your payment for %(product)s is confirmed.", "seu pagamento de %(product)s está confirmado."
)

REPLIES: Final[dict[str, tuple[Text, Text]]] = {
    "revoked_by_hand": (
        Text(
            "your access to %(product)s is closed at the moment.",
            "seu acesso a %(product)s está fechado no momento.",
        ),
        Text(
            "Please answer this message, and we will look at it together.",
            "Responda a esta mensagem e vemos isso juntos.",
        ),
    ),
    "nothing_to_open": (
        Text(
            "%(product)s has no members area: there is nothing you have to open or sign in to.",
            "%(product)s não tem área de membros: não há nada para abrir nem login para fazer.",
        ),
        Text(
            "If you are waiting for a date or a delivery, please answer this message.",
            "Se você espera uma data ou uma entrega, responda a esta mensagem.",
        ),
    ),
    "granted_by_hand": (
        Text("your access to %(product)s is open.", "seu acesso a %(product)s está aberto."),
        HOW_TO_ENTER,
    ),
    "status_unknown": CHECKING,
    "test_sale": (
        Text(
            "for %(product)s we have only found a test order, which gives no access.",
            "de %(product)s só encontramos um pedido de teste, que não dá acesso.",
        ),
        _WRITE,
    ),
    "dispute_lost": (
        Text(
            "the payment for %(product)s was returned to you, so your access has ended.",
            "o pagamento de %(product)s foi devolvido a você, por isso seu acesso foi encerrado.",
        ),
        _AGAIN,
    ),
    "refunded": (
        Text(
            "your purchase of %(product)s was refunded, so your access has ended.",
            "sua compra de %(product)s foi reembolsada, por isso seu acesso foi encerrado.",
        ),
        _AGAIN,
    ),
    "dispute_over_status_behind": CHECKING,
    "refund_failed_status_refunded": CHECKING,
    "reversed_but_never_paid": CHECKING,
    "paid_after_end": CHECKING,
    "subscription_expired": (
        Text("your subscription to %(product)s has ended.", "sua assinatura de %(product)s terminou."),
        _RESTART,
    ),
    "period_over": (
        Text(
            "your subscription to %(product)s was canceled, and the period you paid for is over.",
            "sua assinatura de %(product)s foi cancelada e o período pago já terminou.",
        ),
        _RESTART,
    ),
    "paid_but_incomplete": CHECKING,
    "first_payment_open": (
        Text(
            "the first payment of your subscription to %(product)s is not confirmed yet.",
            "o primeiro pagamento da sua assinatura de %(product)s ainda não foi confirmado.",
        ),
        Text(
            "As soon as it is, your access opens by itself.",
            "Assim que for, seu acesso abre automaticamente.",
        ),
    ),
    "canceled_without_end": CHECKING,
    "trial_over": CHECKING,
    "unpaid": (
        Text(
            "we could not charge your subscription to %(product)s.",
            "não conseguimos cobrar sua assinatura de %(product)s.",
        ),
        Text(
            "Please bring your payment details up to date; we are checking your access meanwhile.",
            "Atualize seus dados de pagamento; enquanto isso, estamos verificando seu acesso.",
        ),
    ),
    "paused": (
        Text(
            "your subscription to %(product)s is paused.",
            "sua assinatura de %(product)s está pausada.",
        ),
        Text(
            "When you take it up again, it goes on as before; tell us if we can help with that.",
            "Quando você retomar, tudo continua como antes; conte com a gente se precisar de ajuda.",
        ),
    ),
    "not_paid_yet": (
        Text(
            "we have your order of %(product)s, and its payment is not confirmed yet.",
            "recebemos seu pedido de %(product)s, e o pagamento ainda não foi confirmado.",
        ),
        Text(
            "A Pix is confirmed within minutes, a boleto in up to three working days; then your access opens "
            "by itself. If you have paid already, please send us the receipt.",
            "O Pix é confirmado em minutos e o boleto em até três dias úteis; depois o acesso abre "
            "automaticamente. Se você já pagou, envie o comprovante.",
        ),
    ),
    "declined": (
        Text(
            "the payment for %(product)s was declined, and nothing was charged.",
            "o pagamento de %(product)s foi recusado e nada foi cobrado.",
        ),
        Text(
            "You can try again with another card or with Pix.",
            "Você pode tentar de novo com outro cartão ou com Pix.",
        ),
    ),
    "payment_expired": (
        Text(
            "the Pix or boleto for %(product)s ran out before a payment arrived.",
            "o Pix ou boleto de %(product)s venceu antes de o pagamento chegar.",
        ),
        Text(
            "If you have paid, please send us the receipt; otherwise you can order again.",
            "Se você pagou, envie o comprovante; se não, é só fazer um novo pedido.",
        ),
    ),
    "sale_canceled": (
        Text(
            "your order of %(product)s was canceled before it was paid.",
            "seu pedido de %(product)s foi cancelado antes do pagamento.",
        ),
        Text("You are welcome to order again.", "Você pode fazer um novo pedido quando quiser."),
    ),
    "term_over": (
        Text(
            "the time of access that came with %(product)s is over.",
            "o tempo de acesso incluído em %(product)s terminou.",
        ),
        _AGAIN,
    ),
    "term_unknown": CHECKING,
    "subscription_missing": CHECKING,
    "dispute_open": (
        Text(
            "the payment for %(product)s is being looked at, and your access stays open meanwhile.",
            "o pagamento de %(product)s está em análise e, enquanto isso, seu acesso continua aberto.",
        ),
        _WRITE,
    ),
    "refund_requested": (
        Text(
            "your refund of %(product)s is being looked at, and your access stays open until it is made.",
            "seu reembolso de %(product)s está em análise, e seu acesso continua aberto até a devolução.",
        ),
        _WRITE,
    ),
    "past_due": (
        Text(
            "the last payment of your subscription to %(product)s did not go through, and it is being tried "
            "again.",
            "o último pagamento da sua assinatura de %(product)s não foi aprovado e será tentado de novo.",
        ),
        Text(
            "To keep your access, please bring your payment details up to date.",
            "Para manter o acesso, atualize seus dados de pagamento.",
        ),
    ),
    "renewal_missing": (
        Text(
            "the renewal of your subscription to %(product)s has not arrived yet.",
            "a renovação da sua assinatura de %(product)s ainda não chegou.",
        ),
        LOOK,
    ),
    "instalments_paid": (
        Text(
            "all your instalments of %(product)s are paid.",
            "todas as suas parcelas de %(product)s estão pagas.",
        ),
        HOW_TO_ENTER,
    ),
    "canceled_until_period_end": (
        Text(
            "your subscription to %(product)s will not be charged again, and is paid until %(day)s.",
            "sua assinatura de %(product)s não será mais cobrada e está paga até %(day)s.",
        ),
        HOW_TO_ENTER,
    ),
    "trial": (
        Text("your trial of %(product)s is running.", "seu período de teste de %(product)s está ativo."),
        HOW_TO_ENTER,
    ),
    "subscription_active": (
        Text("your subscription to %(product)s is active.", "sua assinatura de %(product)s está ativa."),
        HOW_TO_ENTER,
    ),
    "charge_paid": (_PAID, HOW_TO_ENTER),
    "lifetime": (
        Text(
            "you have bought %(product)s for life, and your access has no end.",
            "você comprou %(product)s com acesso vitalício, sem data para terminar.",
        ),
        HOW_TO_ENTER,
    ),
    "partly_refunded": (
        Text(
            "a part of your payment for %(product)s was returned, and the product stays yours.",
            "uma parte do seu pagamento de %(product)s foi devolvida, e o produto continua seu.",
        ),
        HOW_TO_ENTER,
    ),
    "sale_paid": (_PAID, HOW_TO_ENTER),
    "no_rule": CHECKING,
    "nothing_bought": (
        Text(
            "we have not found a purchase of %(product)s with this email address.",
            "não encontramos uma compra de %(product)s com este e-mail.",
        ),
        Text(
            "Could you send us the receipt, or the email address you bought with?",
            "Você pode enviar o comprovante ou o e-mail usado na compra?",
        ),
    ),
}

NOT_OPENED: Final = Text(
    "We see that your access was not opened as it should have been, and we are sorry.",
    "Vimos que seu acesso não foi aberto como deveria, e pedimos desculpas.",
)

LOCKED_OUT: Final = Text(
    "Your access is closed meanwhile. Please bring your payment details up to date; we are looking into it.",
    "Enquanto isso, seu acesso está fechado. Atualize seus dados de pagamento; já estamos verificando.",
)
NEVER_ARRIVED: Final = Text(
    "It should have arrived by now, so it has probably run out. If you have paid, please send us the "
    "receipt; otherwise you are welcome to order again.",
    "Ele já deveria ter chegado, então provavelmente venceu. Se você pagou, envie o comprovante; se não, é "
    "só fazer um novo pedido.",
)
