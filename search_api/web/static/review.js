// Comfort only: the form does its work without this file. Keys lead from one doubtful word to the next.
"use strict";
(() => {
  const form = document.querySelector("form.review");
  if (!form) return;
  const box = form.querySelector("#text");
  const press = (name) => {
    const button = form.querySelector(`button[value="${name}"]`);
    if (button) button.click();
  };

  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
  });
  window.addEventListener("pageshow", () => {
    sent = false;
  });

  const spots = ((box && box.dataset.spots) || "").split(";").filter(Boolean).map((spot) => spot.split(",").map(Number));
  let at = 0;
  let length = box ? box.value.length : 0;
  const choose = (index) => {
    at = index;
    box.focus();
    box.setSelectionRange(spots[at][0], spots[at][1]);
  };
  if (box && spots.length) choose(0);

  // What is typed moves the words after it.
  if (box) {
    box.addEventListener("input", () => {
      const more = box.value.length - length;
      const caret = box.selectionStart;
      length = box.value.length;
      for (const spot of spots) {
        if (spot[0] >= caret - Math.max(more, 0)) spot[0] += more;
        if (spot[1] >= caret - Math.max(more, 0)) spot[1] = Math.max(spot[0], spot[1] + more);
      }
    });
    box.addEventListener("keydown", (event) => {
      if (event.isComposing || event.altKey || event.metaKey || event.ctrlKey) return;
      const back = event.key === "ArrowUp" || (event.key === "Tab" && event.shiftKey);
      const on = event.key === "ArrowDown" || (event.key === "Tab" && !event.shiftKey);
      if (!(back || on) || !spots.length) return;
      const next = at + (on ? 1 : -1);
      // Behind the last word Tab leads on to the buttons, as everywhere.
      if (event.key === "Tab" && (next < 0 || next >= spots.length)) return;
      event.preventDefault();
      choose((next + spots.length) % spots.length);
    });
  }

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey || event.metaKey) return;
    const typing = event.target.closest("input, textarea, select") !== null;
    const undo = event.ctrlKey && event.key.toLowerCase() === "z" && !event.shiftKey;
    if (undo && (!box || box.value === box.defaultValue)) {
      event.preventDefault();
      press("undo");
    }
    if (event.ctrlKey) return;
    const keys = document.querySelector("#keys.open");
    if (event.key === "Escape" && !keys) {
      event.preventDefault();
      press("skip");
    } else if (!typing) {
      const letters = { b: "blank", u: "unreadable", z: "undo" };
      const name = letters[event.key.toLowerCase()];
      if (name) {
        event.preventDefault();
        press(name);
      } else if (event.key === "Enter" && event.target.closest("a, button, summary") === null) {
        press("answer");
      }
    }
  });
})();
