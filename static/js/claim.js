// The claim's form: how far an upload got, and what could not be kept. Words stay where they are.
"use strict";

const show = (id, isShown) => {
  const element = document.getElementById(id);
  if (element) element.hidden = !isShown;
};

document.addEventListener("htmx:xhr:progress", (event) => {
  const bar = document.getElementById("upload");
  if (!bar || event.target.type !== "file" || !event.detail.lengthComputable) return;
  bar.hidden = false;
  bar.value = (100 * event.detail.loaded) / event.detail.total;
});
document.addEventListener("htmx:afterRequest", (event) => {
  const isUpload = event.target.type === "file";
  show(isUpload ? "upload-failed" : "not-saved", !event.detail.successful);
  if (isUpload && !event.detail.successful) show("upload", false);
});
