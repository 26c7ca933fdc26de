// Choosing municipalities on a map: each shape is the same box as in the list. Without this script the list does it all.
(function () {
  "use strict";

  const form = document.querySelector("[data-area-form]");
  if (!form) return;
  const boxes = new Map();
  form.querySelectorAll("input[name=gemeente]").forEach(function (box) { boxes.set(box.value, box); });
  const country = form.querySelector("[data-area-country]");
  const count = form.querySelector("[data-area-count]");
  const layers = new Map();

  function show(code) {
    const layer = layers.get(code);
    const element = layer && layer.getElement();
    if (!element) return;
    const chosen = country.checked || boxes.get(code).checked;
    element.classList.toggle("map-area--chosen", chosen);
    element.setAttribute("aria-checked", String(chosen));
  }

  function refresh() {
    let chosen = 0;
    boxes.forEach(function (box) { chosen += box.checked ? 1 : 0; });
    count.textContent = country.checked ? boxes.size : chosen;
    layers.forEach(function (_layer, code) { show(code); });
    form.querySelectorAll(".area-region").forEach(function (region) {
      const inside = Array.from(region.querySelectorAll("input[name=gemeente]"));
      const told = region.querySelector("summary .small-print");
      told.textContent = inside.filter(function (box) { return box.checked; }).length + " van " + inside.length;
    });
  }

  function toggle(code) {
    const box = boxes.get(code);
    if (!box || country.checked) return;
    box.checked = !box.checked;
    refresh();
  }

  form.addEventListener("change", function (event) {
    const whole = event.target.dataset.areaWhole;
    if (whole && event.target.value) {
      const on = event.target.value === "alle";
      boxes.forEach(function (box) {
        if (box.dataset[whole] === event.target.dataset.key) box.checked = on;
      });
      event.target.value = ""; // the boxes say it now
    }
    refresh();
  });

  const holder = form.querySelector("[data-area-map]");
  const status = form.querySelector("[data-map-status]");
  if (!window.L || !window.loketShapes) return;

  fetch(holder.dataset.shapes).then(function (answer) {
    if (!answer.ok) throw new Error(answer.status);
    return answer.json();
  }).then(function (topology) {
    const rows = Array.from(boxes.values(), function (box) { return { key: box.value, name: box.dataset.name }; });
    const map = L.map(holder, { scrollWheelZoom: false, zoomControl: false, zoomSnap: 0.25, attributionControl: false });
    L.control.zoom({ zoomInTitle: holder.dataset.zoomIn, zoomOutTitle: holder.dataset.zoomOut }).addTo(map);
    const ground = L.geoJSON(
      { type: "FeatureCollection", features: loketShapes.features(topology, "municipalities", rows) },
      {
        style: { className: "map-area map-area--choice", weight: 1 },
        onEachFeature: function (feature, layer) {
          const row = feature.properties;
          layers.set(row.key, layer);
          layer.bindTooltip(function () {
            const text = document.createElement("span");
            text.textContent = row.name;
            return text;
          });
          layer.on("click", function () { toggle(row.key); });
          layer.on("add", function () {
            const element = layer.getElement();
            if (!element) return;
            element.setAttribute("tabindex", "0");
            element.setAttribute("role", "checkbox");
            element.setAttribute("aria-label", row.name);
            element.addEventListener("keydown", function (event) {
              if (event.key === "Enter" || event.key === " ") {
                event.preventDefault();
                toggle(row.key);
              }
            });
            show(row.key);
          });
        },
      }
    );
    map.fitBounds(ground.getBounds());
    ground.addTo(map);
    refresh();
  }).catch(function () {
    form.querySelector("[data-area-map-part]").hidden = true;
    status.textContent = status.dataset.failed;
  });
})();
