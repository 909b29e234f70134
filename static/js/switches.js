// The switches of language and theme, so that neither wipes what is being typed. A theme is put on
// in place. Another language needs the page anew: beside the one with the words, where there are any.
"use strict";

let isTyped = false;
document.addEventListener("input", (event) => {
  if (event.target.form?.method === "post") isTyped = true;
});

const putOn = (theme) => {
  const root = document.documentElement;
  if (theme) root.dataset.theme = theme;
  else delete root.dataset.theme;
  document.querySelector("meta[name=color-scheme]").content = theme || "light dark";
  for (const button of document.querySelectorAll(".switch button[name=theme]")) {
    button.setAttribute("aria-pressed", button.value === theme);
  }
};

const keepTheme = async (form, button) => {
  const chosen = new FormData(form);
  chosen.set("theme", button.value);
  chosen.delete("apart");
  try {
    const answer = await fetch(form.action, { method: "POST", body: chosen, redirect: "manual" });
    if (answer.type !== "opaqueredirect") throw new Error(answer.status);
    putOn(button.value);
  } catch {
    form.dataset.plain = ""; // in a tab of its own, which shows what is wrong
    form.requestSubmit(button);
  }
};

for (const form of document.querySelectorAll("form.switch")) {
  form.addEventListener("submit", (event) => {
    if ("plain" in form.dataset) return;
    if (event.submitter.name === "theme") {
      event.preventDefault();
      keepTheme(form, event.submitter);
      return;
    }
    const isApart = isTyped || "answer" in form.dataset;
    form.target = isApart ? "_blank" : "";
    form.elements.apart.value = isApart ? "1" : "";
  });
}
