// Comfort only: every page does its work without this file.
"use strict";
(() => {
  document.documentElement.classList.add("scripted");
  const box = document.querySelector("#q");

  const typing = (target) => target.closest("input, textarea, select") !== null;
  const plain = (event) => !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing;
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && box && !typing(event.target) && plain(event)) {
      event.preventDefault();
      box.focus();
      box.select();
    } else if (event.key === "?" && !typing(event.target) && plain(event)) {
      event.preventDefault();
      showKeys(!keys.classList.contains("open"));
    } else if (event.key === "Escape" && keys.classList.contains("open")) {
      showKeys(false);
    }
  });

  // The keys: a section that its link shows without script too.
  const keys = document.querySelector("#keys");
  let before = null;
  const showKeys = (open) => {
    keys.classList.toggle("open", open);
    if (open) {
      before = document.activeElement;
      keys.focus();
    } else if (before) before.focus();
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href="#keys"], #keys a');
    if (!link) return;
    event.preventDefault();
    showKeys(link.closest("#keys") === null);
  });

  // Arrows go through the results; from the box too, where no suggestions are open.
  const hits = document.querySelectorAll("article.hit h2 a");
  document.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !hits.length || event.defaultPrevented || event.shiftKey || !plain(event)) return;
    const at = Array.prototype.indexOf.call(hits, document.activeElement);
    const inBox = box !== null && event.target === box;
    if (at < 0 && !inBox && event.target !== document.body && event.target.id !== "main") return;
    if (inBox && step < 0) return;
    event.preventDefault();
    if (at === 0 && step < 0 && box) box.focus();
    else hits[Math.max(0, Math.min(hits.length - 1, at < 0 ? 0 : at + step))].focus();
  });

  // A select that applies itself, and Enter in a field of several lines that confirms it.
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submit]")) submit(event.target.form);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.target.matches("[data-enter]")) {
      event.preventDefault();
      submit(event.target.form);
    }
  });

  // Browsers of 2021 need not know requestSubmit: pressing the form's button is the same.
  function submit(form) {
    if (form.requestSubmit) form.requestSubmit();
    else form.querySelector("button:not([type=button]), input[type=submit]").click();
  }

  // What is being read: the same piece of page, fetched again while somebody looks at it.
  const progress = document.querySelector("[data-refresh]");
  const refresh = async () => {
    const inside = progress.contains(document.activeElement);
    if (!document.hidden && !inside) {
      try {
        const answer = await fetch(progress.dataset.refresh, { headers: { Accept: "text/html" } });
        if (answer.ok) {
          const fresh = await answer.text();
          if (fresh !== progress.dataset.shown) {
            progress.innerHTML = fresh;
            progress.dataset.shown = fresh;
          }
        }
      } catch {
        // The server is away for a moment; the next round asks again.
      }
    }
    setTimeout(refresh, 2000);
  };
  if (progress) setTimeout(refresh, 2000);

  if (box && box.dataset.suggest) suggesting(box);

  function suggesting(input) {
    const list = document.createElement("ul");
    list.className = "suggestions";
    list.id = "suggestions";
    list.setAttribute("role", "listbox");
    list.hidden = true;
    input.after(list);
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", list.id);
    input.setAttribute("aria-expanded", "false");
    let chosen = -1;
    let waiting = 0;
    let asked = null;

    const close = () => {
      list.hidden = true;
      chosen = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    };
    const choose = (index) => {
      chosen = index;
      [...list.children].forEach((row, at) => row.setAttribute("aria-selected", String(at === index)));
      if (index < 0) input.removeAttribute("aria-activedescendant");
      else input.setAttribute("aria-activedescendant", list.children[index].id);
    };
    const take = (row) => {
      input.value = row.textContent;
      close();
      submit(input.form);
    };
    const show = (words) => {
      list.replaceChildren(...words.map((word, at) => {
        const row = document.createElement("li");
        row.id = `suggestion-${at}`;
        row.setAttribute("role", "option");
        row.setAttribute("aria-selected", "false");
        row.textContent = word;
        row.addEventListener("mousedown", (event) => { event.preventDefault(); take(row); });
        return row;
      }));
      list.hidden = words.length === 0;
      chosen = -1;
      input.setAttribute("aria-expanded", String(words.length > 0));
    };
    const ask = async () => {
      if (asked) asked.abort();
      asked = new AbortController();
      try {
        const address = `${input.dataset.suggest}?q=${encodeURIComponent(input.value)}`;
        const answer = await fetch(address, { signal: asked.signal, headers: { Accept: "application/json" } });
        if (answer.ok && document.activeElement === input) show((await answer.json()).suggestions);
      } catch (error) {
        if (error.name !== "AbortError") close();
      }
    };
    input.addEventListener("input", (event) => {
      clearTimeout(waiting);
      if (event.isComposing) return;
      if (input.value.trim().length < 2) close();
      else waiting = setTimeout(ask, 150);
    });
    input.addEventListener("compositionend", () => { waiting = setTimeout(ask, 150); });
    input.addEventListener("blur", close);
    input.addEventListener("keydown", (event) => {
      if (list.hidden) return;
      const count = list.children.length;
      if (event.key === "ArrowDown") { event.preventDefault(); choose((chosen + 2) % (count + 1) - 1); }
      else if (event.key === "ArrowUp") { event.preventDefault(); choose((chosen + count + 1) % (count + 1) - 1); }
      else if (event.key === "Escape") { event.preventDefault(); close(); }
      else if (event.key === "Enter" && chosen >= 0) { event.preventDefault(); take(list.children[chosen]); }
    });
  }
})();
