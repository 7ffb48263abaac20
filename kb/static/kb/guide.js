/* The editor of a fault guide: chart and findings while it is typed, nodes and names to choose from. Saves nothing. */

document.addEventListener("DOMContentLoaded", () => {
  const panel = document.querySelector("[data-kb-guide]");
  const form = panel?.closest("form");
  if (!form) return;
  const $ = (name) => panel.querySelector(`[data-kb-${name}]`);
  const json = (id) => JSON.parse(document.getElementById(id).textContent);
  const names = json("kb-guide-names");
  const made = (tag, members = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), members);
    element.append(...children);
    return element;
  };
  let found = json("kb-guide-found");

  // The cards, in the order of the page.
  const TARGET = /^(?:start|body-\d+-value-(?:none|cannot|then|unresolved|(?:choices|ranges)-\d+-value-to))$/;
  const NAMED = /^body-\d+-value-(qualification|component|escalate|hazards|parts)$/;
  const LISTS = ["hazards", "parts"];
  const ID = /^body-\d+-id$/;
  const field = (name) => form.elements.namedItem(name);
  const cards = () =>
    [...form.querySelectorAll("input[type=hidden][name^='body-'][name$='-id']")]
      .filter((input) => ID.test(input.name))
      .map((input) => {
        const prefix = input.name.slice(0, -3);
        return {
          id: input.value,
          card: input.closest("[data-streamfield-child]"),
          heading: field(`${prefix}-value-heading`)?.value.trim() || "",
          place: Number(field(`${prefix}-order`).value),
          isGone: Boolean(field(`${prefix}-deleted`).value),
        };
      })
      .filter(({ isGone, card }) => card && !isGone)
      .sort((one, other) => one.place - other.place);
  const called = ({ heading, id }) => heading || `${panel.dataset.unnamed} (${id.slice(0, 8)})`;

  const open = (card) => {
    const toggle = card.querySelector("[data-panel-toggle]");
    if (toggle?.getAttribute("aria-expanded") === "false") toggle.click();
  };
  const show = (id) => {
    const { card } = cards().find((each) => each.id === id) || {};
    if (!card) return false;
    open(card);
    card.scrollIntoView({ block: "start", behavior: "auto" });
    (card.querySelector("[name$='-value-heading']") || card).focus({ preventScroll: true });
    return true;
  };
  document.addEventListener("click", (event) => {
    const href = event.target.closest?.("a")?.getAttribute("href") || "";
    if (href.startsWith("#node-") && show(decodeURIComponent(href.slice(6)))) event.preventDefault();
  });

  // Below each field that names something: what that is called.
  const note = (input) => {
    const next = input.nextElementSibling;
    if (next?.classList.contains("kb-named")) return next;
    const element = made("p", { className: "kb-named" });
    input.after(element);
    return element;
  };
  const missing = (text) => made("span", { className: "kb-named-missing" }, `${text} ${panel.dataset.missing}`);
  const nameTarget = (input, nodes) => {
    const node = nodes.get(input.value);
    const words = node
      ? [made("a", { href: `#node-${encodeURIComponent(node.id)}` }, `→ ${called(node)}`)]
      : input.value
        ? [missing(input.value)]
        : [];
    note(input).replaceChildren(...words);
  };
  const keys = (input, kind) =>
    (LISTS.includes(kind) ? input.value.split(",") : [input.value]).map((key) => key.trim()).filter(Boolean);
  const labels = Object.fromEntries(Object.entries(names).map(([kind, rows]) => [kind, new Map(rows)]));
  const nameKeys = (input, kind) => {
    const known = labels[kind];
    if (kind === "escalate" && !known.size) return;
    const words = keys(input, kind).flatMap((key, place) => [
      ...(place ? [", "] : []),
      known.has(key) ? known.get(key) : missing(key),
    ]);
    note(input).replaceChildren(...words);
  };
  const nameAll = () => {
    const nodes = new Map(cards().map((each) => [each.id, each]));
    for (const input of [...form.elements]) {
      if (TARGET.test(input.name)) nameTarget(input, nodes);
      else if (NAMED.test(input.name)) nameKeys(input, NAMED.exec(input.name)[1]);
    }
  };

  // What can be chosen, offered where it is asked for.
  const list = form.appendChild(made("datalist", { id: "kb-offered" }));
  const offer = (input) => {
    const kind = NAMED.exec(input.name)?.[1];
    if (!kind && !TARGET.test(input.name)) return;
    const before = LISTS.includes(kind) ? input.value.replace(/[^,]*$/, "").replace(/,\s*$/, ", ") : "";
    const rows = kind ? names[kind] : cards().map((each) => [each.id, called(each)]);
    list.replaceChildren(...rows.map(([key, label]) => made("option", { value: before + key, label: label || key })));
    input.setAttribute("list", list.id);
    input.setAttribute("autocomplete", "off");
  };
  form.addEventListener("focusin", ({ target }) => {
    offer(target);
    const card = target.closest("[data-streamfield-child][data-contentpath]");
    if (card) point(card.dataset.contentpath);
  });
  // Who types a heading means its node; who types a name means its key.
  form.addEventListener("change", ({ target }) => {
    const kind = NAMED.exec(target.name || "")?.[1];
    if (TARGET.test(target.name || "")) {
      const typed = target.value.trim();
      const nodes = cards();
      const same = nodes.filter((each) => each.heading === typed);
      if (!nodes.some((each) => each.id === typed) && same.length === 1) target.value = same[0].id;
    } else if (kind && !LISTS.includes(kind)) {
      const same = names[kind].filter(([, label]) => label && label === target.value.trim());
      if (same.length === 1) target.value = same[0][0];
    }
  });

  // The findings at their cards and fields.
  const mark = () => {
    form.querySelectorAll(".kb-findings").forEach((element) => element.remove());
    form.querySelectorAll(".kb-has-error, .kb-has-hint").forEach((element) => {
      element.classList.remove("kb-has-error", "kb-has-hint");
    });
    const nodes = new Map(cards().map((each) => [each.id, each.card]));
    const groups = Map.groupBy ? Map.groupBy(found, ({ block }) => block) : grouped(found);
    for (const [block, rows] of groups) {
      const card = nodes.get(block);
      if (!card) continue;
      card.classList.add(rows.some((row) => row.is_error) ? "kb-has-error" : "kb-has-hint");
      const items = rows.map((row) =>
        made(
          "li",
          { className: row.is_error ? "kb-found-error" : "kb-found-hint" },
          made("b", {}, row.is_error ? panel.dataset.mistake : panel.dataset.hint),
          ` ${row.text}`,
        ),
      );
      card.querySelector(".w-panel__content")?.prepend(made("ul", { className: "kb-findings kb-found" }, ...items));
    }
  };
  const grouped = (rows) =>
    rows.reduce((groups, row) => groups.set(row.block, [...(groups.get(row.block) || []), row]), new Map());

  // The chart.
  const chart = $("chart");
  let here = "";
  const point = (id, isForced = false) => {
    if (id === here && !isForced) return;
    here = id;
    chart.querySelectorAll(".fc-here").forEach((element) => element.classList.remove("fc-here"));
    const node = [...chart.querySelectorAll("a.fc-node")].find((a) => a.getAttribute("href") === `#node-${id}`);
    if (!node) return;
    node.classList.add("fc-here");
    if (isForced) return;
    const [inside, around] = [node.getBoundingClientRect(), chart.getBoundingClientRect()];
    chart.scrollBy(
      inside.left + inside.width / 2 - around.left - around.width / 2,
      inside.top + inside.height / 2 - around.top - around.height / 2,
    );
  };
  let running = null;
  const typed = () => {
    const data = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (/^(?:body-|(?:start|audience|confidentiality|csrfmiddlewaretoken)$)/.test(name)) data.append(name, value);
    }
    return data.toString();
  };
  let sent = typed();
  const refresh = async (isForced = false) => {
    const data = typed();
    if (data === sent && !isForced) return;
    sent = data;
    running?.abort();
    const mine = (running = new AbortController());
    panel.setAttribute("aria-busy", "true");
    const answer = await asked(data, mine.signal);
    if (running === mine) {
      panel.removeAttribute("aria-busy");
      if (answer) take(answer);
      else sent = ""; // no line, or signed out: asked again at the next change
    }
  };
  const asked = async (data, signal) => {
    try {
      const answer = await fetch(panel.dataset.address, {
        method: "POST",
        body: data,
        signal,
        headers: { "Content-Type": "application/x-www-form-urlencoded", "X-Requested-With": "XMLHttpRequest" },
      });
      return answer.ok ? await answer.json() : null;
    } catch {
      return null;
    }
  };
  const take = ({ svg, summary, problems }) => {
    const [left, top] = [chart.scrollLeft, chart.scrollTop];
    chart.innerHTML = svg;
    chart.scrollTo(left, top);
    $("summary").innerHTML = summary;
    const said = $("summary").querySelector(".kb-found-count").textContent.replace(/\s+/g, " ").trim();
    if ($("status").textContent !== said) $("status").textContent = said;
    found = problems;
    mark();
    point(here, true);
  };
  let waiting = 0;
  const soon = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      nameAll();
      refresh();
    }, 600);
  };
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  // Cards and answers that come, go and move, and pages chosen in a dialog, tell nobody.
  const body = document.querySelector("[data-contentpath='body']") || form;
  const OURS = ".kb-findings, .kb-named, .EasyMDEContainer";
  const isCard = (node) => node.nodeType === 1 && !node.matches(OURS);
  const isTheirs = ({ type, target, addedNodes, removedNodes }) =>
    type === "attributes"
      ? target.name?.startsWith("body-")
      : !target.closest(OURS) && [...addedNodes, ...removedNodes].some(isCard);
  new MutationObserver((changes) => {
    if (changes.some(isTheirs)) soon();
  }).observe(body, { childList: true, subtree: true, attributes: true, attributeFilter: ["value"] });

  // The window of the chart.
  const press = (name, class_, start) => {
    const set = (isOn) => {
      $(name).setAttribute("aria-pressed", String(isOn));
      panel.classList.toggle(class_, isOn);
    };
    set(start);
    $(name).addEventListener("click", () => {
      const isOn = $(name).getAttribute("aria-pressed") !== "true";
      set(isOn);
      try {
        localStorage.setItem(class_, isOn ? "1" : "");
      } catch {
        // a browser that keeps nothing forgets this
      }
    });
  };
  const kept = (class_) => {
    try {
      return localStorage.getItem(class_) === "1";
    } catch {
      return false;
    }
  };
  press("float", "kb-guide-floats", kept("kb-guide-floats"));
  press("fit", "kb-guide-fits", kept("kb-guide-fits"));
  nameAll();
  mark();
  point(field("start").value);
  if (panel.dataset.stale) refresh(true);
});
