// While somebody zooms a large picture, the browser stretches what is drawn, which it can at any frame rate; it is drawn anew, and sharp,
// when they rest or when it would get too coarse.

/** Drawing that takes no longer than this many milliseconds is simply done at every frame. */
const fastEnough = 8;

/** Milliseconds without a change of the view after which it is drawn anew. */
const rest = 90;

const coarsest = 2;
const smallest = 0.6;

export class Stretch {
  #canvases; #drawAnew; #timer = 0;

  /** @param drawAnew () => void, asks for a frame that draws everything */
  constructor(canvases, drawAnew) {
    this.#canvases = canvases;
    this.#drawAnew = drawAnew;
  }

  /** Whether the canvases show another view than the one they were drawn for. */
  isOn = false;

  /** Milliseconds that drawing everything took the last time. */
  cost = 0;

  /**
   * Stretches what shows one view so that it shows another.
   * @param drawn { scale, x, y } that the canvases show, or null
   * @returns false where it has to be drawn
   */
  try(drawn, view) {
    const by = drawn && view.scale / drawn.scale;
    if (!drawn || this.cost <= fastEnough || (by === 1 && !this.isOn) || by > coarsest || by < smallest) { return false; }
    this.isOn = true;
    for (const { style } of this.#canvases) {
      style.transformOrigin = '0 0';
      style.transform = `translate(${view.x - drawn.x * by}px, ${view.y - drawn.y * by}px) scale(${by})`;
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#drawAnew, rest);
    return true;
  }

  /** The canvases are drawn for the view as it is. */
  end() {
    clearTimeout(this.#timer);
    if (!this.isOn) { return; }
    this.isOn = false;
    for (const { style } of this.#canvases) { style.transform = ''; }
  }
}
