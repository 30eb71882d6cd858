// The server's client side: JSON in, JSON out; a refusal is an Error with the server's words.

export async function call(method, path, body) {
  const response = await fetch(path, {
    method,
    headers: body === undefined ? {} : { "Content-Type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  let data = null;
  try { data = text ? JSON.parse(text) : null; } catch { data = { message: text.slice(0, 200) }; }
  if (!response.ok) throw new Error((data && (data.message || data.error)) || `${response.status} ${response.statusText}`);
  return data;
}

export const discord = (method, path, body) => call(method, `/sandbox/discord${path}`, body);

// Live news. `onOpen` is called whenever the stream begins, for what happened before it did.
export function listen(onNews, onOpen) {
  const source = new EventSource("/sandbox/discord/events");
  source.addEventListener("open", onOpen);
  source.addEventListener("message", (event) => onNews(JSON.parse(event.data)));
}
