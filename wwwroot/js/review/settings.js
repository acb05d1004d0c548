// How somebody likes to work, kept in the browser: brush size, opacities, colour.

const key = 'sida-editor';
const first = { size: 24, pressure: true, fill: 0.35, edge: 1, colour: 'auto' };

/** Sizes are steps of a slider: fine where brushes are small, coarse where they are large. */
export const largest = 512;

export function readSettings() {
  return { ...first, ...parse(localStorage.getItem(key)), subtracts: false };
}

export function keepSettings({ size, pressure, fill, edge, colour }) {
  localStorage.setItem(key, JSON.stringify({ size, pressure, fill, edge, colour }));
}

export function otherSize(size, factor) {
  const next = Math.round(size * factor);
  return Math.min(largest, Math.max(1, next === size ? size + Math.sign(factor - 1) : next));
}

function parse(text) {
  try { return JSON.parse(text ?? '{}'); } catch { return {}; }
}
