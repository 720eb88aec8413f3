// Pairs this browser with the till, and proves afterwards that it is the one.
//
// The key is made here, cannot be taken out of the browser, and lies in its database; the till keeps
// the public half. What is signed names the till, the address and a challenge that counts once, so
// that nothing overheard or answered to another address can be used again. The texts that are
// signed are those of till/pairing/door.py.
"use strict";
(() => {
  const box = document.querySelector("#pair");
  const form = document.querySelector("#pair-form"), fault = document.querySelector("#pair-fault");
  const { till, authority } = box.dataset;
  const EC = { name: "ECDSA", namedCurve: "P-256" }, SIGN = { name: "ECDSA", hash: "SHA-256" };
  let foreign = false;
  const said = new URLSearchParams(location.hash.slice(1));
  if (location.hash) history.replaceState(null, "", location.pathname);  // The code is no address.

  // --- What this browser keeps: { screen, key } under the till's id ---
  const done = (asked) => new Promise((good, bad) => {
    asked.onsuccess = () => good(asked.result);
    asked.onerror = () => bad(asked.error);
  });
  async function store(mode, what) {
    const opening = indexedDB.open("skrin-screen", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("till");
    const db = await done(opening);
    try {
      return await done(what(db.transaction("till", mode).objectStore("till")));
    } finally {
      db.close();
    }
  }
  const kept = () => store("readonly", (rows) => rows.get(till));
  const keep = (row) => store("readwrite", (rows) => rows.put(row, till));
  const forget = () => store("readwrite", (rows) => rows.delete(till));

  const base64 = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)));
  async function post(url, body) {
    const reply = await fetch(url, {
      method: "POST", body: JSON.stringify(body),
      headers: { "Content-Type": "application/json" }, signal: AbortSignal.timeout(15000),
    });
    return { ok: reply.ok, ...await reply.json() };
  }
  async function signed(key, ...words) {
    const text = new TextEncoder().encode(words.join("\n"));
    return base64(await crypto.subtle.sign(SIGN, key, text));
  }
  async function challenge() {
    const answer = await post(box.dataset.challenge, {});
    if (!answer.ok) throw answer;
    return answer.challenge;
  }

  async function pair(code) {
    const { privateKey, publicKey } = await crypto.subtle.generateKey(EC, false, ["sign", "verify"]);
    const words = await challenge();
    const answer = await post(box.dataset.screen, {
      code, challenge: words, public_key: base64(await crypto.subtle.exportKey("spki", publicKey)),
      signature: await signed(privateKey, "skrin pair 1", till, location.origin, authority, words),
    });
    if (!answer.ok) throw answer;
    await keep({ screen: answer.screen, key: privateKey });
  }
  async function prove({ screen, key }) {
    const words = await challenge();
    const answer = await post(box.dataset.session, {
      screen, challenge: words,
      signature: await signed(key, "skrin session 1", till, location.origin, screen, words),
    });
    if (!answer.ok) throw answer;
  }

  const home = () => location.replace(box.dataset.home);
  const say = (no) => { fault.textContent = no.sentence ?? fault.dataset.away; };
  function ask() {
    foreign = said.has("authority") && said.get("authority") !== authority;
    document.querySelector("#pair-wait").hidden = true;
    form.hidden = false;
    form.elements.code.value = said.get("code") ?? "";
    if (!window.isSecureContext || !crypto.subtle) fault.textContent = fault.dataset.unsafe;
    else if (foreign) fault.textContent = fault.dataset.other;
    (said.get("code") ? form.querySelector("button") : form.elements.code).focus();
  }
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const key = form.querySelector("button");
    if (key.disabled || foreign) return;
    key.disabled = true;
    fault.textContent = "";
    try {
      await pair(form.elements.code.value);
      home();
    } catch (no) {
      say(no);
      form.elements.code.select();
    } finally {
      key.disabled = false;
    }
  });
  (async () => {
    if (said.get("code")) return ask();
    let row;
    try {
      row = await kept();
      if (!row) return ask();
      await prove(row);
      home();
    } catch (no) {
      if (no.refusal === "screen_unknown") await forget();  // Revoked: to be paired anew.
      ask();
      say(no);
    }
  })();
})();
