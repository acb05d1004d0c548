// Compares the page's run-length codes with the engine's. Reads [{ width, height, pixels (base64) or null, code }] from a file; prints
// { tried, broken: [what] }.
import { readFileSync } from 'node:fs';
import { Mask } from './review/raster.js';
import { decode, encode } from './review/rle.js';

const cases = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const broken = [];
cases.forEach(({ width, height, pixels, code }, number) => {
  if (pixels === null) {
    try {
      decode(code, width, height);
      broken.push(`case ${number}: the engine refuses ${code}`);
    } catch (error) {
      if (!(error instanceof RangeError)) { throw error; }
    }
    return;
  }
  const mask = new Mask(width, height, new Uint8Array(Buffer.from(pixels, 'base64')));
  if (encode(mask) !== code) { broken.push(`case ${number}: ${width} x ${height} gives ${encode(mask)}, the engine ${code}`); }
  if (Buffer.compare(decode(code, width, height).values, mask.values) !== 0) { broken.push(`case ${number}: ${code} is read as another mask`); }
});
console.log(JSON.stringify({ tried: cases.length, broken: broken.slice(0, 10) }));
