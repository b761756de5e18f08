// Comfort on a record's page: words over the scan to select, deep zoom, keys. Everything is done without this file too.
"use strict";
(() => {
  const SVG = "http://www.w3.org/2000/svg";
  const scan = document.querySelector("#scan");
  const room = document.querySelector(".sheet-room");

  // ---- words over the scan, fetched when somebody goes to it ----------------------------------------------------
  const layer = document.querySelector("[data-words]");
  let asked = false;

  const wordOf = (word, width, height) => {
    const span = document.createElementNS(SVG, "tspan");
    const tall = (word.box[3] - word.box[1]) * height;
    const long = (word.box[2] - word.box[0]) * width;
    span.setAttribute("x", (word.box[0] * width).toFixed(2));
    span.setAttribute("y", (word.box[3] * height - tall * 0.18).toFixed(2));
    span.setAttribute("font-size", Math.max(tall, 1).toFixed(2));
    span.setAttribute("textLength", Math.max(long, 0.5).toFixed(2));
    span.setAttribute("lengthAdjust", "spacingAndGlyphs");
    span.textContent = word.text;
    return span;
  };
  const lay = (words) => {
    const { width, height } = layer.viewBox.baseVal;
    let line = null;
    let before = "";
    for (const word of words) {
      if (!word.box) continue;
      const now = `${word.block} ${word.line}`;
      if (now !== before || !line) {
        line = document.createElementNS(SVG, "text");
        layer.append(line);
        before = now;
      } else {
        line.append(" ");
      }
      line.append(wordOf(word, width, height));
    }
  };
  const fetchWords = async () => {
    if (asked || !layer) return;
    asked = true;
    try {
      const answer = await fetch(layer.dataset.words, { headers: { Accept: "application/json" } });
      if (answer.ok) lay((await answer.json()).words);
    } catch {
      asked = false; // the server is away for a moment
    }
  };
  if (room) for (const name of ["pointerenter", "focusin"]) room.addEventListener(name, fetchWords);

  // What is copied from the scan has its lines and spaces.
  const selectedWords = (range) => {
    const lines = [...layer.querySelectorAll("text")].map((line) => [...line.querySelectorAll("tspan")]
      .filter((span) => range.intersectsNode(span.firstChild))
      .map((span) => {
        const text = span.textContent;
        const from = range.startContainer === span.firstChild ? range.startOffset : 0;
        const to = range.endContainer === span.firstChild ? range.endOffset : text.length;
        return text.slice(from, to);
      })
      .filter((text) => text)
      .join(" "));
    return lines.filter((text) => text).join("\n");
  };
  document.addEventListener("copy", (event) => {
    const chosen = document.getSelection();
    if (!layer || !chosen || chosen.rangeCount === 0 || !layer.contains(chosen.anchorNode)) return;
    const text = selectedWords(chosen.getRangeAt(0));
    if (!text) return;
    event.clipboardData.setData("text/plain", text);
    event.preventDefault();
  });

  // ---- the text beside the scan, copied whole ---------------------------------------------------------------------
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.addEventListener("click", () => {
      const source = document.getElementById(button.dataset.copy);
      const said = button.parentElement.querySelector("[data-copied]");
      if (!source) return;
      document.getSelection().selectAllChildren(source);
      if (document.execCommand("copy")) said.textContent = said.dataset.copied;
    });
  }

  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }

  // ---- a field that has the focus shows its place -----------------------------------------------------------------
  document.addEventListener("focusin", (event) => {
    const field = event.target.closest(".field");
    for (const place of document.querySelectorAll(".place.now")) place.classList.remove("now");
    const place = field && document.getElementById(`o-${field.id.slice(2)}`);
    if (place) place.classList.add("now");
    if (place && viewer) lookAt(place);
  });

  // ---- keys, while the scan has the focus -------------------------------------------------------------------------
  const KEYS = { ",": "[rel=prev]", ".": "[rel=next]", Escape: "[data-close]" };
  if (scan) {
    scan.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
      const inDeep = viewer && event.target.closest(".deep");
      if (inDeep && !["n", "p", ",", ".", "Escape"].includes(event.key)) return;
      const link = scan.querySelector(KEYS[event.key] || `[data-key="${CSS.escape(event.key)}"]`);
      if (!link) return;
      event.preventDefault();
      link.click();
    });
  }

  // ---- deep zoom ----------------------------------------------------------------------------------------------------
  let viewer = null;

  const bounds = (place) => {
    const boxes = [...place.querySelectorAll("rect")].concat(place.matches("rect") ? [place] : []);
    const edge = (box, name) => parseFloat(box.getAttribute(name));
    const x0 = Math.min(...boxes.map((box) => edge(box, "x")));
    const y0 = Math.min(...boxes.map((box) => edge(box, "y")));
    const x1 = Math.max(...boxes.map((box) => edge(box, "x") + edge(box, "width")));
    const y1 = Math.max(...boxes.map((box) => edge(box, "y") + edge(box, "height")));
    const ratio = room.dataset.height / room.dataset.width;
    return new OpenSeadragon.Rect(x0 - 0.2, (y0 - 0.1) * ratio, x1 - x0 + 0.4, (y1 - y0 + 0.2) * ratio);
  };
  const lookAt = (place) => viewer.viewport.fitBounds(bounds(place));

  const levels = () => room.dataset.widths.split(" ").map(Number).map((width) => ({
    url: `${room.dataset.image}?width=${width}`,
    width,
    height: Math.round((width * room.dataset.height) / room.dataset.width),
  }));

  const ACTS = {
    in: () => viewer.viewport.zoomBy(1.5),
    out: () => viewer.viewport.zoomBy(1 / 1.5),
    fit: () => viewer.viewport.goHome(),
    left: () => viewer.viewport.setRotation(viewer.viewport.getRotation() - 90),
    right: () => viewer.viewport.setRotation(viewer.viewport.getRotation() + 90),
    select: (button) => {
      const selecting = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(selecting));
      viewer.element.classList.toggle("selecting", selecting);
      viewer.setMouseNavEnabled(!selecting);
      fetchWords();
    },
  };

  const show = () => {
    const tools = document.querySelector("#deep-tools").content.firstElementChild.cloneNode(true);
    const box = document.createElement("div");
    box.className = "deep";
    const over = document.createElement("div");
    over.className = "deep-over";
    room.before(tools);
    room.replaceWith(box);
    for (const one of room.querySelectorAll("[data-words], [data-over]")) over.append(one);
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    viewer = OpenSeadragon({
      element: box,
      drawer: "canvas",
      showNavigationControl: false,
      tileSources: { type: "legacy-image-pyramid", levels: levels() },
      degrees: Number(room.dataset.turn),
      animationTime: still ? 0 : 0.5,
      maxZoomPixelRatio: 3,
      visibilityRatio: 0.5,
      gestureSettingsMouse: { clickToZoom: false, dblClickToZoom: true },
    });
    viewer.canvas.setAttribute("role", "application");
    viewer.canvas.setAttribute("aria-label", box.dataset.label || room.getAttribute("aria-label"));
    viewer.addHandler("canvas-key", (event) => {
      // A page that is seen as in a mirror is of no use to anybody.
      if (event.originalEvent.key.toLowerCase() === "f") event.preventDefaultAction = true;
    });
    viewer.addHandler("open", () => {
      const ratio = room.dataset.height / room.dataset.width;
      viewer.addOverlay({ element: over, location: new OpenSeadragon.Rect(0, 0, 1, ratio) });
      const now = over.querySelector(".now");
      if (now) lookAt(now);
      box.classList.add("open");
    });
    tools.addEventListener("click", (event) => {
      const button = event.target.closest("[data-do]");
      if (button) ACTS[button.dataset.do](button);
    });
  };

  if (room && room.dataset.deep) {
    const script = document.createElement("script");
    script.src = room.dataset.deep;
    script.addEventListener("load", show); // one that does not come leaves the plain picture
    document.head.append(script);
  }
})();
