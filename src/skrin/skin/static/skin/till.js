// The till's script: a queue for taps, the sheet, the keypad. Keyboard and scanner: till-keys.js;
// windows and panels: till-windows.js.
//
// Theory: a form marked data-cart is not sent by the browser. Each press becomes a tap with an id of
// its own (tap_id) and stands in one queue; taps are sent one after another, none replaces another,
// and one that got no answer is sent again with the same id, so the till can tell a repeat from a
// second coffee. The answer replaces #zone and carries the other parts out of band. Nothing is
// replaced while a finger is down: a key exchanged under the finger would swallow the press.
// An answer may ask for more first (Skrin-Window): the tap is then held until that window is filled.
"use strict";
(() => {
  const find = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const pause = (ms) => new Promise((wake) => setTimeout(wake, ms));
  const page = () => find("#selling");
  const queue = [];
  let running = false, pressed = 0, press = 0;
  const releases = [];

  // --- The queue ---
  function newId() {
    if (crypto.randomUUID) return crypto.randomUUID();  // Absent where the page is plain HTTP.
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }
  function say(kind) {
    const box = find("#wait");
    if (!box) return;
    box.hidden = !kind;
    if (kind) find("p", box).textContent = box.dataset[kind];
    const drop = find("[data-drop]", box);
    if (drop) drop.hidden = kind === "broken" || !queue.length;
  }
  function put(form, key) {
    if ("once" in form.dataset && queue.some((tap) => tap.form === form)) return;
    const body = new FormData(form, key);
    if (key && "instead" in key.dataset) body.set(key.name, key.value);
    if (key && key.dataset.amount) body.set("amount", key.dataset.amount);
    body.set("tap_id", newId());
    send({ form, url: form.action, body: new URLSearchParams(body) });
  }
  function send(tap) {
    queue.push({ box: tap.form.closest("dialog"), ...tap });
    if (!running) run();
  }
  async function answer(tap) {
    const headers = { "HX-Request": "true", ...JSON.parse(document.body.getAttribute("hx-headers")) };
    for (let wait = 250; queue[0] === tap; wait = Math.min(2 * wait, 2000)) {
      const slow = setTimeout(say, 300, "slow");
      try {
        const signal = AbortSignal.timeout(15000);
        const reply = await fetch(tap.url, { method: "POST", body: tap.body, headers, signal });
        return { reply, html: await reply.text() };
      } catch {
        tap.waited = true;
        say("away");
        await pause(wait);
      } finally {
        clearTimeout(slow);
      }
    }
    return null;
  }
  async function run() {
    running = true;
    while (queue.length) {
      const tap = queue[0];
      const got = await answer(tap);
      if (got) await show(tap, got.reply, got.html);
      if (queue[0] === tap) queue.shift();
    }
    running = false;
  }
  async function show(tap, reply, html) {
    // A page that is too old, or not logged in any more: what was tapped after it would fail too.
    // But a paired screen's till that was started again asks it first who it is: its taps are laid by.
    if (reply.status === 401 && tap.waited) window.skrin.layBy(queue);
    if (reply.redirected || reply.status === 401 || reply.status === 403) queue.length = 0;
    if (reply.redirected) return location.assign(reply.url);
    if (reply.status === 401 || (reply.status === 403 && !html)) return location.reload();
    while (pressed) await new Promise((wake) => releases.push(wake));
    say(reply.status >= 500 ? "broken" : "");
    const asks = reply.headers.get("Skrin-Window"), panel = reply.headers.get("Skrin-Panel");
    const top = find("#zone .lines")?.scrollTop ?? 0;
    if (asks) {
      // Not awaited: the window waits for this very queue to be empty.
      window.skrin.openWindow(asks, reply.headers.get("Skrin-Held") ? tap : null);
      return;
    }
    if (tap.box?.open && !reply.ok && reply.status < 500) return fault(tap.form, html);
    if (reply.status < 500) htmx.swap("#zone", html, { swapStyle: reply.ok ? "outerHTML" : "none", swapDelay: 0, settleDelay: 0 });
    settle(top);
    if (reply.ok && tap.box?.open) tap.box.close();
    if (reply.ok && "closePopover" in tap.form.dataset) find("#abort").hidePopover();
    if (reply.ok) dispatchEvent(new CustomEvent("skrin:done", { detail: { form: tap.form, panel } }));
  }
  function fault(form, html) {
    const said = new DOMParser().parseFromString(html, "text/html");
    find(".fault", form).textContent = find(".notice p", said)?.textContent ?? "";
    const field = find("[data-typed]", form);
    field?.focus();
    field?.select();
    dispatchEvent(new CustomEvent("skrin:fault", { detail: { form } }));
  }
  function settle(top) {
    const lines = find("#zone .lines"), last = find("#zone .is-last");
    if (lines) lines.scrollTop = top;
    if (lines && last) {
      // Only the list is scrolled: scrollIntoView would move the page when the sheet is closed.
      const [box, at] = [lines.getBoundingClientRect(), last.getBoundingClientRect()];
      lines.scrollTop += Math.max(0, at.bottom - box.bottom) + Math.min(0, at.top - box.top);
    }
    find("#zone .handle")?.setAttribute("aria-expanded", page().classList.contains("sheet-open"));
    if (!find("#zone .line")) sheet(false);
    const start = find("#zone [data-start]");
    start?.focus({ preventScroll: true });
    start?.select();
    dispatchEvent(new CustomEvent("skrin:settled"));
  }
  const sheet = (open) => {
    page()?.classList.toggle("sheet-open", open);
    find(".handle")?.setAttribute("aria-expanded", open);
  };

  // --- Presses ---
  document.addEventListener("submit", (event) => {
    const form = event.target, key = event.submitter;
    if (!("cart" in form.dataset)) return;
    event.preventDefault();
    if (key && waitsToBeSure(key)) return;
    if (key?.dataset.ask && !key.closest("#ask")) return ask(form, key);
    if (key?.dataset.asksWindow) window.skrin.openWindow(key.dataset.asksWindow);
    else put(form, key);
    if (key?.closest("#found")) clearSearch();
  });
  // Every form says on which generation of the active screen it was pressed (D44).
  document.addEventListener("formdata", (event) => {
    if (event.target.method !== "post") return;
    const { "Skrin-Generation": generation } = JSON.parse(document.body.getAttribute("hx-headers"));
    if (generation) event.formData.set("generation", generation);
  });
  addEventListener("pointerdown", (event) => {
    pressed = 1;
    setTimeout(release, 1000, ++press);  // A finger that rests must not hold the screen for ever.
    echo(event.target.closest(".key, .pay, .method, .proposals button, .row-key, .line-steps button"));
  }, true);
  function release(which) {
    if (which !== press) return;
    pressed = 0;
    releases.splice(0).forEach((wake) => wake());
  }
  for (const end of ["pointerup", "pointercancel"]) {
    // The click comes after the finger: at once from a mouse, a little later from a touch.
    addEventListener(end, (event) => setTimeout(release, event.pointerType === "mouse" ? 0 : 40, press), true);
  }
  function echo(key) {
    if (!key) return;
    key.classList.remove("is-echo");
    void key.offsetWidth;  // Restarts the animation on the second of two fast taps.
    key.classList.add("is-echo");
  }
  addEventListener("click", (event) => {
    const key = event.target.closest("button");
    if (!key) return;
    if (key.dataset.digit) digit(key);
    else if ("sheet" in key.dataset) sheet(!page().classList.contains("sheet-open"));
    else if ("close" in key.dataset) key.closest("dialog").close();
    else if ("drop" in key.dataset) { queue.length = 0; say(""); }
    else if (key.role === "tab") showTab(key);
  });
  // What cannot be undone asks on its own key: the second press within four seconds does it.
  function waitsToBeSure(key) {
    if (!key.dataset.sure || key.classList.contains("is-sure")) return false;
    const word = find("small", key), before = word.textContent;
    key.classList.add("is-sure");
    word.textContent = key.dataset.sure;
    setTimeout(() => { key.classList.remove("is-sure"); word.textContent = before; }, 4000);
    return true;
  }
  function ask(form, key) {
    const box = find("#ask"), id = find("[data-ask-id]", box);
    find("form", box).action = form.action;
    [id.name, id.value] = [key.name, key.value];
    find("h2", box).textContent = key.dataset.ask;
    find("#ask-amount").value = find("#ask-fault").textContent = "";
    box.showModal();
    find("#ask-amount").focus();
  }
  function digit(key) {
    const field = find("input[data-typed]", key.closest("form")), sign = key.dataset.digit;
    const [from, to] = [field.selectionStart, field.selectionEnd];
    if (sign === "back") field.setRangeText("", from === to ? Math.max(0, from - 1) : from, to, "end");
    else field.setRangeText(sign, from, to, "end");
    field.focus();
  }
  function clearSearch() {
    if (!find("#q")) return;
    find("#q").value = "";
    find("#found").replaceChildren();
  }
  function showTab(key) {
    const list = key.closest('[role="tablist"]');
    for (const tab of all('[role="tab"]', list)) {
      tab.ariaSelected = String(tab === key);
      tab.tabIndex = tab === key ? 0 : -1;
      find("#" + tab.getAttribute("aria-controls")).hidden = tab !== key;
    }
    if (list.matches(".tabs")) clearSearch();
    else first(find("#" + key.getAttribute("aria-controls")));
  }
  function first(box) {
    const field = find("[data-first]", box) ?? find("[data-typed]", box) ?? find("input:not([type=hidden]), button.primary", box);
    field?.focus();
    if (field?.matches("input:not([type=radio], [type=checkbox])")) field.select();
  }

  // --- Pictures on keys: one that cannot be shown leaves the key its colour ---
  addEventListener("error", ({ target }) => { if (target.matches?.(".key-image img")) target.remove(); }, true);
  // Those that failed before this script was there.
  for (const image of all(".key-image img")) if (image.complete && !image.naturalWidth) image.decode().catch(() => image.remove());

  // --- What htmx asks by itself ---
  // A key that exchanges the counter waits for the taps before it: their answer would exchange it
  // first, and the press would be lost. The key may be another one by then.
  addEventListener("htmx:confirm", (event) => {
    const { elt, target } = event.detail;
    if (!queue.length || target?.id !== "zone" || !elt.matches("button")) return;
    event.preventDefault();
    const again = () => (elt.isConnected ? elt : elt.id && find(`#${CSS.escape(elt.id)}`));
    idle().then(() => again()?.click?.());
  });
  addEventListener("htmx:configRequest", (event) => {
    const etag = event.detail.elt.dataset.etag;
    if (etag) event.detail.headers["If-None-Match"] = `"${etag}"`;
  });
  addEventListener("htmx:beforeSwap", (event) => {
    // detail.elt is where the event happens, the target; who asked stands in the request.
    const { target, xhr, requestConfig: { elt } } = event.detail;
    if (elt.id === "q" && !elt.value.trim()) event.detail.shouldSwap = false;
    if (!target.isConnected || (["zone", "panel"].includes(target.id) && pressed && !elt.matches("button"))) event.detail.shouldSwap = false;
    if (xhr.status < 400 && /^\s*<!doctype/i.test(xhr.response)) {
      event.detail.shouldSwap = false;
      location.assign(xhr.responseURL);  // The log-in, come by a redirect.
    }
  });
  addEventListener("htmx:afterSwap", (event) => { if (event.detail.target?.id === "zone") settle(0); });
  addEventListener("input", (event) => { if (event.target.id === "q" && !event.target.value.trim()) clearSearch(); });
  const idle = async () => { while (queue.length) await pause(5); };
  const busy = () => running;
  window.skrin = { find, all, put, send, echo, sheet, showTab, clearSearch, first, idle, settle, say, show, busy };
})();
