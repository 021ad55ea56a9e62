/* Shows what the page holds: boards of examples, each with what its collections made of them.
   A row is an example's place on its board. Everything shown follows from `state`. */

const byId = (id) => document.getElementById(id);
const study = JSON.parse(byId("study").textContent);
const PER_PAGE = 48;
const CROWD = 3000; // examples from which on points are fainter
const NEAR = 24; // pixels at which the pointer is at a point
const KINDS = { Uint8Array, Uint16Array, Uint32Array, Float32Array };

const state = { board: null, first: null, second: null, rows: [], start: 0, row: null, at: null, point: null };

// ---- What the page holds ----

async function unpacked(id) {
  const bytes = Uint8Array.from(atob(byId(id).textContent), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).arrayBuffer();
}

async function arrays(id) {
  const content = await unpacked(id);
  const named = {};
  let start = 0;
  for (const [name, kind, length] of JSON.parse(byId(id).dataset.layout)) {
    const end = start + length * KINDS[kind].BYTES_PER_ELEMENT;
    named[name] = new KINDS[kind](content.slice(start, end)); // a copy, since a view must be aligned
    start = end;
  }
  return named;
}

async function texts(id) {
  return JSON.parse(new TextDecoder().decode(await unpacked(id)));
}

const kept = new Map();
const once = (id, make) => kept.get(id) ?? kept.set(id, make(id)).get(id);

async function boardOf(number) {
  const id = `board-${number}`;
  const about = study.boards[number];
  const board = { ...about, number, ...(await once(`${id}-examples`, arrays)) };
  board.sources = await once(`${id}-sources`, texts);
  if (about.kind === "words") board.words = await once(`${id}-words`, texts);
  if (about.kind === "pictures") {
    board.pictures = await once(`${id}-pictures`, async () => byId(`${id}-pictures`).textContent.split("\n"));
  }
  return board;
}

async function collectionOf(board, number) {
  const about = board.collections[number];
  return { ...about, number, ...(await once(`board-${board.number}-${number}`, arrays)) };
}

// ---- What follows from it ----

const nameOf = (collection) => `${collection.architecture} · ${collection.recipe}`;
const className = (label) => state.board.classes[label] ?? String(label);
const splitName = (row) => (state.board.test[row] ? "test" : "train");
const fixed = (value, digits = 2) => (Number.isNaN(value) ? "–" : value.toFixed(digits));
const percent = (share) => `${Math.round(100 * share)}%`;

/* TP-agreement of an example at every evaluation point. */
function course(collection, row) {
  const points = collection.epochs.length;
  return Array.from(collection.right.subarray(row * points, (row + 1) * points), (n) => n / collection.networks);
}

/* The classes that networks predict of an example at a point, its label first: [{label, share, right}]. */
function predicted(collection, row, point) {
  const others = state.board.others;
  const place = row * collection.epochs.length + point;
  const shares = [{ label: state.board.label[row], share: collection.right[place] / collection.networks, right: true }];
  for (let other = place * others; other < (place + 1) * others; other += 1) {
    const share = collection.votes[other] / collection.networks;
    if (share > 0) shares.push({ label: collection.others[other], share, right: false });
  }
  return shares;
}

/* Share of networks that end on the commonest other class. */
function elsewhere(collection, row) {
  const last = (row + 1) * collection.epochs.length - 1;
  return collection.votes[last * state.board.others] / collection.networks;
}

function disagreement(row) {
  const { first, second } = state;
  return second && second.has[row] ? Math.abs(first.accessibility[row] - second.accessibility[row]) : NaN;
}

// ---- Filter and sort ----

const ORDERS = {
  elsewhere: { words: "ends on one other class, most first", of: (row) => elsewhere(state.first, row), sign: 1 },
  disagreement: { words: "disagreement, most first", of: disagreement, sign: 1 },
  number: { words: "number in the dataset", of: (row) => row, sign: -1 },
};

