// In nbgrader's lists: what could not be judged does not look like a score.
["SubmissionUI", "SubmittedNotebookUI", "StudentSubmissionUI", "StudentSubmittedNotebookUI"].forEach(function (name) {
  var View = window[name];
  if (!View) { return; }
  var render = View.prototype.render;
  View.prototype.render = function () {
    render.call(this);
    var found = this.model.get("unjudged");
    this.$el.toggleClass("unjudged", Boolean(found));
    if (!found) { return; }
    var given = this.model.get("score") > 0 || !this.model.get("needs_manual_grade");  // by somebody who has looked
    this.$score.attr("data-order", given ? this.$score.attr("data-order") : -1).attr("data-search", found.what);
    if (!given) { this.$el.find(".code-score, .written-score, .task-score").text("\u2013"); }
    if (!given) { this.$score.empty(); }
    this.$score.append($("<span/>").addClass("label label-warning").text(found.what), $("<small/>").text(found.why));
  };
});
