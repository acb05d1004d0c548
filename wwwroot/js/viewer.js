// The light table: shows a picture with its mask, zooms and pans it. All of it happens in the browser; the server only says which
// picture and which masks.
import { loadPicture, paint, readMasks } from './mask-layers.js';

const colours = { orange: [255, 84, 28], yellow: [255, 214, 10], cyan: [0, 214, 255], magenta: [255, 60, 200] };
const settingsKey = 'sida-viewer';

export function attach(root) {
  return new LightTable(root);
}

class LightTable {
  #root; #stage; #sheets = []; #divider; #listeners = new AbortController(); #loading = new AbortController();
  #view = null; #mask = null; #scale = 1; #x = 0; #y = 0; #fitted = true; #pointers = new Map(); #swipe = 0.5; #observer;
  #settings = { mode: 'film', opacity: 0.45, colour: 'orange', hidden: false };

  constructor(root) {
    this.#root = root;
    this.#stage = root.querySelector('.stage');
    Object.assign(this.#settings, JSON.parse(localStorage.getItem(settingsKey) ?? '{}'), { hidden: false });
    if (!(this.#settings.colour in colours)) { this.#settings.colour = 'orange'; }
    this.#listen();
    this.#observer = new ResizeObserver(() => { if (this.#fitted) { this.fit(); } else { this.#place(); } });
    this.#observer.observe(this.#stage);
    this.#showSettings();
  }

  /** @param view { picture, width, height, masks: [url], label } or null */
  async show(view) {
    const before = this.#view;
    this.#view = view;
    this.#loading.abort();
    this.#loading = new AbortController();
    const { signal } = this.#loading;
    try {
      delete this.#stage.dataset.problem;
      if (!view) { this.#stage.replaceChildren(); return; }
      if (before?.picture !== view.picture) { await this.#showPicture(view, signal); }
      if (before?.picture !== view.picture || before.masks.join() !== view.masks.join()) { await this.#showMasks(view, signal); }
    } catch (error) {
      if (error.name !== 'AbortError') { this.#stage.dataset.problem = `The picture or its mask could not be loaded (${error.message}) Reload the page to try again.`; }
    }
  }

  dispose() {
    this.#listeners.abort();
    this.#loading.abort();
    this.#observer.disconnect();
  }

  async #showPicture(view, signal) {
    const picture = await loadPicture(view.picture, signal);
    picture.alt = '';
    this.#mask = null;
    this.#sheets = [this.#sheet(view, picture), this.#sheet(view, picture.cloneNode())];
    this.#divider = Object.assign(document.createElement('div'), { className: 'divider' });
    this.#stage.replaceChildren(...this.#sheets.map((sheet) => sheet.element), this.#divider);
    this.#divider.addEventListener('pointerdown', (event) => this.#dragDivider(event));
    this.fit();
  }

  #sheet(view, picture) {
    const element = Object.assign(document.createElement('div'), { className: 'sheet' });
    element.style.width = `${view.width}px`;
    element.style.height = `${view.height}px`;
    const layer = (name) => Object.assign(document.createElement('canvas'), { className: name });
    const sheet = { element, film: layer('film'), shade: layer('shade'), edge: layer('edge') };
    element.append(picture, sheet.shade, sheet.film, sheet.edge);
    return sheet;
  }

  async #showMasks(view, signal) {
    this.#mask = view.masks.length > 0 ? await readMasks(view.masks, signal) : null;
    signal.throwIfAborted();
    this.#paint();
    this.#showSettings();
    for (const { edge } of this.#sheets) { edge.classList.remove('pulse'); void edge.offsetWidth; edge.classList.toggle('pulse', this.#mask !== null); }
  }

  #paint() {
    for (const sheet of this.#sheets) {
      for (const kind of ['film', 'shade', 'edge']) {
        if (this.#mask) { paint(sheet[kind], this.#mask, kind, colours[this.#settings.colour]); } else { sheet[kind].width = 0; }
      }
    }
  }

  // --- what is visible -------------------------------------------------------------------------------------------

  #set(change) {
    const repaint = change.colour !== undefined && this.#mask;
    Object.assign(this.#settings, change);
    localStorage.setItem(settingsKey, JSON.stringify(this.#settings));
    if (repaint) { this.#paint(); }
    this.#showSettings();
    if (change.mode !== undefined && this.#fitted) { this.fit(); } else { this.#place(); }
  }

  #showSettings() {
    const { mode, opacity, colour, hidden } = this.#settings;
    const has = this.#mask !== null;
    for (const button of this.#root.querySelectorAll('[data-mode]')) { button.setAttribute('aria-pressed', button.dataset.mode === mode); }
    for (const button of this.#root.querySelectorAll('[data-colour]')) { button.setAttribute('aria-pressed', button.dataset.colour === colour); }
    for (const button of this.#root.querySelectorAll('[data-hide]')) { button.setAttribute('aria-pressed', hidden); }
    for (const range of this.#root.querySelectorAll('[data-opacity]')) { range.value = Math.round(opacity * 100); }
    this.#sheets.forEach((sheet, number) => {
      const masked = has && !hidden && (mode !== 'side' || number === 1);
      sheet.film.style.opacity = masked && mode !== 'edge' && mode !== 'spot' ? opacity : 0;
      sheet.edge.style.opacity = masked && mode !== 'spot' ? 1 : 0;
      sheet.shade.style.opacity = masked && mode === 'spot' ? Math.max(opacity, 0.3) + 0.25 : 0;
      sheet.element.style.display = number === 0 || (has && mode === 'side') ? '' : 'none';
    });
    if (this.#divider) { this.#divider.style.display = has && !hidden && mode === 'compare' ? '' : 'none'; }
    this.#clip();
  }

  /** In swipe comparison the mask is only to the right of the line. */
  #clip() {
    const first = this.#sheets[0];
    if (!first) { return; }
    const compares = this.#settings.mode === 'compare' && this.#mask;
    const left = compares ? `inset(0 0 0 ${this.#swipe * 100}%)` : '';
    for (const layer of [first.film, first.edge]) { layer.style.clipPath = left; }
    if (compares) { this.#divider.style.transform = `translateX(${this.#x + this.#swipe * this.#view.width * this.#scale - 1}px)`; }
  }

  // --- zoom and pan ----------------------------------------------------------------------------------------------

  #extent() {
    const side = this.#settings.mode === 'side' && this.#mask;
    const gap = side ? Math.round(this.#view.width * 0.03) : 0;
    const stacked = side && this.#view.width / this.#view.height > this.#stage.clientWidth / this.#stage.clientHeight;
    return {
      width: side && !stacked ? this.#view.width * 2 + gap : this.#view.width,
      height: stacked ? this.#view.height * 2 + gap : this.#view.height,
      second: stacked ? [0, this.#view.height + gap] : [this.#view.width + gap, 0],
    };
  }

  fit() {
    if (!this.#view) { return; }
    const margin = 16;
    const { width, height } = this.#extent();
    const fits = Math.min((this.#stage.clientWidth - 2 * margin) / width, (this.#stage.clientHeight - 2 * margin) / height);
    this.#scale = Math.max(0.01, fits);
    this.#x = (this.#stage.clientWidth - width * this.#scale) / 2;
    this.#y = (this.#stage.clientHeight - height * this.#scale) / 2;
    this.#fitted = true;
    this.#place();
  }

  #zoom(factor, x = this.#stage.clientWidth / 2, y = this.#stage.clientHeight / 2) {
    const scale = Math.min(32, Math.max(0.02, this.#scale * factor));
    this.#x = x - (x - this.#x) * scale / this.#scale;
    this.#y = y - (y - this.#y) * scale / this.#scale;
    this.#scale = scale;
    this.#fitted = false;
    this.#place();
  }

  #pan(x, y) {
    this.#x += x;
    this.#y += y;
    this.#fitted = false;
    this.#place();
  }

  #place() {
    if (!this.#view) { return; }
    const { second } = this.#extent();
    this.#sheets.forEach((sheet, number) => {
      const [u, v] = number === 0 ? [0, 0] : second;
      sheet.element.style.transform = `translate(${this.#x + u * this.#scale}px, ${this.#y + v * this.#scale}px) scale(${this.#scale})`;
      sheet.element.style.imageRendering = this.#scale > 4 ? 'pixelated' : '';
    });
    this.#clip();
  }

  // --- what people do --------------------------------------------------------------------------------------------

  #listen() {
    const options = { signal: this.#listeners.signal };
    this.#root.addEventListener('click', (event) => {
      const button = event.target.closest('button');
      if (!button || !this.#root.contains(button)) { return; }
      if (button.dataset.mode) { this.#set({ mode: button.dataset.mode, hidden: false }); }
      if (button.dataset.colour) { this.#set({ colour: button.dataset.colour, hidden: false }); }
      if ('hide' in button.dataset) { this.#set({ hidden: !this.#settings.hidden }); }
      if (button.dataset.zoom === 'fit') { this.fit(); } else if (button.dataset.zoom) { this.#zoom(Number(button.dataset.zoom)); }
    }, options);
    this.#root.addEventListener('input', (event) => {
      if (event.target.matches('[data-opacity]')) { this.#set({ opacity: event.target.value / 100, hidden: false }); }
    }, options);
    this.#stage.addEventListener('wheel', (event) => {
      event.preventDefault();
      this.#zoom(Math.exp(-event.deltaY * 0.0015), ...this.#at(event));
    }, { ...options, passive: false });
    this.#stage.addEventListener('dblclick', (event) => (this.#fitted ? this.#zoom(1 / this.#scale, ...this.#at(event)) : this.fit()), options);
    this.#stage.addEventListener('keydown', (event) => this.#key(event), options);
    this.#stage.addEventListener('pointerdown', (event) => {
      this.#stage.setPointerCapture(event.pointerId);
      this.#pointers.set(event.pointerId, this.#at(event));
      this.#stage.classList.add('panning');
    }, options);
    this.#stage.addEventListener('pointermove', (event) => this.#move(event), options);
    for (const end of ['pointerup', 'pointercancel']) {
      this.#stage.addEventListener(end, (event) => {
        this.#pointers.delete(event.pointerId);
        this.#stage.classList.toggle('panning', this.#pointers.size > 0);
      }, options);
    }
    this.#shrinkWhenScrolled(options);
  }

  #at(event) {
    const box = this.#stage.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  #key(event) {
    const pan = { ArrowLeft: [48, 0], ArrowRight: [-48, 0], ArrowUp: [0, 48], ArrowDown: [0, -48] }[event.key];
    if (pan) { this.#pan(...pan); event.preventDefault(); }
  }

  /** One pointer drags, two pinch. */
  #move(event) {
    const before = this.#pointers.get(event.pointerId);
    if (!before) { return; }
    const now = this.#at(event);
    if (this.#pointers.size === 1) {
      this.#pan(now[0] - before[0], now[1] - before[1]);
    } else {
      const other = [...this.#pointers].find(([id]) => id !== event.pointerId)[1];
      const distance = ([x, y]) => Math.hypot(x - other[0], y - other[1]);
      this.#zoom(distance(now) / Math.max(1, distance(before)), (now[0] + other[0]) / 2, (now[1] + other[1]) / 2);
    }
    this.#pointers.set(event.pointerId, now);
  }

  #dragDivider(event) {
    event.stopPropagation();
    this.#divider.setPointerCapture(event.pointerId);
    const move = (moved) => {
      this.#swipe = Math.min(1, Math.max(0, (this.#at(moved)[0] - this.#x) / (this.#view.width * this.#scale)));
      this.#clip();
    };
    this.#divider.addEventListener('pointermove', move);
    this.#divider.addEventListener('pointerup', () => this.#divider.removeEventListener('pointermove', move), { once: true });
  }

  /** On narrow screens the picture is above the conversation and becomes a strip while one reads on. */
  #shrinkWhenScrolled(options) {
    const scroller = this.#root.closest('.chat');
    scroller?.addEventListener('scroll', () => {
      if (scroller.scrollTop > 260) { this.#root.classList.add('strip'); } else if (scroller.scrollTop < 24) { this.#root.classList.remove('strip'); }
    }, { ...options, passive: true });
  }
}
