// The host's page looks again every three seconds and shows what changed.
"use strict";
(() => {
  const main = () => document.querySelector("#host");
  const away = main().dataset.away;
  setInterval(async () => {
    if (main().contains(document.activeElement)) return;  // Nothing moves under a finger or a focus.
    try {
      const reply = await fetch("/", { signal: AbortSignal.timeout(5000), cache: "no-store" });
      const fresh = new DOMParser().parseFromString(await reply.text(), "text/html").querySelector("#host");
      if (fresh && fresh.innerHTML !== main().innerHTML) main().replaceWith(document.adoptNode(fresh));
    } catch {
      main().querySelector(".headline").textContent = away;
    }
  }, 3000);
})();