function orders() {
  const scores = study.scores.filter(({ name }) => state.first.scores.includes(name));
  return {
    ...Object.fromEntries(
      scores.map(({ name, hard }) => [
        name,
        { words: `${name.replaceAll("_", " ")}, hard first`, of: (row) => state.first[name][row], sign: hard },
      ]),
    ),
    ...ORDERS,
  };
}

function chosenRows() {
  const { board, first } = state;
  const [split, label] = [byId("split").value, byId("class").value];
  const [from, to, apart] = ["from", "to", "disagreement"].map((id) => byId(id).valueAsNumber);
  const [never, away, redrawn] = ["never", "elsewhere", "redrawn"].map((id) => byId(id).checked);
  const tolerance = 1e-6; // of numbers that were stored with 32 bits
  const rows = [];
  for (let row = 0; row < board.shown; row += 1) {
    if (
      first.has[row] &&
      (!split || splitName(row) === split) &&
      (!label || board.label[row] === Number(label)) &&
      !(first.accessibility[row] < from - tolerance || first.accessibility[row] > to + tolerance) &&
      (!never || first.never_learned[row] === 1) &&
      (!away || elsewhere(first, row) > 0.5) &&
      (!redrawn || !board.redrawn || board.trained_label[row] !== board.label[row]) &&
      (!(apart > 0) || !state.second || disagreement(row) >= apart - tolerance)
    ) {
      rows.push(row);
    }
  }
  const { of, sign } = orders()[byId("sort").value];
  const direction = byId("reverse").checked ? 1 : -1;
  // What has no value was never learned: harder than all that have one.
  const values = new Map(rows.map((row) => [row, Number.isNaN(of(row)) ? Infinity : sign * of(row)]));
  const compare = (a, b) => (values.get(a) === values.get(b) ? a - b : direction * (values.get(a) < values.get(b) ? -1 : 1));
  return rows.sort(compare);
}

// ---- Elements ----

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

/* An example's picture or words; nothing where its inputs are not here. */
function likeness(row) {
  const { board } = state;
  if (board.kind === "pictures") {
    return make("img", { src: `data:image/webp;base64,${board.pictures[row]}`, alt: "" });
  }
  return board.kind === "words" ? make("span", { class: "text" }, board.words[row]) : null;
}

/* By hand and not by the library, which would take as long for one of these as the browser for a page of them. */
function sparkline(row) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "spark");
  svg.setAttribute("viewBox", "0 -1 100 22");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  svg.innerHTML = '<line x1="0" x2="100" y1="20" y2="20"/>';
  [state.second, state.first].forEach((collection) => {
    if (!collection?.has[row]) return;
    const shares = course(collection, row);
    const at = (share, point) => `${(100 * point) / Math.max(1, shares.length - 1)},${20 - 20 * share}`;
    const line = document.createElementNS("http://www.w3.org/2000/svg", "polyline");
    line.setAttribute("points", shares.map(at).join(" "));
    line.style.stroke = collection.colour;
    if (collection === state.second) line.setAttribute("stroke-dasharray", "3 3");
    svg.append(line);
  });
  return svg;
}

/* What most of the networks that are wrong say at the last point. */
function instead(collection, row) {
  const [, other] = predicted(collection, row, collection.epochs.length - 1);
  return other ? `→ ${className(other.label)} ${percent(other.share)}` : " ";
}

function card(row) {
  const button = make(
    "button",
    { type: "button", "data-row": row, "aria-current": String(row === state.row) },
    likeness(row),
    make(
      "span",
      { class: "name" },
      make("b", {}, className(state.board.label[row])),
      make("span", { class: "number" }, fixed(state.first.accessibility[row])),
    ),
    make("span", { class: "instead" }, instead(state.first, row)),
    sparkline(row),
  );
  return make("li", {}, button);
}

