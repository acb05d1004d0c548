// Sends a zip for an import by plain HTTP, so that its bytes never pass through the circuit.

/**
 * Sends the file that an input holds. The component is told SendProgressed(0..1), Sent(), or SendFailed(message).
 * @param {HTMLInputElement} input
 * @param {string} address with the order as its query
 */
export async function send(input, address, component) {
  const file = input.files[0];
  if (!file) {
    await component.invokeMethodAsync('SendFailed', '');
    return;
  }

  const { token } = await (await fetch('/antiforgery')).json();
  const request = new XMLHttpRequest();
  let last = 0;
  request.open('POST', address);
  request.setRequestHeader('X-Antiforgery', token);
  // Systems have several names for the type of a zip.
  request.setRequestHeader('Content-Type', 'application/zip');
  request.setRequestHeader('X-File-Name', encodeURIComponent(file.name));
  request.upload.onprogress = (event) => {
    const now = performance.now();
    if (event.lengthComputable && now - last > 200) {
      last = now;
      component.invokeMethodAsync('SendProgressed', event.loaded / event.total);
    }
  };
  request.onload = () => {
    if (request.status === 202) {
      input.value = '';
      component.invokeMethodAsync('Sent');
    } else {
      component.invokeMethodAsync('SendFailed', detail(request));
    }
  };
  request.onerror = () => component.invokeMethodAsync('SendFailed', 'The upload broke off. Check the connection and try again.');
  request.send(file);
}

function detail(request) {
  try { return JSON.parse(request.responseText).detail; } catch { return `The server answered ${request.status}.`; }
}
