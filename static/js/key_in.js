// Keys a paper register in: a code moves on to the next child, L to the time of arrival. Without it, Tab does.
"use strict";

(() => {
  const form = document.getElementById("sheet");
  const codes = [...form.querySelectorAll(".key-code")];
  const times = [...form.querySelectorAll("tbody .key-time")];
  const WHOLE = new Set(["/", "\\", "N"]); // codes that no other code begins with

  function go(field) {
    if (!field) return form.querySelector('button[value="save"]').focus();
    field.focus();
    field.select();
  }

  form.addEventListener("input", (event) => {
    const row = codes.indexOf(event.target);
    if (row < 0) return;
    const typed = event.target.value.trim().toUpperCase();
    if (WHOLE.has(typed)) go(codes[row + 1]);
    else if (typed === "L" || typed === "U") go(times[row]);
  });

  form.addEventListener("keydown", (event) => {
    const row = Math.max(codes.indexOf(event.target), times.indexOf(event.target));
    if (row < 0) return;
    const column = codes.includes(event.target) ? codes : times;
    const to = { Enter: codes[row + 1], ArrowDown: column[row + 1], ArrowUp: column[row - 1] };
    if (!(event.key in to)) return;
    event.preventDefault();
    if (event.key === "Enter" || to[event.key]) go(to[event.key]);
  });
})();
