// Lists: the way back to one as it was left, and columns that move without asking the server.
(() => {
  "use strict";

  // The address of each list, as this tab left it. Kept by the tab alone, and not beyond the sign-in.
  const KEPT = "list ";

  function remember() {
    if (document.getElementById("listing")) sessionStorage.setItem(KEPT + location.pathname, location.search);
  }

  if (!document.querySelector(".band")) sessionStorage.clear();
  remember();
  document.addEventListener("htmx:pushedIntoHistory", remember);

  // The server knows the list only from the page before; after a note was written that is the record itself.
  document.querySelectorAll("a[data-list]").forEach((link) => {
    const search = sessionStorage.getItem(KEPT + link.pathname);
    if (search) link.search = search;
  });

  // No copy of a page is kept, so going back over a part that was swapped in reloads the page; the browser
  // would then scroll it to where the part was left, and not to where the page was.
  const SCROLLED = "scroll ";
  const RESTORES = "scrolls back";

  document.addEventListener("htmx:beforeHistorySave", ({ detail }) =>
    sessionStorage.setItem(SCROLLED + detail.path, scrollY),
  );
  window.addEventListener("popstate", ({ state }) => {
    if (!state?.htmx) return;
    history.scrollRestoration = "manual";
    sessionStorage.setItem(RESTORES, "1");
  });
  if (sessionStorage.getItem(RESTORES)) {
    sessionStorage.removeItem(RESTORES);
    const top = sessionStorage.getItem(SCROLLED + location.pathname + location.search);
    window.addEventListener("load", () => {
      scrollTo({ top: Number(top), behavior: "instant" });
      // Not at once: the browser would then do what it had been kept from.
      setTimeout(() => (history.scrollRestoration = "auto"), 300);
    });
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest(".chooser button[name=move]");
    if (!button) return;
    event.preventDefault();
    const line = button.closest("li");
    if (button.value.startsWith("up ")) line.previousElementSibling?.before(line);
    else line.nextElementSibling?.after(line);
    button.focus();
  });
})();
