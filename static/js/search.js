// The search box of the band: shows hits as one types. Without it the box is a form that leads to the same hits.
(() => {
  "use strict";

  const SHORTEST = 2;
  const box = document.getElementById("band-q");
  const panel = document.getElementById("band-hits");
  if (!box || !panel) return;

  const isLong = () => box.value.trim().length >= SHORTEST;
  const hits = () => [...panel.querySelectorAll(".hit > :first-child a")];

  function show(isShown) {
    panel.hidden = !isShown;
  }

  // Too short a text asks for nothing, and an answer to an older one that is still on its way is not waited for.
  box.addEventListener("input", () => {
    if (isLong()) return;
    htmx.trigger(box, "htmx:abort");
    panel.replaceChildren();
    show(false);
  });
  box.addEventListener("htmx:beforeRequest", (event) => {
    if (!isLong()) event.preventDefault();
  });
  panel.addEventListener("htmx:afterSwap", () => show(isLong() && box.form.contains(document.activeElement)));

  // Looking elsewhere closes the hits and keeps both the text and the hits: coming back shows them again.
  box.addEventListener("focus", () => show(isLong() && panel.childElementCount > 0));
  document.addEventListener("focusin", ({ target }) => box.form.contains(target) || show(false));
  document.addEventListener("click", ({ target }) => box.form.contains(target) || show(false));

  box.form.addEventListener("keydown", (event) => {
    if (panel.hidden) return;
    const all = hits();
    const at = all.indexOf(document.activeElement);
    const moves = { ArrowDown: at + 1, ArrowUp: at - 1 };
    if (event.key === "Escape") {
      box.focus();
      show(false);
    } else if (event.key in moves) {
      (all[moves[event.key]] ?? (event.key === "ArrowUp" ? box : all.at(-1)))?.focus();
    } else {
      return;
    }
    // Escape would otherwise empty the box, and an arrow scroll the page.
    event.preventDefault();
    event.stopPropagation();
  });
})();
