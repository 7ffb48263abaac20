"""The tests that modelsearch and Wagtail keep for every search backend, run on ours in processes of their own."""
