/*
 * Suggestions under the search box, as an ARIA combobox with a listbox (WAI-ARIA Authoring Practices 1.2).
 * htmx fetches the options (components/search_form.html); this file opens, walks and closes the list and
 * says how many there are. Without it the form is a plain form: so the roles are set here, not in the page.
 */
(() => {
  "use strict";

  function enhance(form) {
    const input = form.querySelector("input[name=q]");
    const popup = form.querySelector(".suggest");
    const status = form.querySelector("[data-status]");
    const listId = `${popup.id}-lijst`;
    let active = -1;

    const options = () => [...popup.querySelectorAll("[role=option]")];
    const isOpen = () => !popup.hidden;

    function choose(index) {
      active = index;
      input.removeAttribute("aria-activedescendant");
      options().forEach((option, place) => {
        option.setAttribute("aria-selected", String(place === index));
        if (place === index) {
          input.setAttribute("aria-activedescendant", option.id);
          option.scrollIntoView({ block: "nearest" });
        }
      });
    }

    function open() {
      popup.hidden = false;
      input.setAttribute("aria-expanded", String(options().length > 0));
    }

    function close() {
      popup.hidden = true;
      input.setAttribute("aria-expanded", "false");
      choose(-1);
    }

    function forget() {
      popup.replaceChildren();
      status.textContent = "";
      close();
    }

    const keys = {
      ArrowDown: () => move(1),
      ArrowUp: () => move(-1),
      Enter: () => {
        if (active < 0) return false; // the form goes to the page with all results
        options()[active].click();
        return true;
      },
      Escape: () => {
        const wasOpen = isOpen();
        close();
        return wasOpen; // closed already: the browser empties the box
      },
    };

    function move(step) {
      const count = options().length;
      if (!count) return false;
      if (!isOpen()) open();
      // One place before the first option is the box itself.
      choose(((active + 1 + step + count + 1) % (count + 1)) - 1);
      return true;
    }

    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", listId);

    input.addEventListener("keydown", (event) => {
      if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
      if (keys[event.key]?.()) event.preventDefault();
    });
    input.addEventListener("input", () => {
      choose(-1);
      if (!input.value.trim()) forget();
    });
    form.addEventListener("focusout", (event) => {
      if (!popup.contains(event.relatedTarget)) close();
    });
    // The box keeps the focus while somebody clicks an option.
    popup.addEventListener("mousedown", (event) => event.preventDefault());
    // A list that arrives late must not drop down over what the visitor went on to do, walking the list before it too.
    popup.addEventListener("htmx:beforeSwap", (event) => {
      const late = !input.value.trim() || document.activeElement !== input || active >= 0;
      if (late) event.detail.shouldSwap = false;
    });
    popup.addEventListener("htmx:afterSwap", () => {
      const list = popup.querySelector("[role=listbox]");
      if (list) list.id = listId;
      options().forEach((option, place) => (option.id = `${listId}-${place}`));
      choose(-1);
      const said = popup.querySelector("[data-said]");
      status.textContent = said ? said.dataset.said : "";
      if (said) open();
      else close();
    });
    // Back from a school: the list of then is no longer asked for.
    window.addEventListener("pageshow", (event) => event.persisted && forget());
  }

  document.querySelectorAll("[data-school-search]").forEach(enhance);
})();
