// Makes the report searchable. Everything that it works on is in the document already; it adds
// the controls, and nothing from the data ever becomes markup.
"use strict";
(() => {
  // Rows of a page, and of a table that is still shown whole.
  const PAGE = 100;
  const LONG = 300;
  const SEVERITIES = ["critical", "high", "medium", "low", "info"];
  // Tables that sum up or explain: a filter would make their totals false.
  const SUMS = "#result, #scope, #source, #controls, #licenses, #settings, #definitions, .outcome, .whole";
  // Columns that name the owner of a row, or who judged it.
  const BESIDE = ["manager", "owner"];
  const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  const grouped = (it) => it.toLocaleString("en-US");
  const lower = (it) => it.toLowerCase();
  const text = (it) => (it ? it.textContent.trim() : "");
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  function make(tag, properties = {}, ...children) {
    const res = document.createElement(tag);
    for (const [key, value] of Object.entries(properties)) {
      if (key in res) res[key] = value;
      else res.setAttribute(key, value);
    }
    res.append(...children);
    return res;
  }

  // A row, from the document or from data; what it says, and its element, are found out when needed.
  class Row {
    constructor(id, more) {
      this.id = id;
      Object.assign(this, more);
    }
    get cells() {
      return (this.read ??= [...this.made.cells].map(said));
    }
    cell(at) {
      const cell = this.read ? this.read[at] : this.made.cells[at] && said(this.made.cells[at]);
      return cell ?? "";
    }
    get hay() {
      return (this.all ??= lower(this.cells.join("\n")));
    }
    get element() {
      return (this.made ??= this.build());
    }
  }

  // A table with its rows; where they are many, it shows one page of them.
  class List {
    constructor(table, rows) {
      Object.assign(this, { table, rows, kept: rows, at: 0, order: null });
      this.heads = all("thead th", table);
      this.names = this.heads.map((it) => lower(text(it)));
      this.filtered = !table.closest(SUMS);
      // What a table is about as a whole stands in no column.
      this.part = table.closest("article.rule, [data-instance]");
      this.fixed = { rule: text(this.part?.querySelector("h3 .code")), instance: this.part?.dataset.instance };
      this.shown = make("span", { className: "shown" });
      table.caption?.append(" ", this.shown);
      this.pager = rows.length > LONG ? new Pager(this) : null;
    }
    value(row, name) {
      const at = this.names.indexOf(name);
      const said = at < 0 ? this.fixed[name] : row.cell(at).split(/\s/)[0];
      return said ? lower(said) : null;
    }
    // What a row says of its subject, and not of the subject's owner.
    about(row) {
      return (row.whom ??= lower(row.cells.filter((_, at) => !BESIDE.includes(this.names[at])).join("\n")));
    }
    matches(row, wanted) {
      const facet = (name) => {
        const value = wanted[name] && this.value(row, name);
        return !wanted[name] || value === null || value === "all" || value === wanted[name];
      };
      return facet("instance") && facet("severity") && facet("rule") && facet("overdue")
        && wanted.words.every((it) => row.hay.includes(it))
        && (!wanted.person || wanted.person.some((it) => holds(this.about(row), it)));
    }
    filter(wanted) {
      const kept = wanted.any ? this.rows.filter((it) => this.matches(it, wanted)) : this.rows;
      this.kept = kept;
      this.shown.textContent = kept.length === this.rows.length ? ""
        : `${grouped(kept.length)} of ${grouped(this.rows.length)} shown`;
      if (this.pager) return this.turn(0);
      const keep = new Set(kept);
      for (const it of this.rows) {
        if (it.element.hidden === keep.has(it)) it.element.hidden = !keep.has(it);
      }
      const none = kept.length === 0 && this.rows.length > 0;
      this.table.closest(".scroll").classList.toggle("empty", none);
    }
    sort(at, down) {
      const key = keyOf(this, at);
      const compare = (a, b) => {
        const [one, other] = [key(a), key(b)];
        if (one === null || other === null) return (one === null) - (other === null);
        const order = typeof one === "number" ? one - other : collator.compare(one, other);
        return down ? -order : order;
      };
      this.arrange([...this.rows].sort(compare));
    }
    arrange(rows) {
      this.rows = rows;
      if (this.pager) {
        const kept = new Set(this.kept);
        this.kept = rows.filter((it) => kept.has(it));
        return this.turn(0);
      }
      const first = this.table.tBodies[0];
      for (const it of rows) (this.order ? first : it.home).append(it.element);
    }
    turn(at) {
      const pages = Math.max(1, Math.ceil(this.kept.length / PAGE));
      this.at = Math.min(Math.max(at, 0), pages - 1);
      const from = this.at * PAGE;
      this.show(this.kept.slice(from, from + PAGE));
      this.pager.tell(from, pages);
    }
    show(rows) {
      for (const it of this.table.tBodies) it.replaceChildren();
      this.table.tBodies[0].append(...rows.map((it) => it.element));
    }
    // Where a row, or a part of the table that begins with it, stands among those that are kept.
    place(id) {
      return this.kept.findIndex((it) => it.id === id || it.home?.id === id);
    }
  }

  // Turns the pages of a list.
  class Pager {
    constructor(list) {
      const { table } = list;
      const button = (label, by) => {
        const turn = () => {
          list.turn(list.at + by);
          table.scrollIntoView();
        };
        return make("button", { type: "button", onclick: turn }, label);
      };
      Object.assign(this, { list, back: button("Previous page", -1), next: button("Next page", 1) });
      this.where = make("span", { role: "status" });
      const name = `Pages: ${text(table.caption)}`;
      const bar = make("nav", { className: "pager", ariaLabel: name }, this.back, this.where, this.next);
      table.closest(".scroll").after(bar);
    }
    tell(from, pages) {
      const { at, kept } = this.list;
      const to = Math.min(from + PAGE, kept.length);
      this.where.textContent = kept.length === 0 ? "no row"
        : `${grouped(from + 1)} to ${grouped(to)} of ${grouped(kept.length)}`;
      this.back.disabled = at === 0;
      this.next.disabled = at + 1 >= pages;
    }
  }

  // Whether a text names an address or id, and not merely a longer one that contains it.
  function holds(hay, key) {
    for (let at = hay.indexOf(key); at >= 0; at = hay.indexOf(key, at + 1)) {
      const around = (hay[at - 1] ?? " ") + (hay[at + key.length] ?? " ");
      if (!/[\p{L}\p{N}_@+-]/u.test(around)) return true;
    }
    return false;
  }

  // What rows are sorted by: numbers where the column has them; what is missing comes last.
  function keyOf(list, at) {
    const severity = list.names[at] === "severity";
    const number = list.heads[at].classList.contains("n");
    return (row) => {
      const it = row.cell(at);
      if (severity) return SEVERITIES.indexOf(it.split(/\s/)[0]);
      if (it === "" || it === "–" || it === "unknown") return null;
      if (!number) return it;
      const value = Number(it.replaceAll(",", "").replace("−", "-"));
      return Number.isNaN(value) ? null : value;
    };
  }

  const lists = [];
  const people = new Map();

  function know(person, cells) {
    const [address, name, id] = cells;
    const key = person || address;
    const label = name && name !== "unknown" ? `${name} · ${key}` : key;
    const keys = people.get(label) ?? new Set(person ? [lower(person)] : []);
    for (const it of [address, id]) if (it && it !== "–" && it !== "unknown") keys.add(lower(it));
    people.set(label, keys);
  }

  // Tables that are in the document.
  function read(table) {
    const rows = all("tbody > tr", table);
    return new List(table, rows.map((it) => new Row(it.id, { made: it, home: it.parentNode })));
  }

  // A cell's text with a break where it has one.
  function said(cell) {
    if (!cell.firstElementChild) return cell.textContent.trim();
    const pieces = [];
    const walk = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) pieces.push(walk.currentNode.data.trim());
    return pieces.filter(Boolean).join(" ");
  }

  // Tables whose rows are data.
  function unfold(template) {
    const data = JSON.parse(document.getElementById(template.dataset.rows).textContent);
    const part = template.content.cloneNode(true);
    const table = part.querySelector("table");
    const heads = all("thead th", table);
    const rows = data.map(([id, person, kind, cells]) => {
      know(person, cells[1]);
      const build = () => make("tr", { id, className: kind }, ...cells.map((it, at) => cellOf(it, heads[at])));
      return new Row(id, { read: cells.map((it) => it.filter(Boolean).join(" ")), build });
    });
    template.previousElementSibling.remove();
    template.replaceWith(part);
    const list = new List(table, rows);
    if (!list.pager) list.show(rows);
    return list;
  }

  function cellOf([first, second, id], head) {
    const who = head.className === "who";
    const res = make(who ? "th" : "td", { className: head.className }, first);
    if (who) res.scope = "row";
    if (second) res.append(make("br"), make("span", { className: "soft" }, second));
    if (id) res.append(make("br"), make("code", { className: "soft" }, id));
    return res;
  }

  // Sorting: a button in each heading goes up, down, and back to the order of the report.
  function sortable(list) {
    if (list.rows.length < 3 || !(list.filtered || list.table.matches(".wide"))) return;
    if (list.table.matches(".still")) return;
    if (list.table.tHead?.rows.length !== 1) return;
    const original = list.rows;
    list.heads.forEach((head, at) => {
      if (head.querySelector(".unseen")) return;
      const button = make("button", { type: "button", className: "sort" }, ...head.childNodes);
      head.append(button);
      button.onclick = () => {
        const next = { ascending: "descending", descending: null }[head.ariaSort ?? ""];
        const to = next === undefined ? "ascending" : next;
        for (const it of list.heads) it.removeAttribute("aria-sort");
        list.order = to;
        if (to) head.setAttribute("aria-sort", to);
        if (to) list.sort(at, to === "descending");
        else list.arrange(original);
      };
    });
  }

  // A chooser of columns for tables that are wide.
  function choosable(list) {
    const { table, heads } = list;
    if (heads.length < 7 || table.querySelector("[colspan]") || table.matches(".still")) return;
    if (!list.filtered && !table.matches(".wide")) return;
    const boxes = heads.map((head, at) => {
      const box = make("input", { type: "checkbox", checked: true });
      box.onchange = () => table.classList.toggle(`without-${at + 1}`, !box.checked);
      return make("label", {}, box, " ", text(head));
    });
    const fields = make("fieldset", {}, make("legend", { className: "unseen" }, `Columns of ${text(table.caption)}`), ...boxes);
    const chooser = make("details", { className: "chooser" }, make("summary", {}, "Columns"), fields);
    table.closest(".scroll").before(chooser);
  }

  // The bar that finds and filters.
  function finder() {
    const facets = (name) => {
      const seen = new Set();
      for (const list of lists) {
        if (!list.filtered) continue;
        const at = list.names.indexOf(name);
        if (at >= 0) for (const row of list.rows) seen.add(row.cell(at).split(/\s/)[0]);
      }
      for (const it of ["all", "–"]) seen.delete(it);
      const order = name === "severity" ? (a, b) => SEVERITIES.indexOf(a) - SEVERITIES.indexOf(b) : collator.compare;
      return [...seen].filter(Boolean).sort(order);
    };
    const titles = new Map(all("article.rule h3").map((it) => [text(it.firstElementChild), text(it.lastChild)]));
    const select = (label, name) => {
      const title = (it) => (name === "rule" && titles.get(it) ? `${it} ${titles.get(it)}` : it);
      const options = facets(name).map((it) => make("option", { value: lower(it) }, title(it)));
      const res = make("select", { name, oninput: apply }, make("option", { value: "" }, "all"), ...options);
      return [res, make("label", {}, make("span", {}, label), res)];
    };
    const search = make("input", { type: "search", id: "search", name: "search", autocomplete: "off", spellcheck: false, oninput: apply });
    const names = make("datalist", { id: "people-names" });
    const person = make("input", { name: "person", autocomplete: "off", spellcheck: false, oninput: apply });
    person.setAttribute("list", names.id);
    const labels = [...people.keys()].sort(collator.compare);
    const [instance, instances] = select("Instance", "instance");
    const [severity, severities] = select("Severity", "severity");
    const [rule, rules] = select("Rule", "rule");
    const [due, dues] = select("Due", "overdue");
    const status = make("p", { role: "status" });
    const clear = make("button", { type: "button", hidden: true, onclick: () => reset(true) }, "Clear filters");
    const more = make("button", { type: "button", className: "more", ariaExpanded: "false" }, "Filters");
    const form = make("form", { id: "finder", className: "finder", role: "search", ariaLabel: "Find in this report" },
      make("label", { className: "search" }, make("span", {}, "Search"), search), more,
      instances, severities, rules, dues,
      make("label", { className: "person" }, make("span", {}, "Person"), person, names), clear,
      make("a", { href: "#contents" }, "Contents"), status);
    more.onclick = () => (more.ariaExpanded = String(form.classList.toggle("open")));
    form.onsubmit = (event) => event.preventDefault();
    form.onkeydown = (event) => {
      if (event.key === "Escape") reset(true);
    };

    function offer() {
      const typed = lower(person.value.trim());
      const found = [];
      for (const it of labels) {
        if (found.length === 20) break;
        if (lower(it).includes(typed)) found.push(make("option", { value: it }));
      }
      names.replaceChildren(...found);
    }
    function whom() {
      const typed = lower(person.value.trim());
      if (!typed) return null;
      const exact = people.get(person.value);
      const chosen = exact ? [exact] : labels.filter((it) => lower(it).includes(typed)).map((it) => people.get(it));
      return chosen.flatMap((it) => [...it]);
    }
    function apply(event) {
      if (event?.target === person || event === undefined) offer();
      const wanted = {
        words: lower(search.value).split(/\s+/).filter(Boolean),
        instance: instance.value, severity: severity.value, rule: rule.value, overdue: due.value, person: whom(),
      };
      wanted.any = wanted.words.length > 0 || wanted.person !== null
        || Boolean(wanted.instance || wanted.severity || wanted.rule || wanted.overdue);
      for (const it of lists) if (it.filtered) it.filter(wanted);
      parts(wanted);
      tell(wanted.any);
    }
    // A part that has nothing to show for the filters steps back; the rule that was asked for stays.
    function parts(wanted) {
      const kept = new Set(lists.filter((it) => it.filtered && it.kept.length > 0).map((it) => it.part));
      for (const it of all("article.rule, details[data-instance]")) {
        const asked = wanted.rule && lower(text(it.querySelector("h3 .code"))) === wanted.rule;
        it.hidden = wanted.any && !kept.has(it) && !asked;
      }
    }
    function tell(any) {
      const count = (which) => {
        const them = lists.filter((it) => it.table.matches(which));
        const sum = (of) => them.reduce((res, it) => res + it[of].length, 0);
        return `${grouped(sum("kept"))} of ${grouped(sum("rows"))}`;
      };
      status.textContent = any
        ? `Filtered: ${count(".findings")} findings and ${count(".population")} accounts are shown.` : "";
      clear.hidden = !any;
      form.classList.toggle("active", any);
    }
    function reset(focus) {
      form.reset();
      apply();
      if (focus) search.focus();
    }
    document.querySelector("main").before(form);
    document.querySelector(".skip").after(make("a", { className: "skip", href: "#search" }, "Skip to search and filters"));
    offer();
    return { reset, status };
  }

  // Follows a link to a row, also to one that a filter or a page hides.
  function reveal(id, bar) {
    const list = lists.find((it) => it.pager && it.rows.some((row) => row.id === id || row.home?.id === id));
    const hidden = () => document.getElementById(id)?.closest("[hidden], .empty");
    if (list ? list.place(id) < 0 : hidden()) bar.reset(false);
    const at = list?.place(id);
    if (list) list.turn(Math.floor(at / PAGE));
    const target = list ? list.kept[at].element : document.getElementById(id);
    if (!target) return;
    const folded = target.closest("details");
    if (folded) folded.open = true;
    for (const it of all(".target")) it.classList.remove("target");
    if (list) target.classList.add("target");
    target.scrollIntoView();
  }

  async function copy(link, bar) {
    const id = text(link);
    const url = link.href;
    try {
      await navigator.clipboard.writeText(url);
      bar.status.textContent = `The link to finding ${id} is copied.`;
    } catch {
      bar.status.textContent = `The link to finding ${id} is in the address bar.`;
    }
  }

  // Reads all rows in idle moments, so that the first key that is typed need not wait for it.
  function warm() {
    const rows = lists.filter((it) => it.filtered).flatMap((it) => it.rows);
    let at = 0;
    const step = () => {
      const end = performance.now() + 8;
      while (at < rows.length && performance.now() < end) void rows[at++].hay;
      if (at < rows.length) setTimeout(step, 16);
    };
    setTimeout(step, 200);
  }

  function start() {
    for (const it of all("main table")) lists.push(read(it));
    for (const it of all("template[data-rows]")) lists.push(unfold(it));
    for (const it of all(".population tbody > tr[data-person]")) {
      const [address, name, id] = ["", ".soft", "code"].map((part) => part ? it.cells[1].querySelector(part) : it.cells[1].firstChild);
      know(it.dataset.person, [text(address), name?.tagName === "SPAN" ? text(name) : "", text(id)]);
    }
    const bar = finder();
    for (const it of lists) sortable(it);
    for (const it of lists) choosable(it);
    for (const it of lists) if (it.pager) it.turn(0);
    // On paper there are no pages to turn: every row that the filters keep is printed.
    addEventListener("beforeprint", () => lists.forEach((it) => it.pager && it.show(it.kept)));
    addEventListener("afterprint", () => lists.forEach((it) => it.pager && it.turn(it.at)));
    document.addEventListener("click", (event) => {
      const link = event.target.closest?.("a[href^='#']");
      if (!link) return;
      if (link.dataset.row) link.href = `#${link.dataset.row}`;
      if (link.matches(".permalink")) copy(link, bar);
      // The browser looks for the place first, then this.
      if (link.hash === location.hash) setTimeout(() => reveal(aim(), bar));
    });
    const aim = () => decodeURIComponent(location.hash.slice(1));
    addEventListener("hashchange", () => reveal(aim(), bar));
    if (location.hash) reveal(aim(), bar);
    document.documentElement.classList.add("scripted");
    warm();
  }

  start();
})();
