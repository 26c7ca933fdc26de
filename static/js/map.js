// Draws the rows of the table as a map. Without this script the table alone says the same.
(function () {
  "use strict";

  const box = document.querySelector("[data-map]");
  if (!box || !window.L || !window.loketShapes) return;
  const status = document.querySelector("[data-map-status]");

  // Text only: names come from the database and never become markup.
  function label(row) {
    const text = document.createElement("div");
    const link = document.createElement("a");
    link.href = row.url;
    link.textContent = row.name;
    const value = document.createElement("p");
    value.textContent = row.value;
    text.append(link, value);
    return text;
  }

  // Every shape and point can be reached with Tab and opened with Enter or the space bar.
  function reachable(layer, row) {
    layer.bindPopup(function () { return label(row); });
    layer.on("add", function () {
      const element = layer.getElement();
      if (!element) return;
      element.setAttribute("tabindex", "0");
      element.setAttribute("role", "button");
      element.setAttribute("aria-label", row.name + ": " + row.value);
      element.addEventListener("keydown", function (event) {
        if (event.key === "Enter" || event.key === " ") {
          event.preventDefault();
          layer.openPopup();
        }
      });
    });
  }

  function draw(topology, data) {
    const map = L.map(box, {
      scrollWheelZoom: false,
      zoomControl: false,
      zoomSnap: 0.25,
      attributionControl: Boolean(box.dataset.tiles),
    });
    L.control.zoom({ zoomInTitle: box.dataset.zoomIn, zoomOutTitle: box.dataset.zoomOut }).addTo(map);
    map.on("popupopen", function (event) {
      const button = event.popup.getElement().querySelector(".leaflet-popup-close-button");
      button.setAttribute("aria-label", box.dataset.close);
    });
    if (box.dataset.tiles) L.tileLayer(box.dataset.tiles, { attribution: box.dataset.credit }).addTo(map);
    const ground = L.geoJSON(
      { type: "FeatureCollection", features: loketShapes.features(topology, data.shape || "landsdelen", data.shape ? data.rows : topology.objects.landsdelen.geometries.map(function (g) {
        return { key: g.properties.slug, name: g.properties.slug, group: "ground", value: "" };
      })) },
      {
        style: function (feature) { return { className: "map-area map-area--" + feature.properties.group, weight: 1 }; },
        interactive: Boolean(data.shape),
        onEachFeature: function (feature, layer) { if (data.shape) reachable(layer, feature.properties); },
      }
    );
    // Before anything is added: points are drawn at once, and for that the map must know where it looks.
    map.fitBounds(ground.getBounds());
    ground.addTo(map);
    if (!data.shape) {
      data.rows.forEach(function (row) {
        const point = L.circleMarker([row.latitude, row.longitude], { radius: 7, className: "map-point" });
        reachable(point, row);
        point.addTo(map);
      });
    }
  }

  Promise.all([box.dataset.shapes, box.dataset.rows].map(function (address) {
    return fetch(address).then(function (answer) {
      if (!answer.ok) throw new Error(answer.status);
      return answer.json();
    });
  })).then(function (found) {
    draw(found[0], found[1]);
  }).catch(function () {
    box.hidden = true;
    status.textContent = status.dataset.failed;
  });
})();
