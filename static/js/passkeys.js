// Asks the device for a passkey and sends what it answers. A form with data-passkey says for what:
// "login" (whoever has one), "get" (of this person) or "create". Its button shows only where the
// device can; the page has another way, or says that there is none.
"use strict";

function givenOptions() {
  return JSON.parse(document.getElementById("js_data").textContent);
}

async function credentialFor(form) {
  if (form.dataset.passkey === "login") {
    const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.status);
    return webauthnJSON.get((await answer.json()).request_options);
  }
  if (form.dataset.passkey === "get") return webauthnJSON.get(givenOptions().request_options);
  const options = givenOptions().creation_options;
  const alone = form.elements.passwordless.checked;
  const selection = options.publicKey.authenticatorSelection;
  selection.residentKey = alone ? "required" : "discouraged";
  selection.requireResidentKey = alone;
  if (alone) selection.userVerification = "required";
  return webauthnJSON.create(options);
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const button = form.querySelector("[data-passkey-start]");
  const problem = form.querySelector("[data-passkey-problem]");
  if (!window.PublicKeyCredential) continue;
  button.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    problem.hidden = true;
    try {
      form.elements.credential.value = JSON.stringify(await credentialFor(form));
      form.submit();
    } catch {
      problem.hidden = false;
    }
  });
}
