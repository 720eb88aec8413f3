// The page that is shown while the till does not answer: looks every second, and goes on when it does.
"use strict";
(() => {
  const { probe, home, page } = document.body.dataset;
  const sent = location.pathname === page && location.search === "?sent";
  if (sent) document.querySelector("#sent").hidden = false;
  async function look() {
    try {
      const reply = await fetch(probe, { cache: "no-store", signal: AbortSignal.timeout(4000) });
      if (reply.status < 500) return location.pathname === page ? location.replace(home) : location.reload();
    } catch {
      // Still away.
    }
    return setTimeout(look, 1000);
  }
  setTimeout(look, 1000);
})();
