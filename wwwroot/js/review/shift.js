// Moves what is painted on a canvas, and tells which parts have to be painted anew.

/** @param x, y whole pixels of the canvas */
export function shift(context, x, y) {
  const { width, height } = context.canvas;
  context.globalCompositeOperation = 'copy';
  context.drawImage(context.canvas, x, y);
  context.globalCompositeOperation = 'source-over';
  const strips = [];
  if (x !== 0) { strips.push({ x: x > 0 ? 0 : width + x, y: 0, width: Math.abs(x), height }); }
  if (y !== 0) { strips.push({ x: 0, y: y > 0 ? 0 : height + y, width, height: Math.abs(y) }); }
  return strips;
}

/** Whether a move on the screen is one by whole pixels of a canvas, and leaves some of it on it. */
export function canShift(context, ratio, x, y) {
  const { width, height } = context.canvas;
  return [[x, width], [y, height]].every(([by, size]) => Math.abs(by * ratio - Math.round(by * ratio)) < 1e-6 && Math.abs(by * ratio) < size / 2);
}
