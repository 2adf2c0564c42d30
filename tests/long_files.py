"""The files of tests that take longest, the longest first."""

# They come first, so that no process works on one of them alone while the others have nothing left to do.
LONG = (
    "attacks/test_attacks", "nbgrader/test_interruption", "browser/test_pages_seen", "grading/test_cluster",
    "browser/test_formgrader_pages", "browser/test_notebook", "browser/test_formgrader", "authoring/test_made_own",
    "grading/test_corpus", "judging/test_cost", "selfcheck/test_both_sides", "judging/test_draws",
    "nbgrader/test_guide", "intake/test_broken", "nbgrader/test_nbgrader", "nbgrader/test_register",
    "authoring/test_coherence", "browser/test_formgrader_exchange", "core/test_limits_of_text", "nbgrader/test_postgres",
    "nbgrader/test_exchange", "nbgrader/test_graders", "nbgrader/test_nbgrader_hostile", "diagnosis/test_messages",
    "grading/test_paths", "authoring/test_broken_suite", "cli/test_cli", "sandbox/test_imports",
)  # fmt: skip
