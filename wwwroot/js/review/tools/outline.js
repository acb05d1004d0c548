// Polygon (corner by corner) and lasso (one drag): what they enclose is added or, in the subtracting mode, taken away.
import { fillPolygon, thin } from '../polygon.js';
import { dot, line } from '../guide.js';

const near = 12;
const mostPoints = 20_000;

export class OutlineTool {
  #board; #settings; #isLasso; #points = []; #subtracts = false; #hover = null;

  constructor(board, settings, isLasso) {
    this.#board = board;
    this.#settings = settings;
    this.#isLasso = isLasso;
    this.isDrag = isLasso;
  }

  get isBusy() { return this.#points.length > 0; }

  down(point) {
    if (!this.isBusy) { this.#subtracts = point.isAlternate !== this.#settings.subtracts; }
    if (!this.#isLasso && this.#points.length >= 3 && this.#isNear(this.#points[0], point)) {
      this.finish();
      return;
    }
    this.#add(point);
  }

  move(points) {
    if (this.#isLasso) { points.forEach((point) => this.#add(point)); }
  }

  hover(point) {
    this.#hover = point;
    if (this.isBusy) { this.#board.guideChanged(); }
  }

  up() {
    if (this.#isLasso) { this.finish(); }
  }

  /** A double click closes a polygon; its second click set a corner on top of the last. */
  twice() {
    if (!this.#isLasso && this.#points.length > 3) {
      this.#points.pop();
      this.finish();
    }
  }

  finish() {
    const points = this.#isLasso ? thin(this.#points, 0.25) : this.#points;
    this.cancel();
    if (points.length >= 3) { this.#board.step(this.#isLasso ? 'Lasso' : 'Polygon', (mask) => fillPolygon(mask, points, this.#subtracts ? 0 : 1)); }
  }

  /** Takes the last corner back. */
  back() {
    this.#points.pop();
    this.#board.guideChanged();
  }

  cancel() {
    this.#points = [];
    this.#board.guideChanged();
  }

  draw(context, view) {
    const points = this.#points.map((point) => view.toStage(point));
    line(context, !this.#isLasso && this.#hover && points.length > 0 ? [...points, view.toStage(this.#hover)] : points, this.#isLasso);
    if (!this.#isLasso) { points.forEach((point) => dot(context, point)); }
  }

  #add({ x, y }) {
    if (this.#points.length < mostPoints) { this.#points.push({ x, y }); }
    this.#board.guideChanged();
  }

  #isNear(a, b) {
    const [p, q] = [a, b].map((point) => this.#board.view.toStage(point));
    return Math.hypot(p.x - q.x, p.y - q.y) < near;
  }
}
