"use strict";
// Gives the search lists of Django's admin the name of their field, which a screen reader needs, and
// puts the keyboard into the search field when one is opened.
window.addEventListener("load", () => {
  django.jQuery(() => { // after Django's own callback, which makes these lists
    for (const select of document.querySelectorAll(".admin-autocomplete")) name(select);
  });

  function name(select) {
    const label = document.querySelector(`label[for="${select.id}"]`);
    const box = select.parentElement.querySelector(".select2-selection");
    if (!label || !box) return;
    label.id ||= `${select.id}_label`;
    const shown = box.querySelector(".select2-selection__rendered");
    shown.setAttribute("aria-labelledby", label.id);
    box.setAttribute("aria-labelledby", `${label.id} ${shown.id}`);
    django.jQuery(select).on("select2:open", () => {
      const list = document.querySelector("body > .select2-container--open");
      const search = list.querySelector(".select2-search__field");
      const found = list.querySelector(".select2-results__options");
      for (const part of [list, search, found]) part.setAttribute("aria-labelledby", label.id);
      list.setAttribute("role", "region");
      box.setAttribute("aria-controls", found.id);
      search.focus();
    });
  }
});
