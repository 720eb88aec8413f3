// The till is away for some seconds: its program was restarted, a cable is out, the Wi-Fi changed.
//
// What is polled notices first. The page says so, keeps its taps (till.js sends them again under the
// same ids), and when the till is back shows what is so now: after a restart the receipt may have gone
// on by itself. A page that is asked for meanwhile cannot come; till-worker.js, which lives beside the
// pages, then shows one that waits and goes on by itself.
"use strict";
(() => {
  const { find, say, show, send, busy } = window.skrin;
  let away = false;

  function lost() {
    away = true;
    if (!busy()) say("away");
  }
  async function found({ detail: { xhr } }) {
    if (!away) return;
    away = false;
    if (busy()) return;  // The answer to the tap that waits shows it.
    if (xhr.status === 401) return location.reload();  // A paired screen proves again who it is.
    say("");
    const zone = find("#selling")?.dataset.zone;
    if (!zone) return;
    try {
      const reply = await fetch(zone, { headers: { "HX-Request": "true" }, cache: "no-store", signal: AbortSignal.timeout(15000) });
      const html = await reply.text();
      if (!busy()) await show({ form: document.body }, reply, html);
    } catch {
      lost();
    }
  }
  addEventListener("htmx:sendError", lost);
  addEventListener("htmx:timeout", lost);
  addEventListener("htmx:afterOnLoad", found);

  // Taps that a new page of this screen takes up again, under their ids; a minute later nobody means them.
  const LAID_BY = "skrin-taps", LASTS_MS = 60000;
  function layBy(taps) {
    const open = taps.filter(({ body }) => !body.has("pin"));  // Nothing secret is laid anywhere.
    const kept = open.map(({ url, body }) => ({ url, body: body.toString() }));
    sessionStorage.setItem(LAID_BY, JSON.stringify({ at: Date.now(), kept }));
  }
  function takeUp() {
    const laid = sessionStorage.getItem(LAID_BY);
    if (!laid || !find("#selling")) return;
    sessionStorage.removeItem(LAID_BY);
    const { at, kept } = JSON.parse(laid);
    if (Date.now() - at > LASTS_MS) return;
    for (const { url, body } of kept) send({ form: document.body, url, body: new URLSearchParams(body) });
  }
  window.skrin.layBy = layBy;
  takeUp();

  const worker = document.body.dataset.worker;
  if (worker && navigator.serviceWorker) navigator.serviceWorker.register(worker).catch(() => {});
})();
