// A mask in memory: one byte a pixel, row by row, 0 or 1. What changes pixels tells which rectangle it may have changed, or null.
import { clip } from './rectangle.js';

/** Largest picture that the editor takes: the mask is held twice, the picture once more in colour. */
export const mostPixels = 1 << 26;

export class Mask {
  constructor(width, height, values = new Uint8Array(width * height)) {
    if (!(Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0 && width * height <= mostPixels)) {
      throw new RangeError(`A mask can't be ${width} x ${height} pixels.`);
    }
    if (values.length !== width * height) { throw new RangeError(`${values.length} values for ${width} x ${height} pixels.`); }
    Object.assign(this, { width, height, values });
  }

  get all() { return { x: 0, y: 0, width: this.width, height: this.height }; }

  clone() { return new Mask(this.width, this.height, this.values.slice()); }

  /** Sets pixels from <= x < to of a row; what lies outside is left out. */
  fillRow(y, from, to, value) {
    if (y < 0 || y >= this.height) { return; }
    const start = Math.max(0, from);
    const end = Math.min(this.width, to);
    if (end > start) { this.values.fill(value, y * this.width + start, y * this.width + end); }
  }

  fillRectangle(rectangle, value) {
    const inside = clip(rectangle, this.width, this.height);
    for (let y = inside?.y ?? 0; inside && y < inside.y + inside.height; y++) { this.fillRow(y, inside.x, inside.x + inside.width, value); }
    return inside;
  }

  invert() {
    const { values } = this;
    for (let i = 0; i < values.length; i++) { values[i] ^= 1; }
    return this.all;
  }

  clear() {
    const marked = this.bounds();
    this.values.fill(0);
    return marked;
  }

  /** Takes over the pixels of another mask: in its place, in addition, or taken away. */
  combine(other, how) {
    if (other.width !== this.width || other.height !== this.height) { throw new RangeError('Masks of two sizes.'); }
    const { values } = this;
    const theirs = other.values;
    if (how === 'replace') {
      values.set(theirs);
      return this.all;
    }
    const marked = other.bounds();
    for (let y = marked?.y ?? 0; marked && y < marked.y + marked.height; y++) {
      const start = y * this.width + marked.x;
      for (let i = start; i < start + marked.width; i++) {
        if (theirs[i]) { values[i] = how === 'add' ? 1 : 0; }
      }
    }
    return marked;
  }

  /** Number of marked pixels. */
  count() {
    const { values } = this;
    let sum = 0;
    for (let i = 0; i < values.length; i++) { sum += values[i]; }
    return sum;
  }

  /** The smallest rectangle around the marked pixels, or null. */
  bounds() {
    const { width, height, values } = this;
    const first = values.indexOf(1);
    if (first < 0) { return null; }
    const top = Math.floor(first / width);
    const bottom = Math.floor(values.lastIndexOf(1) / width);
    let left = width;
    let right = -1;
    for (let y = top; y <= bottom; y++) {
      const row = values.subarray(y * width, (y + 1) * width);
      // Only what could widen the rectangle is looked at.
      for (let x = 0; x < left; x++) { if (row[x]) { left = x; } }
      for (let x = width - 1; x > right; x--) { if (row[x]) { right = x; } }
    }
    return { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
  }
}
