// The token that the server wants of pages which change something.

/** @param {AbortSignal} [signal] */
export async function freshToken(signal) {
  return (await (await fetch('/antiforgery', { signal })).json()).token;
}
