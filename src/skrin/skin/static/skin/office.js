// The office's one script: tables that sort and are walked by keyboard, ETags for what polls.
"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  // A figure in the country's format, or the text itself; "1 234,50" sorts as a number.
  function worth(cell) {
    const text = (cell?.dataset.value ?? cell?.textContent ?? "").trim();
    const plain = text.replace(/[\s\u00a0\u202f]/g, "").replace("\u2212", "-");
    return /^-?\d+(?:,\d+)?%?$/.test(plain) ? parseFloat(plain.replace(",", ".")) : text;
  }
  function compare(a, b) {
    if (typeof a === "number" && typeof b === "number") return a - b;
    return String(a).localeCompare(String(b), document.documentElement.lang, { numeric: true });
  }
  function sort(head) {
    const table = head.closest("table"), body = table.tBodies[0];
    const up = head.getAttribute("aria-sort") !== "ascending";
    for (const other of all("th[aria-sort]", table)) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
    const rows = [...body.rows].map((row) => [worth(row.cells[head.cellIndex]), row]);
    rows.sort((a, b) => (up ? 1 : -1) * compare(a[0], b[0]));
    body.append(...rows.map((pair) => pair[1]));
  }
  function prepare(root) {
    for (const head of all("table[data-sort] thead th", root)) {
      if (head.querySelector("button, .unseen")) continue;
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => sort(head));
    }
    for (const body of all("table[data-walk] tbody", root)) {
      for (const row of body.rows) row.tabIndex = -1;
      if (body.rows.length) body.rows[0].tabIndex = 0;
    }
  }
  addEventListener("keydown", (event) => {
    const row = event.target.closest?.("table[data-walk] tbody tr");
    if (!row) return;
    const rows = [...row.parentElement.rows], at = rows.indexOf(row);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (to !== undefined && rows[to]) {
      event.preventDefault();
      for (const other of rows) other.tabIndex = -1;
      rows[to].tabIndex = 0;
      rows[to].focus();
    } else if (event.key === "Enter" && event.target === row) row.querySelector("a")?.click();
  });
  addEventListener("change", (event) => {
    if ("send" in event.target.dataset) event.target.form.submit();
  });
  addEventListener("htmx:configRequest", (event) => {
    const etag = event.detail.elt.dataset.etag;
    if (etag) event.detail.headers["If-None-Match"] = `"${etag}"`;
  });
  addEventListener("htmx:beforeSwap", (event) => {
    // A refusal that names its place has words for it; others leave the page as it is.
    if (event.detail.xhr.getResponseHeader("HX-Retarget")) event.detail.shouldSwap = true;
  });
  addEventListener("htmx:afterSwap", () => prepare(document));
  // A page that stands in for another asks quietly, and goes away when the other is there.
  const standIn = document.querySelector("[data-again]");
  if (standIn) setInterval(async () => {
    const there = await fetch(location.href, { method: "HEAD", cache: "no-store" }).catch(() => null);
    if (there && there.status !== 503) location.reload();
  }, 1000 * Number(standIn.dataset.again));
  prepare(document);
})();
