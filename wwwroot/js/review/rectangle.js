// Rectangles of whole pixels, { x, y, width, height }; null is the empty one.

/** The smallest rectangle around both. */
export function union(a, b) {
  if (!a || !b) { return a ?? b; }
  const x = Math.min(a.x, b.x);
  const y = Math.min(a.y, b.y);
  return { x, y, width: Math.max(a.x + a.width, b.x + b.width) - x, height: Math.max(a.y + a.height, b.y + b.height) - y };
}

/** What of it lies on a surface of this size. */
export function clip(rectangle, width, height) {
  if (!rectangle) { return null; }
  const x = Math.max(0, rectangle.x);
  const y = Math.max(0, rectangle.y);
  const right = Math.min(width, rectangle.x + rectangle.width);
  const bottom = Math.min(height, rectangle.y + rectangle.height);
  return right > x && bottom > y ? { x, y, width: right - x, height: bottom - y } : null;
}

/** Larger by so much on each side. */
export function grow({ x, y, width, height }, by) {
  return { x: x - by, y: y - by, width: width + 2 * by, height: height + 2 * by };
}

/** The pixels between two corners, whichever they are. */
export function between(a, b) {
  const x = Math.floor(Math.min(a.x, b.x));
  const y = Math.floor(Math.min(a.y, b.y));
  return { x, y, width: Math.ceil(Math.max(a.x, b.x)) - x, height: Math.ceil(Math.max(a.y, b.y)) - y };
}
