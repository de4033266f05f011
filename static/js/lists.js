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
