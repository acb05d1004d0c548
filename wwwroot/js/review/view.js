// Where the picture lies on the screen: a scale and a shift. All places are in pixels, of the picture or of the stage.

const least = 0.02;
const most = 64;

export class View {
  constructor(width, height) {
    Object.assign(this, { width, height, stage: { width: 1, height: 1 }, scale: 1, x: 0, y: 0, isFitted: true });
  }

  /** The stage got another size: a fitted picture stays fitted, any other keeps its middle. */
  resize(width, height) {
    const middle = this.toPicture({ x: this.stage.width / 2, y: this.stage.height / 2 });
    this.stage = { width: Math.max(1, width), height: Math.max(1, height) };
    if (this.isFitted) { this.fit(); } else { this.put(middle, { x: width / 2, y: height / 2 }); }
  }

  fit(margin = 16) {
    const room = (side) => Math.max(1, this.stage[side] - 2 * margin) / this[side];
    this.scale = Math.min(most, Math.max(least, Math.min(room('width'), room('height'))));
    this.x = (this.stage.width - this.width * this.scale) / 2;
    this.y = (this.stage.height - this.height * this.scale) / 2;
    this.isFitted = true;
  }

  /** Zooms by a factor around a place of the stage, which stays where it is. */
  zoom(factor, at = { x: this.stage.width / 2, y: this.stage.height / 2 }) {
    const place = this.toPicture(at);
    this.scale = Math.min(most, Math.max(least, this.scale * factor));
    this.put(place, at);
  }

  pan(x, y) {
    this.x += x;
    this.y += y;
    this.isFitted = false;
    this.#keepInSight();
  }

  /** Moves so that a place of the picture lies on a place of the stage. */
  put(place, at) {
    this.x = at.x - place.x * this.scale;
    this.y = at.y - place.y * this.scale;
    this.isFitted = false;
    this.#keepInSight();
  }

  /** Brings a place into sight when it isn't. */
  show(place, margin = 40) {
    const at = this.toStage(place);
    const shift = (value, size) => Math.max(margin - value, 0) || Math.min(size - margin - value, 0);
    const [x, y] = [shift(at.x, this.stage.width), shift(at.y, this.stage.height)];
    if (x !== 0 || y !== 0) { this.pan(x, y); }
  }

  toPicture({ x, y }) { return { x: (x - this.x) / this.scale, y: (y - this.y) / this.scale }; }

  toStage({ x, y }) { return { x: x * this.scale + this.x, y: y * this.scale + this.y }; }

  /** A picture that was dragged off the stage would be lost: a corner of it always stays. */
  #keepInSight() {
    const keep = (place, size, room) => Math.min(room - Math.min(48, room / 2), Math.max(Math.min(48, room / 2) - size * this.scale, place));
    this.x = keep(this.x, this.width, this.stage.width);
    this.y = keep(this.y, this.height, this.stage.height);
  }
}
