// What is sold by weight: the scale is asked while the article's window stands open.
//
// The till answers with an id for the weight that stood still, and the form is sent with that id, so
// the weight never comes from here. While it moves it is asked again for a while; whatever else hinders
// it opens the keypad at once. Whoever closes the window or types instead wants no weight any more:
// what the scale answers then is dropped, and nothing is rung.
"use strict";
(() => {
  const { find } = window.skrin;
  const LASTS_MS = 8000, AGAIN_MS = 100, ANSWER_MS = 5000;
  const TWICE_MS = 600;  // The second tap of a double tap: on the key again, or on what opened under it.
  let turn = 0, opened = 0, tapped = { key: "", at: 0 };
  const place = () => find("#window [data-weigh]");

  async function asked(url, form) {
    const headers = { "HX-Request": "true", ...JSON.parse(document.body.getAttribute("hx-headers")) };
    const body = new URLSearchParams(new FormData(form));
    const reply = await fetch(url, { method: "POST", body, headers, signal: AbortSignal.timeout(ANSWER_MS) });
    if (reply.status === 401) location.reload();
    return reply.ok ? reply.json() : null;
  }
  async function weigh(part) {
    const mine = ++turn, form = part.closest("form"), until = Date.now() + LASTS_MS;
    const wanted = () => mine === turn && part.isConnected;
    form.elements.weighing.value = find(".fault", form).textContent = "";
    say(part, part.dataset.begins);
    find("[data-weigh-again]", part).disabled = true;
    while (wanted()) {
      const told = await asked(part.dataset.weigh, form).catch(() => null);
      if (!wanted()) return;
      say(part, told?.sentence ?? part.dataset.fault);
      if (told?.state === "weighed") {
        form.elements.weighing.value = told.id;
        find("[data-weigh-again]", part).disabled = false;
        return form.requestSubmit();
      }
      if (told?.state !== "moves" || Date.now() > until) return byHand(part);
      await new Promise((wake) => setTimeout(wake, AGAIN_MS));
    }
  }
  function say(part, sentence) {
    const said = find(".weight", part);
    if (said.textContent !== sentence) said.textContent = sentence;  // Not read out again while it is the same.
  }
  function byHand(part) {
    turn += 1;
    const form = part.closest("form"), field = find("[data-typed]", form), again = find("[data-weigh-again]", part);
    form.elements.weighing.value = "";
    find("[data-by-hand]", form).hidden = again.hidden = again.disabled = false;
    find("[data-type-it]", part).hidden = true;
    field?.focus();
  }
  addEventListener("skrin:window", () => {
    turn += 1;
    opened = performance.now();
    if (place() && "now" in place().dataset) weigh(place());
  });
  addEventListener("skrin:fault", ({ detail: { form } }) => { if (place()?.closest("form") === form) byHand(place()); });
  addEventListener("submit", (event) => {
    const key = event.submitter?.dataset.asksWindow ?? "", last = tapped;
    if (!key.includes("weigh=")) return;
    tapped = { key, at: event.timeStamp };
    if (key !== last.key || tapped.at - last.at >= TWICE_MS) return;
    event.preventDefault();
    event.stopPropagation();
  }, true);
  addEventListener("click", (event) => {
    const key = event.target.closest("button"), part = place();
    if (!key || !part?.contains(key)) return;
    if ("typeIt" in key.dataset && event.detail && performance.now() - opened < TWICE_MS / 2) return;
    if ("typeIt" in key.dataset) { say(part, ""); byHand(part); }
    else if ("weighAgain" in key.dataset) weigh(part);
  });
})();
