"""What the bench asks of a page beside the page itself."""

from atomicpay.devstack.measuring.customers import loads_by_itself


def test_sections_that_load_by_themselves_are_found_and_links_are_not() -> None:
    html = """
      <div hx-get="/w/a/customers/1/timeline/?kind=sale&amp;x=1" hx-trigger="revealed"></div>
      <div hx-trigger="load delay:1s" hx-get="/w/a/customers/1/checks/"></div>
      <a href="/w/a/?after=2" hx-get="/w/a/?after=2" hx-target="#rows">Older</a>
      <input hx-get="/search" hx-trigger="keyup changed">
    """
    assert loads_by_itself(html) == ["/w/a/customers/1/timeline/?kind=sale&x=1", "/w/a/customers/1/checks/"]
