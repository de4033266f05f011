// What makes the pages smoother; each of them works without it. A key clicks or focuses something visible:
// the element that carries the key in data-key ("/", "e", or "g c" for g and then c).
(() => {
  "use strict";

  // Tells the server that the exact count may come after the rows.
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `js=1; Path=/; SameSite=Lax${secure}`;

  const SWITCH = "keys-off"; // this device's choice, kept in localStorage
  const CHORD_MS = 1200;
  let pending = "";
  let pendingSince = 0;

  const isTyping = (element) =>
    element.matches("textarea, select, [contenteditable], input:not([type=checkbox], [type=radio])");

  const visible = (selector) => [...document.querySelectorAll(selector)].filter((element) => element.checkVisibility());

  function press(chord) {
    const [target] = visible(`[data-key="${CSS.escape(chord)}"]`);
    if (!target) return false;
    if (target.matches("input, summary")) {
      target.focus();
      target.select?.();
    } else {
      target.click();
    }
    return true;
  }

  function moveRow(step) {
    const rows = visible(".table tbody .main a, .hit > :first-child a");
    const next = rows[rows.indexOf(document.activeElement) + step] ?? (step > 0 ? null : rows[0]);
    next?.focus();
    return Boolean(next);
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") closeMenus(null);
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTyping(event.target)) return;
    if (localStorage.getItem(SWITCH)) return;
    const chord = pending && event.timeStamp - pendingSince < CHORD_MS ? `${pending} ${event.key}` : event.key;
    pending = chord === "g" ? "g" : "";
    pendingSince = event.timeStamp;
    const done = { j: () => moveRow(1), k: () => moveRow(-1) }[chord]?.() ?? press(chord);
    if (done) event.preventDefault();
  });

  // Single keys can be turned off where they are explained (WCAG 2.1.4).
  const keysSwitch = document.querySelector("[data-keys-switch]");
  if (keysSwitch) {
    const box = keysSwitch.querySelector("input");
    keysSwitch.hidden = false;
    box.checked = !localStorage.getItem(SWITCH);
    box.addEventListener("change", () =>
      box.checked ? localStorage.removeItem(SWITCH) : localStorage.setItem(SWITCH, "1"),
    );
  }

  function closeMenus(except) {
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      if (!menu.contains(except)) menu.open = false;
    });
  }
  document.addEventListener("click", (event) => closeMenus(event.target));

  // A text that one may want elsewhere. Without this it is selected by hand.
  const copies = () => document.querySelectorAll("[data-copy]");
  copies().forEach((button) => (button.hidden = !navigator.clipboard));
  document.addEventListener("click", async ({ target }) => {
    const button = target.closest("[data-copy]");
    if (!button) return;
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value);
    copies().forEach((other) => (other.textContent = other.dataset.words ?? other.textContent));
    button.dataset.words ??= button.textContent;
    button.textContent = button.dataset.copied;
  });

  // Filters left empty stay out of the address, which people read and send to each other.
  document.addEventListener("formdata", (event) => {
    // Not target.method, which is the field of that name where a form has one.
    if ((event.target.getAttribute("method") ?? "get") !== "get") return;
    const filled = [...event.formData].filter(([, value]) => value !== "");
    [...event.formData.keys()].forEach((name) => event.formData.delete(name));
    filled.forEach(([name, value]) => event.formData.append(name, value));
  });

  // The answer to a part that was replaced while it was on its way has no place any more: a list that was left for
  // its next page, still being counted.
  document.addEventListener("htmx:beforeRequest", ({ target, detail }) => {
    if (detail.boosted) return;
    target.addEventListener("htmx:beforeOnLoad", (event) => target.isConnected || event.preventDefault(), { once: true });
  });

  // A part of a page that cannot be had is shown as the page it is: the sign-in after the session ended, an error.
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const asked = new URL(detail.pathInfo.finalRequestPath, location.href);
    const wasRedirected = new URL(detail.xhr.responseURL || asked).pathname !== asked.pathname;
    if (!wasRedirected && detail.xhr.status < 400) return;
    detail.shouldSwap = false;
    if (wasRedirected) location.reload();
    else if (detail.boosted) location.assign(asked);
  });
})();