function legend() {
  const { first, second } = state;
  const lines = [first, second].filter(Boolean).flatMap((c) => [" ", swatch(c), nameOf(c)]);
  const order = state.board.kind === "words" ? "accessibility, label" : "label, accessibility";
  return [`Each with its ${order}, → what most of the wrong networks end on, and TP-agreement over training:`, ...lines];
}

const swatch = (collection) =>
  make("span", { class: `swatch${collection === state.second ? " second" : ""}`, style: `border-color: ${collection.colour}` });

// ---- Charts ----

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

function theme() {
  const axis = { domainColor: colour("line"), gridColor: colour("line"), tickColor: colour("line") };
  const labels = { labelColor: colour("quiet"), titleColor: colour("quiet"), titleFontWeight: "normal" };
  return {
    background: null,
    font: "system-ui, sans-serif",
    view: { stroke: null },
    axis: { ...axis, ...labels, gridOpacity: 0.5, labelFontSize: 11, titleFontSize: 11 },
  };
}

async function draw(id, spec, label) {
  const element = byId(id);
  element.setAttribute("aria-label", label);
  element.replaceChildren();
  const holder = element.appendChild(make("div"));
  const { view } = await vegaEmbed(holder, spec, { actions: false, renderer: "canvas", tooltip: false, config: theme() });
  // The element itself is what is focused and told of, not the library's drawing.
  holder.querySelector("canvas").setAttribute("aria-hidden", "true");
  return view;
}

const SCALE = { scale: { domain: [0, 1] }, type: "quantitative" };
const TICKS = { values: [0, 0.25, 0.5, 0.75, 1], format: ".2~f" };
let scatter = null; // {view, points}

async function drawScatter() {
  const { first, second } = state;
  byId("scatter-section").hidden = !second;
  if (!second) {
    scatter = null;
    return;
  }
  const axis = (collection) => ({ ...TICKS, title: `accessibility, ${nameOf(collection)}` });
  const view = await draw(
    "scatter",
    {
      width: byId("scatter").clientWidth - 60,
      height: 250,
      data: { name: "points", values: [] },
      layer: [
        {
          data: { values: [{ x: 0, y: 0, x2: 1, y2: 1 }] },
          mark: { type: "rule", color: colour("point"), opacity: 0.35, strokeDash: [3, 3] },
          encoding: { x: { field: "x", ...SCALE }, y: { field: "y", ...SCALE }, x2: { field: "x2" }, y2: { field: "y2" } },
        },
        {
          mark: { type: "circle", size: 18, color: colour("point"), opacity: state.rows.length > CROWD ? 0.15 : 0.35 },
          encoding: {
            x: { field: "x", ...SCALE, axis: axis(first) },
            y: { field: "y", ...SCALE, axis: axis(second) },
          },
        },
        {
          data: { name: "at", values: [] },
          mark: { type: "point", size: 130, strokeWidth: 2.5, color: colour("accent") },
          encoding: { x: { field: "x", ...SCALE }, y: { field: "y", ...SCALE } },
        },
      ],
    },
    `Accessibility of the examples by ${nameOf(second)} against that by ${nameOf(first)}`,
  );
  scatter = { view, points: [] };
  await fillScatter();
}

async function fillScatter() {
  if (!scatter) return;
  const { first, second } = state;
  scatter.points = state.rows
    .filter((row) => second.has[row])
    .map((row) => ({ row, x: first.accessibility[row], y: second.accessibility[row] }));
  await scatter.view.data("points", scatter.points).runAsync();
  await mark(state.row, false);
}

/* Rings an example in the scatter, and shows it beside its point. */
async function mark(row, withTip = true) {
  state.at = row;
  byId("tip").hidden = !withTip || row === null;
  if (!scatter) return;
  const point = scatter.points.find((point) => point.row === row);
  if (point && withTip) showTip(row, pixel(point));
  await scatter.view.data("at", point ? [point] : []).runAsync();
}

/* Where a point is drawn, in pixels of the scatter. */
function pixel({ x, y }) {
  const [left, top] = scatter.view.origin();
  return [left + scatter.view.scale("x")(x), top + scatter.view.scale("y")(y)];
}

