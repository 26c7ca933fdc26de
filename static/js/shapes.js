// The shapes of data/map.topojson as GeoJSON, for the scripts that draw a map.
(function () {
  "use strict";

  // TopoJSON: arcs are shared borders, as differences between whole numbers; a negative index runs backwards.
  function ringsOf(topology) {
    const [sx, sy] = topology.transform.scale;
    const [tx, ty] = topology.transform.translate;
    const arcs = topology.arcs.map(function (arc) {
      let x = 0, y = 0;
      return arc.map(function (step) {
        x += step[0];
        y += step[1];
        return [x * sx + tx, y * sy + ty];
      });
    });
    function ring(indexes) {
      const points = [];
      indexes.forEach(function (index) {
        const arc = index < 0 ? arcs[~index].slice().reverse() : arcs[index];
        points.push.apply(points, points.length ? arc.slice(1) : arc);
      });
      return points;
    }
    return function (geometry) {
      return geometry.type === "Polygon"
        ? geometry.arcs.map(ring)
        : geometry.arcs.map(function (polygon) { return polygon.map(ring); });
    };
  }

  function features(topology, shape, rows) {
    const coordinates = ringsOf(topology);
    const byKey = new Map(rows.map(function (row) { return [row.key, row]; }));
    return topology.objects[shape].geometries.filter(function (geometry) {
      return byKey.has(geometry.properties.code || geometry.properties.slug);
    }).map(function (geometry) {
      return {
        type: "Feature",
        properties: byKey.get(geometry.properties.code || geometry.properties.slug),
        geometry: { type: geometry.type, coordinates: coordinates(geometry) },
      };
    });
  }

  window.loketShapes = { features: features };
})();
