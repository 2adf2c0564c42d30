"""The files of tests that take longest, the longest first."""

# They come first, so that no process works on one of them alone while the others have nothing left to do.
LONG = (
    "attacks/test_attacks", "nbgrader/test_interruption", "browser/test_pages_seen", "grading/test_cluster",
    "nbgrader/test_exchange", "authoring/test_made_own", "grading/test_corpus", "nbgrader/test_register",
    "nbgrader/test_nbgrader", "nbgrader/test_postgres", "intake/test_broken", "selfcheck/test_both_sides",
    "nbgrader/test_guide", "nbgrader/test_graders", "nbgrader/test_time", "authoring/test_coherence",
    "browser/test_notebook", "browser/test_formgrader_pages", "browser/test_formgrader", "grading/test_paths",
    "nbgrader/test_nbgrader_hostile", "diagnosis/test_messages", "judging/test_cost", "judging/test_draws",
)  # fmt: skip
