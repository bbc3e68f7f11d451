// Talking to the server: JSON in, JSON out; every refusal becomes a Problem whose message a person understands.

export class Problem extends Error {
  constructor(message, details = {}) {
    super(message);
    this.details = details;
  }
}

const UNREACHABLE = "The server does not answer; is the app still running? Nothing that was saved is lost.";

async function checked(request) {
  let response;
  try {
    response = await request;
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem(UNREACHABLE);
  }
  if (response.ok) return response;
  let details = {};
  try {
    details = await response.json();
  } catch {
    // A proxy's or the server's own error page: the status is all there is to tell.
  }
  throw new Problem(details.error || `The server answered with error ${response.status}; the terminal says why.`, details);
}

export async function get(url) {
  return (await checked(fetch(url))).json();
}

export async function send(method, url, body) {
  const response = await checked(
    fetch(url, { method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body ?? {}) }),
  );
  return response.json();
}

export async function upload(url, form) {
  return (await checked(fetch(url, { method: "POST", body: form }))).json();
}

/** Post and hand each line of the answer (one JSON object a line) to `take` as it arrives. */
export async function stream(url, body, take, signal) {
  const response = await checked(
    fetch(url, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body), signal }),
  );
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    let read;
    try {
      read = await reader.read();
    } catch (error) {
      if (error.name === "AbortError") throw error;
      throw new Problem(UNREACHABLE);
    }
    const lines = (rest + (read.value || "")).split("\n");
    rest = lines.pop();
    for (const line of lines) if (line) take(JSON.parse(line));
    if (read.done) return;
  }
}
