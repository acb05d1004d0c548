// The open picture with its mask, and the loop that draws what changed: once a frame, and only the rectangle that did.
import { standOut } from './colours.js';
import { History } from './history.js';
import { Overlay } from './overlay.js';
import { Mask } from './raster.js';
import { clip, union } from './rectangle.js';
import { canShift } from './shift.js';
import { Stretch } from './stretch.js';
import { View } from './view.js';

const framesKept = 600;

export class Board {
  #stage; #pictureContext; #guideContext; #overlay; #stretch; #frame = 0; #untaken = null; #unpainted = null; #isViewChanged = false; #isGuideChanged = false;

  /** @param stage the element that holds the three canvases; @param notify { onPatch, onAbandon, onHistory, onView } */
  constructor(stage, notify) {
    this.#stage = stage;
    const canvas = (name) => stage.querySelector(`canvas.${name}`);
    this.#pictureContext = canvas('picture').getContext('2d', { alpha: true });
    this.#guideContext = canvas('guide').getContext('2d');
    this.#overlay = new Overlay(canvas('overlay'));
    this.#stretch = new Stretch([canvas('picture'), canvas('overlay')], () => { this.#drawn = null; this.viewChanged(); });
    this.notify = notify;
  }

  picture = null;

  mask = null;

  history = null;

  view = new View(1, 1);

  layers = { reference: null, preview: null, region: null };

  /** The view that the canvases show; null after something else than the view changed their size or picture, or what is stretched shall be sharp. */
  #drawn = null;

  look = { colour: 'vermilion', fill: 0.35, edge: 1, isDifference: false };

  /** Draws what is being drawn but not yet painted: (context, view) => void. */
  guide = null;

  /** Milliseconds that the last frames took to draw; for measuring. */
  frames = [];

  open(picture, mask) {
    this.picture = picture;
    this.mask = mask;
    this.history = new History(mask);
    this.layers = { reference: null, preview: null, region: null };
    this.view = new View(picture.width, picture.height);
    this.#untaken = null;
    this.resize();
    this.view.fit();
    this.chooseColour();
    this.viewChanged();
    this.notify.onHistory();
  }

  resize() {
    const { clientWidth, clientHeight } = this.#stage;
    const ratio = devicePixelRatio || 1;
    for (const { canvas } of [this.#pictureContext, this.#guideContext]) {
      canvas.width = Math.max(1, Math.round(clientWidth * ratio));
      canvas.height = Math.max(1, Math.round(clientHeight * ratio));
    }
    this.#overlay.resize(clientWidth, clientHeight, ratio);
    this.#drawn = null;
    this.view.resize(clientWidth, clientHeight);
    this.viewChanged();
  }

  /** @param name a colour, or left out for the one that stands out most from the picture */
  chooseColour(name) {
    this.look.colour = name ?? (this.picture ? standOut(this.picture, this.mask) : 'vermilion');
    this.repaint();
  }

  // --- changing the mask -----------------------------------------------------------------------------------------

  begin(name) { this.history.begin(name); }

  /** Pixels in a rectangle may have changed. */
  changed(rectangle) {
    const inside = clip(rectangle, this.mask.width, this.mask.height);
    this.#untaken = union(this.#untaken, inside);
    this.repaint(inside);
  }

  end() {
    this.#take();
    this.history.end();
    this.notify.onHistory();
  }

  abandon() {
    this.#take();
    const abandoned = this.history.abandon();
    if (abandoned.length === 0) { return; }
    this.#repaintAll(abandoned);
    this.notify.onAbandon();
  }

  /** One whole step: a change of the mask that tells its rectangle. */
  step(name, change) {
    this.begin(name);
    this.changed(change(this.mask));
    this.end();
  }

  undo() { this.#repaintAll(this.history.undo()); }

  redo() { this.#repaintAll(this.history.redo()); }

  /** Replaces the mask as one step. */
  replace(mask, name) { this.step(name, (current) => current.combine(mask, 'replace')); }

  #repaintAll(rectangles) {
    this.repaint(rectangles.reduce(union, null));
    this.notify.onHistory();
  }

  #take() {
    const taken = this.#untaken && this.history.take(this.#untaken);
    this.#untaken = null;
    if (taken) { this.notify.onPatch(taken); }
  }

  // --- drawing ---------------------------------------------------------------------------------------------------

  show(layer, mask) {
    if (this.layers[layer] === mask) { return; }
    this.layers[layer] = mask instanceof Mask ? mask : null;
    this.repaint();
  }

  /** Paints a rectangle of the mask again; left out, all of it. */
  repaint(rectangle = this.mask?.all) {
    this.#unpainted = union(this.#unpainted, rectangle ?? null);
    this.#schedule();
  }

  viewChanged() {
    this.#isViewChanged = true;
    this.#schedule();
  }

  guideChanged() {
    this.#isGuideChanged = true;
    this.#schedule();
  }

  dispose() {
    cancelAnimationFrame(this.#frame);
    this.#stretch.end();
  }

  #schedule() {
    if (this.#frame === 0 && this.picture) { this.#frame = requestAnimationFrame(() => this.#draw()); }
  }

  #draw() {
    this.#frame = 0;
    const start = performance.now();
    this.#take();
    const isMoved = this.#isViewChanged;
    const ratio = this.#pictureContext.canvas.width / Math.max(1, this.#stage.clientWidth);
    if (!(isMoved && !this.#unpainted && this.#stretch.try(this.#drawn, this.view))) { this.#drawLayers(isMoved, ratio); }
    if (isMoved || this.#isGuideChanged) { this.#drawGuide(ratio); }
    this.#isViewChanged = false;
    this.#isGuideChanged = false;
    if (isMoved) { this.notify.onView(); }
    this.frames.push(performance.now() - start);
    if (this.frames.length > framesKept) { this.frames.shift(); }
  }

  #drawLayers(isMoved, ratio) {
    const start = performance.now();
    const layers = { mask: this.mask, ...this.layers };
    const [x, y] = [this.view.x - (this.#drawn?.x ?? 0), this.view.y - (this.#drawn?.y ?? 0)];
    // What is stretched isn't at the view that is to be painted into.
    const isAll = isMoved || this.#stretch.isOn;
    if (isMoved && this.#drawn?.scale === this.view.scale && !this.#unpainted && canShift(this.#pictureContext, ratio, x, y) && canShift(this.#pictureContext, this.#overlay.ratio, x, y)) {
      this.picture.move(x, y, this.#pictureContext, this.view, ratio);
      this.#overlay.move(x, y, this.view, this.picture, layers, this.look);
    } else {
      if (isAll) { this.picture.draw(this.#pictureContext, this.view, ratio); }
      if (isAll || this.#unpainted) { this.#overlay.paint(this.view, this.picture, layers, this.look, isAll ? undefined : this.#unpainted); }
      if (isAll) { this.#stretch.cost = performance.now() - start; }
    }
    if (isAll) {
      this.#drawn = { scale: this.view.scale, x: this.view.x, y: this.view.y };
      this.#stretch.end();
    }
    this.#unpainted = null;
  }

  #drawGuide(ratio) {
    const context = this.#guideContext;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, context.canvas.width, context.canvas.height);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.guide?.(context, this.view);
  }
}
