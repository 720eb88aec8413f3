// The till by keyboard and scanner, on top of till.js: "/" or a letter searches, arrows walk the
// keys, F6 to F10 show receipts, park and pay, Escape goes back. A scanner works wherever the focus is.
"use strict";
(() => {
  const { find, all, put, echo, sheet, showTab, clearSearch } = window.skrin;

  // --- Search and scanner ---
  // Enter before the answer is kept for it, as long as that text stands there.
  let entered = "";
  function enterSearch() {
    const text = find("#q").value.trim();
    entered = "";
    if (/^\d{6,}$/.test(text)) scan(text);
    else if (find("#found [data-query]")?.dataset.query === text) find("#found .key")?.click();
    else entered = text;
  }
  addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target?.id === "found" && entered && entered === find("#q").value.trim()) enterSearch();
  });
  addEventListener("input", (event) => { if (event.target.id === "q") entered = ""; });
  function scan(code) {
    find("#scan").elements.code.value = code;
    clearSearch();
    put(find("#scan"));
  }
  // A scanner types like a person, but faster than one can: six signs or more and Enter, on average
  // within 50 ms each, where one single gap may be longer because the page was busy.
  let burst = "", beganAt = 0, lastAt = 0, before = null;
  function scanned(event) {
    // The gap after the first sign may be longest: it moves the focus to the search field.
    const quick = event.timeStamp - lastAt < (burst.length === 1 ? 400 : 150);
    lastAt = event.timeStamp;
    if (event.key === "Enter") {
      const code = burst.length >= 6 && lastAt - beganAt < 50 * burst.length ? burst : "";
      burst = "";
      if (!code) return false;
      if (before) before.field.value = before.value;
      scan(code);
      return true;
    }
    if (event.key.length !== 1) return false;
    if (!quick) {
      burst = "";
      beganAt = event.timeStamp;
      before = event.target.matches("input") ? { field: event.target, value: event.target.value } : null;
    }
    burst += event.key;
    return false;
  }

  // --- Keyboard ---
  function walk(event) {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    const here = event.target.closest?.(".key, .row-key, [role=tab]");
    if (!step || !here) return false;
    const from = here.getBoundingClientRect();
    let best = null, least = Infinity;
    const kind = [".key", ".row-key"].find((one) => here.matches(one)) ?? '[role="tab"]';
    for (const key of all(kind, here.closest('[role="tablist"]') ?? document)) {
      if (key.closest("[inert]")) continue;
      const to = key.getBoundingClientRect();
      const [dx, dy] = [to.x + to.width / 2 - from.x - from.width / 2, to.y + to.height / 2 - from.y - from.height / 2];
      const ahead = dx * step[0] + dy * step[1], aside = Math.abs(dx * step[1]) + Math.abs(dy * step[0]);
      if (to.width && ahead > 8 && ahead + 3 * aside < least) [best, least] = [key, ahead + 3 * aside];
    }
    best?.focus();
    if (best?.role === "tab") showTab(best);
    return true;
  }
  addEventListener("keydown", (event) => {
    if (!find("#selling") || event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target.matches("input, select"), open = find("dialog[open]");
    const amount = find("#tendered");
    const hot = !event.repeat && find(`[data-hotkey="${CSS.escape(event.key)}"]`);
    if (scanned(event) || walk(event)) event.preventDefault();
    else if (hot && !open) { event.preventDefault(); echo(hot); hot.click(); }
    else if (event.key === "Escape" && !open && !find(":popover-open")) back();
    else if (!typing && !open && amount && /^\d$/.test(event.key)) amount.focus();
    else if (!typing && !open && (event.key === "/" || /^[\p{L}\p{N}]$/u.test(event.key)) && !find(".is-paying")) {
      if (event.key === "/") event.preventDefault();
      find("#q").focus();  // The sign itself then lands in the field.
    } else if (event.key === "ArrowDown" && event.target.id === "q") find("#found .key")?.focus();
  });
  function back() {
    entered = "";
    if (find("#q").value) clearSearch();
    else if (find("#zone [data-back]")) find("#zone [data-back]").click();
    else if (!find("#panel").hidden) window.skrin.closePanel();
    else if (!find("#back-to-keys").hidden) find("#back-to-keys").click();
    else sheet(false);
    if (document.activeElement.id === "q") document.activeElement.blur();
  }
  addEventListener("submit", (event) => {
    if (event.target.id !== "search") return;
    event.preventDefault();
    enterSearch();
  });
})();
