// The camera as a scanner, with the browser's own BarcodeDetector (R-SELL-016). Where a browser has
// none it says so in words. A code counts once until another was seen or it was gone for a while.
"use strict";
(() => {
  const { find, put } = window.skrin;
  const FORMATS = ["ean_13", "ean_8", "upc_a", "upc_e", "code_128", "code_39", "itf", "qr_code"];
  const AGAIN_MS = 2000, EVERY_MS = 120;
  let stream = null;

  async function begin() {
    const place = find("#camera");
    if (!place) return;
    const say = (text) => { find(".camera-says", place).textContent = text; };
    if (!("BarcodeDetector" in window) || !navigator.mediaDevices) return say(place.dataset.none);
    const known = await BarcodeDetector.getSupportedFormats().catch(() => []);
    const formats = FORMATS.filter((one) => known.includes(one));
    if (!formats.length) return say(place.dataset.none);
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch {
      return say(place.dataset.denied);
    }
    if (!place.isConnected) return stop();
    const video = find("video", place);
    video.srcObject = stream;
    video.play().catch(() => {});  // Not awaited: a camera that is slow to start must not hold us.
    say(place.dataset.looks);
    await look(place, video, new BarcodeDetector({ formats }), say);
  }
  async function look(place, video, detector, say) {
    let last = "", seenAt = 0;
    while (place.isConnected && stream) {
      const found = await detector.detect(video).catch(() => []);
      const now = performance.now();
      if (now - seenAt > AGAIN_MS) last = "";
      for (const { rawValue } of found) {
        seenAt = now;
        if (rawValue === last) continue;
        last = rawValue;
        navigator.vibrate?.(40);
        say(rawValue);
        find("#scan").elements.code.value = rawValue;
        put(find("#scan"));
      }
      await new Promise((wake) => setTimeout(wake, EVERY_MS));
    }
    stop();
  }
  function stop() {
    for (const track of stream?.getTracks() ?? []) track.stop();
    stream = null;
  }
  addEventListener("skrin:window", begin);
  document.addEventListener("close", (event) => { if (event.target.id === "window") stop(); }, true);
})();
