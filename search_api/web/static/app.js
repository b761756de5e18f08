// Comfort only: every page does its work without this file.
"use strict";
(() => {
  document.documentElement.classList.add("scripted");
  const box = document.querySelector("#q");

  const typing = (target) => target.closest("input, textarea, select") !== null;
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && box && !typing(event.target) && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      box.focus();
      box.select();
    }
  });

  // A select that applies itself, and Enter in a field of several lines that confirms it.
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.target.matches("[data-enter]")) {
      event.preventDefault();
      event.target.form.requestSubmit();
    }
  });

  // PCs are shared: which uploads were begun here is forgotten when somebody signs out.
  document.addEventListener("submit", (event) => {
    if (event.target.getAttribute("action") !== "/dang-xuat") return;
    try {
      Object.keys(localStorage).filter((key) => key.startsWith("tangthu-upload:")).forEach((key) => localStorage.removeItem(key));
    } catch {
      // Nothing is kept where nothing may be.
    }
  });

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
    list.role = "listbox";
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
      input.form.requestSubmit();
    };
    const show = (words) => {
      list.replaceChildren(...words.map((word, at) => {
        const row = document.createElement("li");
        row.id = `suggestion-${at}`;
        row.role = "option";
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
