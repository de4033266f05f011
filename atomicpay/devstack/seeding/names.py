"""Names and places of people who do not exist, with accents, particles and apostrophes as real ones have."""

import random
import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """A town with its state and the form of its postal codes (# is a digit)."""

    city: str
    state: str
    country: str
    postal: str
    dialling: str


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split("|"))


BRAZILIAN_FIRST = _words(
    "Ana|Antônia|Aline|Amanda|Beatriz|Bruna|Camila|Cecília|Cláudia|Fernanda|Flávia|Gabriela|Helena|Inês"
    "|Isadora|Jéssica|Júlia|Larissa|Letícia|Luciana|Luíza|Márcia|Mariana|Natália|Núbia|Patrícia|Rebeca"
    "|Sandra|Sônia|Tatiana|Thaís|Úrsula|Vanessa|Vitória|Zoé|Alexandre|André|Antônio|Bruno|Carlos|Cauã"
    "|Cláudio|Diego|Éder|Eduardo|Fábio|Felipe|Francisco|Guilherme|Gustavo|Heitor|João|Jorge|José"
    "|Leonardo|Lucas|Luís|Márcio|Mateus|Otávio|Paulo|Pedro|Rafael|Ricardo|Rogério|Sebastião|Sérgio"
    "|Tiago|Vítor|Yuri"
)
BRAZILIAN_LAST = _words(
    "Silva|Santos|Oliveira|Souza|Rodrigues|Ferreira|Alves|Pereira|Lima|Gomes|Costa|Ribeiro|Martins"
    "|Carvalho|Almeida|Lopes|Soares|Fernandes|Vieira|Barbosa|Rocha|Dias|Nascimento|Andrade|Moreira"
    "|Nunes|Marques|Machado|Mendes|Freitas|Cardoso|Ramos|Gonçalves|Santana|Teixeira|Araújo|Monteiro"
    "|Moura|Cavalcanti|Antunes|Brandão|Queirós|Sampaio|Xavier|Zanetti|Kowalski|Yamamoto|Bittencourt"
    "|Vasconcelos|Quaresma|Sant’Anna|D’Ávila|Figueirêdo|Nóbrega|Peçanha|Assunção"
)
PARTICLES = ("", "", "", "", "de ", "da ", "dos ")

ENGLISH_FIRST = _words(
    "Amelia|Ava|Charlotte|Chloe|Daisy|Eleanor|Emily|Freya|Grace|Hannah|Imogen|Isla|Niamh|Olivia|Phoebe"
    "|Ruby|Sophie|Zara|Alfie|Arthur|Callum|Daniel|Dylan|Edward|Finley|George|Harry|Isaac|Jack|Liam"
    "|Marcus|Noah|Oscar|Owen|Reuben|Theo|Tyrone|William|Zoë|François|Jürgen|Søren|Łukasz|Siobhán|Haruto"
    "|Yuki|Sakura|Ren"
)
ENGLISH_LAST = _words(
    "Adams|Ahmed|Baker|Bennett|Brown|Campbell|Carter|Clarke|Davies|Edwards|Evans|Fletcher|Foster|Green"
    "|Hall|Harris|Hughes|Jackson|Johnson|Jones|Kelly|Khan|Lewis|Mitchell|Morgan|Murphy|O’Brien|Okafor"
    "|Parker|Patel|Phillips|Price|Reid|Roberts|Robinson|Scott|Singh|Smith|Stewart|Taylor|Thompson"
    "|Walker|Ward|White|Williams|Wright|Young|Müller|Lefèvre|Sørensen|Kowalczyk|Tanaka|Sato"
)

BRAZILIAN_PLACES = (
    Place("São Paulo", "SP", "BR", "01###-###", "5511"),
    Place("Campinas", "SP", "BR", "13###-###", "5519"),
    Place("Rio de Janeiro", "RJ", "BR", "20###-###", "5521"),
    Place("Belo Horizonte", "MG", "BR", "30###-###", "5531"),
    Place("Curitiba", "PR", "BR", "80###-###", "5541"),
    Place("Florianópolis", "SC", "BR", "88###-###", "5548"),
    Place("Porto Alegre", "RS", "BR", "90###-###", "5551"),
    Place("Brasília", "DF", "BR", "70###-###", "5561"),
    Place("Salvador", "BA", "BR", "40###-###", "5571"),
    Place("Recife", "PE", "BR", "50###-###", "5581"),
    Place("Fortaleza", "CE", "BR", "60###-###", "5585"),
    Place("Belém", "PA", "BR", "66###-###", "5591"),
    Place("Lisboa", "", "PT", "1###-###", "351"),
)
FOREIGN_PLACES = (
    Place("London", "", "GB", "N1 #AB", "4420"),
    Place("Manchester", "", "GB", "M1 #CD", "44161"),
    Place("New York", "NY", "US", "100##", "1212"),
    Place("Austin", "TX", "US", "787##", "1512"),
    Place("Seattle", "WA", "US", "981##", "1206"),
    Place("Berlin", "", "DE", "10###", "4930"),
    Place("Paris", "", "FR", "750##", "331"),
    Place("Dublin", "", "IE", "D0#", "3531"),
    Place("東京", "", "JP", "100-0###", "813"),
)
BRAZILIAN_MAIL = ("correio.example", "mail.example", "caixa.example", "escola.example")
FOREIGN_MAIL = ("post.example", "mail.example", "inbox.example", "work.example")


def brazilian_name(chance: random.Random) -> str:
    first = chance.choice(BRAZILIAN_FIRST)
    last, more = chance.sample(BRAZILIAN_LAST, 2)
    middle = f"{more} " if chance.random() < 0.4 else ""
    return f"{first} {middle}{chance.choice(PARTICLES)}{last}"


def english_name(chance: random.Random) -> str:
    return f"{chance.choice(ENGLISH_FIRST)} {chance.choice(ENGLISH_LAST)}"


def address_of(name: str, domain: str, number: int | None = None) -> str:
    """An email made of the first and last word of a name."""
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = ["".join(filter(str.isalnum, word)) for word in ascii_name.split()]
    local = ".".join(dict.fromkeys(word for word in (words[0], words[-1]) if word)) or "buyer"
    return f"{local}{'' if number is None else number}@{domain}"


def postal_code(chance: random.Random, place: Place) -> str:
    return "".join(chance.choice("0123456789") if sign == "#" else sign for sign in place.postal)


def phone_digits(chance: random.Random, place: Place) -> str:
    """A number with its country code, from a block that is not given out where there is one (555-01)."""
    if place.country == "BR":
        return f"{place.dialling}90000{chance.randrange(10_000):04d}"
    if place.country == "US":
        return f"{place.dialling}55501{chance.randrange(100):02d}"
    return f"{place.dialling}7946{chance.randrange(10_000):04d}"
