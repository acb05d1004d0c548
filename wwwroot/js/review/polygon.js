// Polygons and lassos by the even-odd rule: a pixel belongs to one when a ray from its centre crosses the outline an odd number of times.
import { clip } from './rectangle.js';

/** Fills a polygon; @param points [{ x, y }], closed by itself; @param value 1 marks, 0 erases. */
export function fillPolygon(mask, points, value) {
  if (points.length < 3) { return null; }
  const edges = points.map((p, i) => [p, points[(i + 1) % points.length]])
    .filter(([p, q]) => p.y !== q.y)
    .map(([p, q]) => (p.y < q.y ? [p, q] : [q, p]))
    .sort(([p], [q]) => p.y - q.y);
  const top = Math.floor(Math.min(...points.map((p) => p.y)));
  const bottom = Math.ceil(Math.max(...points.map((p) => p.y)));
  let next = 0;
  let active = [];
  for (let y = Math.max(0, top); y < Math.min(mask.height, bottom); y++) {
    const at = y + 0.5;
    while (next < edges.length && edges[next][0].y <= at) { active.push(edges[next++]); }
    active = active.filter(([, q]) => q.y > at);
    const crossings = active.map(([p, q]) => p.x + (at - p.y) / (q.y - p.y) * (q.x - p.x)).sort((a, b) => a - b);
    for (let i = 0; i + 1 < crossings.length; i += 2) {
      mask.fillRow(y, Math.ceil(crossings[i] - 0.5), Math.ceil(crossings[i + 1] - 0.5), value);
    }
  }
  const left = Math.floor(Math.min(...points.map((p) => p.x)));
  return clip({ x: left, y: top, width: Math.ceil(Math.max(...points.map((p) => p.x))) - left, height: bottom - top }, mask.width, mask.height);
}

/** Leaves out points that a hand drew closer together than anybody can see. */
export function thin(points, least) {
  const kept = [];
  for (const point of points) {
    const last = kept.at(-1);
    if (!last || Math.hypot(point.x - last.x, point.y - last.y) >= least) { kept.push(point); }
  }
  return kept;
}
