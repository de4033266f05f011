"""What was found out, as it is said: a sentence, its evidence, and where one can go from there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext

from atomicpay.ui.listing import ListState

from .facts import MOST, Counted, Facts, Found, Hiding, How, Narrowing
from .findings import Finding, Kind, rows_left_out


@dataclass(frozen=True, slots=True)
class Link:
    """Somewhere to go."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """One line of evidence, with where it leads beside it."""

    text: str
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason as templates/missing/reasons.html draws it; `tone` is its mark."""

    tone: str
    title: str
    evidence: tuple[Evidence, ...] = ()
    action: Link | None = None


class Teller:
    """Says findings about one list."""

    def __init__(self, state: ListState, path: str, facts: Facts) -> None:
        self.page, self.path, self.facts = state.page, path, facts

    def say(self, finding: Finding) -> Reason:
        """The finding in words."""
        say: Mapping[Kind, Callable[[Finding], Reason]] = {
            Kind.LISTED: self._listed,
            Kind.HIDDEN: self._hidden,
            Kind.MERGED: self._merged,
            Kind.TEST: self._test,
            Kind.HAS_NONE: self._has_none,
            Kind.NARROWS: self._narrows,
            Kind.NEAR: self._near,
            Kind.ONLY_TOGETHER: self._only_together,
            Kind.HIDES_NOTHING: self._hides_nothing,
            Kind.NOT_COUNTED: self._not_counted,
            Kind.UNKNOWN: self._unknown,
        }
        return say[finding.kind](finding) if finding.kind in say else _about_products(finding.kind)

    # Records ------------------------------------------------------------------------------------------------

    def _listed(self, finding: Finding) -> Reason:
        record = _record(finding)
        title = gettext("%(record)s is in this list") % {"record": record.title}
        lines = (*_how(record), Evidence(gettext("It may be on another page of it.")))
        return Reason("ok", title, lines, Link(gettext("Open"), record.url))

    def _hidden(self, finding: Finding) -> Reason:
        record = _record(finding)
        names = {"record": record.title, "filters": _quoted(record.hidden_by)}
        if len(record.hidden_by) == 1:
            title = gettext("%(filters)s hides %(record)s") % names
        else:
            title = gettext("%(filters)s together hide %(record)s") % names
        lines = (
            *_how(record),
            *(line for hiding in record.hidden_by for line in self._hiding(hiding, record.shown_at)),
        )
        if record.shown_at is None:
            return Reason("warn", title, lines, Link(gettext("Open"), record.url))
        return Reason("warn", title, lines, Link(gettext("Show it here"), self._url(record.shown_at)))

    def _hiding(self, hiding: Hiding, shown_at: str | None) -> list[Evidence]:
        said = {"label": hiding.label, "own": hiding.own, "asks": hiding.asks}
        words = gettext("%(label)s: %(own)s, %(asks)s") if hiding.own else gettext("%(label)s: %(asks)s")
        label = gettext("Without %(label)s") % {"label": hiding.label}
        # Where this filter alone hides the record, the button beside it leads there already.
        link = None if hiding.without == shown_at else Link(label, self._url(hiding.without))
        lines = [Evidence(words % said, link)]
        for other in hiding.other_dates:
            words = gettext("By the date “%(label)s” it is in the range") % {"label": other.label}
            lines.append(Evidence(words, Link(gettext("Read it so"), self._url(other.query))))
        return lines

    def _merged(self, finding: Finding) -> Reason:
        record = _record(finding)
        assert record.survivor is not None  # noqa: S101 -- what makes the finding
        names = {"record": record.title, "survivor": record.survivor.title}
        title = gettext("%(record)s was merged, and is now part of %(survivor)s") % names
        action = Link(gettext("Open %(record)s") % {"record": record.survivor.title}, record.survivor.url)
        return Reason("warn", title, _how(record), action)

    def _test(self, finding: Finding) -> Reason:
        record = _record(finding)
        title = gettext("%(record)s is test data, which this list never shows") % {"record": record.title}
        return Reason("warn", title, _how(record), Link(gettext("Open"), record.url))

    def _has_none(self, finding: Finding) -> Reason:
        record = _record(finding)
        names = {"record": record.title, "nouns": self.page.noun_plural}
        title = gettext("%(record)s is known here, and has no %(nouns)s") % names
        return Reason("warn", title, _how(record), Link(gettext("Open"), record.url))

    def _near(self, finding: Finding) -> Reason:
        record = _record(finding)
        title = str(_NEAR[record.how]()) % {"what": record.note or record.title}
        lines = [Evidence(", ".join(filter(None, (record.title, record.sub))))] if record.note else []
        if record.hidden_by:
            lines.append(Evidence(gettext("Hidden by %(filters)s.") % {"filters": _quoted(record.hidden_by)}))
        label = gettext("Open %(record)s") % {"record": record.title}
        return Reason("wait", title, tuple(lines), Link(label, record.url))

    # Filters ------------------------------------------------------------------------------------------------

    def _narrows(self, finding: Finding) -> Reason:
        (narrowing,) = finding.narrowings
        more = rows_left_out(narrowing, self.facts) or Counted(0)
        named = {
            "filter": f"“{narrowing.label}: {narrowing.words}”",
            "number": number_format(MOST if more.is_more else more.number, force_grouping=True),
            "nouns": self.page.noun if more == Counted(1) else self.page.noun_plural,
        }
        if more.is_more:
            title = gettext("Without %(filter)s there are more than %(number)s %(nouns)s") % named
        else:
            title = gettext("%(filter)s hides %(number)s %(nouns)s") % named
        examples = tuple(Evidence(each.sub, Link(each.title, each.url)) for each in narrowing.examples)
        return Reason("warn", title, examples, self._without(narrowing))

    def _not_counted(self, finding: Finding) -> Reason:
        title = gettext("Too much to count at once. See the list without each of these:")
        lines = [Evidence("", self._without(narrowing)) for narrowing in finding.narrowings]
        return Reason("wait", title, tuple(lines))

    def _without(self, narrowing: Narrowing) -> Link:
        label = gettext("Without %(label)s") % {"label": narrowing.label}
        return Link(label, self._url(narrowing.without))

    def _only_together(self, finding: Finding) -> Reason:
        text = gettext("Without any one of them the answer is still no %(noun)s.") % {"noun": self.page.noun}
        title = gettext("%(filters)s: none of them is the reason alone") % {
            "filters": _quoted(finding.narrowings)
        }
        return Reason("off", title, (Evidence(text),))

    def _hides_nothing(self, finding: Finding) -> Reason:
        filters = {"filters": _quoted(finding.narrowings)}
        title = ngettext(
            "%(filters)s by itself hides nothing",
            "%(filters)s, each by itself, hide nothing",
            len(finding.narrowings),
        )
        return Reason("off", title % filters)

    def _unknown(self, finding: Finding) -> Reason:
        title = gettext("Nothing is known here by “%(text)s”") % {"text": self.facts.text}
        text = gettext("Looked for in every name, former email, phone, document, reference and code.")
        return Reason("off", title, (Evidence(text),))

    def _url(self, query: str) -> str:
        return f"{self.path}?{query}" if query else self.path


