"use strict";
// Airflow keeps its language and colours in the browser, and hands neither on to the frame that the board is in.
const kept = (key) => {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
};
const page = document.documentElement;
const isFramed = window.parent !== window;

const colours = kept("theme");
if (isFramed && (colours === "light" || colours === "dark")) {
  page.dataset.theme = colours;
}

const language = kept("i18nextLng");
if (isFramed && language) {
  const wanted = language.startsWith("zh") ? "zh" : "en";
  if (!page.lang.startsWith(wanted)) {
    const address = new URL(location.href);
    address.searchParams.set("lang", wanted);
    location.replace(address);
  }
}

// The frame may not open Airflow's own pages around itself: Airflow's router is told to go there.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-airflow]");
  if (link && isFramed) {
    event.preventDefault();
    window.parent.history.pushState(null, "", link.href);
    window.parent.dispatchEvent(new PopStateEvent("popstate", { state: null }));
  }
});
