// Takes the SHA-256 of a chosen or dropped file in the browser and asks about it; the file is sent nowhere.
(() => {
  "use strict";

  const form = document.querySelector("[data-verify]");
  const part = form?.querySelector("[data-verify-file]");
  if (!part) return;
  const box = part.querySelector("input");
  const [busy, unread] = ["busy", "unread"].map((name) => part.querySelector(`[data-verify-${name}]`));
  part.hidden = false;

  // The browser's own digest wants the whole file in memory at once, and a file may have gigabytes.
  const SLICE = 1 << 22;
  const [START, ROUNDS] = (() => {
    const primes = [];
    for (let number = 2; primes.length < 64; number++) {
      if (primes.every((prime) => number % prime)) primes.push(number);
    }
    const bits = (root) => ((root % 1) * 2 ** 32) | 0;
    return [primes.slice(0, 8).map((prime) => bits(Math.sqrt(prime))), primes.map((prime) => bits(Math.cbrt(prime)))].map(
      (numbers) => Int32Array.from(numbers),
    );
  })();
  const words = new Int32Array(64);
  const turn = (word, by) => (word >>> by) | (word << (32 - by));

  // FIPS 180-4, 6.2.2, for bytes of a whole number of blocks.
  function take(state, bytes) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let offset = 0; offset < bytes.length; offset += 64) {
      for (let i = 0; i < 16; i++) words[i] = view.getInt32(offset + 4 * i);
      for (let i = 16; i < 64; i++) {
        const early = words[i - 15];
        const late = words[i - 2];
        const first = turn(early, 7) ^ turn(early, 18) ^ (early >>> 3);
        const second = turn(late, 17) ^ turn(late, 19) ^ (late >>> 10);
        words[i] = words[i - 16] + first + words[i - 7] + second;
      }
      let [a, b, c, d, e, f, g, h] = state;
      for (let i = 0; i < 64; i++) {
        const chosen = (e & f) ^ (~e & g);
        const most = (a & b) ^ (a & c) ^ (b & c);
        const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + chosen + ROUNDS[i] + words[i]) | 0;
        const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + most) | 0;
        h = g;
        g = f;
        f = e;
        e = (d + one) | 0;
        d = c;
        c = b;
        b = a;
        a = (one + two) | 0;
      }
      state[0] += a;
      state[1] += b;
      state[2] += c;
      state[3] += d;
      state[4] += e;
      state[5] += f;
      state[6] += g;
      state[7] += h;
    }
  }

  // The last block or two: a single bit, zeros, and the file's length in bits.
  function padded(rest, size) {
    const bytes = new Uint8Array(rest.length < 56 ? 64 : 128);
    bytes.set(rest);
    bytes[rest.length] = 0x80;
    new DataView(bytes.buffer).setBigUint64(bytes.length - 8, BigInt(size) * 8n);
    return bytes;
  }

  async function sha256(file) {
    const state = Int32Array.from(START);
    const whole = file.size - (file.size % 64);
    for (let offset = 0; offset < whole; offset += SLICE) {
      take(state, new Uint8Array(await file.slice(offset, Math.min(offset + SLICE, whole)).arrayBuffer()));
    }
    take(state, padded(new Uint8Array(await file.slice(whole).arrayBuffer()), file.size));
    return [...state].map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
  }

  async function ask(file) {
    busy.hidden = false;
    unread.hidden = true;
    try {
      form.elements.sha256.value = await sha256(file);
      // Only the reference and what kind of file it is are sent: what else stands in the name is not ours.
      const reference = file.name.match(/E-\d{4,9}/gi)?.at(-1) ?? "";
      const beside = file.name.match(/\.(changes|receipt)\b[^.]*\.(csv|json)$/i);
      form.elements.name.value = reference + (beside ? `.${beside[1]}.${beside[2]}` : "");
      form.requestSubmit();
    } catch {
      unread.hidden = false;
    } finally {
      busy.hidden = true;
    }
  }

  box.addEventListener("change", () => box.files.length && ask(box.files[0]));

  // On the whole page: a browser opens a file that is dropped beside the place, and the page is gone.
  const holdsFile = (event) => event.dataTransfer?.types.includes("Files");
  document.addEventListener("dragover", (event) => {
    if (!holdsFile(event)) return;
    event.preventDefault();
    part.classList.add("drop-over");
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) part.classList.remove("drop-over");
  });
  document.addEventListener("drop", (event) => {
    if (!holdsFile(event)) return;
    event.preventDefault();
    part.classList.remove("drop-over");
    const [file] = event.dataTransfer.files;
    if (file) ask(file);
  });
})();
