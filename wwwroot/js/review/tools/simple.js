// Rectangle, bucket, and pointing at a place (for a comment, or for the region of a sentence).
import { between } from '../rectangle.js';
import { box } from '../guide.js';
import { pour } from '../regions.js';

export class RectangleTool {
  #board; #settings; #from = null; #to = null; #subtracts = false;

  constructor(board, settings) {
    this.#board = board;
    this.#settings = settings;
  }

  isDrag = true;

  down(point) {
    this.#subtracts = point.isAlternate !== this.#settings.subtracts;
    this.#from = this.#to = point;
  }

  move(points) {
    this.#to = points.at(-1);
    this.#board.guideChanged();
  }

  up() {
    const rectangle = between(this.#from, this.#to);
    this.cancel();
    this.#board.step('Rectangle', (mask) => mask.fillRectangle(rectangle, this.#subtracts ? 0 : 1));
  }

  cancel() {
    this.#from = this.#to = null;
    this.#board.guideChanged();
  }

  draw(context, view) {
    if (this.#from) { box(context, view.toStage(this.#from), view.toStage(this.#to)); }
  }
}

/** Fills the unmarked region under a click, or clears the marked one. */
export class BucketTool {
  #board; #settings;

  constructor(board, settings) {
    this.#board = board;
    this.#settings = settings;
  }

  down(point) {
    const value = point.isAlternate !== this.#settings.subtracts ? 0 : 1;
    this.#board.step(value ? 'Fill' : 'Clear a region', (mask) => pour(mask, Math.floor(point.x), Math.floor(point.y), value));
  }
}

export class PointTool {
  #onPoint; #board;

  constructor(board, onPoint) {
    this.#board = board;
    this.#onPoint = onPoint;
  }

  down({ x, y }) {
    const { width, height } = this.#board.mask;
    if (x >= 0 && y >= 0 && x < width && y < height) { this.#onPoint({ x, y }); }
  }
}

/** Moves the picture instead of painting. */
export class HandTool {
  isHand = true;

  down() {}
}
