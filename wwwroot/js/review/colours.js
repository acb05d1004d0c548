// Colours of masks that people with any kind of colour vision tell apart (after Okabe and Ito), and the choice of the one that stands
// out most from a picture.

export const colours = {
  vermilion: [213, 94, 0],
  yellow: [240, 228, 66],
  sky: [86, 180, 233],
  purple: [204, 121, 167],
  green: [0, 158, 115],
};

/** What a second mask beside one of that colour is drawn in. */
export const partners = { vermilion: 'sky', yellow: 'purple', sky: 'vermilion', purple: 'yellow', green: 'vermilion' };

/** Colours of a difference: what came, what went. */
export const difference = { added: colours.sky, removed: colours.vermilion, both: [160, 160, 160] };

/** The colour that is farthest from a picture's colours where the mask lies (or everywhere while nothing is marked). */
export function standOut(picture, mask) {
  const { width, height, data } = picture.tones;
  const isMarked = (i) => {
    const x = Math.floor((i % width + 0.5) / width * mask.width);
    const y = Math.floor((Math.floor(i / width) + 0.5) / height * mask.height);
    return mask.values[y * mask.width + x] === 1;
  };
  const all = Array.from({ length: width * height }, (_, i) => i);
  const marked = all.filter(isMarked);
  const looked = marked.length > 0 ? marked : all;
  const sums = Object.entries(colours).map(([name, colour]) => {
    const wanted = perceived(colour);
    return [name, looked.reduce((sum, i) => sum + Math.min(0.4, distance(wanted, perceived(data.subarray(4 * i, 4 * i + 3)))), 0)];
  });
  return sums.reduce((best, one) => (one[1] > best[1] ? one : best))[0];
}

const distance = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);

/** OKLab: distances in it are about what people see. Source: Björn Ottosson, "A perceptual color space for image processing". */
function perceived([red, green, blue]) {
  const linear = (value) => (value <= 10.31475 ? value / 3294.6 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  const [r, g, b] = [linear(red), linear(green), linear(blue)];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s,
  ];
}
