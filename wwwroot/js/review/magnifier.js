// Single pixels of a picture under the pointer or the arrow keys, and what they are in numbers.

const SMALLEST = 9;
const LARGEST = 61;

/**
 * Makes a figure with an img, a canvas and an output a magnifier.
 * @returns an object whose dispose() takes the listeners away
 */
export function attach(figure) {
  const [image, canvas, output] = [figure.querySelector('img'), figure.querySelector('canvas'), figure.querySelector('output')];
  const context = canvas.getContext('2d', { willReadFrequently: true });
  const listeners = new AbortController();
  const options = { signal: listeners.signal };
  let shown = 29;
  let place = null;

  const draw = () => {
    if (!place || !image.complete || image.naturalWidth === 0) { return; }
    const x = clamp(place.x, image.naturalWidth);
    const y = clamp(place.y, image.naturalHeight);
    place = { x, y };
    const left = x - ((shown - 1) / 2);
    const top = y - ((shown - 1) / 2);
    context.imageSmoothingEnabled = false;
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.drawImage(image, left, top, shown, shown, 0, 0, canvas.width, canvas.height);
    const cell = canvas.width / shown;
    const at = cell * ((shown - 1) / 2);
    const [red, green, blue] = context.getImageData(Math.floor(at + (cell / 2)), Math.floor(at + (cell / 2)), 1, 1).data;
    context.strokeStyle = red + green + blue > 382 ? '#000' : '#fff';
    context.strokeRect(at - 0.5, at - 0.5, cell + 1, cell + 1);
    output.textContent = `${x}, ${y}: ${red} ${green} ${blue}`;
  };

  // What is drawn keeps its proportions inside the element, so the element's own box says where a pixel is.
  image.addEventListener('pointermove', (event) => {
    const box = image.getBoundingClientRect();
    place = {
      x: Math.floor((event.clientX - box.left) / box.width * image.naturalWidth),
      y: Math.floor((event.clientY - box.top) / box.height * image.naturalHeight),
    };
    draw();
  }, options);
  image.addEventListener('keydown', (event) => {
    const step = event.shiftKey ? 10 : 1;
    const [dx, dy] = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[event.key] ?? [0, 0];
    const size = { '+': -4, '=': -4, '-': 4 }[event.key] ?? 0;
    if (dx === 0 && dy === 0 && size === 0) { return; }
    event.preventDefault();
    event.stopPropagation();
    place ??= { x: Math.floor(image.naturalWidth / 2), y: Math.floor(image.naturalHeight / 2) };
    place = { x: place.x + dx, y: place.y + dy };
    shown = Math.min(LARGEST, Math.max(SMALLEST, shown + size));
    draw();
  }, options);
  image.addEventListener('focus', () => { place ??= { x: Math.floor(image.naturalWidth / 2), y: Math.floor(image.naturalHeight / 2) }; draw(); }, options);
  image.addEventListener('load', draw, options);
  return { dispose: () => listeners.abort() };
}

function clamp(value, size) {
  return Math.min(size - 1, Math.max(0, value));
}
