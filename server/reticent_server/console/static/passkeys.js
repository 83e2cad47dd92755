// Passkeys need a script; every page works without them.
"use strict";
const can = globalThis.PublicKeyCredential && PublicKeyCredential.parseRequestOptionsFromJSON;

async function send(path, body, csrf) {
  const headers = { "Content-Type": "application/json", Accept: "application/json" };
  if (csrf) headers["X-CSRF-Token"] = csrf;
  const answer = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
  const document = answer.status === 204 ? null : await answer.json();
  if (!answer.ok) throw new Error(document.detail);
  return document;
}

function tell(form, text) {
  const place = form.querySelector("[data-said]");
  place.textContent = text;
  place.hidden = false;
}

async function logOn(form) {
  const { options } = await send("/api/v1/session/passkey/options", {});
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  const credential = await navigator.credentials.get({ publicKey });
  await send("/api/v1/session/passkey", { credential: credential.toJSON() });
  location.assign(form.dataset.next);
}

async function add(form) {
  const csrf = form.elements.csrf_token.value;
  const password = form.elements.password.value;
  const { options } = await send("/api/v1/account/passkeys/options", { password }, csrf);
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  const credential = await navigator.credentials.create({ publicKey });
  const name = form.elements.name.value;
  await send("/api/v1/account/passkeys", { name, credential: credential.toJSON() }, csrf);
  location.assign("/account");
}

for (const form of document.querySelectorAll("[data-passkey]")) {
  if (!can) break;
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      await (form.dataset.passkey === "add" ? add(form) : logOn(form));
    } catch (error) {
      tell(form, error.name === "NotAllowedError" ? "No passkey was used." : error.message);
    }
  });
}
