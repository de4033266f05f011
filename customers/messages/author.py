"""Who wrote a message: the name that came with it or, of one to the buyer, of the member who recorded it."""

from customers.models import Message


def author_of(direction: str, author_name: str, member_name: str) -> str:
    """Whoever wrote down what a buyer said is not who said it; what went to them is the member's."""
    return author_name or (member_name if direction == Message.Direction.OUT else "")


def author_words(message: Message) -> str:
    """The same of a message that was read with its member."""
    member_name = message.author.user.name if message.author else ""
    return author_of(message.direction, message.author_name, member_name)
