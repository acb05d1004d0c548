// Uploads pictures by plain HTTP, so that their bytes never pass through the circuit: picked, dropped or pasted.

/**
 * Uploads one file and resolves with the picture that the server made of it.
 * @param {File|Blob} file
 * @param {(part: number) => void} onProgress called with 0..1
 * @param {AbortSignal} [signal]
 */
export async function upload(file, onProgress = () => {}, signal) {
  const { token } = await (await fetch('/antiforgery', { signal })).json();
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', '/api/pictures');
    request.setRequestHeader('X-Antiforgery', token);
    request.setRequestHeader('X-File-Name', encodeURIComponent(file.name ?? 'pasted'));
    request.upload.onprogress = (event) => { if (event.lengthComputable) { onProgress(event.loaded / event.total); } };
    request.onload = () => {
      const answer = parse(request.responseText);
      if (request.status === 201) { resolve(answer); } else { reject(new Error(answer?.detail ?? `The server answered ${request.status}.`)); }
    };
    request.onerror = () => reject(new Error('The upload broke off. Check the connection and try again.'));
    signal?.addEventListener('abort', () => request.abort());
    request.onabort = () => reject(new DOMException('The upload was cancelled.', 'AbortError'));
    request.send(file);
  });
}

/**
 * Makes an element take pictures: its file input, files dropped on it, files pasted into the page.
 * The component is told UploadStarted(), UploadProgressed(0..1), Uploaded(id) or UploadFailed(message).
 * @returns an object whose dispose() takes the listeners away
 */
export function attach(element, component) {
  const listeners = new AbortController();
  const take = async (files) => {
    const file = [...(files ?? [])].find((candidate) => candidate.type.startsWith('image/') || candidate.type === '');
    if (!file) { return; }
    await component.invokeMethodAsync('UploadStarted');
    try {
      const picture = await upload(file, throttle((part) => component.invokeMethodAsync('UploadProgressed', part)), listeners.signal);
      await component.invokeMethodAsync('Uploaded', picture.id);
    } catch (error) {
      if (error.name !== 'AbortError') { await component.invokeMethodAsync('UploadFailed', error.message); }
    }
  };
  const options = { signal: listeners.signal };
  element.addEventListener('change', (event) => {
    if (event.target.type === 'file') { take([...event.target.files]); event.target.value = ''; }
  }, options);
  element.addEventListener('dragover', (event) => event.preventDefault(), options);
  element.addEventListener('drop', (event) => { event.preventDefault(); take(event.dataTransfer.files); }, options);
  document.addEventListener('paste', (event) => { if (event.clipboardData.files.length > 0) { event.preventDefault(); take(event.clipboardData.files); } }, options);
  for (const [name, over] of [['dragenter', true], ['dragover', true], ['dragleave', false], ['drop', false]]) {
    element.addEventListener(name, () => element.classList.toggle('dropping', over), options);
  }
  element.dataset.takesPictures = 'true';
  return { dispose: () => listeners.abort() };
}

function parse(text) {
  try { return JSON.parse(text); } catch { return null; }
}

// Progress is told a few times a second: more would only fill the circuit.
function throttle(report) {
  let last = 0;
  return (part) => {
    const now = performance.now();
    if (part === 1 || now - last > 200) { last = now; report(part); }
  };
}
