// Each answer's points and comment, saved by nbgrader's own models where one leaves a box.
$(window).on("load", function () {
  $(".answer").each(function () {
    new GradeUI({el: this, model: new Grade(JSON.parse(this.dataset.grade))});
    new CommentUI({el: this, model: new Comment(JSON.parse(this.dataset.comment))});
  });
  $(".as-above").click(function () {
    var here = $(this).closest(".answer"), all = $(".answer"), above = all.eq(all.index(here) - 1);
    if (above.find(".score").val() === "") { return; }  // nothing was given there yet
    [".score", ".comment"].forEach(function (box) {
      here.find(box).val(above.find(box).val()).trigger("change");
    });
  });
  $(document).ajaxError(function () { $("#not-saved").show(); });
  document.documentElement.dataset.ready = "yes";
});
