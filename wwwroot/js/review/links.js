// Sentences that are tied to a part of the picture. Sentences are known by keys, which stay when others come and go; the server counts
// them, so numbers are made when an annotation is sent.
import { pour } from './regions.js';
import { Mask } from './raster.js';
import { decode, encode } from './rle.js';

export class Links {
  #regions = new Map();

  /** @param links [{ sentence, region: { width, height, rle } }]; @param keys the sentences' keys in order */
  read(links, keys) {
    this.#regions = new Map(links.filter(({ sentence }) => keys[sentence] !== undefined)
      .map(({ sentence, region }) => [keys[sentence], decode(region.rle, region.width, region.height)]));
  }

  write(keys) {
    return keys.flatMap((key, sentence) => {
      const region = this.#regions.get(key);
      return region ? [{ sentence, region: { width: region.width, height: region.height, rle: encode(region) } }] : [];
    });
  }

  get(key) { return this.#regions.get(key) ?? null; }

  get keys() { return new Set(this.#regions.keys()); }

  /** Ties a sentence to the marked region at a place; false when nothing is marked there. */
  tie(key, mask, { x, y }) {
    const [column, row] = [Math.floor(x), Math.floor(y)];
    if (mask.values[row * mask.width + column] !== 1) { return false; }
    const rest = mask.clone();
    pour(rest, column, row, 0);
    const region = new Mask(mask.width, mask.height);
    for (let i = 0; i < region.values.length; i++) { region.values[i] = mask.values[i] ^ rest.values[i]; }
    this.#regions.set(key, region);
    return true;
  }

  untie(key) { this.#regions.delete(key); }
}
