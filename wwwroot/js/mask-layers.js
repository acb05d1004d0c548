// Turns mask pictures into layers that can be painted in any colour: the film inside, the edge, the shade outside.

/** Longest side of a layer in pixels: enough for any screen, small enough for any phone. */
const longestSide = 2048;

/** Loads a picture; rejects when it can't be had. */
export async function loadPicture(url, signal) {
  const picture = new Image();
  picture.decoding = 'async';
  picture.src = url;
  await picture.decode();
  signal?.throwIfAborted();
  return picture;
}

/** The union of mask pictures as one byte a pixel (1 inside), at most `longestSide` long. */
export async function readMasks(urls, signal) {
  const pictures = await Promise.all(urls.map((url) => loadPicture(url, signal)));
  const { naturalWidth, naturalHeight } = pictures[0];
  const scale = Math.min(1, longestSide / Math.max(naturalWidth, naturalHeight));
  const width = Math.max(1, Math.round(naturalWidth * scale));
  const height = Math.max(1, Math.round(naturalHeight * scale));
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  const inside = new Uint8Array(width * height);
  for (const picture of pictures) {
    context.drawImage(picture, 0, 0, width, height);
    const { data } = context.getImageData(0, 0, width, height);
    for (let i = 0; i < inside.length; i++) { inside[i] |= data[4 * i] > 127 ? 1 : 0; }
  }
  return { width, height, inside };
}

/** Paints one layer of a mask: 'film' inside, 'edge' along its border, 'shade' outside. */
export function paint(canvas, mask, kind, [red, green, blue]) {
  const { width, height, inside } = mask;
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d');
  const image = context.createImageData(width, height);
  const set = (i, r, g, b, a) => { image.data[4 * i] = r; image.data[4 * i + 1] = g; image.data[4 * i + 2] = b; image.data[4 * i + 3] = a; };
  const reach = Math.max(1, Math.round(Math.max(width, height) / 500));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      if (kind === 'film') {
        if (inside[i]) { set(i, red, green, blue, 255); }
      } else if (kind === 'shade') {
        if (!inside[i]) { set(i, 0, 0, 0, 255); }
      } else if (inside[i] && bordersOn(mask, x, y, reach, 0)) {
        set(i, red, green, blue, 255);
      } else if (!inside[i] && bordersOn(mask, x, y, reach, 1)) {
        // A white rim keeps the line visible on pictures of its own colour.
        set(i, 255, 255, 255, 230);
      }
    }
  }
  context.putImageData(image, 0, 0);
}

function bordersOn({ width, height, inside }, x, y, reach, value) {
  const at = (u, v) => (u < 0 || v < 0 || u >= width || v >= height ? 1 - value : inside[v * width + u]) === value;
  return at(x - reach, y) || at(x + reach, y) || at(x, y - reach) || at(x, y + reach);
}