function showTip(row, [x, y]) {
  const tip = byId("tip");
  tip.replaceChildren(
    ...[
      likeness(row),
      make("div", {}, make("b", {}, className(state.board.label[row])), ` ${splitName(row)} ${state.board.example[row]}`),
      ...[state.first, state.second].map((collection) =>
        make(
          "div",
          {},
          swatch(collection),
          `${collection.architecture} ${fixed(collection.accessibility[row])} ${instead(collection, row)}`,
        ),
      ),
    ].filter(Boolean),
  );
  tip.hidden = false;
  const box = byId("scatter").getBoundingClientRect();
  const here = scatter.points.filter((point) => isBeside(point, row)).length;
  if (here > 1) tip.append(make("div", { class: "quiet" }, `${here} examples here; open to go through them`));
  const left = box.left + x + 14;
  const fits = left + tip.offsetWidth < document.documentElement.clientWidth;
  tip.style.left = `${Math.max(4, fits ? left : box.left + x - tip.offsetWidth - 14)}px`;
  tip.style.top = `${Math.max(4, Math.min(box.top + y + 10, window.innerHeight - tip.offsetHeight - 4))}px`;
}

const isBeside = ({ x, y }, row) => x === state.first.accessibility[row] && y === state.second.accessibility[row];

/* The example at a point; where it is open already, the next one in the same place. */
function nextHere(row) {
  const here = scatter.points.filter((point) => isBeside(point, row)).map((point) => point.row);
  return here[(here.indexOf(state.row) + 1) % here.length];
}

function nearest([x, y], within = Infinity, allowed = () => true) {
  let [best, least] = [null, within];
  for (const point of scatter?.points ?? []) {
    const [left, top] = pixel(point);
    const distance = Math.hypot(left - x, top - y);
    if (distance < least && allowed(left - x, top - y, point)) [best, least] = [point, distance];
  }
  return best;
}

function pointed(event) {
  const box = byId("scatter").getBoundingClientRect();
  return nearest([event.clientX - box.left, event.clientY - box.top], NEAR)?.row ?? null;
}

/* The nearest example in the direction of an arrow key; of those in one place the next. */
function towards(key) {
  const points = scatter?.points ?? [];
  if (!points.length) return null;
  const now = points.find(({ row }) => row === state.at) ?? points[0];
  const [x, y] = pixel(now);
  const ahead = {
    ArrowRight: (dx, dy) => dx >= Math.abs(dy) && dx > 0.5,
    ArrowLeft: (dx, dy) => -dx >= Math.abs(dy) && dx < -0.5,
    ArrowDown: (dx, dy) => dy >= Math.abs(dx) && dy > 0.5,
    ArrowUp: (dx, dy) => -dy >= Math.abs(dx) && dy < -0.5,
  }[key];
  return (nearest([x, y], Infinity, ahead) ?? now).row;
}

async function drawCurve(row) {
  const collections = [state.first, state.second].filter((collection) => collection?.has[row]);
  const values = collections.flatMap((collection, order) =>
    course(collection, row).map((share, point) => ({ epoch: collection.epochs[point], share, order })),
  );
  await draw(
    "curve",
    {
      width: byId("curve").clientWidth - 60,
      height: 90,
      data: { values },
      mark: { type: "line", point: { size: 16 } },
      encoding: {
        // Points stand close at first and far apart later.
        x: { field: "epoch", type: "quantitative", scale: { type: "sqrt" }, axis: { title: collections[0].clock, grid: false, format: "~r", tickCount: 5 } },
        y: { field: "share", ...SCALE, axis: { ...TICKS, title: "TP-agreement" } },
        color: { field: "order", type: "nominal", legend: null, scale: { domain: [0, 1], range: collections.map((c) => c.colour) } },
        strokeDash: { field: "order", type: "nominal", legend: null, scale: { domain: [0, 1], range: [[1, 0], [4, 3]] } },
      },
    },
    collections
      .map((c) => `TP-agreement of ${nameOf(c)}: ${course(c, row).map((s, p) => `${fixed(s)} at ${c.epochs[p]}`).join(", ")}`)
      .join("; "),
  );
}

