// Paints masks over the picture, at the screen's resolution: only what is on the stage costs time, and of it only what changed. Edges are
// as thick at every zoom, with a rim that is dark on light places and light on dark ones.
import { clip, grow } from './rectangle.js';
import { colours, difference, partners } from './colours.js';
import { shift } from './shift.js';

/** More pixels than that are not painted for one frame; a finer screen gets a coarser mask. */
const mostPixels = 2_600_000;

const marked = 1;
const reference = 2;
const preview = 4;
const region = 8;

/** What the overlay shows beside the mask: { reference, preview, region } masks of the same size or null. */
export class Overlay {
  #context; #samples = new Uint8Array(0); #pixels = new Uint32Array(0);

  constructor(canvas) {
    this.#context = canvas.getContext('2d');
  }

  ratio = 1;

  resize(width, height, ratio) {
    this.ratio = Math.min(ratio, Math.sqrt(mostPixels / Math.max(1, width * height)));
    const { canvas } = this.#context;
    canvas.width = Math.max(1, Math.round(width * this.ratio));
    canvas.height = Math.max(1, Math.round(height * this.ratio));
  }

  clear() { this.#context.clearRect(0, 0, this.#context.canvas.width, this.#context.canvas.height); }

  /**
   * @param layers { mask, reference, preview, region }
   * @param look { colour, fill (0..1), edge (0..1), isDifference }
   * @param changed the rectangle of the picture that changed; left out, everything is painted
   */
  paint(view, picture, layers, look, changed) {
    const { width, height } = this.#context.canvas;
    this.#paintArea(view, picture, layers, look, changed ? grow(this.#onScreen(view, changed), this.#thick + 1) : { x: 0, y: 0, width, height });
  }

  /** The picture was moved by whole pixels of this canvas: what was painted moves along, only what came into sight is painted. */
  move(x, y, view, picture, layers, look) {
    const [right, down] = [x * this.ratio, y * this.ratio];
    for (const strip of shift(this.#context, right, down)) { this.#paintArea(view, picture, layers, look, grow(strip, this.#thick + 1)); }
  }

  get #thick() { return Math.max(1, Math.round(1.5 * this.ratio)); }

  #paintArea(view, picture, layers, look, wanted) {
    const area = clip(wanted, this.#context.canvas.width, this.#context.canvas.height);
    if (!area) { return; }
    const thick = this.#thick;
    const seen = grow(area, thick);
    this.#sample(view, layers, seen);
    const pixels = this.#room(area.width * area.height);
    if (look.isDifference) { this.#composeDifference(pixels, area, seen, thick, look, view); } else { this.#compose(pixels, area, seen, thick, look, view, picture); }
    const image = new ImageData(new Uint8ClampedArray(pixels.buffer, 0, 4 * area.width * area.height), area.width, area.height);
    this.#context.putImageData(image, area.x, area.y);
  }

  #onScreen(view, { x, y, width, height }) {
    const start = view.toStage({ x, y });
    const end = view.toStage({ x: x + width, y: y + height });
    const [left, top] = [Math.floor(start.x * this.ratio), Math.floor(start.y * this.ratio)];
    return { x: left, y: top, width: Math.ceil(end.x * this.ratio) - left, height: Math.ceil(end.y * this.ratio) - top };
  }

  #room(length) {
    if (this.#pixels.length < length) { this.#pixels = new Uint32Array(length); } else { this.#pixels.fill(0, 0, length); }
    return this.#pixels;
  }

  /** Patterns lie on the picture, not on the screen: they move with it. */
  #fromPicture(view, area) { return [area.x - Math.round(view.x * this.ratio), area.y - Math.round(view.y * this.ratio)]; }

  /** Reads all layers at the screen's pixels, one bit a layer. */
  #sample(view, layers, seen) {
    if (this.#samples.length < seen.width * seen.height) { this.#samples = new Uint8Array(seen.width * seen.height); }
    this.#samples.fill(0, 0, seen.width * seen.height);
    const { width, height } = layers.mask;
    const scale = view.scale * this.ratio;
    const columns = new Int32Array(seen.width);
    for (let i = 0; i < seen.width; i++) { columns[i] = Math.floor((seen.x + i + 0.5 - view.x * this.ratio) / scale); }
    const first = Math.max(0, columns.findIndex((column) => column >= 0));
    const last = columns.findLastIndex((column) => column < width) + 1;
    const stack = [[layers.mask, 0], [layers.reference, 1], [layers.preview, 2], [layers.region, 3]].filter(([mask]) => mask);
    let before = -1;
    for (let j = 0; j < seen.height; j++) {
      const row = Math.floor((seen.y + j + 0.5 - view.y * this.ratio) / scale);
      const start = j * seen.width;
      if (row < 0 || row >= height) { continue; }
      if (row === before) {
        this.#samples.copyWithin(start, start - seen.width, start);
        continue;
      }
      before = row;
      for (const [mask, bit] of stack) { gather(this.#samples, start, mask.values, row * width, columns, first, last, bit); }
    }
  }

  #compose(pixels, area, seen, thick, look, view, picture) {
    const samples = this.#samples;
    const stride = seen.width;
    const own = colours[look.colour];
    const other = colours[partners[look.colour]];
    const fill = paint(own, look.fill);
    const edge = paint(own, look.edge);
    const fillOther = paint(other, 0.55);
    const edgeOther = paint(other, Math.max(0.6, look.edge));
    const light = paint([255, 255, 255], 0.85 * look.edge);
    const dark = paint([0, 0, 0], 0.75 * look.edge);
    const lit = paint([255, 255, 255], 0.45);
    const far = thick * stride;
    const [left0, top0] = this.#fromPicture(view, area);
    for (let y = 0; y < area.height; y++) {
      const row = y * area.width;
      let at = (y + area.y - seen.y) * stride + area.x - seen.x;
      for (let x = 0; x < area.width; x++, at++) {
        const here = samples[at];
        const left = samples[at - thick];
        const right = samples[at + thick];
        const up = samples[at - far];
        const down = samples[at + far];
        if ((here | left | right | up | down) === 0) { continue; }
        const inside = left & right & up & down;
        if ((here & inside) === marked && here === marked) {
          pixels[row + x] = fill;
          continue;
        }
        let pixel = 0;
        if (here & marked) { pixel = inside & marked ? fill : edge; }
        else if ((samples[at - 1] | samples[at + 1] | samples[at - stride] | samples[at + stride]) & marked) {
          const place = view.toPicture({ x: (area.x + x) / this.ratio, y: (area.y + y) / this.ratio });
          pixel = picture.lightness(place.x, place.y) > 128 ? dark : light;
        }
        // A second mask is told by its line, not only by its colour: dashed, and dotted inside while it is an offer.
        if (here & reference && !(inside & reference) && ((left0 + x + top0 + y) & 7) < 5) { pixel = edgeOther; }
        if (here & preview) { pixel = !(inside & preview) ? edgeOther : ((left0 + x) & 2) === ((top0 + y) & 2) ? fillOther : pixel; }
        if (here & region) { pixel = inside & region ? lit : light; }
        pixels[row + x] = pixel;
      }
    }
  }

  /** What came against the reference is solid, what went is hatched, what is in both is grey. */
  #composeDifference(pixels, area, seen, thick, look, view) {
    const samples = this.#samples;
    const stride = seen.width;
    const strong = Math.max(0.5, look.fill);
    const [came, cameEdge] = [paint(difference.added, strong), paint(difference.added, 1)];
    const [went, wentEdge] = [paint(difference.removed, strong), paint(difference.removed, 1)];
    const both = paint(difference.both, 0.35);
    const [left0, top0] = this.#fromPicture(view, area);
    for (let y = 0; y < area.height; y++) {
      let at = (y + area.y - seen.y) * stride + area.x - seen.x;
      for (let x = 0; x < area.width; x++, at++) {
        const here = samples[at] & (marked | reference);
        if (here === 0) { continue; }
        const same = (offset) => (samples[at + offset] & (marked | reference)) === here;
        const isEdge = !(same(-thick) && same(thick) && same(-thick * stride) && same(thick * stride));
        const hatched = ((left0 + x + top0 + y) & 7) < 4;
        pixels[y * area.width + x] = here === 3 ? both : here === marked ? (isEdge ? cameEdge : came) : isEdge || hatched ? wentEdge : went;
      }
    }
  }
}

function gather(samples, start, values, row, columns, first, last, bit) {
  for (let i = first; i < last; i++) { samples[start + i] |= values[row + columns[i]] << bit; }
}

/** A colour as ImageData holds it, on the little-endian machines that browsers run on. */
function paint([red, green, blue], opacity) {
  return ((Math.round(255 * opacity) << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}
