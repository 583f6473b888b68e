// Nine courtesies; every page works without them.

// A form goes once: a second tap on a slow network must not send it again. It is freed after a
// while and on coming back, because an answer that is a download leaves the page standing.
const PATIENCE = 10_000; // ms
function free(form) {
  delete form.dataset.sent;
  form.querySelector("[aria-busy]")?.removeAttribute("aria-busy");
}
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented) return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
  event.submitter?.setAttribute("aria-busy", "true");
  setTimeout(free, PATIENCE, form);
});
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(free));

// 长辈版 comes in place: whoever switches in the middle of a form keeps what was typed and chosen.
const mode = document.querySelector(".mode");
if (mode) mode.hidden = false;
mode?.form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const large = mode.value === "1";
  try {
    await fetch(mode.form.action, { method: "POST", body: new FormData(mode.form, mode), redirect: "manual" });
  } catch {
    return; // no network: the page stays as it is
  }
  document.documentElement.classList.toggle("large", large);
  mode.value = large ? "0" : "1";
  mode.textContent = large ? "标准版" : "长辈版";
});

// What answers a form and is kept nowhere cannot be shown again: whoever leaves such a page by a
// link or a button finds, on coming back, the page its form began on instead of the browser's error.
const { here } = document.body.dataset;
if (here) {
  const leave = (event) => event.defaultPrevented || history.replaceState(null, "", here);
  document.addEventListener("submit", leave);
  document.addEventListener("click", (event) => event.target.closest("a[href]:not([download])") && leave(event));
}

// The phone's own voice reads the page, line by line; a second tap stops it.
const reader = document.querySelector("[data-read]");
if (reader && "speechSynthesis" in window) {
  const [read, stop] = ["读给我听", "不读了"];
  const quiet = () => { speechSynthesis.cancel(); reader.textContent = read; };
  reader.hidden = false;
  reader.addEventListener("click", () => {
    if (reader.textContent === stop) return quiet();
    const lines = document.querySelector("main").innerText.split("\n").map((line) => line.trim());
    const spoken = lines.filter((line) => line).map((line) => {
      const words = new SpeechSynthesisUtterance(line);
      words.lang = "zh-CN";
      words.rate = 0.9;
      return words;
    });
    spoken.at(-1).addEventListener("end", quiet);
    reader.textContent = stop;
    spoken.forEach((words) => speechSynthesis.speak(words));
  });
  addEventListener("pagehide", quiet);
}

// Browsers that do not unfold what an address leads into, or what goes to paper, are helped.
if (!CSS.supports("selector(::details-content)")) {
  const folded = document.getElementById(location.hash.slice(1))?.closest("details:not([open])");
  if (folded) {
    folded.open = true;
    folded.scrollIntoView();
  }
  let printed = [];
  addEventListener("beforeprint", () => {
    printed = [...document.querySelectorAll("main details:not([open])")];
    printed.forEach((one) => { one.open = true; });
  });
  addEventListener("afterprint", () => printed.forEach((one) => { one.open = false; }));
}

// Printing needs a script, so the button appears only where there is one.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// A receipt as a picture, drawn on this phone and sent nowhere: WeChat keeps one by a long press.
const [WIDE, EDGE, LINE] = [720, 40, 52]; // px
function wrapped(brush, text) {
  const lines = [""];
  for (const sign of text) {
    const full = brush.measureText(lines.at(-1) + sign).width > WIDE - 2 * EDGE;
    if (full && !"，。；：、？！）》”".includes(sign)) lines.push(""); // the edge has room for these
    lines[lines.length - 1] += sign;
  }
  return lines;
}
function drawn(text) {
  const canvas = document.createElement("canvas"), brush = canvas.getContext("2d");
  const font = `32px ${getComputedStyle(document.body).fontFamily}`;
  brush.font = font;
  const lines = text.split("\n").flatMap((line) => (line.trim() ? wrapped(brush, line.trim()) : []));
  [canvas.width, canvas.height] = [WIDE, 2 * EDGE + LINE * lines.length];
  brush.fillStyle = "#fff";
  brush.fillRect(0, 0, canvas.width, canvas.height);
  Object.assign(brush, { font, fillStyle: "#000", textBaseline: "top" });
  lines.forEach((line, at) => brush.fillText(line, EDGE, EDGE + at * LINE));
  return canvas.toDataURL("image/png");
}
const picture = document.querySelector("[data-picture]");
if (picture) {
  const { content } = document.querySelector("#picture");
  picture.hidden = false;
  picture.addEventListener("click", () => {
    const kept = document.querySelector("[data-kept]");
    const url = drawn(`${kept.innerText}\n${kept.dataset.kept}`), shown = content.firstElementChild;
    shown.querySelector("img").src = shown.querySelector("a").href = url;
    document.querySelector("main").append(content);
    picture.remove();
    shown.focus();
  });
}

// What stands behind # in an organisation's link no server sees: the form carries it in its body.
const door = document.querySelector("[data-door]");
if (door && location.hash.length > 1) {
  door.value = location.hash.slice(1);
  history.replaceState(null, "", location.pathname);
  door.form.requestSubmit();
}

// A photo over the limit of its field (`data-most` a file, `data-sum` all of them, in bytes) is made
// smaller before it travels; what stays too big is told. The server refuses it in any case.
const SIDE = 2000; // px
async function smaller(file) {
  const image = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, SIDE / Math.max(image.width, image.height));
  const canvas = document.createElement("canvas"), brush = canvas.getContext("2d");
  [canvas.width, canvas.height] = [image.width * scale, image.height * scale];
  brush.fillStyle = "#fff"; // JPEG knows nothing see-through
  brush.fillRect(0, 0, canvas.width, canvas.height);
  brush.drawImage(image, 0, 0, canvas.width, canvas.height);
  image.close();
  const content = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
  return new File([content], `${file.name.replace(/\.\w+$/, "")}.jpg`, { type: "image/jpeg" });
}
document.addEventListener("change", async (event) => {
  const input = event.target, chosen = input.files;
  if (!chosen || !input.dataset.most) return;
  const most = Number(input.dataset.most), sum = Number(input.dataset.sum ?? Infinity);
  const much = (files) => files.reduce((all, file) => all + file.size, 0) > sum;
  const photo = (file) => file.type.startsWith("image/");
  let files = [...chosen];
  const all = much(files);
  if (files.some((file) => photo(file) && (all || file.size > most))) {
    input.setCustomValidity("正在把照片缩小，请稍等");
    const held = new DataTransfer();
    for (const file of files) {
      const heavy = photo(file) && (all || file.size > most);
      held.items.add(heavy ? await smaller(file).catch(() => file) : file); // one by one: phones have little memory
    }
    if (input.files !== chosen) return; // others were chosen meanwhile
    input.files = held.files;
    files = [...held.files];
  }
  const big = files.find((file) => file.size > most);
  const way = big && photo(big) ? "请用微信发给自己再存一次，或者请社区当面拍" : `请换一个不超过${most / 1048576}MB的文件`;
  const parts = much(files) ? `一次最多共${sum / 1048576}MB，请分几次交` : "";
  input.setCustomValidity(big ? `“${big.name}”太大，${way}` : parts);
  input.reportValidity();
});