// ---- The chosen example ----

function bar({ colour }, share, filled) {
  const fill = filled ? colour : "transparent";
  return make("span", { class: "bar", style: `width: ${100 * share}%; border-color: ${colour}; background: ${fill}` });
}

function sharesTable(collection, row, point) {
  const shares = predicted(collection, row, point);
  const rest = 1 - shares.reduce((sum, { share }) => sum + share, 0);
  const line = (name, share, right) =>
    make(
      "tr",
      {},
      make("th", { scope: "row" }, name),
      make("td", { class: "share" }, bar(collection, share, right)),
      make("td", { class: "number" }, percent(share)),
    );
  return make(
    "table",
    {},
    make(
      "tbody",
      {},
      ...shares.map(({ label, share, right }) => line(className(label) + (right ? " (label)" : ""), share, right)),
      ...(rest > 1e-6 ? [line("further classes", rest, false)] : []),
    ),
  );
}

function predictionsOf(collection, row) {
  const last = collection.epochs.length - 1;
  const point = Math.min(state.point ?? last, last);
  const words = () => `${collection.clock === "epochs" ? "epoch" : "round"} ${collection.epochs[slider.value]}`;
  const slider = make("input", { type: "range", min: 0, max: last, step: 1, value: point, "aria-label": `Evaluation point of ${nameOf(collection)}` });
  const at = make("span", { class: "quiet" });
  const holder = make("div");
  const show = () => {
    at.textContent = ` at ${words()}`;
    slider.setAttribute("aria-valuetext", words());
    holder.replaceChildren(sharesTable(collection, row, Number(slider.value)));
  };
  slider.addEventListener("input", () => {
    state.point = Number(slider.value);
    show();
  });
  show();
  return make("div", { class: "predictions" }, make("h3", {}, swatch(collection), `${nameOf(collection)} predict`, at), holder, slider);
}

function scoresTable(row, collections) {
  const names = study.scores.map(({ name }) => name).filter((name) => state.first.scores.includes(name));
  return make(
    "table",
    { class: "scores" },
    make(
      "thead",
      {},
      make("tr", {}, make("th", { scope: "col" }, "score"), ...collections.map((c) => make("th", { scope: "col", class: "number" }, nameOf(c)))),
    ),
    make(
      "tbody",
      {},
      ...names.map((name) =>
        make(
          "tr",
          {},
          make("th", { scope: "row" }, name.replaceAll("_", " ")),
          ...collections.map((c) => make("td", { class: "number" }, c.scores.includes(name) ? fixed(c[name][row]) : "–")),
        ),
      ),
    ),
  );
}

async function open(row) {
  state.row = row;
  for (const button of byId("cards").querySelectorAll("button")) {
    button.setAttribute("aria-current", String(Number(button.dataset.row) === row));
  }
  const detail = byId("detail");
  detail.hidden = row === null;
  await mark(row, false);
  if (row === null) return;
  const { board } = state;
  const collections = [state.first, state.second].filter((collection) => collection?.has[row]);
  const redrawn = board.redrawn && board.trained_label[row] !== board.label[row];
  const close = make("button", { type: "button", class: "close", "aria-label": "Close the example" }, "✕");
  close.addEventListener("click", shutInTurn);
  detail.replaceChildren(
    close,
    make(
      "div",
      { class: "head" },
      board.kind === "pictures" ? likeness(row) : null,
      make(
        "div",
        {},
        make("h2", {}, `Label: ${className(board.label[row])}`),
        board.kind === "words" ? likeness(row) : null,
        make("p", { class: "quiet" }, `${splitName(row)} ${board.example[row]}, source ${board.sources[row]}`),
        redrawn ? make("p", {}, `trained as ${className(board.trained_label[row])}`) : null,
      ),
    ),
    make("div", { id: "curve", role: "img" }),
    ...collections.map((collection) => predictionsOf(collection, row)),
    make("h3", {}, "Scores"),
    scoresTable(row, collections),
  );
  await drawCurve(row);
}

