// Laws of the mask tools, tried on random masks. Prints { tried, broken: [what] }.
import { Mask } from './review/raster.js';
import { paintStretch } from './review/brush.js';
import { fillPolygon } from './review/polygon.js';
import { pour, removeCrumbs, removeHoles } from './review/regions.js';
import { growMask, shrinkMask, smoothMask } from './review/morphology.js';
import { decode, encode } from './review/rle.js';
import { History } from './review/history.js';
import { clip } from './review/rectangle.js';

const [, , seed, rounds] = process.argv.map(Number);
let state = seed >>> 0;
const random = () => { // mulberry32: small, and the same on every machine
  state = (state + 0x6d2b79f5) >>> 0;
  let t = Math.imul(state ^ (state >>> 15), state | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
};
const whole = (below) => Math.floor(random() * below);

function randomMask() {
  const mask = new Mask(1 + whole(40), 1 + whole(40));
  const kind = whole(5);
  if (kind === 0) { return mask; }
  if (kind === 1) { mask.values.fill(1); }
  const share = random();
  if (kind === 2) { for (let i = 0; i < mask.values.length; i++) { mask.values[i] = random() < share ? 1 : 0; } }
  if (kind >= 3) {
    for (let n = whole(6); n >= 0; n--) {
      mask.fillRectangle({ x: whole(mask.width) - 3, y: whole(mask.height) - 3, width: 1 + whole(20), height: 1 + whole(20) }, random() < 0.7 ? 1 : 0);
    }
  }
  return mask;
}

const same = (a, b) => Buffer.compare(a.values, b.values) === 0;
const isWithin = (a, b) => a.values.every((value, i) => value <= b.values[i]);
const made = (mask, change) => { const copy = mask.clone(); change(copy); return copy; };
const inverse = (mask) => made(mask, (m) => m.invert());

/** Runs a change and sees that nothing outside the rectangle that it tells has changed. */
function honest(mask, change) {
  const before = mask.clone();
  const told = clip(change(mask), mask.width, mask.height);
  for (let y = 0; y < mask.height; y++) {
    for (let x = 0; x < mask.width; x++) {
      const inside = told && x >= told.x && x < told.x + told.width && y >= told.y && y < told.y + told.height;
      if (!inside && before.values[y * mask.width + x] !== mask.values[y * mask.width + x]) { return false; }
    }
  }
  return mask.values.every((value) => value === 0 || value === 1);
}

const point = (mask) => ({ x: random() * (mask.width + 10) - 5, y: random() * (mask.height + 10) - 5 });
const brush = (mask) => ({ ...point(mask), radius: 0.3 + random() * 8 });

const changes = [
  (m) => paintStretch(m, brush(m), brush(m), whole(2)),
  (m) => fillPolygon(m, Array.from({ length: 3 + whole(8) }, () => point(m)), whole(2)),
  (m) => m.fillRectangle({ x: whole(40) - 5, y: whole(40) - 5, width: whole(30), height: whole(30) }, whole(2)),
  (m) => pour(m, whole(m.width), whole(m.height), whole(2)),
  (m) => removeHoles(m),
  (m) => removeCrumbs(m, 1 + whole(12)),
  (m) => growMask(m, 1 + whole(4)),
  (m) => shrinkMask(m, 1 + whole(4)),
  (m) => smoothMask(m, 1 + whole(3)),
  (m) => m.invert(),
  (m) => m.clear(),
];

/** Growing by the definition: some marked pixel within the distance. */
function grownBySearch(mask, distance) {
  return made(mask, (m) => {
    for (let y = 0; y < m.height; y++) {
      for (let x = 0; x < m.width; x++) {
        for (let v = 0; v < m.height; v++) {
          for (let u = 0; u < m.width; u++) {
            if (mask.values[v * m.width + u] && (u - x) ** 2 + (v - y) ** 2 <= distance ** 2) { m.values[y * m.width + x] = 1; }
          }
        }
      }
    }
  });
}

/** Even-odd by the definition: crossings of a ray to the right of the pixel's centre. */
function isInside(points, x, y) {
  let inside = false;
  points.forEach((p, i) => {
    const q = points[(i + 1) % points.length];
    if (p.y > y !== q.y > y && x < p.x + (y - p.y) / (q.y - p.y) * (q.x - p.x)) { inside = !inside; }
  });
  return inside;
}

function distanceToStretch(a, b, x, y) {
  const [u, v] = [b.x - a.x, b.y - a.y];
  const t = Math.max(0, Math.min(1, ((x - a.x) * u + (y - a.y) * v) / (u * u + v * v || 1)));
  return Math.hypot(x - a.x - t * u, y - a.y - t * v);
}

const laws = {
  'code and back is the same mask': (m) => same(m, decode(encode(m), m.width, m.height)),
  'every tool keeps to the rectangle that it tells': (m) => changes.every((change) => honest(m.clone(), change)),
  'growing is what its definition says': (m) => {
    const small = made(new Mask(Math.min(12, m.width), Math.min(12, m.height)), (s) => s.values.forEach((_, i) => { s.values[i] = m.values[i % m.values.length]; }));
    return same(made(small, (s) => growMask(s, 3)), grownBySearch(small, 3));
  },
  'growing adds, shrinking takes away': (m) => isWithin(m, made(m, (c) => growMask(c, 2))) && isWithin(made(m, (c) => shrinkMask(c, 2)), m),
  'shrinking is growing of the rest': (m) => same(inverse(made(m, (c) => shrinkMask(c, 3))), made(inverse(m), (c) => growMask(c, 3))),
  'growing and shrinking again closes, twice changes nothing more': (m) => {
    const close = (c) => { growMask(c, 2); shrinkMask(c, 2); };
    const closed = made(m, close);
    return isWithin(m, closed) && same(closed, made(closed, close));
  },
  'smoothing treats marked and unmarked alike': (m) => {
    const middle = made(new Mask(m.width + 20, m.height + 20), (c) => { for (let y = 0; y < m.height; y++) { c.values.set(m.values.subarray(y * m.width, (y + 1) * m.width), (y + 10) * c.width + 10); } });
    return same(inverse(made(middle, (c) => smoothMask(c, 2))), made(inverse(middle), (c) => smoothMask(c, 2)));
  },
  'smoothing is the majority of the square': (m) => {
    const smooth = made(m, (c) => smoothMask(c, 2));
    for (let n = 0; n < 30; n++) {
      const [x, y] = [whole(m.width), whole(m.height)];
      let [sum, pixels] = [0, 0];
      for (let v = Math.max(0, y - 2); v <= Math.min(m.height - 1, y + 2); v++) {
        for (let u = Math.max(0, x - 2); u <= Math.min(m.width - 1, x + 2); u++) { sum += m.values[v * m.width + u]; pixels++; }
      }
      const at = y * m.width + x;
      if (smooth.values[at] !== (2 * sum === pixels ? m.values[at] : Number(2 * sum > pixels))) { return false; }
    }
    return true;
  },
  'without holes every unmarked region reaches the border': (m) => {
    const closed = made(m, removeHoles);
    for (let x = 0; x < m.width; x++) { pour(closed, x, 0, 1); pour(closed, x, m.height - 1, 1); }
    for (let y = 0; y < m.height; y++) { pour(closed, 0, y, 1); pour(closed, m.width - 1, y, 1); }
    return isWithin(m, closed) && closed.count() === closed.values.length;
  },
  'no crumb is left, nothing else is lost': (m) => {
    const left = made(m, (c) => removeCrumbs(c, 6));
    const rest = left.clone();
    for (let i = 0; i < rest.values.length; i++) {
      const before = rest.count();
      if (rest.values[i] && before - (pour(rest, i % m.width, Math.floor(i / m.width), 0), rest.count()) < 6) { return false; }
    }
    const lost = made(m, (c) => c.combine(left, 'subtract'));
    for (let i = 0; i < lost.values.length; i++) {
      const before = lost.count();
      if (lost.values[i] && before - (pour(lost, i % m.width, Math.floor(i / m.width), 0), lost.count()) >= 6) { return false; }
    }
    return isWithin(left, m);
  },
  'a polygon holds the pixels that the even-odd rule says': (m) => {
    const points = Array.from({ length: 3 + whole(9) }, () => point(m));
    const filled = new Mask(m.width, m.height);
    fillPolygon(filled, points, 1);
    return filled.values.every((value, i) => value === Number(isInside(points, i % m.width + 0.5, Math.floor(i / m.width) + 0.5)));
  },
  'a stretch holds the pixels within the radius of its line': (m) => {
    const radius = 1 + random() * 8;
    const [a, b] = [{ ...point(m), radius }, { ...point(m), radius }];
    const painted = new Mask(m.width, m.height);
    paintStretch(painted, a, b, 1);
    return painted.values.every((value, i) => {
      const distance = distanceToStretch(a, b, i % m.width + 0.5, Math.floor(i / m.width) + 0.5);
      return Math.abs(distance - radius) < 1e-9 || value === Number(distance < radius);
    });
  },
  'the finest brush marks the pixel under it': (m) => {
    const [x, y] = [whole(m.width), whole(m.height)];
    const painted = new Mask(m.width, m.height);
    const at = { x: x + random(), y: y + random(), radius: 0.5 };
    paintStretch(painted, at, at, 1);
    return painted.count() === 1 && painted.values[y * m.width + x] === 1;
  },
  'pressure: a stretch holds both its ends and all in between': (m) => {
    const [a, b] = [brush(m), brush(m)].map((p) => ({ ...p, radius: p.radius + 1 }));
    const painted = new Mask(m.width, m.height);
    paintStretch(painted, a, b, 1);
    const stamped = new Mask(m.width, m.height);
    for (let t = 0; t <= 1; t += 0.125) {
      const p = { x: a.x + t * (b.x - a.x), y: a.y + t * (b.y - a.y), radius: a.radius + t * (b.radius - a.radius) - 1e-9 };
      paintStretch(stamped, p, p, 1);
    }
    return isWithin(stamped, painted);
  },
  'undo and redo lead back and forth through every state': (m) => {
    const history = new History(m);
    const states = [m.clone()];
    for (let n = 0; n < 12; n++) {
      history.begin(`step ${n}`);
      let changed = false;
      for (let part = whole(3); part >= 0; part--) { changed = history.take(clip(changes[whole(changes.length)](m), m.width, m.height)) !== null || changed; }
      history.end();
      if (changed) { states.push(m.clone()); }
    }
    for (let n = states.length - 2; n >= 0; n--) { history.undo(); if (!same(m, states[n])) { return false; } }
    if (history.canUndo) { return false; }
    for (let n = 1; n < states.length; n++) { history.redo(); if (!same(m, states[n])) { return false; } }
    return !history.canRedo && history.cursor === states.length - 1;
  },
  'a new step forgets what was undone': (m) => {
    const history = new History(m);
    const paint = (i) => { history.begin('dot'); m.values[i] ^= 1; history.take(m.all); history.end(); };
    paint(0);
    const one = m.clone();
    paint(m.values.length - 1);
    history.undo();
    paint(Math.floor(m.values.length / 2));
    history.undo();
    return same(m, one) && history.cursor === 1;
  },
};

const broken = [];
let tried = 0;
for (let round = 0; round < rounds; round++) {
  const mask = randomMask();
  for (const [name, law] of Object.entries(laws)) {
    tried++;
    const before = state;
    if (!law(mask.clone())) { broken.push(`${name}: round ${round}, state ${before}, ${mask.width} x ${mask.height} ${encode(mask)}`); }
  }
}
console.log(JSON.stringify({ tried, broken: broken.slice(0, 10) }));
