// The picture on the stage. Smaller copies are made once, so that drawing it costs the same at every zoom and never flickers.

import { shift } from './shift.js';

const smallest = 1024;
const toneSide = 96;

export async function loadPicture(url, signal) {
  const image = new Image();
  image.decoding = 'async';
  image.src = url;
  await image.decode();
  signal?.throwIfAborted();
  const levels = [image];
  for (let side = Math.max(image.naturalWidth, image.naturalHeight); side > smallest; side /= 2) { levels.push(half(levels.at(-1))); }
  return new Picture(levels);
}

function half(source) {
  const [width, height] = sizeOf(source).map((side) => Math.max(1, Math.round(side / 2)));
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  context.imageSmoothingQuality = 'medium';
  context.drawImage(source, 0, 0, width, height);
  // A bitmap never changes, so that drawing from it copies nothing.
  return canvas.transferToImageBitmap();
}

const sizeOf = (source) => [source.naturalWidth ?? source.width, source.naturalHeight ?? source.height];

export class Picture {
  #levels;

  constructor(levels) {
    this.#levels = levels;
    [this.width, this.height] = sizeOf(levels[0]);
    this.#readTones();
  }

  /** Colours of the picture, coarsely: { width, height, data (RGBA) }. */
  tones;

  /** How light the picture is at a place, 0..255. */
  lightness(x, y) {
    const { width, height, data } = this.tones;
    const column = Math.min(width - 1, Math.max(0, Math.floor(x / this.width * width)));
    const row = Math.min(height - 1, Math.max(0, Math.floor(y / this.height * height)));
    const at = 4 * (row * width + column);
    return 0.2126 * data[at] + 0.7152 * data[at + 1] + 0.0722 * data[at + 2];
  }

  /** Draws what of the picture is on the stage; from so many times its size on, pixels are squares. */
  draw(context, view, ratio) { this.#drawArea(context, view, ratio, { x: 0, y: 0, width: context.canvas.width, height: context.canvas.height }); }

  /** As in overlay.js: what is drawn moves along, what came into sight is drawn. */
  move(x, y, context, view, ratio) {
    for (const strip of shift(context, x * ratio, y * ratio)) { this.#drawArea(context, view, ratio, strip); }
  }

  #drawArea(context, view, ratio, area) {
    const scale = view.scale * ratio;
    const wanted = this.width * scale;
    const level = this.#levels.findLast((candidate) => sizeOf(candidate)[0] >= wanted) ?? this.#levels[0];
    context.save();
    context.beginPath();
    context.rect(area.x, area.y, area.width, area.height);
    context.clip();
    context.clearRect(area.x, area.y, area.width, area.height);
    context.imageSmoothingEnabled = scale < 3;
    context.drawImage(level, view.x * ratio, view.y * ratio, wanted, this.height * scale);
    if (view.scale >= 12) { this.#grid(context, view, ratio); }
    context.restore();
  }

  #grid(context, view, ratio) {
    const scale = view.scale * ratio;
    const { width, height } = context.canvas;
    const [left, top] = [Math.max(0, view.x * ratio), Math.max(0, view.y * ratio)];
    const [right, bottom] = [Math.min(width, (view.x + this.width * view.scale) * ratio), Math.min(height, (view.y + this.height * view.scale) * ratio)];
    context.fillStyle = 'rgb(128 128 128 / 45%)';
    const first = (start) => Math.ceil((Math.max(0, -start) * ratio) / scale);
    for (let i = first(view.x); view.x * ratio + i * scale < right; i++) { context.fillRect(Math.round(view.x * ratio + i * scale), top, 1, bottom - top); }
    for (let i = first(view.y); view.y * ratio + i * scale < bottom; i++) { context.fillRect(left, Math.round(view.y * ratio + i * scale), right - left, 1); }
  }

  #readTones() {
    const shrink = Math.min(1, toneSide / Math.max(this.width, this.height));
    const [width, height] = [Math.max(1, Math.round(this.width * shrink)), Math.max(1, Math.round(this.height * shrink))];
    const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
    context.imageSmoothingQuality = 'medium';
    context.drawImage(this.#levels.at(-1), 0, 0, width, height);
    this.tones = { width, height, data: context.getImageData(0, 0, width, height).data };
  }
}