async function shut() {
  const button = byId("cards").querySelector('button[aria-current="true"]');
  await open(null);
  (button ?? byId("examples")).focus();
}

// ---- The whole ----

function showList() {
  const { rows, start, board } = state;
  const cards = byId("cards");
  cards.className = board.kind === "pictures" ? "pictures" : "words";
  cards.replaceChildren(...rows.slice(start, start + PER_PAGE).map(card));
  const grouped = (number) => number.toLocaleString("en");
  byId("count").textContent = rows.length
    ? `${grouped(start + 1)}–${grouped(Math.min(start + PER_PAGE, rows.length))} of ${grouped(rows.length)} examples`
    : "No example is like that; show all, or widen the filter.";
  byId("previous").disabled = start === 0;
  byId("next").disabled = start + PER_PAGE >= rows.length;
}

const wide = matchMedia("(min-width: 901px)");

async function refilter() {
  state.rows = chosenRows();
  state.start = 0;
  // Where there is room an example is always open; on a phone it would cover the others.
  if (!state.rows.includes(state.row)) state.row = wide.matches ? (state.rows[0] ?? null) : null;
  showList();
  await fillScatter();
  await open(state.row);
}

function turn(pages) {
  state.start += pages * PER_PAGE;
  showList();
  byId("examples").scrollIntoView({ block: "start" });
}

function fill(select, options, value) {
  select.replaceChildren(...options.map(([key, words]) => make("option", { value: key }, words)));
  select.value = options.some(([key]) => String(key) === String(value)) ? value : options[0][0];
}

/* How many networks are shown, and how many diverged. */
function countOf({ networks, diverged }) {
  return diverged ? `${networks}, without ${diverged} that diverged` : networks;
}

function correlationWords() {
  const { first, second, board } = state;
  if (!second) return "";
  const is = (pair, one, other) => pair.first === one.number && pair.second === other.number;
  const pair = board.pairs.find((pair) => is(pair, first, second) || is(pair, second, first));
  if (!pair) return "";
  const between = ({ correlation_low: low, correlation_high: high }) =>
    low === null ? "" : ` (${fixed(low)} to ${fixed(high)})`;
  return `Correlation of all examples, with ${+(100 * study.confidence).toPrecision(4)}% interval: ${pair.splits
    .filter(({ correlation }) => correlation !== null)
    .map((row) => `${row.split} ${fixed(row.correlation)}${between(row)}${row.ceiling === null ? "" : `, noise ceiling ${fixed(row.ceiling)}`}`)
    .join("; ")}.`;
}

async function pickCollections() {
  const { board } = state;
  const second = byId("second").value;
  state.first = await collectionOf(board, Number(byId("first").value));
  state.second = second === "" || Number(second) === state.first.number ? null : await collectionOf(board, Number(second));
  byId("disagreement").disabled = !state.second;
  const sorts = Object.entries(orders()).filter(([name]) => state.second || name !== "disagreement");
  fill(byId("sort"), sorts.map(([name, { words }]) => [name, words]), byId("sort").value);
  byId("correlation").textContent = correlationWords();
  byId("legend").replaceChildren(...legend());
  state.rows = chosenRows();
  await drawScatter();
  await refilter();
}

