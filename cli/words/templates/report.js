(function () {
  "use strict";
  var form = document.getElementById("filter");
  var query = document.getElementById("query");
  var shown = document.getElementById("shown");
  var boxes = Array.prototype.slice.call(form.querySelectorAll("input[name=severity]"));
  var plain = function (text) {
    return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase().replace(/[\u2019']/g, "'");
  };
  var remarks = Array.prototype.map.call(document.querySelectorAll("article.remark"), function (article) {
    var text = [article.textContent];
    var group = article.closest(".group");
    var file = article.closest(".file");
    if (group) { text.push(group.querySelector(".invoice").textContent); }
    text.push(file.querySelector(".name").textContent);
    return { article: article, count: Number(article.dataset.count), severity: article.dataset.severity, text: plain(text.join(" ").replace(/\s+/g, " ")) };
  });
  var every = remarks.reduce(function (sum, remark) { return sum + remark.count; }, 0);
  var apply = function () {
    var words = plain(query.value).split(/\s+/).filter(Boolean);
    var kept = boxes.filter(function (box) { return box.checked; }).map(function (box) { return box.value; });
    var count = 0;
    remarks.forEach(function (remark) {
      var visible = kept.indexOf(remark.severity) >= 0 && words.every(function (word) {
        return remark.text.indexOf(word) >= 0;
      });
      remark.article.hidden = !visible;
      count += visible ? remark.count : 0;
    });
    var filtered = count < every;
    Array.prototype.forEach.call(document.querySelectorAll(".group, .file"), function (section) {
      section.hidden = filtered && !section.querySelector("article.remark:not([hidden])");
    });
    shown.textContent = count ? count + " " + shown.dataset.some + " " + every : shown.dataset.none;
  };
  query.addEventListener("input", apply);
  boxes.forEach(function (box) { box.addEventListener("change", apply); });
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  Array.prototype.forEach.call(document.querySelectorAll("button[data-rule]"), function (button) {
    button.addEventListener("click", function () {
      query.value = button.dataset.rule;
      apply();
      query.focus();
      form.scrollIntoView();
    });
  });
  if (remarks.length > 1) { form.hidden = false; apply(); }
}());
