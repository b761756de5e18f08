// Files in pieces by the tus protocol (1.0.0), several at once, going on after a lost connection or a reload.
// The form beside it does its work without this file.
"use strict";
(() => {
  const form = document.querySelector("form[data-uploads]");
  if (!form || !window.fetch || !window.AbortController) return;
  const words = form.dataset;
  const list = document.querySelector("#uploads");
  const whole = document.querySelector("#uploads-whole");
  const AT_ONCE = 3, PIECE = 4 << 20, PREFIX = "tangthu-upload:", MINE = `${PREFIX}${words.person}:`;
  const TUS = { "Tus-Resumable": "1.0.0" };
  const entries = [];

  const remembered = {
    each(act) {
      try { Object.keys(localStorage).filter((key) => key.startsWith(PREFIX)).forEach(act); } catch { /* none is kept */ }
    },
    get(key) { try { return localStorage.getItem(key); } catch { return null; } },
    set(key, value) { try { localStorage.setItem(key, value); } catch { /* it goes on until a reload */ } },
    drop(key) { try { localStorage.removeItem(key); } catch { /* as above */ } },
  };
  // PCs are shared: what somebody else has begun is theirs to go on with, at their own sign-in.
  remembered.each((key) => { if (!key.startsWith(MINE)) remembered.drop(key); });

  // The browser keeps no names of files, only what tells them apart.
  const fingerprint = (file, path) => {
    let one = 0x811c9dc5, two = 0x1234567;
    for (const letter of `${path}|${file.size}|${file.lastModified}`) {
      one = Math.imul(one ^ letter.codePointAt(0), 0x01000193) >>> 0;
      two = Math.imul(two + letter.codePointAt(0), 0x85ebca6b) >>> 0;
    }
    return MINE + one.toString(36) + two.toString(36);
  };
  const encoded = (text) => {
    let bytes = "";
    new TextEncoder().encode(text).forEach((byte) => { bytes += String.fromCharCode(byte); });
    return btoa(bytes);
  };
  const size = (octets) => (octets < 1e6 ? `${Math.ceil(octets / 1e3)} KB` : `${(octets / 1e6).toFixed(1)} MB`);

  class Stopped extends Error {}
  class Unreadable extends Error {}

  async function asked(entry, address, method, headers, body) {
    entry.asking = new AbortController();
    const answer = await fetch(address, { method, headers: { ...TUS, ...headers }, body, signal: entry.asking.signal });
    if (answer.ok) return answer;
    let said = {};
    try { said = await answer.json(); } catch { /* a proxy's page */ }
    const error = new Error(said.detail || `${answer.status}`);
    error.status = answer.status;
    throw error;
  }

  async function begun(entry) {
    const said = [["filename", entry.file.name], ["relativePath", entry.path], ["batch", entry.batch], ["stack", entry.stack]];
    if (entry.lot) said.push(["together", entry.lot.id], ["files", `${entry.lot.files}`]);
    const metadata = said.filter((pair) => pair[1]).map((pair) => `${pair[0]} ${encoded(pair[1])}`).join(",");
    const headers = { "Upload-Length": `${entry.file.size}`, "Upload-Metadata": metadata };
    const answer = await asked(entry, words.uploads, "POST", headers);
    entry.address = answer.headers.get("Location");
    if (entry.state === "gone") {  // cancelled while it was announced
      forgotten(entry);
      throw new Stopped();
    }
    if (!entry.stack) remembered.set(entry.key, entry.address);
    return answer;
  }

  async function found(entry) {
    if (!entry.address) return begun(entry);
    try {
      const answer = await asked(entry, entry.address, "HEAD", {});
      if (Number(answer.headers.get("Upload-Length")) === entry.file.size) return answer;
    } catch (error) {
      if (error.status !== 404) throw error;
    }
    // What it had been announced with is gone: it is a delivery of its own.
    entry.address = null;
    entry.lot = null;
    return begun(entry);
  }

  const checked = async (bytes) => {
    if (!window.crypto || !crypto.subtle) return {};
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    return { "Upload-Checksum": `sha256 ${btoa(String.fromCharCode(...digest))}` };
  };

  async function read(entry) {
    try {
      return await entry.file.slice(entry.offset, entry.offset + PIECE).arrayBuffer();
    } catch {
      throw new Unreadable(words.unreadable);  // moved or altered since it was chosen
    }
  }

  async function sent(entry) {
    let answer = await found(entry);
    for (;;) {
      entry.offset = Number(answer.headers.get("Upload-Offset"));
      entry.receipt = answer.headers.get("Tangthu-Batch");
      entry.tries = 0;
      entry.why = "";
      shown(entry);
      if (entry.offset >= entry.file.size) return answer.headers.get("Tangthu-Delivery");
      if (entry.state !== "sending") throw new Stopped();
      const piece = await read(entry);
      const headers = { "Content-Type": "application/offset+octet-stream", "Upload-Offset": `${entry.offset}`, ...(await checked(piece)) };
      answer = await asked(entry, entry.address, "PATCH", headers, piece);
    }
  }

  // A lost connection, a proxy that is away, a full disk: it is tried again, for as long as the page is open.
  const lasting = (error) => error.status >= 400 && error.status < 500 && ![404, 408, 409, 423, 429, 460].includes(error.status);
  const waited = (entry) => new Promise((go) => {
    const seconds = Math.min(30, 2 ** Math.min(entry.tries, 5)) * (0.75 + Math.random() / 2);
    entry.wake = go;
    setTimeout(go, seconds * 1000);
  });
  window.addEventListener("online", () => entries.forEach((entry) => entry.wake && entry.wake()));

  async function pursued(entry) {
    entry.state = "sending";
    shown(entry);
    while (entry.state === "sending") {
      try {
        entry.delivery = await sent(entry);
        entry.state = "done";
        remembered.drop(entry.key);
      } catch (error) {
        if (entry.state !== "sending") break;
        if (lasting(error) || error instanceof Unreadable) {
          entry.state = "failed";
          entry.why = error.message;
        } else {
          entry.tries += 1;
          entry.why = error.status ? error.message : words.lost;
          shown(entry);
          await waited(entry);
        }
      }
    }
    shown(entry);
    next();
  }

  function next() {
    const running = entries.filter((entry) => entry.state === "sending").length;
    entries.filter((entry) => entry.state === "waiting" && !(entry.lot && entry.lot.open)).slice(0, Math.max(0, AT_ONCE - running)).forEach(pursued);
    joinable();
  }

  const halt = (entry, state) => {
    entry.state = state;
    // What is being announced has no address yet by which it could be taken back.
    if (entry.asking && (state !== "gone" || entry.address)) entry.asking.abort();
    if (entry.wake) entry.wake();
    shown(entry);
  };
  const back = (entry, told) => {
    Object.assign(entry, told);
    entries.push(entry);
    list.append(entry.row);
    shown(entry);
  };
  // Whoever cancels must be able to rely on it: asked again until it is answered; what had come whole is shown again.
  async function forgotten(entry) {
    for (entry.tries = 0; entry.tries < 8; entry.tries += 1) {
      let answer = null;
      try {
        answer = await fetch(entry.address, { method: "DELETE", headers: TUS });
      } catch { /* the connection is lost: once more */ }
      const delivery = answer && answer.headers.get("Tangthu-Delivery");
      if (delivery) back(entry, { state: "done", delivery, receipt: entry.receipt || delivery, offset: entry.file.size, why: "" });
      if (answer && (answer.ok || answer.status === 404)) return;
      await waited(entry);
    }
    back(entry, { state: "failed", why: words.uncancelled });
  }
  const acts = {
    pause: (entry) => halt(entry, "paused"),
    go: (entry) => { entry.state = "waiting"; entry.tries = 0; entry.why = ""; next(); shown(entry); },
    cancel: (entry) => {
      halt(entry, "gone");
      remembered.drop(entry.key);
      if (entry.address) forgotten(entry);
      entries.splice(entries.indexOf(entry), 1);
      entry.row.remove();
      shown();
      joinable();
      next();
    },
  };

  function shown(entry) {
    if (entry && entry.row) {
      entry.row.className = entry.state;
      entry.bar.value = entry.file.size ? entry.offset / entry.file.size : entry.state === "done" ? 1 : 0;
      const told = { waiting: words.waiting, sending: `${Math.floor(entry.bar.value * 100)}%`, paused: words.paused, done: entry.stack && !entry.joined ? words.sheet : words.done, failed: words.failed };
      entry.said.textContent = [told[entry.state], entry.state === "done" && !entry.stack ? "" : entry.why].filter(Boolean).join(". ");
      entry.buttons.pause.hidden = !["sending", "waiting"].includes(entry.state);
      entry.buttons.go.hidden = !["paused", "failed"].includes(entry.state);
      entry.buttons.cancel.hidden = entry.joined || (entry.state === "done" && !entry.stack);
    }
    const total = entries.reduce((sum, one) => sum + one.file.size, 0);
    const come = entries.reduce((sum, one) => sum + (one.state === "done" ? one.file.size : one.offset), 0);
    const done = entries.filter((one) => one.state === "done").length;
    whole.hidden = !entries.length;
    whole.querySelector("progress").value = total ? come / total : 0;
    whole.querySelector("output").textContent = `${done}/${entries.length} · ${size(come)} / ${size(total)}`;
    whole.querySelector("a").hidden = !done;
    receipted();
  }

  // A receipt is offered when nothing that belongs to it is on its way any more.
  const receipts = document.querySelector("#uploads-receipts");
  function receipted() {
    const through = new Map();
    entries.filter((entry) => !entry.stack || entry.joined).forEach((entry) => {
      const together = entry.lot || entry.receipt;
      through.set(together, (through.get(together) || []).concat(entry));
    });
    const ended = (one) => one.state === "done" || one.state === "failed";
    const lines = [...through.values()].filter((some) => some.every(ended) && some.some((one) => one.state === "done"));
    receipts.replaceChildren(...lines.map((some) => {
      const line = document.createElement("li"), link = document.createElement("a");
      link.href = `/bien-nhan/${some.find((one) => one.receipt).receipt}`;
      link.textContent = `${words.receipt} (${some[0].stack ? 1 : some.length})`;
      line.append(link);
      return line;
    }));
  }

  function button(entry, name) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "quiet";
    made.textContent = words[name];
    made.setAttribute("aria-label", `${words[name]}: ${entry.path || entry.file.name}`);
    made.addEventListener("click", () => acts[name](entry));
    return made;
  }

  function listed(entry) {
    const row = entry.row = document.createElement("li");
    const name = document.createElement("span");
    name.className = "name";
    name.textContent = entry.path || entry.file.name;
    entry.bar = document.createElement("progress");
    entry.bar.max = 1;
    entry.bar.setAttribute("aria-label", name.textContent);
    entry.said = document.createElement("span");
    entry.said.className = "took";
    entry.buttons = { pause: button(entry, "pause"), go: button(entry, "go"), cancel: button(entry, "cancel") };
    row.append(name, entry.bar, entry.said, entry.buttons.pause, entry.buttons.go, entry.buttons.cancel);
    list.append(row);
  }

  // What is chosen at one time is one delivery: the archive is told how many files that is, and misses any of them.
  const lot = () => ({ id: Date.now().toString(36) + Math.random().toString(36).slice(2, 12), files: 0, open: true });
  const closed = (one) => { one.open = false; next(); };

  function added(file, path, stack, together) {
    const batch = form.elements.batch ? form.elements.batch.value.trim() : "";
    const key = fingerprint(file, `${batch}/${path || file.name}`);
    const known = stack ? undefined : entries.find((entry) => entry.key === key);
    if (known) {
      known.file = file;
      if (["paused", "failed"].includes(known.state) && file.size <= Number(words.largest)) acts.go(known);
      return;
    }
    const entry = { file, path: path === file.name ? "" : path, batch, key, stack: stack || "", offset: 0, tries: 0, state: "waiting", why: "" };
    entry.address = entry.stack ? null : remembered.get(key);
    if (together && !entry.address) {
      entry.lot = together;
      together.files += 1;
    }
    if (file.size > Number(words.largest)) {
      entry.state = "failed";
      entry.why = words.large;
    }
    entries.push(entry);
    listed(entry);
    shown(entry);
  }

  // A folder is walked to its end: a browser hands out its entries a hundred at a time.
  async function walked(found, path, together) {
    if (found.isFile) {
      const file = await new Promise((give, fail) => found.file(give, fail));
      if (!file.name.startsWith(".")) added(file, path + file.name, "", together);
      return;
    }
    const reader = found.createReader();
    for (;;) {
      const some = await new Promise((give, fail) => reader.readEntries(give, fail));
      if (!some.length) return;
      for (const one of some) await walked(one, `${path}${found.name}/`, together);
    }
  }

  const zone = document.querySelector("#drop-zone") || form;
  let inside = 0;
  const carries = (event) => event.dataTransfer && [...event.dataTransfer.types].includes("Files");
  zone.addEventListener("dragenter", (event) => { if (carries(event)) { event.preventDefault(); inside += 1; zone.classList.add("over"); } });
  zone.addEventListener("dragleave", () => { inside = Math.max(0, inside - 1); if (!inside) zone.classList.remove("over"); });
  zone.addEventListener("dragover", (event) => { if (carries(event)) event.preventDefault(); });
  zone.addEventListener("drop", async (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    inside = 0;
    zone.classList.remove("over");
    // Read before anything is waited for: afterwards the browser has taken them back.
    const items = [...event.dataTransfer.items].filter((item) => item.kind === "file");
    const found = items.map((item) => (item.webkitGetAsEntry ? item.webkitGetAsEntry() : null) || item.getAsFile());
    const together = lot();
    try {
      for (const one of found) {
        if (one && typeof one.isFile === "boolean") await walked(one, "", together);
        else if (one) added(one, one.name, "", together);
      }
    } finally {
      closed(together);
    }
  });

  form.addEventListener("change", (event) => {
    const input = event.target;
    if (input.type !== "file" || !input.files.length) return;
    const together = lot();
    if (input.matches("[data-camera]")) photographed([...input.files], together);
    else [...input.files].forEach((file) => added(file, file.webkitRelativePath || file.name, "", together));
    input.value = "";
    closed(together);
  });
  form.addEventListener("submit", (event) => { event.preventDefault(); next(); });
  window.addEventListener("beforeunload", (event) => {
    if (entries.some((entry) => entry.state === "sending" || (entry.stack && !entry.joined))) {
      event.preventDefault();
      event.returnValue = "";
    }
  });
  document.querySelectorAll("[data-forget]").forEach((forget) => forget.addEventListener("click", () => {
    const gone = fetch(forget.dataset.forget, { method: "DELETE", headers: TUS });
    gone.then((answer) => { if (answer.ok || answer.status === 404) forget.parentElement.remove(); }).catch(() => {});
  }));
  document.querySelectorAll(".with-script").forEach((part) => { part.hidden = false; });
  document.querySelectorAll(".without-script").forEach((part) => { part.hidden = true; });
  form.querySelectorAll("input[required]").forEach((input) => { input.required = false; });

  // Photos of one paper are sent at once and joined when the person says that the last was taken.
  const join = document.querySelector("#stack-done");
  let stack = "";
  const sheets = () => entries.filter((entry) => entry.stack && entry.stack === stack);
  function photographed(files, together) {
    const one = form.elements.photos && form.elements.photos.value === "one";
    if (one && !stack) stack = Date.now().toString(36) + Math.random().toString(36).slice(2, 8);
    files.forEach((file) => {
      const number = String(sheets().length + 1).padStart(2, "0");
      added(file, one ? `${number} ${file.name}` : file.name, one ? stack : "", one ? null : together);
    });
  }
  function joinable() {
    if (join) join.disabled = !sheets().length || !sheets().every((entry) => entry.state === "done");
  }
  if (join) join.addEventListener("click", async () => {
    const papers = sheets(), at = new Date(), two = (number) => String(number).padStart(2, "0");
    const name = `${words.stackName} ${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}.${two(at.getMinutes())}`;
    const batch = form.elements.batch ? form.elements.batch.value.trim().replace(/[\\/]/g, "-") : "";
    const said = { uploads: papers.map((entry) => entry.address.split("/").pop()), name: batch ? `${batch}/${name}` : name };
    join.disabled = true;
    try {
      const answer = await asked({}, `${words.uploads}/stack`, "POST", { "Content-Type": "application/json" }, JSON.stringify(said));
      const delivery = (await answer.json()).delivery_id;
      papers.forEach((entry) => { entry.delivery = entry.receipt = delivery; entry.joined = true; entry.why = ""; shown(entry); });
      stack = "";
    } catch (error) {
      papers.forEach((entry) => { entry.why = error.status === 415 ? words.nophoto : error.status ? error.message : words.lost; shown(entry); });
      joinable();
    }
  });
})();