async function pickBoard() {
  state.board = await boardOf(Number(byId("board").value));
  state.row = null;
  const { board } = state;
  const collections = board.collections.map((collection, number) => [number, `${nameOf(collection)} (${countOf(collection)})`]);
  fill(byId("first"), collections, 0);
  // Beside it another architecture, if there is one.
  const other = board.collections.findIndex(({ architecture }) => architecture !== board.collections[0].architecture);
  fill(byId("second"), [["", "no other"], ...collections], other < 0 ? "" : other);
  fill(byId("class"), [["", "all"], ...board.classes.map((name, label) => [label, name])], "");
  byId("redrawn-label").hidden = !board.redrawn;
  byId("redrawn").checked = false;
  const some = board.shown < board.total;
  byId("about").textContent =
    `${board.shown.toLocaleString("en")} ` +
    (some ? `of ${board.total.toLocaleString("en")} examples, an evenly spaced sample; all are in scores/${board.name}.parquet. ` : "examples. ") +
    `Accessibility is the share of networks that are right, averaged over training: 1 learned at once, 0 never. ` +
    (board.kind ? "" : "The inputs of these examples are not here. ");
  await pickCollections();
}

let latest = Promise.resolve();
let waiting = 0;
/* One after the other, so that what is shown in the end is what was asked for last. */
const inTurn = (action) => async (event) => {
  const busy = (change) => document.querySelector("main").setAttribute("aria-busy", String((waiting += change) > 0));
  busy(1);
  latest = latest.catch(() => {}).then(() => action(event));
  await latest.finally(() => busy(-1));
};

byId("board").addEventListener("change", inTurn(pickBoard));
for (const id of ["first", "second"]) byId(id).addEventListener("change", inTurn(pickCollections));
const filters = document.querySelector(".filters");
filters.addEventListener("input", inTurn(refilter));
filters.addEventListener("submit", (event) => event.preventDefault());
filters.addEventListener(
  "reset",
  inTurn(async () => {
    await new Promise((resolve) => setTimeout(resolve)); // the event comes before the fields are reset
    await refilter();
  }),
);
byId("previous").addEventListener("click", () => turn(-1));
byId("next").addEventListener("click", () => turn(1));
const openInTurn = inTurn(open);
const shutInTurn = inTurn(shut);
byId("cards").addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button) openInTurn(Number(button.dataset.row));
});
byId("cards").addEventListener("keydown", (event) => {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  const buttons = [...byId("cards").querySelectorAll("button")];
  const next = step && buttons[buttons.indexOf(document.activeElement) + step];
  if (next) {
    event.preventDefault();
    next.focus();
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  if (!byId("tip").hidden) mark(state.row, false);
  else if (!wide.matches && state.row !== null) shutInTurn();
});

const plot = byId("scatter");
plot.addEventListener("pointermove", (event) => {
  const row = pointed(event);
  if (row !== state.at || (row !== null && byId("tip").hidden)) mark(row);
});
plot.addEventListener("pointerleave", () => mark(state.row, false));
plot.addEventListener("click", (event) => {
  const row = pointed(event);
  if (row !== null) openInTurn(nextHere(row));
});
plot.addEventListener("focus", () => {
  if (plot.matches(":focus-visible")) mark(towards("none"));
});
plot.addEventListener("blur", () => mark(state.row, false));
plot.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && state.at !== null) openInTurn(nextHere(state.at)).then(() => mark(state.row));
  if (!event.key.startsWith("Arrow")) return;
  event.preventDefault();
  mark(towards(event.key));
});

const redraw = inTurn(async () => {
  await drawScatter();
  await open(state.row);
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
let width = window.innerWidth;
window.addEventListener("resize", () => {
  if (window.innerWidth !== width) redraw();
  width = window.innerWidth;
});

byId("scores").replaceChildren(
  ...study.scores.flatMap(({ name, definition, source, hard }) => [
    make("dt", {}, name.replaceAll("_", " ")),
    make("dd", {}, `${definition}; hard is ${hard > 0 ? "large" : "small"} (${source})`),
  ]),
);
fill(byId("board"), study.boards.map(({ name }, number) => [number, name]), 0);
if (matchMedia("(max-width: 900px)").matches) document.querySelector(".filters details").open = false;
await inTurn(pickBoard)();