def _about_products(kind: Kind) -> Reason:
    if kind is Kind.OUTSIDE:
        title = gettext("There is something of this very key outside your products")
        text = gettext("Ask somebody who sees all products. What it is cannot be shown to you.")
        return Reason("warn", title, (Evidence(text),))
    if kind is Kind.WITHIN_PRODUCTS:
        return Reason("off", gettext("Only what lies within your products was looked through"))
    return Reason("off", gettext("Your product access hides nothing"))


def _record(finding: Finding) -> Found:
    assert finding.found is not None  # noqa: S101 -- the kinds that ask are made with one
    return finding.found


def _how(record: Found) -> tuple[Evidence, ...]:
    """What is shown of the record, and by what it was found where that is not in sight."""
    words = _FOUND_BY[record.how]() if record.how in _FOUND_BY else ""
    text = ", ".join(filter(None, (record.sub, words)))
    return (Evidence(text),) if text else ()


def _quoted(named: tuple[Hiding, ...] | tuple[Narrowing, ...]) -> str:
    """“Status”, “Date” and “Product”."""
    *first, last = [f"“{each.label}”" for each in named]
    if not first:
        return last
    return gettext("%(first)s and %(last)s") % {"first": ", ".join(first), "last": last}


_FOUND_BY: Final[Mapping[How, Callable[[], str]]] = {
    How.FORMER_EMAIL: lambda: gettext("found by a former email"),
    How.SAME_MAILBOX: lambda: gettext("found by an email that reaches the same mailbox"),
    How.PHONE: lambda: gettext("found by its phone"),
    How.DOCUMENT: lambda: gettext("found by its document"),
    How.CODE: lambda: gettext("found by its code"),
}

_NEAR: Final[Mapping[How, Callable[[], str]]] = {
    How.ONE_LETTER: lambda: gettext("One letter away: %(what)s"),
    How.SAME_EMAIL: lambda: gettext("Another record with the same email: %(what)s"),
    How.SAME_DOCUMENT: lambda: gettext("Another record with the same document: %(what)s"),
    How.SAME_PHONE: lambda: gettext("Another record with the same phone: %(what)s"),
}
