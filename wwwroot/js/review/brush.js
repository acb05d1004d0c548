// The brush: everything within a radius of the line between two points, where the radius may change on the way (pressure).
// A pixel belongs to it when its centre does.
import { clip } from './rectangle.js';

/**
 * Paints one stretch of a stroke.
 * @param mask the mask
 * @param from, to { x, y, radius } in pixels of the picture; the upper left corner of the picture is 0, 0
 * @param value 1 marks, 0 erases
 */
export function paintStretch(mask, from, to, value) {
  const a = settle(from);
  const b = settle(to);
  const reach = Math.max(a.radius, b.radius);
  const top = Math.floor(Math.min(a.y - a.radius, b.y - b.radius) - 1);
  const bottom = Math.ceil(Math.max(a.y + a.radius, b.y + b.radius) + 1);
  const sides = tangents(a, b);
  for (let y = Math.max(0, top); y < Math.min(mask.height, bottom); y++) {
    // The shape is convex: a row of it is one run, from the leftmost to the rightmost of its parts.
    const row = { left: Infinity, right: -Infinity };
    disc(row, a, y + 0.5);
    disc(row, b, y + 0.5);
    for (const [p, q] of sides) { side(row, p, q, y + 0.5); }
    mask.fillRow(y, Math.ceil(row.left - 0.5), Math.floor(row.right - 0.5) + 1, value);
  }
  const left = Math.floor(Math.min(a.x, b.x) - reach);
  return clip({ x: left, y: top, width: Math.ceil(Math.max(a.x, b.x) + reach) - left, height: bottom - top }, mask.width, mask.height);
}

/** A fine brush sits on the middle of a pixel, or between four it would miss them all. */
function settle({ x, y, radius }) {
  return radius < 1 ? { x: Math.floor(x) + 0.5, y: Math.floor(y) + 0.5, radius: Math.max(0.5, radius) } : { x, y, radius };
}

function disc(row, { x, y, radius }, at) {
  const half = Math.sqrt(radius * radius - (at - y) ** 2);
  if (half >= 0) {
    row.left = Math.min(row.left, x - half);
    row.right = Math.max(row.right, x + half);
  }
}

/** The two outer tangents of the discs; together with the discs they bound the shape. None where one disc holds the other. */
function tangents(a, b) {
  const [u, v] = [b.x - a.x, b.y - a.y];
  const distance = Math.hypot(u, v);
  const along = (a.radius - b.radius) / distance;
  if (!(Math.abs(along) < 1)) { return []; }
  const across = Math.sqrt(1 - along * along);
  return [1, -1].map((hand) => {
    const [x, y] = [(along * u - hand * across * v) / distance, (along * v + hand * across * u) / distance];
    return [{ x: a.x + a.radius * x, y: a.y + a.radius * y }, { x: b.x + b.radius * x, y: b.y + b.radius * y }];
  });
}

function side(row, p, q, at) {
  if ((p.y <= at) === (q.y <= at)) { return; }
  const x = p.x + (at - p.y) / (q.y - p.y) * (q.x - p.x);
  row.left = Math.min(row.left, x);
  row.right = Math.max(row.right, x);
}
