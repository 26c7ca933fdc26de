/*
 * The list of the offer: htmx swaps the part with data-offer; without this script the form is a plain form.
 * Keeps addresses short, keeps open what was open, says how many were found, and keeps the focus in place.
 */
(() => {
  "use strict";

  const part = () => document.querySelector("[data-offer]");
  const kept = "details[data-keep-open]";
  let open = new Map();
  let focused = "";

  // Text is sent by Enter or the button; its change comes just before and would ask twice.
  document.addEventListener(
    "change",
    (event) => {
      if (event.target.matches("[data-offer] :is([type=search], [type=text])")) event.stopPropagation();
    },
    true,
  );

  document.addEventListener("htmx:configRequest", (event) => {
    const parameters = event.detail.parameters;
    // What is not filled in does not belong in the address.
    for (const name of Object.keys(parameters)) if (parameters[name] === "") delete parameters[name];
  });

  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target !== part()) return;
    open = new Map([...part().querySelectorAll(kept)].map((details) => [details.id, details.open]));
    focused = part().contains(document.activeElement) ? document.activeElement.id : "";
  });

  // In the same turn as the swap, so before anything is painted: what was shut does not flash open.
  document.addEventListener("htmx:afterSwap", () => {
    const now = part();
    if (!now || !open.size) return;
    now.querySelectorAll(kept).forEach((details) => {
      if (open.has(details.id)) details.open = open.get(details.id);
    });
    open = new Map();
    document.querySelector("[data-offer-status]").textContent = now.dataset.said;
    // What lay in a part that was shut for a moment could not take the focus back.
    const isLost = () => document.activeElement === document.body || !document.activeElement;
    if (isLost()) document.getElementById(focused)?.focus({ preventScroll: true });
    // The link that was followed may be gone: then go on where the answer begins.
    if (isLost()) now.querySelector("#gevonden").focus();
  });
})();
