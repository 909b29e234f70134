// What the browser does better with a script; every page works without it.
"use strict";

// A menu that is open closes with Escape and by a click beside it.
document.addEventListener("keydown", (event) => {
  const menu = document.querySelector("details.menu[open]");
  if (event.key !== "Escape" || !menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
document.addEventListener("click", (event) => {
  const menu = document.querySelector("details.menu[open]");
  if (menu && !menu.contains(event.target)) menu.open = false;
});

// Signing in again in another tab changes the token that every form carries: take the one of now.
const renewToken = () => {
  const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
  for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) {
    if (token) field.value = token;
  }
  return token;
};
document.addEventListener("submit", renewToken, true);
document.addEventListener("htmx:configRequest", (event) => {
  const token = renewToken();
  if (!token) return;
  event.detail.headers["X-CSRFToken"] = token;
  if (event.detail.formData.has("csrfmiddlewaretoken")) {
    event.detail.formData.set("csrfmiddlewaretoken", token);
  }
});
