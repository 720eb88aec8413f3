// What the pieces of a drawer come to, while they are typed. The till adds them up itself.
(() => {
  "use strict";
  const form = document.querySelector("[data-count]");
  const sum = form?.querySelector("[data-count-sum]");
  if (!sum) return;
  const shown = (minor) => (minor / 100).toFixed(2).replace(".", ",").replace(/\B(?=(\d{3})+,)/g, "\u00a0");
  const add = () => {
    let minor = 0;
    for (const field of form.querySelectorAll("[data-piece]")) {
      if (/^\d+$/.test(field.value.trim())) minor += Number(field.value) * Number(field.dataset.piece);
    }
    sum.value = shown(minor);
  };
  form.addEventListener("input", add);
  form.addEventListener("keydown", (event) => {
    // Enter goes on to the next piece, as on a calculator: a day is not closed by a slip.
    if (event.key !== "Enter" || event.target.tagName !== "INPUT") return;
    event.preventDefault();
    const fields = [...form.querySelectorAll("input:not([type=hidden]):not([type=radio]), button.primary")];
    fields[fields.indexOf(event.target) + 1]?.focus();
  });
  add();
})();
