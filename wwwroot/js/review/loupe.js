// A magnifying glass at the pointer: the bare picture, larger, without the mask.

const times = 4;

export class Loupe {
  #canvas; #context; #board; #isOn = false;

  constructor(canvas, board) {
    this.#canvas = canvas;
    this.#context = canvas.getContext('2d');
    this.#board = board;
  }

  get isOn() { return this.#isOn; }

  turn() {
    this.#isOn = !this.#isOn;
    this.#canvas.hidden = true;
  }

  /** @param place where the pointer is on the stage, or null when it left */
  show(place) {
    const { picture, view } = this.#board;
    this.#canvas.hidden = !this.#isOn || !picture || !place;
    if (this.#canvas.hidden) { return; }
    const side = this.#canvas.clientWidth;
    const ratio = devicePixelRatio || 1;
    this.#canvas.width = this.#canvas.height = Math.round(side * ratio);
    const scale = view.scale * times;
    const at = view.toPicture(place);
    picture.draw(this.#context, { scale, x: side / 2 - at.x * scale, y: side / 2 - at.y * scale }, ratio);
    // Beside the pointer, on the side where there is room.
    const left = place.x + side + 40 < view.stage.width ? place.x + 28 : place.x - side - 28;
    const top = Math.min(view.stage.height - side - 8, Math.max(8, place.y - side / 2));
    this.#canvas.style.transform = `translate(${left}px, ${top}px)`;
  }
}
