// Growing, shrinking and smoothing. The outside of the picture takes no part: a region at the border neither shrinks from it nor
// grows out of it.
import { clip, grow } from './rectangle.js';

/** Marks everything within a distance of what is marked. */
export function growMask(mask, distance) {
  return spread(mask, mask.bounds(), distance, 1);
}

/** Leaves only what is farther than a distance from everything unmarked: the same spreading, of the unmarked pixels. */
export function shrinkMask(mask, distance) {
  const marked = mask.bounds();
  return marked && spread(mask, clip(grow(marked, 1), mask.width, mask.height), distance, 0);
}

/**
 * Every pixel takes what most of the square around it has; on a tie it stays as it is. Rounds corners, closes cracks, takes
 * away crumbs, and treats marked and unmarked alike.
 */
export function smoothMask(mask, reach) {
  const marked = mask.bounds();
  if (!marked) { return null; }
  const area = clip(grow(marked, reach), mask.width, mask.height);
  const { width, height } = mask;
  const seen = clip(grow(area, reach), width, height);
  const before = copy(mask, seen);
  const columns = new Int32Array(seen.width);
  const add = (y, sign) => {
    if (y < seen.y || y >= seen.y + seen.height) { return; }
    const row = (y - seen.y) * seen.width;
    for (let x = 0; x < seen.width; x++) { columns[x] += sign * before[row + x]; }
  };
  for (let y = area.y - reach; y < area.y + reach; y++) { add(y, 1); }
  for (let y = area.y; y < area.y + area.height; y++) {
    add(y + reach, 1);
    const rows = Math.min(height - 1, y + reach) - Math.max(0, y - reach) + 1;
    let sum = 0;
    for (let x = area.x - reach; x < area.x + reach; x++) { sum += columns[x - seen.x] ?? 0; }
    for (let x = area.x; x < area.x + area.width; x++) {
      sum += columns[x + reach - seen.x] ?? 0;
      const pixels = rows * (Math.min(width - 1, x + reach) - Math.max(0, x - reach) + 1);
      if (2 * sum !== pixels) { mask.values[y * width + x] = 2 * sum > pixels ? 1 : 0; }
      sum -= columns[x - reach - seen.x] ?? 0;
    }
    add(y - reach, -1);
  }
  return area;
}

/** Gives the value to all pixels within a distance of those in an area that have it: run by run, a disc being a stack of runs. */
function spread(mask, area, distance, value) {
  const reach = Math.floor(distance);
  if (!area || reach < 1) { return null; }
  const before = copy(mask, area);
  const halves = Array.from({ length: 2 * reach + 1 }, (_, i) => Math.floor(Math.sqrt(distance * distance - (i - reach) ** 2)));
  for (let y = 0; y < area.height; y++) {
    const row = before.subarray(y * area.width, (y + 1) * area.width);
    for (let start = row.indexOf(value); start >= 0;) {
      const stop = row.indexOf(1 - value, start);
      const end = stop < 0 ? area.width : stop;
      for (let i = 0; i < halves.length; i++) {
        mask.fillRow(area.y + y + i - reach, area.x + start - halves[i], area.x + end + halves[i], value);
      }
      start = stop < 0 ? -1 : row.indexOf(value, end);
    }
  }
  return clip(grow(area, reach), mask.width, mask.height);
}

function copy(mask, area) {
  const values = new Uint8Array(area.width * area.height);
  for (let y = 0; y < area.height; y++) {
    const start = (area.y + y) * mask.width + area.x;
    values.set(mask.values.subarray(start, start + area.width), y * area.width);
  }
  return values;
}
