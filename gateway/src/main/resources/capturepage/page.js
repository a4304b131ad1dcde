"use strict";
// Only makes the page nicer: without it the form works, and the server checks everything again.
(() => {
  const form = document.getElementById("capture");
  if (!form) return;
  const words = form.dataset;
  const fields = [...form.querySelectorAll("input[data-kind], select")];
  const submit = form.querySelector("button[type=submit]");
  const submitText = submit.textContent;
  let sent = false;

  // Checks in the page's own words and place, instead of the browser's bubbles.
  form.noValidate = true;

  const length = (text) => [...text].length;

  const breaksPattern = (text, pattern) => {
    if (!pattern) return false;
    try {
      return !new RegExp(pattern, "u").test(text);
    } catch {
      return false; // Another dialect's pattern: the server knows it.
    }
  };

  const fault = (field) => {
    const text = field.value;
    if (text === "") {
      if (!field.required) return "";
      return field.localName === "select" ? words.choice : words.required;
    }
    if (field.localName === "select") return "";
    const { kind, maxlength, pattern } = field.dataset;
    if (kind === "integer" || kind === "number") {
      const trimmed = text.trim();
      const isNumber = /^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$/.test(trimmed);
      if (kind === "number") return isNumber ? "" : words.number;
      return isNumber && Number.isInteger(Number(trimmed)) ? "" : words.integer;
    }
    if (field.required && text.trim() === "") return words.required;
    if (field.minLength > 0 && length(text) < field.minLength) return words.short.replace("{n}", field.minLength);
    if (maxlength && length(text) > Number(maxlength)) return words.long.replace("{n}", maxlength);
    return breaksPattern(text, pattern) ? words.pattern : "";
  };

  const check = (field) => {
    const message = fault(field);
    document.getElementById(field.id + "-error").textContent = message;
    if (message) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
    return !message;
  };

  // Paste: what surrounds a key on its way here is taken off, and the user is told.
  const tidied = (text) => {
    let before;
    let tidy = text.replace(/[\r\n\u2028\u2029]+[ \t]*/g, "");
    do {
      before = tidy;
      tidy = tidy
        .replace(/^[\s\u200b\u2060\ufeff]+|[\s\u200b\u2060\ufeff]+$/g, "")
        .replace(/^(["'`])(.*)\1$/s, "$2")
        .replace(/^[“„«‘](.*)[”“»’]$/s, "$1")
        .replace(/^Bearer\s+(?=\S)/i, "");
    } while (tidy !== before);
    return tidy;
  };

  const note = (field) => field.closest(".field").querySelector(".note");

  const tell = (field, undo) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = words.undo;
    button.addEventListener("click", () => {
      undo();
      note(field).textContent = "";
      field.focus();
    });
    note(field).replaceChildren(words.tidied, button);
  };

  const paste = (event) => {
    const field = event.target;
    const pasted = event.clipboardData ? event.clipboardData.getData("text") : "";
    const tidy = tidied(pasted);
    if (tidy === "" || tidy === pasted) return;
    event.preventDefault();
    const before = field.value;
    const from = field.selectionStart;
    const to = field.selectionEnd;
    field.setRangeText(tidy, from, to, "end");
    tell(field, () => {
      field.value = before.slice(0, from) + pasted + before.slice(to);
    });
    if (field.hasAttribute("aria-invalid")) check(field);
  };

  for (const field of fields) {
    field.addEventListener("change", () => check(field));
    field.addEventListener("input", () => {
      if (field.hasAttribute("aria-invalid")) check(field);
      if (field.value === "" && note(field)) note(field).textContent = "";
    });
    if (field.dataset.kind === "text" || field.dataset.kind === "secret") field.addEventListener("paste", paste);
  }

  for (const button of form.querySelectorAll(".show")) {
    const field = document.getElementById(button.getAttribute("aria-controls"));
    const say = (word) => {
      button.textContent = word;
      button.setAttribute("aria-label", word + ": " + button.dataset.label);
    };
    button.hidden = false;
    button.addEventListener("click", () => {
      const masked = field.type === "password";
      field.type = masked ? "text" : "password";
      say(masked ? words.hide : words.show);
    });
  }

  const ready = () => {
    sent = false;
    submit.textContent = submitText;
    submit.removeAttribute("aria-disabled");
  };

  form.addEventListener("submit", (event) => {
    const wrong = fields.filter((field) => !check(field));
    if (sent || wrong.length > 0) {
      event.preventDefault();
      if (!sent) wrong[0].focus();
      return;
    }
    sent = true;
    submit.setAttribute("aria-disabled", "true");
    submit.textContent = words.sending;
  });

  // Back, to a page that the browser has kept: what was typed is not to stand there again.
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    ready();
    for (const field of fields) if (field.dataset.kind) field.value = field.defaultValue;
    tick(); // Its time may have ended while it was being sent.
  });

  const timer = document.querySelector("[role=timer]");
  const ends = performance.now() + Number(timer.dataset.seconds) * 1000;
  let next;
  // The server says what has become of it; what is being sent gets its own answer, which a reload would cut off.
  const reload = () => {
    if (!sent) location.replace(location.pathname);
  };
  const tick = () => {
    const left = Math.max(0, Math.ceil((ends - performance.now()) / 1000));
    timer.textContent = left >= 60 ? Math.ceil(left / 60) + " min" : left + " s";
    clearTimeout(next);
    next = left > 0 ? setTimeout(tick, left > 61 ? 5000 : 1000) : setTimeout(reload, 1500);
  };
  tick();
})();
