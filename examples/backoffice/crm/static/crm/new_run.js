"use strict";
// Shows the fields of a mail merge where one is chosen, and sends them then alone.
document.addEventListener("DOMContentLoaded", () => {
  const communication = document.getElementById("id_communication");
  const show = () => {
    const merge = communication.value === "mail_merge";
    for (const name of ["about", "subject", "text"]) {
      document.querySelector(`.field-${name}`).hidden = !merge;
      document.getElementById(`id_${name}`).disabled = !merge;
    }
  };
  communication.addEventListener("change", show);
  show();
});
