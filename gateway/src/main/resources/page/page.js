"use strict";
// Optional: the form works without this script, and the server checks everything again.
(() => {
  const form = document.getElementById("capture");
  if (!form) return;
  const ownAddress = document.currentScript.src;
  document.querySelector(".problem")?.focus();
  const words = form.dataset;
  const fields = [...form.querySelectorAll("[data-kind], select")];
  const submit = form.querySelector("button[type=submit]");
  const submitText = submit.textContent;
  const offline = document.getElementById("offline");
  const files = new Map();
  const confirmed = new Set();
  let sent = false;

  // Errors are shown below the fields in the page's language, instead of in the browser's pop-ups.
  form.noValidate = true;

  // Without this script, the browser refuses an empty field. With the script, confirm shows a message first.
  for (const field of fields) if (field.dataset.empty) field.required = false;

  const length = (text) => [...text].length;

  const breaksPattern = (text, pattern) => {
    if (!pattern) return false;
    try {
      return !new RegExp(pattern, "u").test(text);
    } catch {
      return false; // The pattern is not valid in JavaScript. The server checks it.
    }
  };

  const isAddress = (text) => {
    try {
      return Boolean(new URL(text));
    } catch {
      return false;
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
    if (kind === "email" && !/^[^\s@]+@[^\s@]+$/.test(text)) return words.email;
    if (kind === "uri" && !isAddress(text)) return words.uri;
    if (field.minLength > 0 && length(text) < field.minLength) return words.short.replace("{n}", field.minLength);
    if (maxlength && length(text) > Number(maxlength)) return words.long.replace("{n}", maxlength);
    return breaksPattern(text, pattern) ? words.pattern : "";
  };

  const mark = (field, message) => {
    document.getElementById(field.id + "-error").textContent = message;
    if (message) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
    return !message;
  };

  const check = (field) => mark(field, fault(field));

  // The user must submit twice to send an empty value, so that it does not happen by accident.
  const confirm = (field) => {
    const { empty } = field.dataset;
    if (!empty || field.value !== "" || confirmed.has(field)) return true;
    confirmed.add(field);
    return mark(field, empty);
  };

  // Same as SubmittedForm.hostPart on the server: before .zendesk.com, https://Acme.zendesk.com/agent becomes acme.
  const hostPart = (text, suffix) => {
    const host = text.trim().replace(/^https?:\/\//i, "").replace(/[/?#].*$/s, "").toLowerCase();
    const whole = host.endsWith(suffix);
    const part = whole ? host.slice(0, host.length - suffix.length) : host;
    return /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(part) && (whole || !part.includes(".")) ? part : text;
  };

  // Removes white space, quotes and "Bearer" around a pasted value. A message tells the user.
  const tidied = (text) => {
    let before;
    let tidy = text;
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

  const clearNote = (field) => note(field)?.replaceChildren();

  const showUndo = (field, undo) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = words.undo;
    button.addEventListener("click", () => {
      undo();
      clearNote(field);
      field.focus();
    });
    note(field).replaceChildren(words.tidied, button);
  };

  const paste = (event) => {
    const field = event.target;
    const pasted = event.clipboardData ? event.clipboardData.getData("text") : "";
    const tidy = tidied(pasted);
    if (/[\r\n\u2028\u2029]/.test(tidy)) {
      event.preventDefault();
      mark(field, words.line);
      return;
    }
    clearNote(field);
    // The browser cleans the other kinds.
    const isPlain = field.dataset.kind === "text" || field.dataset.kind === "secret";
    if (!isPlain || tidy === "" || tidy === pasted) return;
    event.preventDefault();
    const before = field.value;
    const from = field.selectionStart;
    const to = field.selectionEnd;
    field.setRangeText(tidy, from, to, "end");
    showUndo(field, () => {
      field.value = before.slice(0, from) + pasted + before.slice(to);
    });
    if (field.hasAttribute("aria-invalid")) check(field);
  };

  for (const field of fields) {
    field.addEventListener("change", () => {
      const { suffix } = field.dataset;
      if (suffix !== undefined) field.value = hostPart(field.value, suffix);
      check(field);
    });
    field.addEventListener("input", () => {
      if (field.hasAttribute("aria-invalid")) check(field);
      clearNote(field); // Undo would also remove the changes after the paste.
    });
    if (field.localName === "input") field.addEventListener("paste", paste);
  }

  // A text area changes all line breaks to LF. Therefore a file is sent as bytes, unless the user edits it.
  const load = async (field, file) => {
    try {
      if (file.size > 16384) throw new RangeError();
      const bytes = new Uint8Array(await file.arrayBuffer());
      const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
      if (text.includes("\0")) throw new RangeError();
      field.value = text;
      files.set(field, { shown: field.value, base64: btoa(String.fromCharCode(...bytes)) });
      check(field);
    } catch {
      mark(field, words.file);
    }
  };

  for (const input of form.querySelectorAll("input[type=file]")) {
    input.parentElement.hidden = false;
    input.addEventListener("change", async () => {
      if (input.files.length > 0) await load(document.getElementById(input.dataset.into), input.files[0]);
      input.value = "";
    });
  }

  form.addEventListener("formdata", ({ formData }) => {
    for (const [field, { shown, base64 }] of files) {
      if (field.value !== shown) continue;
      formData.delete(field.name);
      formData.set(field.name + "-file", base64);
    }
  });

  for (const button of form.querySelectorAll(".show")) {
    const field = document.getElementById(button.getAttribute("aria-controls"));
    const setText = (word) => {
      button.textContent = word;
      button.setAttribute("aria-label", word + words.colon + " " + button.dataset.label);
    };
    button.hidden = false;
    button.addEventListener("click", () => {
      const isInput = field.localName === "input";
      const masked = isInput ? field.type === "password" : field.classList.contains("masked");
      if (isInput) field.type = masked ? "text" : "password";
      else field.classList.toggle("masked");
      setText(masked ? words.hide : words.show);
    });
  }

  const ready = () => {
    sent = false;
    submit.textContent = submitText;
    submit.removeAttribute("aria-disabled");
  };

  // Without a network, the browser would replace the page and the entered values with its error page.
  const isReachable = async () => {
    try {
      await fetch(ownAddress, { cache: "no-store", signal: AbortSignal.timeout?.(10000) });
      return true;
    } catch {
      return false;
    }
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (sent) return;
    const wrong = fields.filter((field) => !check(field) || !confirm(field));
    if (wrong.length > 0) {
      wrong[0].focus();
      return;
    }
    sent = true;
    submit.setAttribute("aria-disabled", "true");
    submit.textContent = words.sending;
    offline.textContent = "";
    if (await isReachable()) {
      form.submit();
      return;
    }
    ready();
    offline.textContent = words.offline;
  });

  // After the button Back, the browser shows a cached page. The page must not show the entered values again.
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    ready();
    files.clear();
    confirmed.clear();
    for (const field of fields) if (field.dataset.kind) field.value = field.defaultValue;
    tick(); // The time may have expired during the submit.
  });

  const timer = document.querySelector("[role=timer]");
  const ends = performance.now() + Number(timer.dataset.left) * 1000;
  const plurals = new Intl.PluralRules(document.documentElement.lang);
  let next;
  // After the time is over, the server shows the outcome. Don't reload the page during a submit.
  const reload = () => {
    if (!sent) location.replace(location.pathname);
  };
  const tick = () => {
    const left = Math.max(0, Math.ceil((ends - performance.now()) / 1000));
    const count = left >= 60 ? Math.floor(left / 60) : left;
    const unit = left >= 60 ? "minute" : "second";
    timer.textContent = timer.dataset[plurals.select(count) === "one" ? unit : unit + "s"].replace("{n}", count);
    clearTimeout(next);
    next = left > 0 ? setTimeout(tick, left > 61 ? 5000 : 1000) : setTimeout(reload, 1500);
  };
  tick();
})();
