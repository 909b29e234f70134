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

// What htmx sends and can't get through is said, in words of its form's own where it has some, and
// a choice that did not take effect is put back. A form with data-own-alert says it by itself.
const failure = document.getElementById("failure");
const failureWords = failure?.querySelector("p");
const lost = failureWords?.textContent;
const choicesOf = (element) => element.closest("form")?.querySelectorAll("select") ?? [];
const fail = ({ detail }) => {
  if (!failure || detail.elt.closest("[data-own-alert]")) return;
  const status = detail.xhr?.status ?? 0;
  const own = detail.elt.closest("[data-failed]")?.dataset.failed;
  const { broken, refused } = failure.dataset;
  failure.hidden = false;
  failureWords.textContent = status >= 500 ? broken : status >= 400 ? refused : (own ?? lost);
  for (const select of choicesOf(detail.elt)) {
    const kept = [...select.options].findIndex((option) => option.defaultSelected);
    select.selectedIndex = Math.max(kept, 0);
  }
};
for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, fail);
}
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (!failure || !detail.successful) return;
  failure.hidden = true;
  for (const select of choicesOf(detail.elt)) {
    for (const option of select.options) option.defaultSelected = option.selected;
  }
});
failure?.querySelector("button").addEventListener("click", () => {
  failure.hidden = true;
});
// The way back draws a list from the site; without a connection the browser has to say so.
document.addEventListener("htmx:historyCacheMiss", ({ detail }) => {
  detail.xhr.addEventListener("error", () => window.location.reload());
});
