// Door-to-door rounds on a phone in a stairwell. What is written down lies in the phone first, goes to the server as
// soon as it answers, and is forgotten only once the server has named it. Kept are numbers of rooms and what was
// said, no names. Each entry has a code made here, so that it is stored once however often it is sent.
"use strict";

const KEPT = "rounds", EVERY = 30e3, WITHIN = 15e3, MOST_AGO = 60 * 24 * 3600;
const OFFLINE = "现在连不上，有了网络会自动送出。";
const SIGNED_OUT = "您没有登录，或者这件事不再由您办。记下的都还在这部手机上，请登录以后再打开这一页。";
const box = document.querySelector(".kept"), doors = document.querySelector(".doors");
const part = (name) => box.querySelector(`[data-${name}]`);
const undo = document.getElementById("undo");
undo.shown = !undo.hidden;

// The store: one entry a row, by its code.
const opened = new Promise((done, fail) => {
  const asked = indexedDB.open("rounds", 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore("entries", { keyPath: "code" });
  asked.onsuccess = () => done(asked.result);
  asked.onerror = () => fail(asked.error);
});
async function store(mode, work) {
  const transaction = (await opened).transaction("entries", mode, { durability: "strict" });
  const asked = work(transaction.objectStore("entries"));
  return new Promise((done, fail) => {
    transaction.oncomplete = () => done(asked.result);
    transaction.onabort = () => fail(transaction.error);
  });
}
const put = (entry) => store("readwrite", (all) => all.put(entry));
const drop = (entry) => store("readwrite", (all) => all.delete(entry.code));
async function entries() {
  const all = await store("readonly", (all) => all.getAll());
  return all.filter((one) => one.send === box.dataset.send).sort((a, b) => a.at - b.at);
}
// After an answer: the entry as it is now, or gone. Who changed it meanwhile has the last word.
const settle = (sent, now) => store("readwrite", (all) => {
  const asked = all.get(sent.code);
  asked.onsuccess = () => {
    if (asked.result?.changed === sent.changed) now ? all.put(now) : all.delete(sent.code);
  };
  return asked;
});

// Sending: one after another in the order they were written down, until one gets no answer.
let sending = false, again = false;
async function send() {
  again = sending;
  if (sending) return;
  sending = true;
  let why = "";
  for (const entry of await entries()) {
    const told = entry.reasons ? "" : await deliver(entry);
    why = told || why;
    if (told === OFFLINE || told === SIGNED_OUT) break;
  }
  sending = false;
  await show(why);
  if (again && !why) return send(); // something was written down meanwhile
  if (why !== OFFLINE) await keep(false);
}

async function deliver(entry) {
  const { round, home, state, text, stance, code, at } = entry;
  const ago = Math.min(Math.max(0, Math.round((Date.now() - at) / 1000)), MOST_AGO);
  let answer, told = {};
  try {
    const body = new URLSearchParams({ round, home, state, text, stance, code, ago });
    answer = await fetch(entry.send, { method: "POST", body, signal: AbortSignal.timeout?.(WITHIN) });
    if ([200, 403, 422].includes(answer.status)) told = await answer.json();
  } catch {
    return OFFLINE;
  }
  if ([401, 404].includes(answer.status)) return SIGNED_OUT;
  if (answer.status === 403) return `${told.reasons.join("；")}。记下的都还在这部手机上。`;
  if (answer.status === 422) await settle(entry, { ...entry, reasons: told.reasons });
  else if (told.code === code) {
    await settle(entry);
    undo.elements.visit.value = told.visit;
    undo.querySelector("[data-last]").textContent = `${entry.room} ${entry.word}`;
    undo.shown = entry.page === location.pathname; // what came from another entrance is not taken back here
  } else return OFFLINE;
  return "";
}

// What people see: how many wait, why, and each of them.
async function show(why = "") {
  const waiting = await entries(), list = part("entries");
  box.hidden = false;
  part("count").textContent = waiting.length ? `还有${waiting.length}条没有送出` : "都送到了";
  part("why").textContent = why;
  part("sign-in").hidden = why !== SIGNED_OUT;
  part("now").hidden = part("list").hidden = !waiting.length;
  part("list").open ||= waiting.some((one) => one.reasons);
  undo.hidden = !undo.shown || !navigator.onLine || why === OFFLINE;
  // A row that stayed the same stays in place: somebody may be about to tap it.
  const rows = waiting.map((one) => [...list.children].find((item) => item.dataset.key === key(one)) || row(one));
  if (rows.length !== list.children.length || rows.some((item, at) => item !== list.children[at])) list.replaceChildren(...rows);
  for (const badge of doors.querySelectorAll("[data-mine]")) badge.lastChild.textContent = badge.dataset.mine;
  for (const entry of waiting) mark(entry, "，没送出");
  tally();
}

const key = (entry) => `${entry.code} ${entry.changed} ${entry.reasons || ""}`;

function row(entry) {
  const item = box.querySelector("template").content.firstElementChild.cloneNode(true);
  const [words, error] = item.querySelectorAll("p"), [change, gone] = item.querySelectorAll("button");
  item.dataset.key = key(entry);
  words.textContent = [entry.room, entry.word, entry.said, entry.text].filter(Boolean).join(" ");
  error.hidden = !entry.reasons;
  error.textContent = entry.reasons ? `没有收下：${entry.reasons.join("；")}` : "";
  change.addEventListener("click", () => correct(entry));
  gone.addEventListener("click", async () => {
    if (gone.dataset.sure) return drop(entry).then(() => location.reload());
    gone.dataset.sure = gone.textContent = "真的删掉";
  });
  return item;
}

function mark(entry, more) {
  const door = document.getElementById(`door-${entry.home}`), badge = door?.querySelector(".state");
  const sign = door?.querySelector(`button[value=${entry.state}] svg`);
  if (!sign) return;
  badge.dataset.mine = entry.word;
  badge.className = `state is-${entry.state}`;
  badge.replaceChildren(sign.cloneNode(true), entry.word + more);
  delete door.dataset.left;
}

// How many doors are left, by what the page shows of each: rules.Door.left.
function tally() {
  const now = (state) => [...doors.children].filter((one) => one.querySelector(`.state.is-${state}`));
  const away = now("nobody"), shown = document.querySelector("[data-away]");
  document.querySelector("[data-todo]").textContent =
    [...now("open"), ...away].filter((one) => !("spoken" in one.dataset)).length;
  shown.hidden = !away.length;
  shown.querySelector("span").textContent = away.length;
}

function correct(entry) {
  const form = document.querySelector(`#door-${entry.home} form`);
  if (!form) return location.assign(`${entry.page}#door-${entry.home}`);
  form.entry = entry;
  form.elements.text.value = entry.text;
  form.elements.stance.value = entry.stance;
  turn(form.closest("li"));
}

// One door is open at a time, in browsers too that do not know the name they share. Who closes a door while
// correcting leaves the entry as it was.
function toggled({ target }) {
  const form = target.querySelector("form");
  if (target.open) {
    for (const one of doors.querySelectorAll("details[open]")) one.open = one === target;
    target.closest("li").scrollIntoView({ block: "nearest" }); // the one above it that closed has moved it
  }
  if (target.open || !form?.entry) return;
  delete form.entry;
  form.reset();
}

function turn(door) {
  for (const one of doors.querySelectorAll("details[open]")) one.open = false;
  if (!door) return document.querySelector("h1").scrollIntoView();
  door.querySelector("details").open = true;
  door.scrollIntoView({ block: "start" });
  door.querySelector("summary").focus({ preventScroll: true });
}

// Writing down: into the phone, then on to the next door that nobody was at.
const code = () => Array.from(crypto.getRandomValues(new Uint8Array(15)), (byte) => byte.toString(36).padStart(2, "0")).join("");

async function write(form, button) {
  const { round, home, text, stance } = form.elements, door = form.closest("li");
  const said = text.value.trim(), old = form.entry;
  text.setCustomValidity("");
  if (button.value !== "visited" && (said || stance.value)) {
    text.setCustomValidity("写了或者选了说的话，请点“已访”；没有说，就把写的删去，选“没有说”");
    return text.reportValidity();
  }
  const entry = {
    code: old?.code || code(), changed: (old?.changed || 0) + 1, at: old?.at || Date.now(),
    send: box.dataset.send, page: location.pathname, room: form.dataset.room,
    round: round.value, home: home.value, state: button.value, word: button.textContent.trim(),
    text: said, stance: stance.value, said: stance.value && form.querySelector(":checked").nextElementSibling.textContent,
  };
  navigator.storage?.persist?.();
  await put(entry);
  delete form.entry;
  form.reset();
  await show();
  const later = [...doors.children].slice([...doors.children].indexOf(door) + 1);
  turn(later.find((one) => "left" in one.dataset));
  send();
}

let writing = false;
async function submitted(event) {
  event.preventDefault();
  event.stopPropagation(); // nothing is sent here, so nothing has to be kept from being sent twice
  if (writing) return;
  writing = true;
  try {
    await write(event.target, event.submitter || event.target.querySelector("button"));
  } catch {
    part("why").textContent = "这部手机存不下了，刚才那一条没有记。请先送出，或者记在纸上。";
  }
  writing = false;
}

// The page keeps itself, what it needs, and the entrances beside it. Who may not see it any more and
// has nothing left to send keeps nothing.
async function keep(all) {
  if (!window.caches) return;
  const kept = await caches.open(KEPT), beside = [...document.querySelectorAll("a[data-keep]")];
  const parts = [...document.querySelectorAll("link[rel=stylesheet], script[src]")].map((one) => one.href || one.src);
  try {
    const answer = await fetch(location.pathname);
    if (answer.ok) {
      await kept.put(location.pathname, answer);
      if (all) await kept.addAll([...parts, ...beside.map((one) => one.href)]);
    } else if ([401, 403, 404].includes(answer.status) && !(await entries()).length) {
      await caches.delete(KEPT);
      location.reload();
    }
  } catch {} // without network the page stays as it was kept
}

opened.then(async () => {
  doors.addEventListener("submit", submitted);
  doors.addEventListener("toggle", toggled, true);
  for (const form of doors.querySelectorAll("form")) form.noValidate = true; // write() looks itself
  part("now").addEventListener("click", async () => {
    await send();
    part("why").scrollIntoView({ block: "center" });
  });
  addEventListener("online", send);
  setInterval(async () => (await entries()).some((one) => !one.reasons) && send(), EVERY);
  navigator.serviceWorker?.register(box.dataset.worker).catch(() => {});
  await show();
  await send();
  await keep(true);
}).catch(() => {}); // a browser that keeps nothing: the forms go to the server as they are
