/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Links findings and boxes. The page is complete without it. */
(function () {
  "use strict";
  var linked = document.querySelectorAll("[data-finding]");

  function mark(number, on) {
    linked.forEach(function (el) {
      if (el.dataset.finding === number) el.classList.toggle("on", on);
    });
  }

  linked.forEach(function (el) {
    var number = el.dataset.finding;
    ["mouseenter", "focusin"].forEach(function (name) {
      el.addEventListener(name, function () { mark(number, true); });
    });
    ["mouseleave", "focusout"].forEach(function (name) {
      el.addEventListener(name, function () { mark(number, false); });
    });
  });

  /* A jump puts the box into the middle of the window, not to its edge. */
  var still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  document.addEventListener("click", function (event) {
    var link = event.target.closest("a[href^='#e'], a.box");
    var target = link && document.getElementById(link.hash.slice(1));
    if (!target || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    history.replaceState(null, "", link.hash);
    target.scrollIntoView({ block: "center", behavior: still ? "auto" : "smooth" });
    document.querySelectorAll(".held").forEach(function (el) {
      el.classList.remove("held");
    });
    linked.forEach(function (el) {
      if (el.dataset.finding === target.dataset.finding) el.classList.add("held");
    });
    if (target.matches("a")) target.focus({ preventScroll: true });
  });

  /* A page can be seen at the size of its preview. */
  document.querySelectorAll("figure > .sheet").forEach(function (sheet) {
    var button = document.createElement("button");
    button.type = "button";
    button.textContent = "放大";
    button.setAttribute("aria-pressed", "false");
    button.addEventListener("click", function () {
      var large = sheet.classList.toggle("large");
      button.textContent = large ? "适合窗口" : "放大";
      button.setAttribute("aria-pressed", String(large));
    });
    sheet.parentNode.querySelector("figcaption").appendChild(button);
  });
})();
