// Windows and panels: what is asked for over the page, and what stands in the place of the keys.
//
// Both are fetched when they are opened, after all taps before them were answered, so that they show
// what is so now. A window is a dialog: it holds the focus, Escape leaves it. A panel leaves receipt
// and payment in reach. A tap that needs a manager's PIN or a choice is held, and is sent again under
// the same id with what the window adds.
"use strict";
(() => {
  const { find, all, send, first, idle, sheet, showTab } = window.skrin;
  const box = () => find("#window");
  const panel = () => find("#panel");
  let held = null, opening = 0, panelUrl = "";

  async function fetched(url) {
    const turn = ++opening;
    await idle();
    const reply = await fetch(url, { headers: { "HX-Request": "true" }, signal: AbortSignal.timeout(15000) });
    const html = await reply.text();
    if (turn !== opening) return null;
    if (reply.redirected || reply.status === 401) { location.assign(location.href); return null; }
    if (reply.ok) return html;
    if (reply.status < 500) htmx.swap("#zone", html, { swapStyle: "none", swapDelay: 0, settleDelay: 0 });
    return null;
  }
  async function openWindow(url, tap = null) {
    const html = await fetched(url).catch(() => null);
    if (html === null) return;
    held = tap;
    find(":popover-open")?.hidePopover();
    if (find("#ask").open) find("#ask").close();
    box().innerHTML = html;
    box().setAttribute("aria-labelledby", "window-name");
    htmx.process(box());
    if (!box().open) box().showModal();
    box().scrollTop = 0;
    first(box());
    dispatchEvent(new CustomEvent("skrin:window"));
  }
  async function openPanel(url, { again = false } = {}) {
    const html = await fetched(url).catch(() => null);
    if (html === null) return;
    const top = again ? panel().scrollTop : 0;
    panelUrl = url;
    find(":popover-open")?.hidePopover();
    if (!again) { sheet(false); find("#notice").replaceChildren(); }
    panel().innerHTML = html;
    htmx.process(panel());
    panel().hidden = false;
    for (const grid of all(".keys > .grid, .found")) grid.inert = true;
    panel().scrollTop = top;
    if (!again) find("h2", panel()).focus();
  }
  function closePanel() {
    if (!panel() || panel().hidden) return;
    panel().hidden = true;
    panel().replaceChildren();
    for (const grid of all(".keys > .grid, .found")) grid.inert = false;
  }

  // --- Presses ---
  addEventListener("click", (event) => {
    const key = event.target.closest("button, a");
    if (!key) return;
    if (key.dataset.window) openWindow(key.dataset.window);
    else if (key.dataset.panel) openPanel(key.dataset.panel);
    else if ("closePanel" in key.dataset) closePanel();
    else if (key.dataset.layout) otherKeys(key.dataset.layout);
    else if (key.id === "back-to-keys") backToKeys();
    else if (key.dataset.tour) tour(key);
    else if ("startLayout" in key.dataset) startLayout(key);
    else if (key.form?.id?.startsWith("menu-") || key.closest("#menu form[data-cart]")) find("#menu").hidePopover();
  });
  addEventListener("submit", (event) => {
    const form = event.target;
    if ("panelForm" in form.dataset) {
      event.preventDefault();
      openPanel(`${form.action}?${new URLSearchParams(new FormData(form))}`);
    } else if ("resend" in form.dataset) {
      event.preventDefault();
      if (!held) return;
      const body = new URLSearchParams(held.body);
      for (const [name, value] of new FormData(form, event.submitter)) body.set(name, value);
      send({ form, url: held.url, body });
    }
  });
  addEventListener("skrin:done", ({ detail: { form, panel: wanted } }) => {
    if (wanted) openPanel(wanted);
    else if ("keepPanel" in form.dataset) openPanel(form.dataset.keepPanel || panelUrl, { again: true });
    else if (form.closest("#panel") || find("#panel-found") || find("#zone.is-done")) closePanel();
  });
  addEventListener("skrin:settled", () => { if (find("#zone.is-done")) closePanel(); });
  document.addEventListener("close", (event) => {
    if (event.target.id !== "window") return;
    held = null;
    if (find("#tour")) seen(find("#tour"));
    box().replaceChildren();
  }, true);
  // At most so many of a group: one more lets the one chosen longest ago go.
  addEventListener("change", (event) => {
    const group = event.target.closest("[data-most]");
    if (!group) return;
    const chosen = all("input:checked", group), most = Number(group.dataset.most);
    if (chosen.length > most) chosen.find((one) => one !== event.target).checked = false;
  });
  // A name that was tapped leads on to the PIN; arrows walk the names first, a digit leads on too.
  addEventListener("click", (event) => {
    if (event.target.name === "approver" && event.detail) find("[data-typed]", event.target.form).focus();
  });
  addEventListener("keydown", (event) => {
    if (event.target.name === "approver" && /^\d$/.test(event.key)) find("[data-typed]", event.target.form).focus();
  });

  // --- A key pressed long, or by the other button: everything about its article ---
  let resting = 0, swallow = false;
  const article = (event) => event.target.closest?.('.goods .key[name="article_id"]');
  function about(key) {
    swallow = true;
    openWindow(page().dataset.article.replace(/0$/, key.value));
  }
  const page = () => find("#selling");
  addEventListener("contextmenu", (event) => {
    const key = article(event);
    if (!key) return;
    event.preventDefault();
    if (!swallow) about(key);
    if (event.pointerType !== "touch") swallow = false;
  });
  addEventListener("pointerdown", (event) => {
    swallow = false;
    clearTimeout(resting);
    const key = event.pointerType === "touch" && article(event);
    if (key) resting = setTimeout(about, 550, key);
  });
  for (const end of ["pointerup", "pointercancel", "pointermove"]) {
    addEventListener(end, (event) => {
      if (end !== "pointermove" || Math.abs(event.movementX) + Math.abs(event.movementY) > 6) clearTimeout(resting);
    });
  }
  addEventListener("click", (event) => {
    if (!swallow || !article(event)) return;
    swallow = false;
    event.preventDefault();
    event.stopPropagation();
  }, true);

  // --- Pages of keys ---
  const came = [];
  function otherKeys(id) {
    const tab = find(`#tab-${CSS.escape(id)}`), now = find('.tabs [aria-selected="true"]');
    if (!tab || tab === now) return;
    came.push(now);
    showTab(tab);
    offerBack();
  }
  function backToKeys() {
    const tab = came.pop();
    if (tab) showTab(tab);
    offerBack();
  }
  function offerBack() {
    const key = find("#back-to-keys"), to = came.at(-1);
    key.hidden = !to;
    if (to) find("b", key).textContent = to.textContent;
  }
  addEventListener("click", (event) => {
    if (event.target.closest('.tabs [role="tab"]')) { came.length = 0; offerBack(); closePanel(); }
  });
  function post(form, body = new FormData(form)) {
    return fetch(form.action, { method: "POST", body: new URLSearchParams(body), redirect: "manual" }).catch(() => null);
  }
  function startLayout(key) {
    const form = key.form, body = new FormData(form), tab = find(`#tab-${CSS.escape(key.value)}`);
    body.set(key.name, key.value);
    post(form, body);
    if (tab) showTab(tab);
    if (form.dataset.then) openWindow(form.dataset.then);
    else box().close();
  }

  // --- The tour ---
  function seen(form) { post(form); }
  function tour(key) {
    if (key.dataset.tour === "end") return box().close();
    const steps = all(".tour-step", box()), at = steps.findIndex((step) => !step.hidden);
    for (const [place, step] of steps.entries()) step.hidden = place !== at + 1;
    for (const [place, step] of steps.entries()) find("h2", step).id = place === at + 1 ? "window-name" : "";
    find(".primary", steps[at + 1]).focus();
  }

  // --- Good news goes away by itself, when there was time to undo ---
  let leaving = 0;
  addEventListener("skrin:settled", () => {
    clearTimeout(leaving);
    const good = find("#notice .is-good");
    if (good) leaving = setTimeout(() => good.remove(), 10000);
  });

  // --- Sold out: keys follow what the till says ---
  function strikeOut() {
    const out = new Set(all("#out i").map((one) => one.textContent));
    for (const key of all('.key[name="article_id"]')) key.classList.toggle("is-out", out.has(key.value));
  }
  addEventListener("skrin:settled", strikeOut);
  addEventListener("htmx:afterOnLoad", strikeOut);  // The icon's poll tells what other tills marked.

  Object.assign(window.skrin, { openWindow, openPanel, closePanel });
  document.addEventListener("DOMContentLoaded", () => {
    const url = document.body.dataset.opens;
    if (!url) return;
    history.replaceState(null, "", location.pathname);
    openWindow(url);
  });
})();
