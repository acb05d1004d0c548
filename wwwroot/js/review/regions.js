// Connected regions: pouring into one, and closing holes. Neighbours are the four that share a side.
import { clip, grow, union } from './rectangle.js';

/** Gives the region around a pixel the value, like a bucket of paint; null when it has it already. */
export function pour(mask, x, y, value) {
  if (x < 0 || y < 0 || x >= mask.width || y >= mask.height || mask.values[y * mask.width + x] === value) { return null; }
  return flood(mask.values, mask.width, mask.all, [[x, y]], 1 - value, value);
}

/** Marks every unmarked region that doesn't touch the picture's border. */
export function removeHoles(mask) {
  const marked = mask.bounds();
  if (!marked) { return null; }
  const area = clip(grow(marked, 1), mask.width, mask.height);
  // Outside gets the value 2 for a moment: what is still 0 then is a hole.
  const seeds = [];
  for (let x = area.x; x < area.x + area.width; x++) { seeds.push([x, area.y], [x, area.y + area.height - 1]); }
  for (let y = area.y; y < area.y + area.height; y++) { seeds.push([area.x, y], [area.x + area.width - 1, y]); }
  flood(mask.values, mask.width, area, seeds, 0, 2);
  let changed = null;
  for (let y = area.y; y < area.y + area.height; y++) {
    const row = mask.values.subarray(y * mask.width + area.x, y * mask.width + area.x + area.width);
    for (let x = 0; x < row.length; x++) {
      if (row[x] === 0) { changed = union(changed, { x: area.x + x, y, width: 1, height: 1 }); }
      row[x] = row[x] === 2 ? 0 : 1;
    }
  }
  return changed;
}

/** Takes away marked regions of fewer pixels than that: crumbs that a hand or a model left. */
export function removeCrumbs(mask, fewer) {
  const marked = mask.bounds();
  let changed = null;
  for (let y = marked?.y ?? 0; marked && y < marked.y + marked.height; y++) {
    for (let x = marked.x; x < marked.x + marked.width; x++) {
      if (mask.values[y * mask.width + x] !== 1) { continue; }
      const size = { pixels: 0 };
      const region = flood(mask.values, mask.width, marked, [[x, y]], 1, 2, size);
      if (size.pixels < fewer) {
        flood(mask.values, mask.width, region, [[x, y]], 2, 0);
        changed = union(changed, region);
      }
    }
  }
  for (let y = marked?.y ?? 0; marked && y < marked.y + marked.height; y++) {
    const row = mask.values.subarray(y * mask.width + marked.x, y * mask.width + marked.x + marked.width);
    for (let x = 0; x < row.length; x++) { row[x] = row[x] === 2 ? 1 : row[x]; }
  }
  return changed;
}

/** Run by run: a run is filled at once, then the rows above and below it are searched for others. */
function flood(values, width, area, seeds, from, to, size = { pixels: 0 }) {
  const right = area.x + area.width;
  const bottom = area.y + area.height;
  const waiting = seeds;
  let changed = null;
  while (waiting.length > 0) {
    const [x, y] = waiting.pop();
    const row = y * width;
    if (values[row + x] !== from) { continue; }
    let start = x;
    let end = x + 1;
    while (start > area.x && values[row + start - 1] === from) { start--; }
    while (end < right && values[row + end] === from) { end++; }
    values.fill(to, row + start, row + end);
    size.pixels += end - start;
    changed = union(changed, { x: start, y, width: end - start, height: 1 });
    for (const next of [y - 1, y + 1]) {
      if (next < area.y || next >= bottom) { continue; }
      for (let at = start; at < end; at++) {
        if (values[next * width + at] === from) {
          waiting.push([at, next]);
          while (at < end && values[next * width + at] === from) { at++; }
        }
      }
    }
  }
  return changed;
}
