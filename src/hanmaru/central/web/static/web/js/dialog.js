// Native dialogs: [data-opens=ID] opens, [data-closes] or a press beside the sheet closes. The browser
// keeps the focus inside and gives it back to the opener.

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.opens);
    if (!dialog) throw new Error(`no dialog #${opener.dataset.opens}`);
    if (!dialog.open) dialog.showModal();
    return;
  }
  if (event.target.closest("[data-closes]")) event.target.closest("dialog")?.close();
  else if (event.target instanceof HTMLDialogElement) event.target.close();
});
