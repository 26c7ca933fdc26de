/*
 * The grid of participation, as an ARIA grid (WAI-ARIA Authoring Practices 1.2): one Tab stop, arrows to walk.
 * Enter or typing opens a cell, Enter and Tab save it, Esc throws away what was typed. A block that is pasted goes to
 * a page that first shows what would change. Without this file the table is a table, and each school has a form.
 */
(() => {
  "use strict";

  const table = document.querySelector("[data-grid]");
  if (!table) return;
  const form = document.querySelector("[data-grid-form]");
  const status = document.querySelector("[data-grid-status]");
  const words = table.dataset;
  const activities = [...table.tHead.rows[0].cells].map((cell) => cell.dataset.activity || "");
  const rows = [...table.tBodies[0].rows];
  const PAGE = 10;
  const FIRST = 2; // the first column that can be written, after the school and where it stands
  let active = null;
  let editor = null;

  const place = (cell) => [rows.indexOf(cell.parentElement), cell.cellIndex];
  const at = (row, column) => rows[row]?.cells[column];
  // What takes the focus in a cell: its link, or the cell itself.
  const target = (cell) => cell.querySelector("a") || cell;
  const name = (cell) =>
    `${cell.parentElement.cells[0].textContent.trim()}, ${table.tHead.rows[0].cells[cell.cellIndex].textContent.trim()}`;
  const say = (text) => (status.textContent = text);

  function choose(cell, { focus = true } = {}) {
    if (active) target(active).tabIndex = -1;
    active = cell;
    target(cell).tabIndex = 0;
    if (focus) {
      target(cell).focus({ preventScroll: true });
      cell.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
  }

  function go(row, column) {
    const cell = at(Math.min(Math.max(row, 0), rows.length - 1), Math.min(Math.max(column, 0), activities.length - 1));
    if (cell) choose(cell);
  }

  // --- one cell -----------------------------------------------------------------------------------------

  function open(cell, text) {
    if (cell.cellIndex < FIRST) return;
    if (cell.dataset.kind === "many") {
      say(words.many);
      return;
    }
    const input = document.createElement("input");
    input.type = "text";
    input.className = "grid__input";
    input.maxLength = 60;
    input.autocomplete = "off";
    input.setAttribute("aria-label", name(cell));
    editor = { cell, input, before: cell.textContent, seen: cell.textContent, busy: false };
    input.value = text ?? editor.before;
    cell.replaceChildren(input);
    input.focus();
    if (text === undefined) input.select();
  }

  function close(text) {
    const { cell } = editor;
    editor = null;
    cell.textContent = text;
    cell.classList.remove("grid__wrong");
    return cell;
  }

  function wrong(text) {
    editor.input.setAttribute("aria-invalid", "true");
    editor.cell.classList.add("grid__wrong");
    say(text);
    editor.input.focus();
  }

  // then: where to go when it is saved.
  async function save(then) {
    if (!editor || editor.busy) return;
    const { cell, input, before } = editor;
    if (input.value.trim() === before) {
      close(before);
      then(cell);
      return;
    }
    editor.busy = true;
    say(words.saving);
    const body = new FormData();
    body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    body.append("row", cell.parentElement.dataset.row);
    body.append("activity", activities[cell.cellIndex]);
    body.append("text", input.value);
    body.append("seen", editor.seen);
    let answer;
    let told;
    try {
      answer = await fetch(words.save, { method: "POST", body, headers: { Accept: "application/json" } });
      // The login answers in JSON too; what is ours says what happened.
      const isJson = (answer.headers.get("Content-Type") || "").startsWith("application/json");
      told = isJson && !answer.redirected ? await answer.json() : null;
      if (told && !told.said) told = null;
    } catch {
      editor.busy = false;
      wrong(words.failed);
      return;
    }
    editor.busy = false;
    if (!told) {
      wrong(answer.redirected || answer.status === 403 || answer.status === 404 ? words.gone : words.failed);
    } else if (!answer.ok) {
      // Who presses Enter again has read what stands there now.
      if ("seen" in told) editor.seen = told.seen;
      wrong(told.said);
    } else {
      const isHere = editor.cell.contains(document.activeElement);
      close(told.text);
      const standing = cell.parentElement.cells[1];
      if (told.state) {
        standing.textContent = told.state;
        standing.classList.toggle("grid__out", !told.is_in);
      }
      say(`${name(cell)}. ${told.said}`);
      if (isHere) then(cell);
    }
  }

  const by = (down, right) => (cell) => {
    const [row, column] = place(cell);
    go(row + down, column + right);
  };

  // --- the keys --------------------------------------------------------------------------------------------

  const walks = {
    ArrowDown: (row, column) => [row + 1, column],
    ArrowUp: (row, column) => [row - 1, column],
    ArrowRight: (row, column) => [row, column + 1],
    ArrowLeft: (row, column) => [row, column - 1],
    PageDown: (row, column) => [row + PAGE, column],
    PageUp: (row, column) => [row - PAGE, column],
    Home: (row, column, far) => [far ? 0 : row, 0],
    End: (row, column, far) => [far ? rows.length - 1 : row, activities.length - 1],
  };

  function inEditor(event) {
    if (event.key === "Enter") save(by(event.shiftKey ? -1 : 1, 0));
    else if (event.key === "Tab") save(by(0, event.shiftKey ? -1 : 1));
    else if (event.key === "Escape") {
      if (editor.busy) return;
      const cell = close(editor.before);
      say("");
      choose(cell);
    } else return;
    event.preventDefault();
  }

  table.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (editor) {
      inEditor(event);
      return;
    }
    const cell = event.target.closest("tbody th, tbody td");
    if (!cell || event.altKey || event.metaKey) return;
    const walk = walks[event.key];
    if (walk && (!event.ctrlKey || event.key === "Home" || event.key === "End")) {
      event.preventDefault();
      go(...walk(...place(cell), event.ctrlKey));
      return;
    }
    if (event.ctrlKey || cell.cellIndex < FIRST) return;
    if (event.key === "Enter" || event.key === "F2") open(cell);
    else if (event.key === "Delete" || event.key === "Backspace") open(cell, "");
    else if (event.key.length === 1 && event.key !== " ") open(cell, event.key);
    else return;
    event.preventDefault();
  });

  table.addEventListener("mousedown", (event) => {
    const cell = event.target.closest("tbody td");
    if (!cell || event.target.closest("a, input")) return;
    event.preventDefault();
    if (editor) save(() => choose(cell));
    else choose(cell);
  });

  table.addEventListener("dblclick", (event) => {
    const cell = event.target.closest("tbody td");
    if (cell && !editor) open(cell);
  });

  table.addEventListener("focusin", (event) => {
    const cell = event.target.closest("tbody th, tbody td");
    if (cell && cell !== active && !editor) choose(cell, { focus: false });
  });

  // Whoever leaves an open cell by the mouse does not lose what was typed.
  table.addEventListener("focusout", (event) => {
    if (editor && event.target === editor.input && !editor.busy && document.hasFocus()) save(() => {});
  });

  // --- a block -----------------------------------------------------------------------------------------------

  table.addEventListener("paste", (event) => {
    const cell = event.target.closest("tbody td, tbody th");
    const text = event.clipboardData.getData("text/plain");
    const isBlock = /[\t\n]/.test(text.replace(/\r?\n$/, ""));
    if (!cell || !text || (!isBlock && editor)) return;
    event.preventDefault();
    if (!isBlock) {
      open(cell, text.trim());
      return;
    }
    const [row] = place(cell);
    form.elements.tekst.value = text;
    form.elements.rijen.value = rows
      .slice(row, row + text.split("\n").length)
      .map((one) => one.dataset.row)
      .join(",");
    form.elements.kolom.value = activities[Math.max(cell.cellIndex, FIRST)];
    form.submit();
  });

  // --- begin -------------------------------------------------------------------------------------------------

  table.setAttribute("role", "grid");
  table.setAttribute("aria-label", words.label);
  document.querySelector("[data-grid-help]").hidden = false;
  // The grid is a Tab stop itself, so its box need not be one.
  table.closest(".grid-scroll").removeAttribute("tabindex");
  rows.forEach((row) => [...row.cells].forEach((cell) => (target(cell).tabIndex = -1)));
  if (rows.length) choose(at(0, Math.min(FIRST, activities.length - 1)), { focus: false });
})();
