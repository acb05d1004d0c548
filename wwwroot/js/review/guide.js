// Lines of what is being drawn: dark and light together, so that they can be seen on anything.

/** Draws a line through points of the stage. */
export function line(context, points, isClosed = false) {
  if (points.length === 0) { return; }
  context.beginPath();
  points.forEach(({ x, y }, i) => (i === 0 ? context.moveTo(x, y) : context.lineTo(x, y)));
  if (isClosed) { context.closePath(); }
  twice(context);
}

export function box(context, a, b) {
  context.beginPath();
  context.rect(Math.min(a.x, b.x), Math.min(a.y, b.y), Math.abs(b.x - a.x), Math.abs(b.y - a.y));
  twice(context);
}

/** A corner that was set. */
export function dot(context, { x, y }) {
  context.beginPath();
  context.rect(x - 4, y - 4, 8, 8);
  context.fillStyle = '#fff';
  context.fill();
  context.lineWidth = 1.5;
  context.strokeStyle = '#000';
  context.stroke();
}

/** A click of the smart selection: a plus includes, a minus excludes. */
export function click(context, { x, y }, include) {
  context.beginPath();
  context.arc(x, y, 9, 0, 2 * Math.PI);
  context.fillStyle = include ? '#00704f' : '#a8331b';
  context.fill();
  context.lineWidth = 2;
  context.strokeStyle = '#fff';
  context.stroke();
  context.beginPath();
  context.moveTo(x - 4, y);
  context.lineTo(x + 4, y);
  if (include) {
    context.moveTo(x, y - 4);
    context.lineTo(x, y + 4);
  }
  context.stroke();
}

/** The cross of the keyboard. */
export function cross(context, { x, y }, isDown) {
  context.beginPath();
  for (const [u, v] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
    context.moveTo(x + 4 * u, y + 4 * v);
    context.lineTo(x + 14 * u, y + 14 * v);
  }
  if (isDown) { context.rect(x - 2, y - 2, 4, 4); }
  twice(context);
}

function twice(context) {
  context.lineWidth = 3.5;
  context.strokeStyle = 'rgb(0 0 0 / 80%)';
  context.stroke();
  context.lineWidth = 1.5;
  context.strokeStyle = '#fff';
  context.stroke();
}
