// Masks as COCO's compressed run-length code, character for character what Sida's engine writes (Imaging/RunLengthCode): columns
// from left to right, runs beginning with the unmarked ones; from the fourth run on the difference from the run two before; in groups
// of 5 bits, low ones first, bit 5 set while more follow, 48 added. Source: cocoapi, common/maskApi.c.
import { Mask } from './raster.js';

const columnsAtOnce = 64;

/** The code of a mask. */
export function encode(mask) {
  const marked = mask.bounds();
  if (!marked) { return write([mask.width * mask.height]); }
  const counts = [];
  const { height } = mask;
  let run = marked.x * height;
  let current = 0;
  // Turned in blocks: walking a large mask down one column at a time would miss the cache at every step.
  const columns = new Uint8Array(Math.min(columnsAtOnce, marked.width) * height);
  for (let left = marked.x; left < marked.x + marked.width; left += columnsAtOnce) {
    const width = Math.min(columnsAtOnce, marked.x + marked.width - left);
    columns.fill(0);
    for (let y = marked.y; y < marked.y + marked.height; y++) {
      const row = y * mask.width + left;
      for (let x = 0; x < width; x++) { columns[x * height + y] = mask.values[row + x]; }
    }
    for (let at = 0, end = width * height; at < end;) {
      const stop = columns.indexOf(1 - current, at);
      if (stop < 0 || stop >= end) {
        run += end - at;
        break;
      }
      counts.push(run + stop - at);
      run = 0;
      current = 1 - current;
      at = stop;
    }
  }
  const rest = (mask.width - marked.x - marked.width) * height;
  if (current === 1 && rest > 0) {
    counts.push(run);
    run = 0;
  }
  counts.push(run + rest);
  return write(counts);
}

/** The mask that a code stands for; throws a RangeError when it isn't one of this size. */
export function decode(code, width, height) {
  const mask = new Mask(width, height);
  let place = 0;
  read(code, width * height).forEach((count, i) => {
    if (i % 2 === 1) { markColumnwise(mask, place, count); }
    place += count;
  });
  if (place !== width * height) { throw new RangeError(`This code doesn't add up to ${width} x ${height} pixels.`); }
  return mask;
}

function markColumnwise({ values, width, height }, place, count) {
  let x = Math.floor(place / height);
  let y = place % height;
  for (let left = count; left > 0;) {
    const end = Math.min(height, y + left);
    left -= end - y;
    for (; y < end; y++) { values[y * width + x] = 1; }
    x++;
    y = 0;
  }
}

function write(counts) {
  const text = [];
  counts.forEach((count, i) => {
    let value = i > 2 ? count - counts[i - 2] : count;
    let more;
    do {
      const group = value & 31;
      value >>= 5;
      more = group & 16 ? value !== -1 : value !== 0;
      text.push(String.fromCharCode((more ? group | 32 : group) + 48));
    } while (more);
  });
  return text.join('');
}

function read(code, size) {
  const counts = [];
  let sum = 0;
  for (let at = 0; at < code.length;) {
    let value = 0;
    let group = 32;
    for (let shift = 0; group & 32; shift += 5) {
      group = code.charCodeAt(at++) - 48;
      if (!(group >= 0 && group <= 63) || shift > 30) { throw new RangeError(`This is no run-length code, near character ${at}.`); }
      value += (group & 31) * 2 ** shift;
      if (!(group & 32) && group & 16) { value -= 2 ** (shift + 5); }
    }
    const count = value + (counts.length > 2 ? counts[counts.length - 2] : 0);
    sum += count;
    if (count < 0 || sum > size) { throw new RangeError(`This code has an impossible run near character ${at}.`); }
    counts.push(count);
  }
  return counts;
}
