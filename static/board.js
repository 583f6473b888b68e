// A screen that is a board: keeps its pages through a loss of the network (board-sw.js) and tells
// the server what was on it and how long ago, so that its own clock need not be right.
"use strict";

const EVERY = 60e3, GAP = 15 * 60e3, MOST = 250, KEPT = 6 * 24 * 3600e3;
const read = (name, empty) => JSON.parse(localStorage.getItem(name) || empty);
const write = (name, value) => localStorage.setItem(name, JSON.stringify(value));

function note(notice, page) {
  const now = Date.now();
  const spans = read("board.spans", "[]").filter((one) => one.first <= now && now - one.first < KEPT);
  const last = spans.findLast((one) => one.notice === notice);
  if (last && now - last.last <= GAP) Object.assign(last, { last: now, page });
  else spans.push({ notice, page, first: now, last: now });
  write("board.spans", spans.slice(-MOST));
}

async function send() {
  const spans = read("board.spans", "[]"), now = Date.now();
  const ago = (moment) => Math.max(0, Math.round((now - moment) / 1000));
  const lines = spans.map((one) => `${one.notice} ${one.page} ${ago(one.first)} ${ago(one.last)}`);
  let arrived = false;
  try {
    const body = new URLSearchParams({ shown: lines.join("\n") });
    const answer = await fetch("/board/report", { method: "POST", body });
    arrived = answer.status < 500;
  } catch {}
  if (arrived) {
    localStorage.removeItem("board.spans");
    write("board.sent", now);
  }
  write("board.lost", !arrived);
  tell();
}

function tell() {
  const lost = read("board.lost", "false");
  for (const one of document.querySelectorAll(".lost")) one.hidden = !lost;
  for (const one of document.querySelectorAll(".clock")) one.hidden = lost; // it would stand still
}

tell();
if (navigator.serviceWorker) navigator.serviceWorker.register("/board/sw.js", { scope: "/board" });
if (document.body.dataset.notice) {
  note(document.body.dataset.notice, document.body.dataset.page);
  if (read("board.lost", "false") || Math.abs(Date.now() - read("board.sent", "0")) >= EVERY) send();
}
