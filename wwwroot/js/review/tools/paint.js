// Brush and eraser.
import { paintStretch } from '../brush.js';

export class PaintTool {
  #board; #settings; #value; #last = null; #marks = 1;

  /** @param value 1 for the brush, 0 for the eraser; holding Alt swaps them */
  constructor(board, settings, value) {
    this.#board = board;
    this.#settings = settings;
    this.#value = value;
  }

  isDrag = true;

  hasSize = true;

  down(point) {
    this.#marks = point.isAlternate ? 1 - this.#value : this.#value;
    this.#board.begin(this.#marks ? 'Brush' : 'Eraser');
    this.#last = null;
    this.move([point]);
  }

  move(points) {
    for (const point of points) {
      const next = { x: point.x, y: point.y, radius: this.#radius(point) };
      this.#board.changed(paintStretch(this.#board.mask, this.#last ?? next, next, this.#marks));
      this.#last = next;
    }
  }

  up() { this.#board.end(); }

  cancel() { this.#board.abandon(); }

  /** A pen that is pressed lightly paints finer; a mouse has no pressure. */
  #radius({ pressure, kind }) {
    const size = this.#settings.size / 2;
    return kind === 'pen' && this.#settings.pressure && pressure > 0 ? size * (0.2 + 0.8 * pressure) : size;
  }
}
