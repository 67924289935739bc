// Curves of readings by uPlot. The server answers as many points as the plot is wide, whatever the span:
// {"series": [{"tag", "x": [s], "mean", "min", "max"}], "events": [{"at", "words"}]}; null breaks a curve.
const trend = document.querySelector("[data-trend]");
const DAY = 86400;
const LEAST = 1, MOST = 10 * 365 * DAY;

const start = async () => {
  const { default: Plot } = await import(trend.dataset.module);
  const plotBox = trend.querySelector("[data-plot]"), note = trend.querySelector("[data-trend-note]");
  const curves = [...trend.querySelectorAll("[data-curve]")];
  const color = (curve) => getComputedStyle(curve).getPropertyValue("--curve").trim();
  const FLAG = "flag"; // stands in for the unit of what is so or not: an axis of its own with the two words
  const unitOf = (curve) => curve.dataset.type === FLAG ? FLAG : curve.dataset.unit;
  const units = [...new Set(curves.map(unitOf))];
  const now = () => Date.now() / 1000;
  const asked = new URLSearchParams(location.search);
  let end = Number(asked.get("to")) || now(), begin = Number(asked.get("from")) || end - 3600;
  let live = !asked.has("to"), compare = 0, plot, turn = 0, events = [], waiting;

  const span = trend.querySelector("[data-trend-span]");
  const zone = trend.dataset.zone; // that of the plant, wherever the reader is
  const written = (style) => new Intl.DateTimeFormat(document.documentElement.lang, { ...style, timeZone: zone });
  const format = () => {
    if (end - begin > 2 * DAY) return written({ year: "numeric", month: "short", day: "numeric" }).formatRange(begin * 1000, end * 1000);
    const day = written({ month: "short", day: "numeric" });
    const clock = written({ hour: "2-digit", minute: "2-digit", hourCycle: "h23", second: end - begin < 7200 ? "2-digit" : undefined });
    const [from, to] = [begin, end].map((at) => ({ day: day.format(at * 1000), clock: clock.format(at * 1000) }));
    return `${from.day} ${from.clock} – ${from.day === to.day ? "" : `${to.day} `}${to.clock}`;
  };

  const ask = async (shift) => {
    const query = new URLSearchParams({ tags: trend.dataset.tags, from: begin - shift, to: end - shift, points: Math.max(200, Math.round(plotBox.clientWidth)) });
    const answer = await fetch(`${trend.dataset.trend}?${query}`);
    if (!answer.ok) throw new Error(answer.status);
    return answer.json();
  };

  const ticks = (_plot, splits) => {
    const width = end - begin, day = { month: "short", day: "numeric" }, minute = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
    const style = width > 400 * DAY / 2 ? { year: "numeric", month: "short" } : width > 2 * DAY ? day : width > 600 ? minute : { ...minute, second: "2-digit" };
    const format = written(style);
    return splits.map((at) => format.format(at * 1000));
  };
  // An axis is as wide as its figures, and has the colour of its curve where it belongs to one alone.
  const widest = (plot, values, axis, cycle) => (cycle > 1 || !values ? plot.axes[axis]._size ?? 50 : 22 + 8.5 * Math.max(...values.map((one) => String(one ?? "").length)));
  const ofUnit = (unit) => curves.filter((curve) => unitOf(curve) === unit);
  const narrow = plotBox.clientWidth < 500, font = "15px Pretendard Variable", ink = "#51483b", line = { stroke: "#e0d3bc", width: 1 };
  const flagAxis = () => {
    const said = new Set(ofUnit(FLAG).map(({ dataset: { off, on } }) => `${off}|${on}`));
    return { label: undefined, splits: () => [0, 1], values: () => said.size === 1 ? [...said][0].split("|") : ["0", "1"] };
  };
  const scales = () => Object.fromEntries(units.map((unit, at) => [`u${at}`, unit === FLAG ? { range: [-0.05, 1.05] } : {}]));
  const axes = () => [
    { stroke: ink, grid: line, font, size: 36, values: ticks, space: narrow ? 70 : 90 },
    ...units.map((unit, at) => ({
      scale: `u${at}`, label: narrow ? undefined : unit, labelSize: 22, labelFont: `600 ${font}`, font, size: widest,
      stroke: ofUnit(unit).length === 1 ? color(ofUnit(unit)[0]) : ink,
      side: at % 2 ? 1 : 3, show: !narrow || at < 2, grid: { ...line, show: at === 0 }, ...(unit === FLAG && flagAxis()),
    })),
  ];

  const drawEvents = (plot) => {
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.strokeStyle = "#6b4a00"; ctx.fillStyle = "#6b4a00"; ctx.lineWidth = 2; ctx.setLineDash([4, 4]); ctx.textAlign = "left"; ctx.textBaseline = "alphabetic";
    ctx.font = `${14 * devicePixelRatio}px Pretendard Variable`;
    let free = Infinity; // words stand where there is room: newest first, from the right
    for (const event of events) {
      const x = plot.valToPos(event.at, "x", true);
      if (x < bbox.left || x > bbox.left + bbox.width) continue;
      ctx.beginPath(); ctx.moveTo(x, bbox.top); ctx.lineTo(x, bbox.top + bbox.height); ctx.stroke();
      const words = `⚑ ${event.words.slice(0, narrow ? 12 : 24)}`, width = ctx.measureText(words).width + 8;
      const left = Math.max(bbox.left, Math.min(x + 4, bbox.left + bbox.width - width));
      if (left + width > free) continue;
      ctx.save(); ctx.fillStyle = "#fffdf9"; ctx.fillRect(left - 2, bbox.top, width, 22 * devicePixelRatio); ctx.restore();
      ctx.fillText(words, left, bbox.top + 16 * devicePixelRatio);
      free = left;
    }
    ctx.restore();
  };

  // Every curve has times of its own; joined, a time that a curve does not have does not break it, a null does.
  const build = (answer, before) => {
    const tables = [], series = [{}], bands = [];
    const add = (one, curve, shift, dash) => {
      const scale = `u${units.indexOf(unitOf(curve))}`, stroke = color(curve), unseen = { scale, stroke: "transparent", points: { show: false } };
      const x = shift ? one.x.map((when) => when + shift) : one.x;
      tables.push(dash ? [x, one.mean] : [x, one.max, one.min, one.mean]);
      if (!dash) {
        series.push(unseen, { ...unseen });
        bands.push({ series: [series.length - 2, series.length - 1], fill: `${stroke}26` });
      }
      // What is on or off, or counted, has nothing in between.
      const paths = ["flag", "integer"].includes(curve.dataset.type) ? Plot.paths.stepped({ align: 1 }) : undefined;
      series.push({ scale, stroke, width: 2, dash, paths, label: curve.dataset.name, points: { show: !dash && x.length < 20 } });
    };
    answer.series.forEach((one, at) => add(one, curves[at], 0));
    before?.series.forEach((one, at) => add(one, curves[at], compare, [6, 6]));
    return { data: Plot.join(tables), series, bands };
  };

  const figures = (plot) => {
    // The value that held at the cursor: joined times are not every curve's own.
    const held = (column, at) => { while (at >= 0 && typeof column[at] !== "number") at -= 1; return column[at]; };
    curves.forEach((curve, place) => {
      const value = held(plot.data[3 * place + 3] ?? [], plot.cursor.idx ?? plot.data[0].length - 1);
      const words = curve.dataset.type === "flag" && (value === 0 || value === 1) ? [curve.dataset.off, curve.dataset.on][value] : `${Number(value?.toPrecision(5))} ${curve.dataset.unit}`;
      curve.querySelector("[data-figure]").textContent = value === undefined ? "–" : words;
    });
  };

  const draw = (answer, before) => {
    events = answer.events;
    const { data, series, bands } = build(answer, before);
    const drag = { setScale: false, x: true, y: false };
    const options = {
      width: plotBox.clientWidth, height: Math.max(320, Math.min(560, innerHeight * 0.55)), series, bands, axes: axes(), legend: { show: false },
      cursor: { drag, points: { show: false } }, tzDate: (at) => Plot.tzDate(new Date(at * 1000), zone), scales: { x: { time: true, range: () => [begin, end] }, ...scales() },
      hooks: { draw: [drawEvents], setCursor: [figures], setSelect: [(one) => { if (one.select.width > 4) go(one.posToVal(one.select.left, "x"), one.posToVal(one.select.left + one.select.width, "x")); }] },
    };
    plot?.destroy();
    plot = new Plot(options, data, plotBox);
    figures(plot);
  };

  const show = async () => {
    const mine = ++turn;
    span.textContent = format();
    for (const button of trend.querySelectorAll("[data-span]")) button.setAttribute("aria-pressed", String(Math.abs(end - begin - button.dataset.span) < 1));
    if (!plot) note.textContent = trend.dataset.loading;
    try {
      const [answer, before] = await Promise.all([ask(0), compare ? ask(compare) : null]);
      if (mine !== turn) return;
      draw(answer, before);
      note.textContent = answer.series.some((one) => one.x.length) ? (compare ? `- - ${trend.dataset.week}` : "") : trend.dataset.empty;
    } catch {
      if (mine === turn) note.textContent = trend.dataset.lost;
    }
    for (const link of trend.querySelectorAll("[data-export-as]")) {
      link.href = `${trend.dataset.export}?${new URLSearchParams({ tags: trend.dataset.tags, from: begin, to: end, as: link.dataset.exportAs })}`;
    }
  };

  const liveButton = trend.querySelector("[data-live-curve]");
  const pressed = () => liveButton.setAttribute("aria-pressed", String(live));
  const go = (from, to, stayLive = false) => {
    const width = Math.min(MOST, Math.max(LEAST, to - from)), middle = (from + to) / 2;
    begin = middle - width / 2; end = middle + width / 2;
    live = stayLive; pressed();
    if (!live) history.replaceState(null, "", `?${new URLSearchParams({ tags: trend.dataset.tags, from: begin.toFixed(3), to: end.toFixed(3) })}`);
    show();
  };
  const zoom = (factor, around = (begin + end) / 2) => go(around - (around - begin) * factor, around + (end - around) * factor);

  trend.addEventListener("click", (event) => {
    const { span: seconds, pan, zoom: factor, compare: shift, liveCurve } = event.target.closest("button")?.dataset ?? {};
    if (seconds) go(now() - Number(seconds), now(), true);
    if (pan) go(begin + (end - begin) * pan, end + (end - begin) * pan);
    if (factor) zoom(Number(factor));
    if (liveCurve) go(now() - (end - begin), now(), !live);
    if (shift) { compare = compare ? 0 : Number(shift); event.target.closest("button").setAttribute("aria-pressed", String(compare > 0)); show(); }
  });
  plotBox.addEventListener("wheel", (event) => {
    event.preventDefault();
    if (plot) zoom(event.deltaY > 0 ? 1.25 : 0.8, plot.posToVal(event.offsetX - plot.bbox.left / devicePixelRatio, "x"));
  }, { passive: false });
  plotBox.addEventListener("keydown", (event) => {
    const width = end - begin;
    const moves = { ArrowLeft: () => go(begin - width / 4, end - width / 4), ArrowRight: () => go(begin + width / 4, end + width / 4), "+": () => zoom(0.5), "-": () => zoom(2) };
    if (moves[event.key]) { event.preventDefault(); moves[event.key](); }
  });
  addEventListener("resize", () => { clearTimeout(waiting); waiting = setTimeout(show, 150); });

  const form = document.querySelector("[data-mark-form]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const at = plot?.cursor.idx !== null && plot?.cursor.idx !== undefined ? plot.data[0][plot.cursor.idx] : (live ? now() : (begin + end) / 2);
    const body = new FormData(form); body.set("at", at);
    const refusal = form.querySelector("[data-mark-refused]");
    refusal.hidden = true;
    const answer = await fetch(trend.dataset.mark, { method: "POST", body, headers: { Accept: "application/json" } }).catch(() => null);
    if (answer?.ok) { form.reset(); form.closest("dialog").close(); show(); return; }
    const told = await answer?.json().catch(() => null);
    refusal.textContent = told?.refusal ?? form.dataset.lost;
    refusal.hidden = false;
  });

  // Live: the window moves on with the values that come, at most once a second.
  let due = 0;
  document.addEventListener("plant:values", () => {
    if (!live || end - begin > DAY || now() < due) return;
    due = now() + Math.max(1, (end - begin) / 600);
    const width = end - begin;
    end = now(); begin = end - width;
    show();
  });
  pressed();
  show();
};

if (trend) start();
