// The masks that the smart selection offers, as small pictures to choose from.

const side = 88;

/** Shows the offers in an element; its words come from its data attributes, so that the page can translate them. */
export function showOffers(element, tool, picture, { offers, chosen, isAsking, isBusy, error }) {
  element.hidden = !(isBusy || error);
  element.querySelector('[data-offer-state]').textContent = error ? error.message : isAsking ? element.dataset.asking : offers.length > 0 ? element.dataset.offered : '';
  element.classList.toggle('failed', error !== null);
  element.toggleAttribute('aria-busy', isAsking);
  for (const button of element.querySelectorAll('[data-command^="smart-"]')) { button.disabled = offers.length === 0 && button.dataset.command === 'smart-take'; }
  const list = element.querySelector('[data-offers]');
  list.replaceChildren(...offers.map((offer, number) => {
    const button = Object.assign(document.createElement('button'), { type: 'button', className: 'offer' });
    button.setAttribute('aria-pressed', number === chosen);
    button.setAttribute('aria-label', `${element.dataset.offer} ${number + 1}`);
    button.append(draw(picture, offer.mask), Object.assign(document.createElement('span'), { textContent: `${Math.round(100 * offer.score)} %` }));
    button.addEventListener('click', () => tool.choose(number));
    return button;
  }));
}

function draw(picture, mask) {
  const scale = side / Math.max(mask.width, mask.height);
  const [width, height] = [Math.max(1, Math.round(mask.width * scale)), Math.max(1, Math.round(mask.height * scale))];
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  const context = canvas.getContext('2d');
  const image = context.createImageData(width, height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [u, v] = [Math.min(mask.width - 1, Math.floor((x + 0.5) / scale)), Math.min(mask.height - 1, Math.floor((y + 0.5) / scale))];
      const at = 4 * (y * width + x);
      const grey = picture.lightness(u, v);
      const isMarked = mask.values[v * mask.width + u] === 1;
      image.data.set(isMarked ? [255, 255, 255, 255] : [grey * 0.35, grey * 0.35, grey * 0.35, 255], at);
    }
  }
  context.putImageData(image, 0, 0);
  return canvas;
}
