"use strict";
// Gives the search lists of Django's admin the name of their field, which a screen reader needs, and
// puts the keyboard into the search field when one is opened.
window.addEventListener("load", () => {
  for (const select of document.querySelectorAll(".admin-autocomplete")) {
    const label = document.querySelector(`label[for="${select.id}"]`);
    const box = select.parentElement.querySelector(".select2-selection");
    if (!label || !box) continue;
    label.id ||= `${select.id}_label`;
    const shown = box.querySelector(".select2-selection__rendered");
    shown.setAttribute("aria-labelledby", label.id);
    box.setAttribute("aria-labelledby", `${label.id} ${shown.id}`);
    django.jQuery(select).on("select2:open", () => {
      const search = document.querySelector(".select2-container--open .select2-search__field");
      search.setAttribute("aria-label", label.textContent.trim());
      search.focus();
      document.getElementById(search.getAttribute("aria-controls"))?.setAttribute("aria-labelledby", label.id);
    });
  }
});
