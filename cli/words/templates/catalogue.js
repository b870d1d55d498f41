(function () {
  "use strict";
  var form = document.getElementById("filter");
  var query = document.getElementById("query");
  var shown = document.getElementById("shown");
  var boxes = Array.prototype.slice.call(form.querySelectorAll("input[name=kind]"));
  var plain = function (text) {
    return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase()
      .replace(/\u0153/g, "oe").replace(/\u00e6/g, "ae").replace(/[^a-z0-9]+/g, " ").trim();
  };
  var key = function (text) {
    return text.replace(/[\s\u2010-\u2015\u2212-]+/g, "").toUpperCase();
  };
  var entries = Array.prototype.map.call(document.querySelectorAll(".entry"), function (element) {
    return {
      element: element,
      kind: element.dataset.kind,
      keys: element.dataset.keys.split(" ").map(key),
      text: " " + plain(element.textContent + " " + element.dataset.search) + " "
    };
  });
  var sections = Array.prototype.slice.call(document.querySelectorAll(".group, .kind"));
  var actions = document.getElementById("actions");
  var apply = function () {
    var wanted = key(query.value);
    var words = plain(query.value).split(" ").filter(Boolean);
    var kept = boxes.filter(function (box) { return box.checked; }).map(function (box) { return box.value; });
    var count = 0;
    entries.forEach(function (entry) {
      var exact = wanted !== "" && entry.keys.indexOf(wanted) >= 0;
      // A word is looked for from its beginning: "pay" finds "payee", "aye" does not.
      var fits = exact || words.every(function (word) { return entry.text.indexOf(" " + word) >= 0; });
      var visible = fits && (wanted === "" || exact || words.length > 0) && kept.indexOf(entry.kind) >= 0;
      entry.element.hidden = !visible;
      entry.element.classList.toggle("exact", visible && exact);
      count += visible ? 1 : 0;
    });
    sections.forEach(function (section) {
      section.hidden = !section.querySelector(".entry:not([hidden])");
    });
    actions.hidden = wanted !== "";
    shown.textContent = count ? shown.dataset.some + " " + count + " / " + entries.length : shown.dataset.none;
  };
  var remember = function () {
    var fields = new URLSearchParams();
    var kept = boxes.filter(function (box) { return box.checked; });
    if (query.value.trim()) { fields.set("q", query.value.trim()); }
    if (kept.length < boxes.length) {
      fields.set("kind", kept.map(function (box) { return box.value; }).join(","));
    }
    try {
      history.replaceState(null, "", "#" + fields.toString());
    } catch (error) {
      return;  // some browsers forbid it for a local file: the search works all the same
    }
  };
  var recall = function () {
    var fragment = location.hash.slice(1);
    var fields = new URLSearchParams(fragment);
    var target = fragment && !fields.has("q") && !fields.has("kind") ? document.getElementById(fragment) : null;
    query.value = target ? "" : fields.get("q") || "";
    var kinds = fields.has("kind") && !target ? fields.get("kind").split(",") : null;
    boxes.forEach(function (box) { box.checked = kinds === null || kinds.indexOf(box.value) >= 0; });
    apply();
    if (target) { target.scrollIntoView(); }
  };
  var changed = function () { apply(); remember(); };
  query.addEventListener("input", changed);
  boxes.forEach(function (box) { box.addEventListener("change", changed); });
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  window.addEventListener("hashchange", recall);
  form.hidden = false;
  recall();
}());
