// Takes the SHA-256 of a chosen file in the browser and asks about it; the file is sent nowhere.
(() => {
  "use strict";

  const form = document.querySelector("[data-verify]");
  const part = form?.querySelector("[data-verify-file]");
  // Browsers give no hashes to pages that came over plain HTTP from another machine.
  if (!part || !globalThis.crypto?.subtle) return;
  const box = part.querySelector("input");
  const [busy, unread] = ["busy", "unread"].map((name) => part.querySelector(`[data-verify-${name}]`));
  part.hidden = false;

  async function sha256(file) {
    const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
    return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  box.addEventListener("change", async () => {
    const [file] = box.files;
    if (!file) return;
    busy.hidden = false;
    unread.hidden = true;
    try {
      form.elements.sha256.value = await sha256(file);
      // Only the reference and what kind of file it is are sent: what else a person put into the name is not ours.
      const reference = file.name.match(/E-\d{4,9}/gi)?.at(-1) ?? "";
      const beside = file.name.match(/\.(changes|receipt)\b[^.]*\.(csv|json)$/i);
      form.elements.name.value = reference + (beside ? `.${beside[1]}.${beside[2]}` : "");
      form.requestSubmit();
    } catch {
      unread.hidden = false;
    } finally {
      busy.hidden = true;
    }
  });
})();
