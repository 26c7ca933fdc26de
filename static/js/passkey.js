// Says in words when a passkey did not work; the library only writes it on the console.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  let notice = document.querySelector("[data-passkey-notice]");
  if (!notice) {
    notice = document.createElement("div");
    notice.className = "notice notice--error";
    notice.setAttribute("role", "alert");
    notice.setAttribute("data-passkey-notice", "");
    document.querySelector("h1").after(notice);
  }
  const text = document.createElement("p");
  text.textContent =
    "Het is niet gelukt met een passkey. Misschien bent u gestopt, of kent dit apparaat hem niet. Probeer het opnieuw of log anders in.";
  notice.replaceChildren(text);
});
