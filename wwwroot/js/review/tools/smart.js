// Smart selection: clicks say what belongs to a thing and what doesn't, a drag puts a box around it, and the mask as it is can be handed
// over to be refined. The server answers with several masks to choose from; nothing changes until one is taken.
import { box, click } from '../guide.js';
import { call, Refusal } from '../server.js';
import { decode, encode } from '../rle.js';

/** A press that moves less than that on the screen is a click. */
const still = 5;

export class SmartTool {
  #board; #settings; #onOffer; #item = null; #points = []; #box = null; #refines = false; #from = null; #to = null; #asking = null; #offer = [];

  /** @param onOffer called with { offers: [Mask], scores, chosen, isAsking, error, isBusy } */
  constructor(board, settings, onOffer) {
    this.#board = board;
    this.#settings = settings;
    this.#onOffer = onOffer;
  }

  chosen = 0;

  get isBusy() { return this.#points.length > 0 || this.#box !== null || this.#refines; }

  /** Has the server look at the picture before the first click needs it. */
  async open(item) {
    this.#item = item;
    this.cancel();
    try {
      await call('POST', `${this.#address}/prepare`);
    } catch (error) {
      // Whoever clicks will be told; whoever doesn't need not know.
      if (!(error instanceof Refusal || error instanceof TypeError)) { throw error; }
    }
  }

  down(point) { this.#from = this.#to = point; }

  move(points) {
    this.#to = points.at(-1);
    this.#board.guideChanged();
  }

  up() {
    const [from, to] = [this.#from, this.#to];
    if (!from) { return; }
    this.#from = this.#to = null;
    if (this.#isStill(from, to)) {
      this.#points.push({ x: from.x, y: from.y, include: !(from.isAlternate || from.isSecondary || this.#settings.subtracts) });
    } else {
      const x = Math.min(from.x, to.x);
      const y = Math.min(from.y, to.y);
      this.#box = { x, y, width: Math.abs(to.x - from.x), height: Math.abs(to.y - from.y) };
    }
    this.#ask();
  }

  /** Asks for a better mask of what is marked now. */
  refine() {
    if (!this.#board.mask.bounds()) {
      this.#tell(new Error('There is no mask to refine yet: click on what was changed.'));
      return;
    }
    this.#refines = true;
    this.#ask();
  }

  /** Takes the last click (or the box) back. */
  back() {
    if (this.#points.pop() === undefined) { this.#box = null; }
    if (this.isBusy) { this.#ask(); } else { this.cancel(); }
  }

  choose(number) {
    if (!this.#offer[number]) { return; }
    this.chosen = number;
    this.#board.show('preview', this.#offer[number].mask);
    this.#tell();
  }

  /** Takes the chosen mask. What refines a mask replaces it, anything else is added to it. */
  finish(how = this.#refines ? 'replace' : 'add') {
    const taken = this.#offer[this.chosen];
    const name = this.#refines ? 'Refined mask' : 'Smart selection';
    this.cancel();
    if (taken) { this.#board.step(name, (mask) => mask.combine(taken.mask, how)); }
  }

  cancel() {
    this.#asking?.abort();
    this.#asking = null;
    this.#points = [];
    this.#box = this.#from = this.#to = null;
    this.#refines = false;
    this.#offer = [];
    this.#board.show('preview', null);
    this.#board.guideChanged();
    this.#tell();
  }

  draw(context, view) {
    const place = (x, y) => view.toStage({ x, y });
    if (this.#from && !this.#isStill(this.#from, this.#to)) { box(context, view.toStage(this.#from), view.toStage(this.#to)); }
    if (this.#box) { box(context, place(this.#box.x, this.#box.y), place(this.#box.x + this.#box.width, this.#box.y + this.#box.height)); }
    for (const { x, y, include } of this.#points) { click(context, place(x, y), include); }
  }

  get #address() { return `/api/review/items/${this.#item}/segment`; }

  #isStill(a, b) {
    const { scale } = this.#board.view;
    return Math.hypot(a.x - b.x, a.y - b.y) * scale < still;
  }

  /** A newer click overtakes the question before it. */
  async #ask() {
    this.#asking?.abort();
    const asking = this.#asking = new AbortController();
    this.#board.guideChanged();
    this.#tell();
    const { mask } = this.#board;
    try {
      const answer = await call('POST', this.#address, {
        points: this.#points,
        box: this.#box,
        mask: this.#refines ? { width: mask.width, height: mask.height, rle: encode(mask) } : null,
        model: null,
      }, asking.signal);
      this.#offer = answer.masks.map((offer) => ({ mask: decode(offer.rle, offer.width, offer.height), score: offer.score }));
      this.#asking = null;
      this.chosen = 0;
      this.#board.show('preview', this.#offer[0]?.mask ?? null);
      this.#tell();
    } catch (error) {
      if (error.name === 'AbortError') { return; }
      this.#asking = null;
      this.#tell(error);
    }
  }

  #tell(error = null) {
    this.#onOffer({ offers: this.#offer, chosen: this.chosen, isAsking: this.#asking !== null, isBusy: this.isBusy, refines: this.#refines, error });
  }
}
