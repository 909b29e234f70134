// The claim's form: words are kept while they are typed and when the page is left; how far an
// upload got; and what could not be kept. Words stay where they are.
"use strict";

const show = (id, isShown) => {
  const element = document.getElementById(id);
  if (element) element.hidden = !isShown;
};

const SAVED_EVERY = 3000; // milliseconds, while somebody types
const claim = document.getElementById("claim");
const answers = document.getElementById("answers");
let typed = 0; // how often something was typed: all of it, what the save under way carries,
let carried = 0;
let kept = 0; // and what is kept
let isSent = false;
let timer;

const isChanged = (field) =>
  field.options
    ? [...field.options].some((option) => option.selected !== option.defaultSelected)
    : field.checked !== field.defaultChecked || field.value !== field.defaultValue;

const save = () => {
  timer = undefined;
  if (typed !== kept && !isSent) htmx.trigger(answers, "keep");
};
answers?.addEventListener("input", () => {
  typed += 1;
  timer ??= setTimeout(save, SAVED_EVERY);
});
answers?.addEventListener("htmx:beforeSend", () => {
  carried = typed;
  // Whatever is sent after this one is newer, whether it is answered yet or not.
  const edition = document.getElementById("edition");
  edition.value = Number(edition.value) + 1;
});
claim?.addEventListener("submit", () => {
  isSent = true; // with all that was typed
});
// What was typed or chosen before the scripts had come, on a slow line, counts as well.
document.addEventListener("DOMContentLoaded", () => {
  const fields = [...(answers?.querySelectorAll("input, textarea, select") ?? [])];
  if (fields.some(isChanged)) answers.dispatchEvent(new Event("input"));
  for (const picker of claim?.querySelectorAll("input[type=file]") ?? []) {
    if (picker.files.length) htmx.trigger(picker, "change");
  }
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") save();
});
window.addEventListener("pagehide", () => {
  if (!answers || typed === kept || isSent) return;
  renewToken();
  const words = new FormData(claim);
  words.delete("files");
  kept = typed;
  // What htmx sends is cut off with the page; this outlives it.
  fetch(answers.getAttribute("hx-post"), {
    method: "POST",
    body: words,
    headers: { "HX-Request": "true" },
    keepalive: true,
  });
});
window.addEventListener("pageshow", (event) => {
  if (event.persisted) window.location.reload(); // its words may be older than the draft's
});

document.addEventListener("htmx:xhr:progress", (event) => {
  const bar = document.getElementById("upload");
  if (!bar || event.target.type !== "file" || !event.detail.lengthComputable) return;
  bar.hidden = false;
  bar.value = (100 * event.detail.loaded) / event.detail.total;
});
document.addEventListener("htmx:afterRequest", (event) => {
  const { successful, xhr } = event.detail;
  const isUpload = event.target.type === "file";
  const isTooMuch = isUpload && xhr.status === 413;
  const isStale = !isUpload && xhr.status === 403;
  if (event.target === answers && successful) kept = carried;
  show("upload-too-much", isTooMuch);
  show("sign-in-changed", isStale);
  show(isUpload ? "upload-failed" : "not-saved", !successful && !isTooMuch && !isStale);
  if (isUpload && !successful) show("upload", false);
});
